"""The life of a dispute: opened, withdrawn, escalated, decided, appealed, and its money.

Amounts and fees debit the platform, also for destination charges (doc B). The fee for receiving
a dispute is never returned; the one for countering it is returned when the dispute is won
(docs.stripe.com/disputes/how-disputes-work). Inquiries (``warning_*``) move no money.
"""

from typing import Any

from stripe_sandbox.api.rendering import computed, render
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.dispute_objects import new_dispute
from stripe_sandbox.payments.fraud_warnings import note_end
from stripe_sandbox.payments.refund_states import fail_for_dispute
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

DAY = 86400
DUE_DAYS = 9
INQUIRY_DAYS = 120
DECIDE_SECONDS = 60
_FEES = {"usd": 1500, "eur": 1500, "gbp": 2000, "jpy": 1300, "cad": 1500, "aud": 2500}
_DEFAULT_FEE = 1500

INQUIRIES = ("warning_needs_response", "warning_under_review")
ANSWERABLE = {
    "warning_needs_response": "warning_under_review",
    "needs_response": "under_review",
    "appeal_needs_response": "appeal_under_review",
}
"""Statuses that wait for evidence → the status after its submission."""
OPEN = (*ANSWERABLE, *ANSWERABLE.values())
OUTCOMES = {
    "won": (*OPEN, "lost"),
    "lost": OPEN,
    "escalate": INQUIRIES,
    "appeal": ("lost",),
    "prevented": ("needs_response", "warning_needs_response"),
}
"""What an issuer can decide → the statuses in which it can. ``won`` after ``lost`` comes late."""
DECISIVE_TEXTS = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "escalate",
}
"""``uncategorized_text`` of the evidence → outcome (docs.stripe.com/testing)."""


def blocks_refunds(dispute: JSON) -> bool:
    """Whether the disputed charge cannot be refunded: the customer has the money, or may get it."""
    return dispute["status"] not in (*INQUIRIES, "warning_closed", "won")


def open_dispute(sandbox: Sandbox, charge: JSON, **given: Any) -> JSON:
    """The cardholder disputes a charge (``given``: see ``new_dispute``).

    An inquiry moves no money. A prevented dispute takes the amount without a fee and is over.
    """
    due_by = sandbox.clock.now() + DUE_DAYS * DAY if given.pop("answerable", True) else 0
    status = given.get("status", "needs_response")
    dispute = new_dispute(sandbox, charge, due_by=due_by, **given)
    sandbox.store.add(dispute, charge["_account"])
    first = not charge["disputed"] and not charge["refunded"]
    charge["disputed"] = True
    sandbox.store.save(charge)
    emit(sandbox, "charge.dispute.created", dispute)
    if first:
        note_end(sandbox, charge)
    if status not in INQUIRIES:
        _withdraw(sandbox, dispute, fee=status != "prevented")
        fail_for_dispute(sandbox, charge)
    if status == "prevented":
        emit(sandbox, "charge.dispute.closed", dispute)
    else:
        _wait_for_answer(sandbox, dispute)
    return dispute


def _wait_for_answer(sandbox: Sandbox, dispute: JSON) -> None:
    for kind in ("dispute_due", "dispute_forfeited"):
        sandbox.timers.cancel(kind, dispute["id"])
    days = INQUIRY_DAYS if dispute["status"] in INQUIRIES else DUE_DAYS + 1
    sandbox.timers.start("dispute_due", dispute["id"], DUE_DAYS * DAY)
    sandbox.timers.start("dispute_forfeited", dispute["id"], days * DAY)


@when_due("dispute_due")
def _due(sandbox: Sandbox, dispute_id: str) -> None:
    """No evidence came in time; what is staged cannot be submitted any more."""
    dispute = sandbox.store.get(dispute_id)
    details = dispute["evidence_details"]
    if dispute["status"] not in ANSWERABLE or not details["due_by"]:
        return
    before = dict(details)
    details["past_due"] = True
    changed(sandbox, "charge.dispute.updated", dispute, evidence_details=before)


@when_due("dispute_forfeited")
def _forfeited(sandbox: Sandbox, dispute_id: str) -> None:
    dispute = sandbox.store.get(dispute_id)
    if dispute["status"] in ANSWERABLE or dispute["status"] in INQUIRIES:
        decide(sandbox, dispute, "lost")


def fee_of(currency: str) -> int:
    """What Stripe asks for receiving, and again for countering, a dispute (minor units)."""
    return _FEES.get(currency, _DEFAULT_FEE)


def _withdraw(sandbox: Sandbox, dispute: JSON, *, fee: bool = True) -> None:
    asked = fee_of(dispute["currency"]) if fee else 0
    detail = {
        "amount": asked,
        "application": None,
        "currency": dispute["currency"],
        "description": "Dispute fee",
        "type": "stripe_fee",
    }
    details = [detail] if asked else []
    _enter(sandbox, dispute, -dispute["amount"], "dispute", fee=asked, fee_details=details)
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.funds_withdrawn", dispute)


def _enter(sandbox: Sandbox, dispute: JSON, amount: int, category: str, **more: Any) -> None:
    """Move disputed money, and show it in ``balance_transactions`` of the dispute."""
    transaction = sandbox.ledger.enter(
        dispute["_account"],
        "adjustment",
        amount,
        dispute["currency"],
        dispute["id"],
        category=category,
        counterparty="customers",
        description=f"Chargeback {category} for {dispute['charge']}",
        **more,
    )
    dispute["_transactions"].append(transaction["id"])


