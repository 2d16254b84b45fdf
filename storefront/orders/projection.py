"""From the facts that Stripe has reported to what an order is: a pure function.

Nothing here reads a clock, a table or the order's own past status: the same facts give the same
order, ledger and mails, whatever sequence the events came in.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from storefront import clock
from storefront.fees import TRANSFER_AMOUNT
from storefront.ledger.service import Entry
from storefront.orders.repository import (
    AWAITING,
    CANCELED,
    EXPIRED,
    FAILED,
    PAID,
    PROCESSING,
    QUARANTINED,
    Order,
)
from storefront.stripe_objects.service import StripeObject, standing

Facts = dict[str, Any]

_REFUNDABLE = {
    "warning_needs_response", "warning_under_review", "warning_closed", "won", "prevented",
}  # fmt: skip
"""A disputed payment can be refunded while the bank only asks, and once it has given it back."""
REFUND_ACTIVE = {"pending", "requires_action", "succeeded"}
REFUND_RETURNED = {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class Payment:
    """Everything known about an order's payment, sorted by what it is."""

    session: Facts = field(default_factory=dict)
    charge: StripeObject | None = None
    transfer: StripeObject | None = None
    application_fee: StripeObject | None = None
    stripe_fee: StripeObject | None = None
    refunds: tuple[StripeObject, ...] = ()
    reversals: tuple[StripeObject, ...] = ()
    fee_refunds: tuple[StripeObject, ...] = ()
    disputes: tuple[StripeObject, ...] = ()
    dispute_transactions: tuple[StripeObject, ...] = ()
    """What disputes have moved on the platform's balance: withdrawn, reinstated, with fees."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What follows from the facts: columns of the order, ledger entries, mails."""

    columns: dict[str, Any]
    entries: tuple[Entry, ...]
    mails: dict[tuple[str, str], bool]
    """(kind, subject) of each mail that is due, or True if a later fact has overtaken it."""
    wants_facts: bool


def sort_out(session: Facts, objects: Iterable[StripeObject]) -> Payment:
    """The payment in a tree of objects. Of several charges the one that succeeded counts."""
    by_kind: dict[str, list[StripeObject]] = {}
    for known in objects:
        by_kind.setdefault(known.object, []).append(known)
    charge = max(by_kind.get("charge", []), key=_newest_success, default=None)
    if charge is None:
        return Payment(session)

    def belonging(kind: str, *owners: StripeObject | None) -> tuple[StripeObject, ...]:
        ids = {owner.id for owner in owners if owner}
        return tuple(known for known in by_kind.get(kind, []) if known.parent_id in ids)

    disputes = belonging("dispute", charge)
    transfer = next(iter(belonging("transfer", charge)), None)
    fee = next(iter(belonging("application_fee", charge)), None)
    return Payment(
        session,
        charge,
        transfer,
        fee,
        next(iter(belonging("balance_transaction", charge)), None),
        belonging("refund", charge),
        belonging("transfer_reversal", transfer),
        belonging("fee_refund", fee),
        disputes,
        belonging("balance_transaction", *disputes),
    )


def _newest_success(charge: StripeObject) -> tuple[bool, int, str]:
    return charge.facts.get("status") == "succeeded", charge.facts.get("created", 0), charge.id


def project(order: Order, payment: Payment) -> Projection:
    """What an order is, given what is known of its payment."""
    order = _with_fee_as_charged(order, payment)
    status, problem = _status(order, payment)
    return Projection(
        columns={
            "status": status,
            "problem": problem,
            **_shopper(payment.session),
            **_subscription_columns(order, payment.session),
            **_payment_columns(order, payment, status),
            **_refund_columns(order, payment),
        },
        entries=tuple(_entries(payment)),
        mails=_mails(order, payment, status),
        wants_facts=_wants_facts(payment, status),
    )


