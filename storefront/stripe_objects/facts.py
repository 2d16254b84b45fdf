"""What we keep of Stripe's objects, and how two snapshots of one object are merged.

Webhooks come in any order and more than once. Each field therefore has a total order, and
merging keeps the greater value: an operation that is commutative, associative and idempotent,
so that the same set of snapshots gives the same facts whatever their order. Statuses rise on
written ranks; values that never change simply replace "unknown".
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Snapshot = Mapping[str, Any]
Facts = dict[str, Any]

_STATUS_RANKS: dict[str, tuple[str, ...]] = {
    "checkout.session": ("open", "expired", "complete"),
    "invoice": ("draft", "open", "uncollectible", "void", "paid"),
    "charge": ("pending", "failed", "succeeded"),
    "refund": ("requires_action", "pending", "succeeded", "canceled", "failed"),
    "dispute": (
        "warning_needs_response",
        "warning_under_review",
        "warning_closed",
        "needs_response",
        "under_review",
        "appeal_under_review",
        "prevented",
        "lost",
        "appeal_needs_response",
        "won",
    ),
}
_AFTER_INQUIRY = _STATUS_RANKS["dispute"][3:]
_PAYMENT_STATUS = ("unpaid", "no_payment_required", "paid")

_Get = Callable[[Snapshot], Any]


def _path(*names: str) -> _Get:
    def get(snapshot: Snapshot) -> Any:
        value: Any = snapshot
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return get


def _id(name: str) -> _Get:
    """An id that may have been expanded into the whole object."""

    def get(snapshot: Snapshot) -> Any:
        value = snapshot.get(name)
        return value.get("id") if isinstance(value, Mapping) else value

    return get


def _is(name: str, *values: object) -> _Get:
    return lambda snapshot: True if snapshot.get(name) in values else None


def _was_delayed(snapshot: Snapshot) -> Any:
    waiting = snapshot.get("status") == "complete" and snapshot.get("payment_status") == "unpaid"
    return True if waiting else None


def _standing(snapshot: Snapshot) -> list[Any] | None:
    """How often a dispute has been answered, and its status; only together they have an order."""
    details = snapshot.get("evidence_details") or {}
    status = snapshot.get("status")
    return [details.get("submission_count") or 0, status] if status else None


def _subscription(invoice: Snapshot) -> Any:
    """https://docs.stripe.com/changelog/basil/2025-03-18/adds-new-parent-field-to-invoicing-objects."""
    return _id("subscription")(_path("parent", "subscription_details")(invoice) or {})


def _period(invoice: Snapshot) -> list[int] | None:
    """From when to when its first line is for; the invoice's own period is the one before."""
    lines = _path("lines", "data")(invoice)
    period = lines[0].get("period") if lines else None
    return [period["start"], period["end"]] if period else None


def _paying_intent(invoice: Snapshot) -> str | None:
    """The PaymentIntent by which it was paid; only a read with `payments` tells."""
    payments = _path("payments", "data")(invoice) or ()
    paid = (each for each in payments if each.get("status") == "paid")
    found = (_id("payment_intent")(each.get("payment") or {}) for each in paid)
    return max((each for each in found if each), default=None)


FIELDS: dict[str, dict[str, _Get]] = {
    "checkout.session": {
        "status": _path("status"),
        "payment_status": _path("payment_status"),
        "amount_total": _path("amount_total"),
        "currency": _path("currency"),
        "payment_intent": _id("payment_intent"),
        "email": _path("customer_details", "email"),
        "name": _path("customer_details", "name"),
        "shipping": _path("collected_information", "shipping_details"),
        "was_delayed": _was_delayed,
        "async_failed": _path("async_failed"),
        "subscription": _id("subscription"),
        "invoice": _id("invoice"),
    },
    "invoice": {
        "status": _path("status"),
        "total": _path("total"),
        "amount_paid": _path("amount_paid"),
        "currency": _path("currency"),
        "created": _path("created"),
        "billing_reason": _path("billing_reason"),
        "subscription": _subscription,
        "period": _period,
        "payment_intent": _paying_intent,
        "email": _path("customer_email"),
        "name": _path("customer_name"),
    },
    "charge": {
        "status": _path("status"),
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "destination": _path("transfer_data", "destination"),
        "transfer_amount": _path("transfer_data", "amount"),
        "application_fee_amount": _path("application_fee_amount"),
        "application_fee": _id("application_fee"),
        "transfer": _id("transfer"),
        "balance_transaction": _id("balance_transaction"),
        "amount_refunded": _path("amount_refunded"),
        "card_brand": _path("payment_method_details", "card", "brand"),
        "card_last4": _path("payment_method_details", "card", "last4"),
        "method": _path("payment_method_details", "type"),
        "statement_descriptor": _path("calculated_statement_descriptor"),
        "failure_message": _path("failure_message"),
    },
    "refund": {
        "status": _path("status"),
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "reason": _path("reason"),
        "balance_transaction": _id("balance_transaction"),
        "was_succeeded": _is("status", "succeeded"),
        "failure_reason": _path("failure_reason"),
        "refund_id": _path("metadata", "refund_id"),
        "reference": _path("destination_details", "card", "reference"),
        "pending_reason": _path("pending_reason"),
    },
    "transfer": {
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "destination": _id("destination"),
        "amount_reversed": _path("amount_reversed"),
    },
    "transfer_reversal": {
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "source_refund": _id("source_refund"),
        "refund_id": _path("metadata", "refund_id"),
        "dispute_id": _path("metadata", "dispute_id"),
    },
    "application_fee": {
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "amount_refunded": _path("amount_refunded"),
    },
    "fee_refund": {
        "amount": _path("amount"),
        "currency": _path("currency"),
        "created": _path("created"),
        "refund_id": _path("metadata", "refund_id"),
    },
    "dispute": {
        "standing": _standing,
        "amount": _path("amount"),
        "currency": _path("currency"),
        "reason": _path("reason"),
        "created": _path("created"),
        "due_by": _path("evidence_details", "due_by"),
        "has_evidence": _path("evidence_details", "has_evidence"),
    },
    "radar.early_fraud_warning": {
        "fraud_type": _path("fraud_type"),
        "created": _path("created"),
        "not_actionable": _is("actionable", False),
    },
    "balance_transaction": {
        "fee": _path("fee"),
        "currency": _path("currency"),
        "amount": _path("amount"),
        "type": _path("type"),
        "category": _path("reporting_category"),
        "created": _path("created"),
    },
}

