"""What Stripe's answers to our refund calls mean.

The state of a refund comes from facts alone (follow.py); what is decided here is what happens
next: pulling back and returning the fee where these are calls of their own, in this order, or
releasing what was reserved.
"""

from functools import partial
from typing import Any

from storefront.debts import service as debts
from storefront.fees import APPLICATION_FEE
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.orders.settlement import Settlement
from storefront.refunds import fee_returns, lines, repository, words
from storefront.refunds.preview import effect
from storefront.refunds.repository import Refund
from storefront.refunds.service import CREATE, PULL_BACK, RETURN_FEE
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall

Answer = dict[str, Any]

_WITHOUT_MONEY = {"balance_insufficient", "account_invalid"}
"""Why Stripe pulls nothing back for now: the account has too little, or has left."""


def register(outcomes: Outcomes, settlement: Settlement) -> None:
    """Listen to the calls of this feature."""
    outcomes.on(CREATE, partial(_refunded, settlement))
    outcomes.on(PULL_BACK, partial(_pulled_back, settlement))
    outcomes.on(RETURN_FEE, partial(_fee_returned, settlement))


def _refunded(settlement: Settlement, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
    if answer is None:
        refund = _refund(tx, call)
        repository.reject(tx, refund.id, words.rejection(call))
        settlement.project(tx, refund.order_id)
        return
    settlement.fold(tx, answer)
    refund = _refund(tx, call)
    order = _order(tx, refund)
    debts.count(tx, refund.id, answer["id"])
    lines.restock(tx, order, refund.id)
    if not refund.holds:
        return  # it has failed by now: nothing more is taken or returned
    pulled = effect(refund, order.fee_mode).reversed_amount
    if pulled and not call.parameters.get("reverse_transfer"):
        _prepare(tx, PULL_BACK, refund, pulled)
    else:
        _prepare(tx, RETURN_FEE, refund, _owed_fee(call, refund, order.fee_mode, answer))


def _owed_fee(call: StripeCall, refund: Refund, fee_mode: str, answer: Answer) -> int:
    """The part of the fee that is still to be returned by a call of its own.

    Where Stripe was asked to return the rest of the fee with the refund, that is whatever its
    rounding has left over.
    """
    if not call.parameters.get("refund_application_fee"):
        return refund.fee_amount if fee_mode == APPLICATION_FEE else 0
    charge = answer.get("charge")
    fee = charge.get("application_fee") if isinstance(charge, dict) else None
    return fee["amount"] - fee["amount_refunded"] if isinstance(fee, dict) else 0


def _prepare(tx: Tx, operation: str, refund: Refund, amount: int) -> None:
    """Write down the next call for a refund, if there is anything for it to move."""
    if amount <= 0:
        return
    order = _order(tx, refund)
    target = {PULL_BACK: order.stripe_transfer_id, RETURN_FEE: order.stripe_application_fee_id}
    sent = {"amount": amount, "metadata": {"refund_id": refund.id, "order_id": order.id}}
    stripe_calls.prepare(
        tx, operation, refund.id, sent, target=target[operation] or "", actor_id=refund.actor_id
    )


def _pulled_back(settlement: Settlement, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
    refund = _locked(tx, call) if answer is None else _refund(tx, call)
    if answer is not None:
        settlement.fold(tx, answer)
    elif call.error_code in _WITHOUT_MONEY and refund.holds:
        _let_owe(tx, refund, call.parameters["amount"])
    else:
        repository.update(tx, refund.id, reverse_transfer=0, return_fee=0, fee_amount=0)
        settlement.project(tx, refund.order_id)
        return
    if _order(tx, refund).fee_mode == APPLICATION_FEE:
        _prepare(tx, RETURN_FEE, refund, refund.fee_amount)


def _let_owe(tx: Tx, refund: Refund, amount: int) -> None:
    """The refund is made and cannot be pulled back from the seller now, so they owe it."""
    repository.update(tx, refund.id, owed=1)
    debts.begin(tx, _order(tx, refund), refund.id, amount)
    debts.count(tx, refund.id, str(refund.stripe_refund_id))


def _fee_returned(settlement: Settlement, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
    if answer is not None:
        settlement.fold(tx, answer)
    if fee_returns.is_subject(tx, call.subject_id):
        fee_returns.answered(tx, call)
        return
    if answer is not None:
        return
    refund = _locked(tx, call)
    kept = call.parameters["amount"]
    repository.update(tx, refund.id, fee_amount=max(0, refund.fee_amount - kept))
    settlement.project(tx, refund.order_id)


def _order(tx: Tx, refund: Refund) -> Order:
    order = orders.by_id(tx, refund.order_id)
    assert order is not None  # noqa: S101 - the row names it
    return order


def _locked(tx: Tx, call: StripeCall) -> Refund:
    """The refund while nobody else changes its order: what an event says of it is seen here."""
    orders.lock(tx, _refund(tx, call).order_id)
    return _refund(tx, call)


def _refund(tx: Tx, call: StripeCall) -> Refund:
    refund = repository.by_id(tx, call.subject_id)
    assert refund is not None  # noqa: S101 - call and refund are written in one transaction
    return refund