def _with_fee_as_charged(order: Order, payment: Payment) -> Order:
    """Of a subscription Stripe works out the fee; how it rounds is not documented.

    So what it has taken counts if it is the percentage, rounded either way. Anything else stays
    different from what was frozen. https://docs.stripe.com/connect/subscriptions
    """
    if order.fee_percent is None:
        return order
    exact = order.total_amount * order.fee_percent
    charged = payment.charge.facts.get("application_fee_amount") or 0 if payment.charge else 0
    is_percentage = payment.charge is not None and abs(charged * 10_000 - exact) < 10_000
    return replace(order, application_fee_amount=charged if is_percentage else exact // 10_000)


def _subscription_columns(order: Order, session: Facts) -> dict[str, Any]:
    if order.subscription_id is None:
        return {}
    return {
        "application_fee_amount": order.application_fee_amount,
        "stripe_invoice_id": session.get("invoice"),
    }


def _status(order: Order, payment: Payment) -> tuple[str, str]:
    session = payment.session
    if session.get("payment_status") in {"paid", "no_payment_required"}:
        return _paid_status(order, payment)
    if session.get("async_failed"):
        return FAILED, ""
    if session.get("status") == "complete":
        return PROCESSING, ""
    if session.get("status") == "expired":
        return EXPIRED, ""
    if order.stripe_checkout_session_id is None and order.status == CANCELED:
        return CANCELED, order.problem
    return AWAITING, ""


def _paid_status(order: Order, payment: Payment) -> tuple[str, str]:
    """Paid only if everything equals what was frozen; a strange payment waits for a person."""
    charge = payment.charge.facts if payment.charge else {}
    if charge.get("status") != "succeeded":
        return PROCESSING, ""
    differences = [
        f"{name} is {found!r} instead of {expected!r}"
        for name, found, expected in (
            ("the session's total", payment.session.get("amount_total"), order.total_amount),
            ("the session's currency", payment.session.get("currency"), order.currency),
            ("the charge's amount", charge.get("amount"), order.total_amount),
            ("the charge's currency", charge.get("currency"), order.currency),
            ("the destination", charge.get("destination"), order.destination),
            (
                "the application fee",
                charge.get("application_fee_amount") or 0,
                order.requested_fee_amount,
            ),
            (
                "the transfer",
                charge.get("transfer_amount", order.total_amount),
                order.transfer_amount,
            ),
        )
        if found != expected
    ]
    return (QUARANTINED, "; ".join(differences)) if differences else (PAID, "")


def _shopper(session: Facts) -> dict[str, Any]:
    email = session.get("email")
    return {
        "stripe_payment_intent_id": session.get("payment_intent"),
        "email": email.lower() if email else None,
        "customer_name": session.get("name"),
        "shipping_address": json.dumps(session["shipping"]) if session.get("shipping") else None,
    }


def _payment_columns(order: Order, payment: Payment, status: str) -> dict[str, Any]:
    charge, fee = payment.charge, payment.stripe_fee
    paid = status in {PAID, QUARANTINED} and charge is not None
    return {
        "stripe_charge_id": charge.id if charge else None,
        "stripe_transfer_id": payment.transfer.id if payment.transfer else None,
        "stripe_application_fee_id": (
            payment.application_fee.id if payment.application_fee else None
        ),
        "stripe_fee_amount": fee.facts.get("fee") if fee else None,
        "stripe_fee_currency": fee.facts.get("currency") if fee else None,
        "paid_at": _moment(charge.facts.get("created")) if paid and charge else None,
        "disputed": int(any(_blocks_refunds(dispute) for dispute in payment.disputes)),
    }


def _refund_columns(order: Order, payment: Payment) -> dict[str, Any]:
    """What went back. No fact tells of a fee that was never taken; our refunds' rows do."""
    active = [r for r in payment.refunds if r.facts.get("status") in REFUND_ACTIVE]
    columns = {"refunded_amount": _sum(active)}
    if order.fee_mode != TRANSFER_AMOUNT:
        columns["fee_refunded_amount"] = _sum(payment.fee_refunds)
    return columns


def _blocks_refunds(dispute: StripeObject) -> bool:
    """A lost dispute counts too: what the bank has taken back cannot be refunded again."""
    _, status = standing(dispute)
    return status not in _REFUNDABLE


def _sum(objects: Iterable[StripeObject]) -> int:
    return sum(known.facts.get("amount", 0) for known in objects)


def _moment(seconds: int | None) -> str | None:
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC)) if seconds else None


