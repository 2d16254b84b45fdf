"""Returning our fee alone, without a refund: a favour to the seller that the shopper never sees.

https://docs.stripe.com/api/fee_refunds/create: any part of an application fee that has not been
refunded yet goes back to the account that it was collected from.
"""

from dataclasses import replace

from storefront.audit import service as audit
from storefront.clock import timestamp
from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.fees import TRANSFER_AMOUNT
from storefront.ids import new_id
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import repository
from storefront.refunds.preview import Position
from storefront.refunds.repository import FeeReturn
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall

OPERATION = "application_fee_refund.create"
REQUESTED, REJECTED, SUCCEEDED = "requested", "rejected", "succeeded"
NOTE_LENGTH = 200

_REJECTIONS = {
    "balance_insufficient": "The platform's balance at Stripe is too low to return this much.",
}


of_order = repository.fee_returns
by_form_token = repository.fee_return_by_form_token
is_subject = repository.is_fee_return


def counted(tx: Tx, order: Order, at: Position) -> Position:
    """A position in which these count as returned too, also before Stripe has booked them."""
    alone = repository.returned_alone(tx, order.id)
    returned = max(at.fee_returned_amount, at.returned_with_them + alone)
    return replace(at, fee_returned_amount=returned)


def why_not(order: Order, at: Position) -> str:
    """Why no fee can be returned; empty if it can."""
    if order.application_fee_amount == 0:
        return "We took no fee on this order."
    if order.fee_mode == TRANSFER_AMOUNT:
        return "Our fee was never transferred to the seller, so it goes back with a refund only."
    if order.stripe_application_fee_id is None:
        return "Stripe has not told us yet which fee it took. Try again in a minute."
    if at.fee_left_amount == 0:
        return "Our fee on this order has been returned already."
    return ""


def check(order: Order, at: Position, amount: int, note: str) -> None:
    """Raise Refused or Invalid, in words, for what cannot be returned."""
    if reason := why_not(order, at):
        raise Refused(reason)
    if amount < 1:
        raise Invalid("The amount to return must be more than nothing.")
    if amount > at.fee_left_amount:
        raise Refused(f"Only {display(at.fee_left_amount, at.currency)} of our fee is left.")
    if not note or len(note) > NOTE_LENGTH:
        raise Invalid(f"Please say why in up to {NOTE_LENGTH} characters; it stays on record.")


def insert(
    tx: Tx, order: Order, amount: int, note: str, *, actor_id: str, form_token: str
) -> FeeReturn:
    """Write the return, who wanted it, and the call."""
    now = timestamp()
    new = FeeReturn(new_id(), order.id, amount, order.currency, note, actor_id, form_token,
                    REQUESTED, "", now, now)  # fmt: skip
    repository.insert_fee_return(tx, new)
    audit.record(
        tx, actor_id, "fee.returned", order.id, f"{display(amount, order.currency)}: {note}"
    )
    sent = {"amount": amount, "metadata": {"order_id": order.id}}
    target = order.stripe_application_fee_id or ""
    stripe_calls.prepare(tx, OPERATION, new.id, sent, target=target, actor_id=actor_id)
    return new


def answered(tx: Tx, call: StripeCall) -> None:
    """Stripe has returned the fee, or has refused to."""
    done = call.state == "confirmed"
    failure = "" if done else _REJECTIONS.get(call.error_code, call.error_message)
    failure = failure or ("" if done else "Stripe has no trace of it. You can make it again.")
    state = SUCCEEDED if done else REJECTED
    repository.update_fee_return(tx, call.subject_id, state, failure)


def send(services: Services, fee_return: FeeReturn) -> None:
    """Ask Stripe now; without an answer the worker goes on."""
    with services.store.read() as tx:
        call = stripe_calls.of_subject(tx, OPERATION, fee_return.id)
    if call is not None and call.open:
        stripe_calls.execute(services, call.id)
