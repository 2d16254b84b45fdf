"""Refunding: the amount is reserved, the refund and its call are written, then Stripe is asked.

https://docs.stripe.com/connect/destination-charges#issue-refunds: a refund is paid by the
platform; `reverse_transfer` pulls the money back from the seller, `refund_application_fee`
returns our fee. Where Stripe's rounding could make a difference, the fee goes back by a call of
its own with an exact amount, as soon as the refund is confirmed (outcomes.py). Where less than the
charge was transferred, the same holds for pulling back, and there is no fee to return.
"""

from dataclasses import dataclass, replace
from typing import Any

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.debts import service as debts
from storefront.errors import Invalid, NotFound, Refused
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.ids import new_id
from storefront.ledger import service as ledger
from storefront.money import display
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import fee_returns, limits, lines, moved, repository, words
from storefront.refunds.preview import Choice, Flags, Position, Preview, choices, position, preview
from storefront.refunds.repository import (
    EXTERNAL,
    NEEDS_APPROVAL,
    OPERATOR,
    REQUESTED,
    STATES,
    FeeReturn,
    Refund,
    RefundLine,
    RefundOfOrder,
)
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall

__all__ = [
    "CREATE",
    "EXTERNAL",
    "PULL_BACK",
    "RETURN_FEE",
    "STATES",
    "Author",
    "Choice",
    "FeeReturn",
    "Position",
    "Preview",
    "Refund",
    "RefundLine",
    "RefundOfOrder",
    "Taken",
    "Wish",
    "choices",
    "history",
    "make",
    "newest",
    "position_of",
    "preview",
    "request",
    "send",
    "taken",
]

CREATE = "refund.create"
PULL_BACK = "transfer_reversal.create"
RETURN_FEE = "application_fee_refund.create"
MESSAGE_LENGTH = 1000

_EXPAND = ["transfer_reversal", "charge.application_fee"]
"""So that Stripe's answer tells everything that the refund has moved."""

call_of = stripe_calls.of_subject
by_id = repository.by_id
of_order = repository.of_order
newest = repository.newest
history = repository.history
lines_of = repository.lines


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator wants: an amount in minor units, who pays, why, and words to the shopper.

    `lines` says which pieces it is for and `includes_shipping` whether shipping is part of it;
    the amount is what counts.
    """

    amount: int
    reverse_transfer: bool
    return_fee: bool
    owed: bool = False
    reason: str = "requested_by_customer"
    message: str = ""
    confirmed_amount: int | None = None
    confirmed_fee_amount: int | None = None
    """The amount and its part of the fee that the operator was shown, if somebody was."""
    lines: tuple[RefundLine, ...] = ()
    includes_shipping: bool = False

    @property
    def flags(self) -> Flags:
        """How it is shared."""
        return {
            "reverse_transfer": self.reverse_transfer,
            "return_fee": self.return_fee,
            "owed": self.owed,
        }


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a refund. A form's token makes one refund, however often the form is sent."""

    form_token: str
    actor_id: str | None = None
    origin: str = OPERATOR


def order_of(tx: Tx, order_id: str) -> Order:
    """An order that is known to exist. Raises NotFound."""
    order = orders.by_id(tx, order_id)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def position_of(tx: Tx, order: Order, *, without: str = "") -> Position:
    """Where an order stands before its next refund; `without` names one to leave out."""
    others = [each for each in repository.of_order(tx, order.id) if each.id != without]
    held_amount = debts.held_amount(tx, order.id, without=without)
    at = position(order, others, ledger.of_order(tx, order.id), held_amount)
    promised_amount = debts.promised_amount(tx, order.id, without=without)
    return replace(fee_returns.counted(tx, order, at), promised_amount=promised_amount)