_PARENTS: dict[str, _Get] = {
    "charge": _id("payment_intent"),
    "refund": _id("charge"),
    "transfer": _id("source_transaction"),
    "transfer_reversal": _id("transfer"),
    "application_fee": _id("originating_transaction"),
    "fee_refund": _id("fee"),
    "dispute": _id("charge"),
    "radar.early_fraud_warning": _id("charge"),
    "balance_transaction": _path("owner"),
}


def known(snapshot: Snapshot) -> bool:
    """Whether this is an object of which we keep facts."""
    return snapshot.get("object") in FIELDS


def facts(snapshot: Snapshot) -> Facts:
    """The fields that we keep, those that the snapshot knows."""
    found = {name: get(snapshot) for name, get in FIELDS[snapshot["object"]].items()}
    return {name: value for name, value in found.items() if value is not None}


def parent(snapshot: Snapshot) -> str | None:
    """The object that this one belongs to: a refund to its charge, that to its PaymentIntent."""
    get = _PARENTS.get(snapshot["object"])
    found = get(snapshot) if get else None
    return found if isinstance(found, str) else None


def merge(kind: str, left: Facts, right: Facts) -> Facts:
    """The facts of two snapshots of one object; the order of the two does not matter."""
    merged = {**left, **right}
    for name in left.keys() & right.keys():
        merged[name] = max(left[name], right[name], key=lambda value: _rank(kind, name, value))
    return merged


def _rank(kind: str, name: str, value: Any) -> tuple[int, int, str]:
    ranks = _PAYMENT_STATUS if name == "payment_status" else _STATUS_RANKS.get(kind, ())
    if name == "standing":
        return _dispute_rank(*value)
    if name in {"status", "payment_status"}:
        return (ranks.index(value) if value in ranks else -1, 0, str(value))
    number = value if isinstance(value, int) else 0
    return (0, number, json.dumps(value, sort_keys=True))


def _dispute_rank(submission_count: int, status: str) -> tuple[int, int, str]:
    """A lost dispute may be appealed and lost again; an inquiry may become a dispute."""
    ranks = _STATUS_RANKS["dispute"]
    late = submission_count if status in _AFTER_INQUIRY else -1
    place = ranks.index(status) if status in ranks else -1
    return (late, place, f"{status} {submission_count:06}")


def reached(status: str, earlier: str) -> bool:
    """Whether a dispute of a status may have had an earlier one."""
    ranks = _STATUS_RANKS["dispute"]
    return status in ranks and ranks.index(earlier) <= ranks.index(status)


def explode(snapshot: Snapshot) -> Iterator[Snapshot]:
    """The object itself, and every object inside it, each knowing to whom it belongs."""
    yield snapshot
    for name, value in snapshot.items():
        for inner in _inside(snapshot, name, value):
            yield from explode(inner)


def _inside(snapshot: Snapshot, name: str, value: Any) -> Iterator[Snapshot]:
    if isinstance(value, Mapping) and value.get("object") == "list":
        yield from (item for item in value["data"] if isinstance(item, Mapping))
    elif snapshot.get("object") == "dispute" and name == "balance_transactions":
        yield from (_adopted(snapshot, item) for item in value or ())
    elif isinstance(value, Mapping) and "object" in value:
        yield _adopted(snapshot, value)
    elif snapshot.get("object") == "charge" and name in _OF_CHARGE and isinstance(value, str):
        yield _adopted(snapshot, {"object": _OF_CHARGE[name], "id": value})


_OF_CHARGE = {
    "transfer": "transfer",
    "application_fee": "application_fee",
    "balance_transaction": "balance_transaction",
}
_LINKS = {
    ("charge", "transfer"): "source_transaction",
    ("charge", "application_fee"): "originating_transaction",
    ("charge", "balance_transaction"): "owner",
    ("dispute", "balance_transaction"): "owner",
}


def _adopted(owner: Snapshot, inner: Snapshot) -> Snapshot:
    """What a charge or dispute names belongs to it, also where the object does not say so."""
    link = _LINKS.get((owner.get("object", ""), inner["object"]))
    return {**inner, link: owner["id"]} if link else inner
