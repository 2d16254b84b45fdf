"""Disputes: opened by test cards or ``/_sandbox``, answered with evidence, won or lost.

Amounts and fees debit the platform, also for destination charges (doc B). The fee for receiving
a dispute is never returned; the one for countering it is returned when the dispute is won.
"""

from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.api.rendering import computed, render
from stripe_sandbox.payments import cards
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

DAY = 86400
DUE_DAYS = 9
DECIDE_SECONDS = 60
_FEES = {"usd": 1500, "eur": 1500, "gbp": 2000, "jpy": 1300, "cad": 1500, "aud": 2500}
_DEFAULT_FEE = 1500
OPEN = ("warning_needs_response", "warning_under_review", "needs_response", "under_review")
_EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
    "appeal",
]
_FILES = [
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
]
_DECISIONS = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "escalate",
}


def open_dispute(
    sandbox: Sandbox,
    charge: JSON,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    inquiry: bool = False,
) -> JSON:
    """The cardholder disputes a charge. An inquiry moves no money."""
    now = sandbox.clock.now()
    dispute: JSON = {
        "id": ids.new("dp"),
        "object": "dispute",
        "amount": charge["amount_captured"] if amount is None else amount,
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + DUE_DAYS * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": "manual",
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _method_details(charge, inquiry),
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
        "_transactions": [],
    }
    sandbox.store.add(dispute, charge["_account"])
    charge["disputed"] = True
    sandbox.store.save(charge)
    emit(sandbox, "charge.dispute.created", dispute)
    if not inquiry:
        _withdraw(sandbox, dispute)
    return dispute


def _method_details(charge: JSON, inquiry: bool) -> JSON:
    brand = charge["payment_method_details"].get("card", {}).get("brand", "visa")
    case = "inquiry" if inquiry else "chargeback"
    return {
        "card": {
            "brand": brand,
            "case_type": case,
            "network": brand,
            "network_reason_code": "10.4",
        },
        "type": "card",
    }


def fee_of(currency: str) -> int:
    """What Stripe asks for receiving, and again for countering, a dispute (minor units)."""
    return _FEES.get(currency, _DEFAULT_FEE)


def _withdraw(sandbox: Sandbox, dispute: JSON) -> None:
    fee = fee_of(dispute["currency"])
    detail = {
        "amount": fee,
        "application": None,
        "currency": dispute["currency"],
        "description": "Dispute fee",
        "type": "stripe_fee",
    }
    _enter(
        sandbox, dispute, -dispute["amount"], "dispute", "customers", fee=fee, fee_details=[detail]
    )
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.funds_withdrawn", dispute)


def _enter(
    sandbox: Sandbox, dispute: JSON, amount: int, category: str, counterparty: str, **more: Any
) -> None:
    shown = category in ("dispute", "dispute_reversal")
    transaction = sandbox.ledger.enter(
        dispute["_account"],
        "adjustment",
        amount,
        dispute["currency"],
        dispute["id"],
        category=category,
        counterparty=counterparty,
        **{"description": f"Chargeback {category} for {dispute['charge']}", **more},
    )
    if shown:
        dispute["_transactions"].append(transaction["id"])


@computed("dispute", "balance_transactions")
def _balance_transactions(sandbox: Sandbox, dispute: JSON) -> list[JSON]:
    return [
        render(sandbox, sandbox.store.get(identifier)) for identifier in dispute["_transactions"]
    ]


@when_due("open_dispute")
def _dispute_card(sandbox: Sandbox, charge_id: str) -> None:
    charge = sandbox.store.get(charge_id)
    method = sandbox.store.get(charge["payment_method"])
    card = cards.by_number(method["_number"])
    kind = card.dispute if card and card.dispute else "fraudulent"
    if kind == "multiple":
        half = charge["amount_captured"] // 2
        open_dispute(sandbox, charge, amount=half)
        open_dispute(sandbox, sandbox.store.get(charge_id), amount=charge["amount_captured"] - half)
        return
    inquiry = kind == "inquiry"
    open_dispute(sandbox, charge, reason="fraudulent" if inquiry else kind, inquiry=inquiry)


def decide(sandbox: Sandbox, dispute: JSON, outcome: str) -> None:
    """The issuer decides: ``won``, ``lost`` or, for an inquiry, ``escalate``.

    A lost dispute may still be won later. ``ValueError`` for what cannot happen.
    """
    status, warning = dispute["status"], dispute["status"].startswith("warning")
    late_win = status == "lost" and outcome == "won"
    if status not in OPEN and not late_win:
        raise ValueError(f"{dispute['id']} is already {status}")
    if outcome == "escalate":
        _escalate(sandbox, dispute)
        return
    if outcome == "won" and not warning:
        _reinstate(sandbox, dispute)
    dispute["status"] = "warning_closed" if warning else outcome
    dispute["is_charge_refundable"] = False
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.closed", dispute)