def one_of(tx: Tx, order_id: str, refund_id: str) -> RefundOfOrder:
    """One refund of an order. Raises NotFound, also for another order's refund."""
    for found in repository.history(tx, order_id):
        if found.refund.id == refund_id:
            return found
    raise NotFound("There is no such refund of this order.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a refund has taken from the seller, and given back of our fee, in minor units."""

    reversed_amount: int
    fee_amount: int

    @property
    def net(self) -> int:
        """What the seller is poorer by."""
        return self.reversed_amount - self.fee_amount


def taken(tx: Tx, order: Order, refund: Refund) -> Taken | None:
    """What the calls for a refund have moved between seller and platform; None if one is open.

    Where less was transferred instead of a fee, so much less was pulled back as the fee's part.
    """
    calls = {name: call_of(tx, name, refund.id) for name in (CREATE, PULL_BACK, RETURN_FEE)}
    if any(call is not None and call.open for call in calls.values()):
        return None
    made, pulled, returned = calls.values()
    if refund.owed:
        return _taken_for_debt(tx, refund, returned)
    if refund.origin == EXTERNAL and order.fee_mode == APPLICATION_FEE:
        known = moved.effect_of(tx, order, refund)
        return Taken(known.reversed_amount, known.fee_amount)
    sent = made.parameters if made else {"reverse_transfer": refund.reverse_transfer}
    reverses = sent.get("reverse_transfer") or (pulled is not None and pulled.state == "confirmed")
    if sent.get("refund_application_fee") or order.fee_mode == TRANSFER_AMOUNT:
        fee_amount = refund.fee_amount
    else:
        fee_amount = _confirmed_amount(returned)
    return Taken(refund.amount if reverses else 0, fee_amount)


def _taken_for_debt(tx: Tx, refund: Refund, returned: StripeCall | None) -> Taken | None:
    debt = debts.of_subject(tx, refund.id)
    if debt is None or debt.requested_amount:
        return None
    return Taken(debt.settled_amount, _confirmed_amount(returned))


def _confirmed_amount(call: StripeCall | None) -> int:
    return int(call.parameters["amount"]) if call and call.state == "confirmed" else 0


def check(order: Order, wish: Wish) -> None:
    """Raise Refused or Invalid, in words, for what can never be refunded like this."""
    if reason := words.why_not(order):
        raise Refused(reason)
    if wish.amount < 1:
        raise Invalid("The amount to refund must be more than nothing.")
    if wish.amount > order.refundable_amount:
        raise Refused(words.too_much(order))
    if wish.reason not in words.REASONS:
        raise Invalid("Please choose one of the reasons.")
    if len(wish.message) > MESSAGE_LENGTH:
        raise Invalid(f"Please keep the message under {MESSAGE_LENGTH} characters.")


def request(services: Services, order_id: str, wish: Wish, author: Author) -> Refund:
    """Make a refund, or find the one that this form has made already.

    Raises NotFound, Refused or Invalid, and nothing has happened then. What Stripe said is in
    the refund's state; `requested` means that the answer is still to come.
    """
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, order_of(tx, order_id).id)
        refund = make(services, tx, order, wish, author)
    return send(services, refund)


def make(services: Services, tx: Tx, order: Order, wish: Wish, author: Author) -> Refund:
    """The same for an order that is locked and projected, still to be sent with `send`."""
    refund = repository.by_form_token(tx, author.form_token)
    if refund is None:
        return _make(services, tx, order, wish, author)
    if refund.order_id != order.id:
        raise Refused("This form has been used for another order. Please start again.")
    return refund


def return_fee(
    services: Services, order_id: str, amount: int, note: str, author: Author
) -> FeeReturn:
    """Return a part of our fee without a refund, once for each form.

    Raises NotFound, Refused or Invalid, and nothing has happened then.
    """
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, order_of(tx, order_id).id)
        made = fee_returns.by_form_token(tx, author.form_token)
        if made is None:
            fee_returns.check(order, position_of(tx, order), amount, note)
            made = fee_returns.insert(
                tx, order, amount, note,
                actor_id=str(author.actor_id), form_token=author.form_token,
            )  # fmt: skip
    fee_returns.send(services, made)
    return made


