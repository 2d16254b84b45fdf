"""The healer: a refund that fails leaves the platform with what was pulled back from the seller.

A failed refund's money returns to the platform's balance, but its transfer reversal and its fee
refund stay (https://docs.stripe.com/refunds#failed-refunds). Paying the seller back is a transfer
of what had been pulled back less the fee that had been returned, so that every balance is as it
was before the refund. A platform that is short of money tries again when funds arrive.
"""

from dataclasses import replace
from typing import Any

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Refused
from storefront.ids import new_id
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from storefront.repayments import repository
from storefront.repayments.repository import (
    DONE,
    REJECTED,
    REQUESTED,
    SHORT,
    FailedRefund,
    Repayment,
)
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_objects.events import Event, Fold, Handlers
from storefront.stripe_objects.service import StripeObject

__all__ = ["FailedRefund", "Repayment", "give_back", "heal", "hurry", "of_subject", "pay_back",
           "queue", "register", "retry_due", "why_not"]  # fmt: skip

OPERATION = "transfer.create"
_MINUTES_BETWEEN_TRIES = 60
_FAILED = {"failed", "canceled"}
_CANNOT_RECEIVE = {
    "account_invalid", "resource_missing", "insufficient_capabilities_for_transfer",
}  # fmt: skip
"""Why Stripe does not pay an account for now: it has left, or lacks the capability."""

of_subject = repository.of_subject
queue = repository.queue
hurry = repository.hurry


def register(outcomes: Outcomes, handlers: Handlers) -> None:
    """Listen to the transfers of this feature, and to money that arrives."""
    outcomes.on(OPERATION, _answered)
    handlers.on("balance.available", _money_arrived)


def why_not(tx: Tx, order: Order, refund: Refund) -> str:
    """Why a seller is not paid back for a refund; empty if they can be."""
    if refund.state not in _FAILED:
        return "This refund has not failed, so the seller owes what was pulled back."
    taken = refunds.taken(tx, order, refund)
    if taken is None:
        return "Stripe is still at work on this refund. Come back in a minute."
    if taken.net <= 0:
        return "Nothing was pulled back from the seller for this refund."
    return ""