def _escalate(sandbox: Sandbox, dispute: JSON) -> None:
    if not dispute["status"].startswith("warning"):
        raise ValueError(f"{dispute['id']} is not an inquiry")
    before = dispute["status"]
    dispute.update(status="needs_response", is_charge_refundable=False)
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    changed(sandbox, "charge.dispute.updated", dispute, status=before)
    _withdraw(sandbox, dispute)


def _reinstate(sandbox: Sandbox, dispute: JSON) -> None:
    _enter(sandbox, dispute, dispute["amount"], "dispute_reversal", "customers")
    if dispute["evidence_details"]["submission_count"]:
        fee = fee_of(dispute["currency"])
        description = "Stripe card dispute countered fee returned"
        _enter(sandbox, dispute, fee, "fee", "stripe", description=description)
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.funds_reinstated", dispute)


@operation("GET", "/v1/disputes/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One dispute."""
    return call.fetch("dispute", identifier)


@operation("GET", "/v1/disputes", "DisputeListParams")
def list_all(call: Call) -> JSON:
    """Disputes, of one charge or intent."""
    wanted = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return call.page("dispute", "/v1/disputes", wanted)


@operation("POST", "/v1/disputes/<identifier>", "DisputeUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Stage evidence, or submit it (``submit`` defaults to true when evidence is given)."""
    dispute, params = call.fetch("dispute", identifier), call.params
    before = {"metadata": dispute["metadata"], "status": dispute["status"]}
    dispute["metadata"] = metadata(params, dispute["metadata"])
    if params.get("evidence") or "submit" in params:
        _take_evidence(call, dispute)
    if params.get("submit", "evidence" in params):
        _submit(call.sandbox, dispute)
    changed(call.sandbox, "charge.dispute.updated", dispute, **before)
    return dispute


def _take_evidence(call: Call, dispute: JSON) -> None:
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise errors.refused(
            "This dispute is already closed or its evidence was already submitted."
        )
    given = call.params.get("evidence") or {}
    for name in _FILES:
        _check_file(call.sandbox, given.get(name), f"evidence[{name}]")
    merged = {**dispute["evidence"], **{name: value or None for name, value in given.items()}}
    if sum(len(value) for value in merged.values() if isinstance(value, str)) > 150_000:
        raise errors.invalid(
            "The combined character count of all evidence may not exceed 150,000.", "evidence"
        )
    dispute["evidence"] = merged
    dispute["evidence_details"]["has_evidence"] = any(value for value in merged.values())


def _check_file(sandbox: Sandbox, identifier: str | None, param: str) -> None:
    if not identifier:
        return
    stored = sandbox.store.find(identifier)
    if stored is None or stored["object"] != "file":
        raise errors.missing("file upload", identifier, param, 400)
    if stored["purpose"] != "dispute_evidence":
        raise errors.invalid(
            "The file must have been uploaded with the purpose dispute_evidence.", param
        )


def _submit(sandbox: Sandbox, dispute: JSON) -> None:
    warning = dispute["status"].startswith("warning")
    details = dispute["evidence_details"]
    details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
    dispute["status"] = "warning_under_review" if warning else "under_review"
    if not warning:
        description = "Stripe card dispute countered fee"
        _enter(
            sandbox, dispute, -fee_of(dispute["currency"]), "fee", "stripe", description=description
        )
    if dispute["evidence"]["uncategorized_text"] in _DECISIONS:
        sandbox.timers.start("decide_dispute", dispute["id"], DECIDE_SECONDS)


@when_due("decide_dispute")
def _decide_when_due(sandbox: Sandbox, dispute_id: str) -> None:
    dispute = sandbox.store.get(dispute_id)
    if dispute["status"] in OPEN:
        decide(sandbox, dispute, _DECISIONS[dispute["evidence"]["uncategorized_text"]])


@operation("POST", "/v1/disputes/<identifier>/close", "DisputeCloseParams")
def close(call: Call, identifier: str) -> JSON:
    """Accept the dispute as lost; cannot be undone."""
    dispute = call.fetch("dispute", identifier)
    if dispute["status"] not in ("needs_response", "warning_needs_response"):
        raise errors.refused("This dispute cannot be closed: it is not waiting for a response.")
    decide(call.sandbox, dispute, "lost")
    return dispute