def _entries(payment: Payment) -> Iterable[Entry]:
    charge = payment.charge
    if charge is None or charge.facts.get("status") != "succeeded":
        return
    yield from _entry("charge", "shopper", "platform", charge)
    if payment.stripe_fee and payment.stripe_fee.facts.get("fee"):
        fee = payment.stripe_fee
        yield Entry(
            "stripe_fee", "platform", "stripe_fees", fee.facts["fee"], fee.facts["currency"], fee.id
        )
    yield from _entry("transfer", "platform", "seller", payment.transfer)
    yield from _entry("application_fee", "seller", "platform", payment.application_fee)
    for reversal in payment.reversals:
        yield from _entry("transfer_reversal", "seller", "platform", reversal)
    for fee_refund in payment.fee_refunds:
        yield from _entry("fee_refund", "platform", "seller", fee_refund)
    for refund in payment.refunds:
        yield from _refund_entries(refund)
    for moved in payment.dispute_transactions:
        yield from _dispute_entries(moved)


def _refund_entries(refund: StripeObject) -> Iterable[Entry]:
    """A refund counts once Stripe has booked it; one that fails comes back to the platform."""
    booked = refund.facts.get("balance_transaction") or refund.facts.get("was_succeeded")
    if booked:
        yield from _entry("refund", "platform", "shopper", refund)
        if refund.facts.get("status") in REFUND_RETURNED:
            yield from _entry("refund_failure", "shopper", "platform", refund)


def dispute_money(moved: StripeObject) -> tuple[int, int]:
    """What a balance transaction of a dispute brings, and what Stripe takes for it, apart.

    The fee of an answer is a transaction of its own
    (https://docs.stripe.com/disputes/how-disputes-work#dispute-fees).
    """
    amount, fee = moved.facts.get("amount", 0), moved.facts.get("fee", 0)
    return (0, fee - amount) if moved.facts.get("category") == "fee" else (amount, fee)


def _dispute_entries(moved: StripeObject) -> Iterable[Entry]:
    """Stripe debits disputes and their fees to the platform, and credits what is won.

    https://docs.stripe.com/connect/destination-charges#handle-disputes
    """
    amount, fee = dispute_money(moved)
    for kind, back, party, gained in (
        ("dispute", "dispute_reinstated", "dispute", amount),
        ("dispute_fee", "dispute_fee_returned", "stripe_fees", -fee),
    ):
        if gained < 0:
            yield Entry(kind, "platform", party, -gained, moved.facts["currency"], moved.id)
        elif gained > 0:
            yield Entry(back, party, "platform", gained, moved.facts["currency"], moved.id)


def _entry(kind: str, debit: str, credit: str, known: StripeObject | None) -> Iterable[Entry]:
    if known is not None and known.facts.get("amount"):
        yield Entry(kind, debit, credit, known.facts["amount"], known.facts["currency"], known.id)


def _mails(order: Order, payment: Payment, status: str) -> dict[tuple[str, str], bool]:
    mails: dict[tuple[str, str], bool] = {}
    if payment.session.get("was_delayed"):
        mails["order_processing", order.id] = status != PROCESSING
    if payment.session.get("async_failed"):
        mails["order_failed", order.id] = status != FAILED
    if status == PAID:
        mails["order_renewed" if order.is_renewal else "order_confirmed", order.id] = False
        mails["seller_sale", order.id] = False
    for refund in payment.refunds:
        state = refund.facts.get("status")
        if state != "requires_action":
            mails["refund_sent", refund.id] = state in REFUND_RETURNED
        if state in REFUND_RETURNED:
            mails["refund_failed", refund.id] = False
    return mails


def _wants_facts(payment: Payment, status: str) -> bool:
    """Whether something is missing that only a read from Stripe can tell."""
    if payment.session.get("payment_status") == "paid" and status == PROCESSING:
        return True
    if status != PAID or payment.charge is None:
        return False
    charge = payment.charge.facts
    return (
        not payment.stripe_fee
        or "fee" not in payment.stripe_fee.facts
        or not payment.transfer
        or "amount" not in payment.transfer.facts
        or (bool(charge.get("application_fee_amount")) and not _known_fee(payment))
        or charge.get("amount_refunded", 0) > _sum(payment.refunds)
        or payment.transfer.facts.get("amount_reversed", 0) > _sum(payment.reversals)
        or _fee_returned(payment) > _sum(payment.fee_refunds)
    )


def _known_fee(payment: Payment) -> bool:
    return payment.application_fee is not None and "amount" in payment.application_fee.facts


def _fee_returned(payment: Payment) -> int:
    fee = payment.application_fee
    return int(fee.facts.get("amount_refunded", 0)) if fee else 0