def _make(services: Services, tx: Tx, order: Order, wish: Wish, author: Author) -> Refund:
    """Reserve the amount; write the refund, who wanted it, and the call, all or nothing."""
    check(order, wish)
    lines.check(tx, order, wish.lines, includes_shipping=wish.includes_shipping)
    planned = preview(position_of(tx, order), wish.amount, **wish.flags)
    if wish.confirmed_amount not in {None, wish.amount} or (
        wish.confirmed_fee_amount not in {None, planned.fee_amount}
    ):
        raise Refused("The amounts have changed meanwhile. Please look at the new ones.")
    if not orders.commit_refund(tx, order.id, wish.amount):
        raise Refused(words.too_much(order))
    refund = limits.judged(tx, services.config, _refund(order, wish, planned, author))
    repository.insert(tx, refund)
    repository.insert_lines(tx, refund.id, wish.lines)
    if planned.owed:
        debts.begin(tx, order, refund.id, planned.effect.owed_amount)
    audit.record(tx, author.actor_id, "refund.requested", order.id, _detail(refund))
    if refund.state != NEEDS_APPROVAL:
        prepare(tx, order, refund, planned)
    return refund


def prepare(tx: Tx, order: Order, refund: Refund, planned: Preview) -> None:
    """Write down the call that makes a refund."""
    sent = _parameters(order, refund, planned)
    stripe_calls.prepare(tx, CREATE, refund.id, sent, actor_id=refund.actor_id)


def _refund(order: Order, wish: Wish, planned: Preview, author: Author) -> Refund:
    now = clock.timestamp()
    return Refund(
        id=new_id(),
        order_id=order.id,
        amount=wish.amount,
        currency=order.currency,
        reverse_transfer=planned.reverse_transfer,
        return_fee=planned.return_fee,
        owed=planned.owed,
        fee_amount=planned.fee_amount,
        includes_shipping=wish.includes_shipping,
        reason=wish.reason,
        message=wish.message.strip(),
        origin=author.origin,
        actor_id=author.actor_id,
        form_token=author.form_token,
        state=REQUESTED,
        failure="",
        stripe_refund_id=None,
        created_at=now,
        updated_at=now,
    )


def _detail(refund: Refund) -> str:
    """What the audit log keeps, readable without any other table."""
    parts = [display(refund.amount, refund.currency)]
    parts.append(_who_pays(refund))
    if refund.return_fee:
        parts.append(f"fee returned {display(refund.fee_amount, refund.currency)}")
    if refund.state == NEEDS_APPROVAL:
        parts.append("waits for a second operator")
    return ", ".join([*parts, f"reason {refund.reason}"])


def _who_pays(refund: Refund) -> str:
    if refund.owed:
        return "owed by the seller"
    return "pulled back from the seller" if refund.reverse_transfer else "platform pays"


def _parameters(order: Order, refund: Refund, planned: Preview) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "charge": order.stripe_charge_id,
        "amount": refund.amount,
        "reason": refund.reason,
        "metadata": {"refund_id": refund.id, "order_id": order.id},
        "expand": _EXPAND,
    }
    if planned.effect.reversed_amount and not planned.reversal_apart:
        sent["reverse_transfer"] = True
    if planned.fee_in_one_call:
        sent["refund_application_fee"] = True
    return sent


def send(services: Services, refund: Refund) -> Refund:
    """Ask Stripe now; whatever does not get an answer is the worker's to go on with."""
    for operation in (CREATE, PULL_BACK, RETURN_FEE):
        with services.store.read() as tx:
            call = call_of(tx, operation, refund.id)
        if call is not None and call.open:
            stripe_calls.execute(services, call.id)
    with services.store.read() as tx:
        found = repository.by_id(tx, refund.id)
    assert found is not None  # noqa: S101 - refunds are never deleted
    return found