def pay_back(services: Services, order_id: str, refund_id: str, actor_id: str) -> Repayment:
    """Pay the seller back, once for each refund. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        order = services.settlement.project(tx, refunds.order_of(tx, order_id).id)
        refund = refunds.one_of(tx, order.id, refund_id).refund
        repayment = repository.of_subject(tx, refund.id)
        if repayment is None or repayment.state == REJECTED:
            if reason := why_not(tx, order, refund):
                raise Refused(reason)
            repayment = _start(tx, order, refund, repayment, actor_id)
    return _send(services, repayment)


def heal(tx: Tx, order: Order, _: list[StripeObject]) -> None:
    """Pay sellers back by themselves where the policy says so: a follower of every order."""
    failed = [each for each in refunds.of_order(tx, order.id) if each.state in _FAILED]
    if not failed or policies.of_seller(tx, order.seller_id).on_failure != policies.PAY_BACK:
        return
    for refund in failed:
        if repository.of_subject(tx, refund.id) is None and not why_not(tx, order, refund):
            _start(tx, order, refund, None, None)


def _start(
    tx: Tx, order: Order, refund: Refund, before: Repayment | None, actor_id: str | None
) -> Repayment:
    """Write the repayment and its call; one that Stripe has refused is called anew."""
    repayment = before or _new(tx, order, refund, actor_id)
    if before is None:
        repository.insert(tx, repayment)
    else:
        repository.update(tx, before.id, state=REQUESTED, failure="")
    detail = f"{display(repayment.amount, repayment.currency)}, refund {refund.id}"
    audit.record(tx, actor_id, "seller.paid_back", order.id, detail)
    _prepare(tx, repayment)
    return repayment


def _new(tx: Tx, order: Order, refund: Refund, actor_id: str | None) -> Repayment:
    taken = refunds.taken(tx, order, refund)
    assert taken is not None  # noqa: S101 - `why_not` has looked
    return _requested(order, refund.id, taken.reversed_amount, taken.fee_amount, actor_id)


def give_back(tx: Tx, order: Order, subject_id: str, amount: int) -> None:
    """Pay a seller back what had been pulled back for something that has fallen away, once."""
    if repository.of_subject(tx, subject_id) is None:
        repayment = _requested(order, subject_id, amount, 0, None)
        repository.insert(tx, repayment)
        detail = f"{display(amount, order.currency)}, {subject_id}"
        audit.record(tx, None, "seller.paid_back", order.id, detail)
        _prepare(tx, repayment)


def _requested(
    order: Order, subject_id: str, reversed_amount: int, fee_amount: int, actor_id: str | None
) -> Repayment:
    now = clock.timestamp()
    return Repayment(
        id=new_id(),
        subject_id=subject_id,
        order_id=order.id,
        reversed_amount=reversed_amount,
        fee_amount=fee_amount,
        currency=order.currency,
        destination=order.destination,
        actor_id=actor_id,
        state=REQUESTED,
        failure="",
        missing_amount=0,
        next_try_at=None,
        stripe_transfer_id=None,
        created_at=now,
        updated_at=now,
    )


def _prepare(tx: Tx, repayment: Repayment) -> None:
    """Write the transfer, or leave it waiting until the account is connected again."""
    if not sellers.is_connected(tx, repayment.destination):
        repository.update(tx, repayment.id, state=SHORT, next_try_at=clock.timestamp())
        return
    sent = {
        "amount": repayment.amount,
        "currency": repayment.currency,
        "destination": repayment.destination,
        "description": "Paid back, since the sale stands",
        "metadata": {"subject_id": repayment.subject_id, "order_id": repayment.order_id},
    }
    stripe_calls.prepare(tx, OPERATION, repayment.id, sent, actor_id=repayment.actor_id)


def _send(services: Services, repayment: Repayment) -> Repayment:
    with services.store.read() as tx:
        call = stripe_calls.of_subject(tx, OPERATION, repayment.id)
    if call is not None and call.open:
        stripe_calls.execute(services, call.id)
    with services.store.read() as tx:
        return repository.by_id(tx, repayment.id) or repayment


def _answered(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    repayment = repository.by_id(tx, call.subject_id)
    assert repayment is not None  # noqa: S101 - written together with the call
    if answer is not None:
        done = replace(repayment, stripe_transfer_id=answer["id"])
        repository.update(
            tx, done.id, state=DONE, failure="", missing_amount=0, stripe_transfer_id=answer["id"]
        )
        ledger.book(tx, done.order_id, _entries(done))
    elif call.error_code == "balance_insufficient":
        repository.update(tx, repayment.id, state=SHORT, next_try_at=clock.timestamp())
    elif call.error_code in _CANNOT_RECEIVE:
        later = clock.in_future(minutes=_MINUTES_BETWEEN_TRIES)
        repository.update(
            tx, repayment.id, state=SHORT, failure=call.error_message, next_try_at=later
        )
    else:
        why = call.error_message or "Stripe has no trace of it. You can try again."
        repository.update(tx, repayment.id, state=REJECTED, failure=why)


def _entries(done: Repayment) -> list[Entry]:
    """One transfer, told as what it makes good: the reversal, and our fee once more."""
    transfer_id = str(done.stripe_transfer_id)
    back = Entry(
        "repayment", "platform", "seller", done.reversed_amount, done.currency, transfer_id
    )
    fee = Entry("repayment_fee", "seller", "platform", done.fee_amount, done.currency, transfer_id)
    return [back, fee] if done.fee_amount else [back]


def _money_arrived(tx: Tx, _: Event) -> Fold:
    repository.hurry(tx)
    return "done"


def retry_due(services: Services, limit: int = 10) -> int:
    """Try again what the platform was short of money for; how many were looked at."""
    with services.store.read() as tx:
        waiting = repository.due(tx, limit)
    if not waiting:
        return 0
    available = services.gateway.balance(pending=False)
    with services.store.transaction() as tx:
        for repayment in waiting:
            missing = repayment.amount - available.get(repayment.currency, 0)
            _look_again(tx, repayment, missing)
            if missing <= 0:
                available[repayment.currency] -= repayment.amount
    return len(waiting)


def _look_again(tx: Tx, repayment: Repayment, missing: int) -> None:
    if not repository.still_short(tx, repayment.id):
        return  # another process was first
    if missing > 0:
        later = clock.in_future(seconds=60 * _MINUTES_BETWEEN_TRIES)
        repository.update(tx, repayment.id, missing_amount=missing, next_try_at=later)
        return
    repository.update(
        tx, repayment.id, state=REQUESTED, failure="", missing_amount=0, next_try_at=None
    )
    _prepare(tx, repayment)
