"""What the refund pages show, put together once for pages and fragments."""

import logging
from typing import Any

from storefront.audit import service as audit
from storefront.debts import service as debts
from storefront.errors import Refused, StorefrontError
from storefront.money import plain
from storefront.orders.service import Order
from storefront.refunds import fee_returns, lines, moved, policies, service, words
from storefront.refunds.forms import OfOrder, RefundForm, form_for, proposal
from storefront.refunds.preview import Position, Preview, choices, preview
from storefront.refunds.service import CREATE, PULL_BACK, RETURN_FEE, Wish
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import StripeFailure

Context = dict[str, Any]

log = logging.getLogger(__name__)

_FOLLOW_UPS = (PULL_BACK, RETURN_FEE)


def of_order(tx: Tx, order: Order, reason: str = "") -> Context:
    """The refund page as it is first shown; why there is no form if nothing can be refunded."""
    context = _known(tx, order) | {"why_not": words.why_not(order)}
    if context["why_not"]:
        return context
    left = lines.left(tx, order)
    share = _first_possible(context["at"], order, policies.of_seller(tx, order.seller_id).share)
    return context | _chosen(context["at"], proposal(order, left, share, reason))


def form_of(tx: Tx, order: Order, kind: type[OfOrder], sent: Any) -> OfOrder:
    """The form that was sent about an order."""
    return form_for(kind, order, lines.left(tx, order))(sent)


def of_form(tx: Tx, order: Order, form: RefundForm) -> Context:
    """The page with what was chosen. Raises Refused if nothing can be refunded."""
    if reason := words.why_not(order):
        raise Refused(reason)
    context = _known(tx, order) | {"why_not": ""}
    return context | _chosen(context["at"], form)


def _known(tx: Tx, order: Order) -> Context:
    """What stands on the page whatever is chosen."""
    at = service.position_of(tx, order)
    return {
        "order": order,
        "at": at,
        "history": service.history(tx, order.id),
        "fee_returns": fee_returns.of_order(tx, order.id),
        "why_no_fee": fee_returns.why_not(order, at),
        "warnings": warnings(tx, order),
        "audit": audit.of_subject(tx, order.id),
        "standard": policies.of_seller(tx, order.seller_id),
    }


def warnings(tx: Tx, order: Order) -> list[str]:
    """What an operator should know before refunding an order."""
    account = sellers.account_by_id(tx, order.destination)
    gone = account is None or not account.connected
    told = [(gone, words.DISCONNECTED), (order.on_behalf_of and order.cross_border, words.ABROAD)]
    return [text for applies, text in told if applies]


def _first_possible(at: Position, order: Order, share: str) -> str:
    """The policy's way to share what is left, or the first that is possible."""
    possible = [each.share for each in choices(at, order.refundable_amount) if each.preview]
    return share if share in possible else possible[0]


def _chosen(at: Position, form: RefundForm) -> Context:
    """The form and what its choices would do; `problem` says why they are impossible."""
    context: Context = {"form": form, "shown": None, "problem": "", "options": []}
    try:
        wish = form.wish()
        service.check(form.order, wish)
        context["options"] = choices(at, wish.amount)
        context["shown"] = preview(at, wish.amount, **wish.flags)
    except StorefrontError as error:
        context["problem"] = error.message
    return context


def fields(form: RefundForm, wish: Wish, shown: Preview, form_token: str) -> dict[str, str]:
    """What the confirm page sends: the choices once more, and what was shown for them."""
    texts = {
        name: field.data
        for name, field in form._fields.items()
        if field.data and not isinstance(field.data, bool)
    }
    ticks = {name: "y" for name, field in form._fields.items() if field.data is True}
    return texts | ticks | {
        "amount": plain(wish.amount, form.order.currency),
        "shown_amount": str(wish.amount),
        "fee_amount": str(shown.fee_amount),
        "form_token": form_token,
    }  # fmt: skip


def balance_warning(gateway: Gateway, order: Order, shown: Preview) -> str:
    """Whether the seller has too little at Stripe to be pulled back from; empty if unknown."""
    if not shown.effect.reversed_amount:
        return ""
    needed = shown.effect.reversed_amount - (shown.fee_amount if shown.fee_in_one_call else 0)
    has = seller_balance(gateway, order)
    if has is None or has >= needed:
        return ""
    return words.too_low(has, needed, order.currency, apart=shown.reversal_apart)


def seller_balance(gateway: Gateway, order: Order) -> int | None:
    """What the seller has at Stripe in the order's currency; None if Stripe does not tell."""
    try:
        return gateway.balance(order.destination).get(order.currency, 0)
    except StripeFailure as failure:
        log.info("refund.balance_unread", extra={"order": order.id, "reason": failure.message})
        return None


def of_refund(tx: Tx, order: Order, refund_id: str) -> Context:
    """One refund of an order. Raises NotFound, also for another order's."""
    found = service.one_of(tx, order.id, refund_id)
    follow_ups = [service.call_of(tx, operation, refund_id) for operation in _FOLLOW_UPS]
    under_way = any(call is not None and call.open for call in follow_ups)
    return {
        "order": order,
        "found": found,
        "refund": found.refund,
        "effect": moved.effect_of(tx, order, found.refund),
        "lines": _named(tx, order, refund_id),
        "call": service.call_of(tx, CREATE, refund_id),
        "debt": debts.of_subject(tx, refund_id),
        "notes": [note for note in map(words.follow_up, follow_ups) if note],
        "moving": under_way or not found.refund.settled,
    }


def _named(tx: Tx, order: Order, refund_id: str) -> list[str]:
    """What a refund is for, as sentences."""
    titles = {each.line.position: each.line.title for each in lines.left(tx, order).lines}
    return [words.line(each, titles[each.position]) for each in service.lines_of(tx, refund_id)]
