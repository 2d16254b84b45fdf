"""What Stripe's answers to our refund calls mean.

The state of a refund comes from facts alone (follow.py); what is decided here is what happens
next: returning the fee, or releasing what was reserved.
"""

from functools import partial
from typing import Any

from storefront.orders import service as orders
from storefront.orders.settlement import Settlement
from storefront.refunds import repository, words
from storefront.refunds.repository import Refund
from storefront.refunds.service import CREATE, RETURN_FEE
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall

Answer = dict[str, Any]


def register(outcomes: Outcomes, settlement: Settlement) -> None:
    """Listen to the calls of this feature."""
    outcomes.on(CREATE, partial(_refunded, settlement))
    outcomes.on(RETURN_FEE, partial(_fee_returned, settlement))


def _refunded(settlement: Settlement, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
    refund = _refund(tx, call)
    if answer is None:
        repository.reject(tx, refund.id, words.rejection(call))
        settlement.project(tx, refund.order_id)
        return
    settlement.fold(tx, answer)
    owed = _owed_fee(call, _refund(tx, call), answer)
    if owed > 0:
        _prepare_fee(tx, refund, owed)


def _owed_fee(call: StripeCall, refund: Refund, answer: Answer) -> int:
    """The part of the fee that is still to be returned by a call of its own.

    Where Stripe was asked to return the rest of the fee with the refund, that is whatever its
    rounding has left over. A refund that has failed by now returns nothing more.
    """
    if not refund.holds:
        return 0
    if not call.parameters.get("refund_application_fee"):
        return refund.fee_amount
    charge = answer.get("charge")
    fee = charge.get("application_fee") if isinstance(charge, dict) else None
    return fee["amount"] - fee["amount_refunded"] if isinstance(fee, dict) else 0


def _prepare_fee(tx: Tx, refund: Refund, amount: int) -> None:
    order = orders.by_id(tx, refund.order_id)
    assert order is not None  # noqa: S101 - the row names it
    sent = {"amount": amount, "metadata": {"refund_id": refund.id, "order_id": order.id}}
    target = order.stripe_application_fee_id or ""
    stripe_calls.prepare(tx, RETURN_FEE, refund.id, sent, target=target, actor_id=refund.actor_id)


def _fee_returned(settlement: Settlement, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
    if answer is not None:
        settlement.fold(tx, answer)
        return
    refund = _refund(tx, call)
    kept = call.parameters["amount"]
    repository.update(tx, refund.id, fee_amount=max(0, refund.fee_amount - kept))


def _refund(tx: Tx, call: StripeCall) -> Refund:
    refund = repository.by_id(tx, call.subject_id)
    assert refund is not None  # noqa: S101 - call and refund are written in one transaction
    return refund
