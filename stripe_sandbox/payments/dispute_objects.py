"""How disputes look when they are new."""

from stripe_sandbox import ids
from stripe_sandbox.payments.charge_objects import unrefunded
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

TEXTS = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
]
FILES = [
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
_NETWORK_CODES: dict[str, str | None] = {
    "bank_cannot_process": None,
    "check_returned": None,
    "credit_not_processed": "13.6",
    "customer_initiated": None,
    "debit_not_authorized": None,
    "duplicate": "12.6.1",
    "fraudulent": "10.4",
    "general": None,
    "incorrect_account_details": None,
    "insufficient_funds": None,
    "noncompliant": None,
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "unrecognized": "10.4",
}
REASONS = tuple(_NETWORK_CODES)


def new_dispute(
    sandbox: Sandbox,
    charge: JSON,
    *,
    due_by: int,
    amount: int | None = None,
    reason: str = "fraudulent",
    status: str = "needs_response",
) -> JSON:
    """A dispute with every documented member, of what is not refunded yet unless ``amount`` says.

    ``ValueError`` for an amount or a reason that cannot be.
    """
    left = unrefunded(charge) or charge["amount_captured"]
    disputed = left if amount is None else amount
    if not isinstance(disputed, int) or isinstance(disputed, bool) or disputed <= 0:
        raise ValueError("amount is a positive integer of minor units")
    if reason not in REASONS:
        raise ValueError(f"reason is one of {', '.join(REASONS)}")
    return {
        "id": ids.new("dp"),
        "object": "dispute",
        "amount": disputed,
        "charge": charge["id"],
        "created": sandbox.clock.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys([*TEXTS, *FILES, "appeal"]), "enhanced_evidence": {}},
        "evidence_details": _details(due_by),
        "intended_submission_method": "manual",
        "livemode": False,
        "metadata": {},
        "network_reason_code": _NETWORK_CODES[reason],
        "payment_intent": charge["payment_intent"],
        "payment_method_details": _method_details(charge, status, _NETWORK_CODES[reason]),
        "reason": reason,
        "status": status,
        "_countered": False,
        "_transactions": [],
    }


def _details(due_by: int) -> JSON:
    return {
        "due_by": due_by,
        "enhanced_eligibility": {},
        "has_evidence": False,
        "past_due": False,
        "submission_count": 0,
        "submission_method": "not_submitted",
    }


def _method_details(charge: JSON, status: str, network_code: str | None) -> JSON:
    brand = charge["payment_method_details"].get("card", {}).get("brand", "visa")
    cases = {"warning_needs_response": "inquiry", "prevented": "resolution"}
    return {
        "card": {
            "brand": brand,
            "case_type": cases.get(status, "chargeback"),
            "network": brand,
            "network_reason_code": network_code,
        },
        "type": "card",
    }