def _move_fee(sandbox: Sandbox, dispute: JSON, sign: int, description: str) -> None:
    sandbox.ledger.enter(
        dispute["_account"],
        "adjustment",
        sign * fee_of(dispute["currency"]),
        dispute["currency"],
        dispute["id"],
        category="fee",
        counterparty="stripe",
        description=description,
    )


@computed("dispute", "balance_transactions")
def _balance_transactions(sandbox: Sandbox, dispute: JSON) -> list[JSON]:
    return [
        render(sandbox, sandbox.store.get(identifier)) for identifier in dispute["_transactions"]
    ]


@computed("dispute", "is_charge_refundable")
def _refundable(sandbox: Sandbox, dispute: JSON) -> bool:
    return dispute["status"] in INQUIRIES and not sandbox.store.get(dispute["charge"])["refunded"]


@when_due("open_dispute")
def _dispute_card(sandbox: Sandbox, charge_id: str) -> None:
    charge = sandbox.store.get(charge_id)
    method = sandbox.store.get(charge["payment_method"])
    card = cards.by_number(method["_number"])
    kind = card.dispute if card and card.dispute else "fraudulent"
    if kind == "multiple":
        half = charge["amount_captured"] // 2
        open_dispute(sandbox, charge, amount=half)
        rest = charge["amount_captured"] - half
        open_dispute(sandbox, sandbox.store.get(charge_id), amount=rest)
    elif kind == "inquiry":
        open_dispute(sandbox, charge, status="warning_needs_response")
    else:
        open_dispute(sandbox, charge, reason=kind)


def submit(sandbox: Sandbox, dispute: JSON) -> None:
    """The evidence goes to the issuer; countering a chargeback costs a fee."""
    details = dispute["evidence_details"]
    details.update(submission_count=details["submission_count"] + 1, submission_method="manual")
    countered = dispute["status"] == "needs_response"
    dispute["status"] = ANSWERABLE[dispute["status"]]
    if countered:
        dispute["_countered"] = True
        _move_fee(sandbox, dispute, -1, "Stripe card dispute countered fee")
    if dispute["evidence"]["uncategorized_text"] in DECISIVE_TEXTS:
        sandbox.timers.start("decide_dispute", dispute["id"], DECIDE_SECONDS)


@when_due("decide_dispute")
def _decide_when_due(sandbox: Sandbox, dispute_id: str) -> None:
    dispute = sandbox.store.get(dispute_id)
    outcome = DECISIVE_TEXTS[dispute["evidence"]["uncategorized_text"]]
    if dispute["status"] in ANSWERABLE.values() and dispute["status"] in OUTCOMES[outcome]:
        decide(sandbox, dispute, outcome)


def decide(sandbox: Sandbox, dispute: JSON, outcome: str) -> None:
    """The issuer decides (one of ``OUTCOMES``); ``ValueError`` for what cannot happen."""
    status = dispute["status"]
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
    if status not in OUTCOMES[outcome]:
        raise ValueError(f"{dispute['id']} is {status}: it cannot be decided as {outcome}")
    if outcome == "escalate":
        _escalate(sandbox, dispute)
    elif outcome == "appeal":
        _appeal(sandbox, dispute)
    else:
        _close(sandbox, dispute, outcome)


def _close(sandbox: Sandbox, dispute: JSON, outcome: str) -> None:
    inquiry = dispute["status"] in INQUIRIES
    if outcome == "prevented":
        dispute["payment_method_details"]["card"]["case_type"] = "resolution"
        if inquiry:
            _withdraw(sandbox, dispute, fee=False)
    elif outcome == "won" and not inquiry:
        _reinstate(sandbox, dispute)
    dispute["status"] = "warning_closed" if inquiry and outcome != "prevented" else outcome
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.closed", dispute)


def _escalate(sandbox: Sandbox, dispute: JSON) -> None:
    if sandbox.store.get(dispute["charge"])["refunded"]:
        raise ValueError(f"{dispute['charge']} is fully refunded: no further funds are withdrawn")
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _ask_again(sandbox, dispute, "needs_response")
    _withdraw(sandbox, dispute)


def _appeal(sandbox: Sandbox, dispute: JSON) -> None:
    """The lost dispute can be answered once more."""
    _ask_again(sandbox, dispute, "appeal_needs_response")


def _ask_again(sandbox: Sandbox, dispute: JSON, status: str) -> None:
    before = dispute["status"]
    due_by = sandbox.clock.now() + DUE_DAYS * DAY
    dispute["status"] = status
    dispute["evidence_details"].update(due_by=due_by, past_due=False)
    changed(sandbox, "charge.dispute.updated", dispute, status=before)
    _wait_for_answer(sandbox, dispute)


def _reinstate(sandbox: Sandbox, dispute: JSON) -> None:
    _enter(sandbox, dispute, dispute["amount"], "dispute_reversal")
    if dispute["_countered"]:
        _move_fee(sandbox, dispute, 1, "Stripe card dispute countered fee returned")
    if sandbox.switches.won_dispute_returns_fee:
        _move_fee(sandbox, dispute, 1, "Stripe card dispute fee returned")
    sandbox.store.save(dispute)
    emit(sandbox, "charge.dispute.funds_reinstated", dispute)
