"""Accepting a request: one refund, made by `refunds` with its limits, approvals and previews.

The decision and the refund are written in one transaction that holds the order's row, so nobody
declines or withdraws in between, and Stripe is asked afterwards.
"""

from dataclasses import dataclass

from storefront.audit import service as audit
from storefront.config import Config
from storefront.current import Services
from storefront.errors import Refused, StorefrontError
from storefront.money import display
from storefront.orders.service import Order
from storefront.refund_requests import conversation, repository, service, words
from storefront.refund_requests.asking import refund_lines
from storefront.refund_requests.repository import ACCEPTED, SELLER
from storefront.refund_requests.thread import Thread
from storefront.refunds import lines as pieces
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.preview import KEEP_FEE, RETURN_FEE, SHARES
from storefront.refunds.service import Author, Choice, Preview, Refund, Wish
from storefront.store import Tx

Shares = dict[str, Choice]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepts, what is said, and the part of our fee that was shown.

    `share` is the way to share it that an operator has chosen; a seller's follows from policy.
    """

    who: str
    actor_id: str
    form_token: str
    message: str
    fee_amount: int
    share: str = ""


def shares(tx: Tx, order: Order, found: Thread) -> Shares:
    """Every way to share the refund, by name. Raises Refused, in words, if there can be none."""
    request = found.request
    refunds.check(order, Wish(request.amount, reverse_transfer=False, return_fee=False))
    pieces.check(tx, order, _lines(order, found), includes_shipping=request.includes_shipping)
    at = refunds.position_of(tx, order)
    return {choice.share: choice for choice in refunds.choices(at, request.amount)}


def share_of_seller(tx: Tx, config: Config, order: Order, found: Thread) -> tuple[str, Preview]:
    """How a refund is shared that the seller makes, and what it does.

    The seller pays. Our fee goes back unless the policy keeps it, or nothing of it is left.
    Raises Refused, in words, beyond the limit and if the money cannot be pulled back.
    """
    _check_limit(tx, config, found)
    options = shares(tx, order, found)
    keeps = policies.of_seller(tx, order.seller_id).share == KEEP_FEE
    for name in (KEEP_FEE,) if keeps else (RETURN_FEE, KEEP_FEE):
        if shown := options[name].preview:
            return name, shown
    raise Refused(options[KEEP_FEE].reason)


def proposed_share(tx: Tx, order: Order, options: Shares) -> str:
    """The policy's way to share, or the first that is possible; the platform can always pay."""
    policy = policies.of_seller(tx, order.seller_id).share
    possible = [name for name, choice in options.items() if choice.preview]
    return policy if policy in possible else possible[0]


def why_not(tx: Tx, config: Config, order: Order, found: Thread, who: str) -> str:
    """Why somebody cannot accept a request that is theirs to decide; empty if that is possible."""
    try:
        if who == SELLER:
            share_of_seller(tx, config, order, found)
        else:
            shares(tx, order, found)
    except StorefrontError as error:
        return error.message
    return ""


def _check_limit(tx: Tx, config: Config, found: Thread) -> None:
    """A seller may refund so much of one order, however many requests there are about it."""
    request = found.request
    limit = dict(config.seller_refund_limit).get(request.currency, 0)
    made = refunds.of_order(tx, request.order_id)
    used = sum(refund.amount for refund in made if refund.origin == SELLER and refund.holds)
    if request.amount > limit - used:
        raise Refused(words.over_limit(limit, used, request.currency))


def accept(services: Services, request_id: str, acceptance: Acceptance) -> Thread:
    """Refund what is asked for; the request afterwards, open again if Stripe has refused.

    Raises NotFound, Refused or Invalid, and nothing has happened then.
    """
    with services.store.transaction() as tx:
        order, found = service.locked(tx, request_id)
        refund = found.refund
        if found.request.state != ACCEPTED and not _tried(found, acceptance):
            order = services.settlement.project(tx, order.id)
            refund = _accept(services, tx, order, acceptance, request_id)
    if refund is not None:
        refunds.send(services, refund)
    with services.store.read() as tx:
        return conversation.thread(tx, request_id)


def _tried(found: Thread, acceptance: Acceptance) -> bool:
    """Whether this very form has been sent before."""
    return found.refund is not None and found.refund.form_token == _token(found, acceptance)


def _token(found: Thread, acceptance: Acceptance) -> str:
    return f"{found.request.id}:{acceptance.form_token}"


def _accept(
    services: Services, tx: Tx, order: Order, acceptance: Acceptance, request_id: str
) -> Refund:
    found = conversation.thread(tx, request_id)
    service.require(found, acceptance.who, "accept")
    share = acceptance.share
    if acceptance.who == SELLER:
        share, _ = share_of_seller(tx, services.config, order, found)
    author = Author(_token(found, acceptance), acceptance.actor_id, acceptance.who)
    refund = refunds.make(services, tx, order, _wish(order, found, acceptance, share), author)
    repository.update(tx, request_id, state=ACCEPTED, refund_id=refund.id)
    repository.add_step(tx, request_id, acceptance.who, "accepted", refund.message)
    detail = f"{display(refund.amount, refund.currency)}, by the {acceptance.who}"
    audit.record(tx, acceptance.actor_id, "refund_request.accepted", order.id, detail)
    return refund


def _wish(order: Order, found: Thread, acceptance: Acceptance, share: str) -> Wish:
    return Wish(
        amount=found.request.amount,
        **SHARES[share],
        message=conversation.cleaned(acceptance.message, needed=False),
        confirmed_fee_amount=acceptance.fee_amount,
        lines=_lines(order, found),
        includes_shipping=found.request.includes_shipping,
    )


def _lines(order: Order, found: Thread) -> tuple[refunds.RefundLine, ...]:
    """The pieces; what was never sent goes back on sale."""
    quantities = {line.position: line.quantity for line in found.lines}
    return refund_lines(quantities, restock=not order.shipped_at)
