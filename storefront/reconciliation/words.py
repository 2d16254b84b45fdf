"""What a reconciliation says to people: a verdict, what differs, and what to do about it."""

from collections.abc import Callable
from typing import Final

from storefront import clock
from storefront.money import display
from storefront.reconciliation.repository import Finding, Reconciliation
from storefront.reconciliation.walk import STAGES

STAGE: Final = {
    "checkout_sessions": "Checkout Sessions",
    "invoices": "Invoices of subscriptions",
    "charges": "Charges",
    "refunds": "Refunds",
    "transfers": "Transfers and reversals",
    "application_fees": "Application fees",
    "disputes": "Disputes",
    "early_fraud_warnings": "Early fraud warnings",
    "balance_transactions": "Balance transactions",
    "compare": "Comparing",
}

ORIGIN: Final = {"nightly": "Nightly", "operator": "An operator", "command": "The command line"}

_MATCH = "Our books match Stripe to the cent."
_TAMPERED = (
    "Nothing in the storefront changes such a row, so somebody has edited the database: find out"
    " who, and restore the row from a backup."
)
_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "booked_amount": (
        "Of {subject} we have booked {ours} for the platform; Stripe moved {stripes}.",
        "Open the order and compare its ledger with the object at Stripe. " + _TAMPERED,
    ),
    "not_booked": (
        "Stripe moved {stripes} with {subject}, and we have booked nothing.",
        "Open the order: its events and calls say what is known of this object. If an event about"
        " it has failed, replay it; then reconcile again.",
    ),
    "unknown_at_stripe": (
        "We have booked {ours} for {subject}, and Stripe has no balance transaction for it.",
        "Check that the API key belongs to the account with which the order was paid. "
        + _TAMPERED,
    ),
    "fact": (
        "We know {subject} with {ours}; Stripe says {stripes}.",
        _TAMPERED,
    ),
    "order_total": (
        "The order's total is {ours}; its ledger says {stripes} was charged.",
        _TAMPERED,
    ),
    "order_fee": ("The order's fee is {ours}; its ledger says {stripes}.", _TAMPERED),
    "order_fee_refunded": (
        "The order says {ours} of its fee was returned; its ledger or its refunds say {stripes}.",
        _TAMPERED,
    ),
    "refund_amount": (
        "The refund {subject} is {ours}; the ledger has booked {stripes}.",
        "Open the refund. If it was made a moment ago, reconcile again; otherwise: " + _TAMPERED,
    ),
    "balance": (
        "Stripe's balance transactions add up to {ours}; Stripe says that the platform has"
        " {stripes}.",
        "Stripe's own numbers differ. Reconcile again in an hour, and ask Stripe if it stays.",
    ),
}  # fmt: skip


def verdict(run: Reconciliation) -> str:
    """The result in a sentence."""
    if run.running:
        return "Still comparing."
    if run.differences == 0:
        return _MATCH + _repaired(run)
    rows = "One row differs" if run.differences == 1 else f"{run.differences:,} rows differ"
    return f"{rows} from Stripe.{_repaired(run)}"


def _repaired(run: Reconciliation) -> str:
    if run.repaired == 0:
        return ""
    if run.repaired == 1:
        return " One order had missed something and was repaired."
    return f" {run.repaired:,} orders had missed something and were repaired."


def tone(run: Reconciliation) -> str:
    """The tone of that sentence."""
    if run.running:
        return "info"
    return "bad" if run.differences else "good"


def sentence(found: Finding) -> str:
    """What differs, with the amounts."""
    text, _ = _SENTENCES[found.kind]
    ours, stripes = _amount(found, found.ours), _amount(found, found.stripes)
    return text.format(subject=found.subject, ours=ours, stripes=stripes)


def _amount(found: Finding, amount: int | None) -> str:
    if amount is None:
        return "nothing"
    return f"{'−' if amount < 0 else ''}{display(abs(amount), found.currency)}"


def advice(found: Finding) -> str:
    """What to do about it."""
    return _SENTENCES[found.kind][1]


def progress(run: Reconciliation) -> str:
    """How far a comparison has come, for the command line."""
    if not run.running:
        return f"Compared {sum(run.checked.values()):,} objects."
    return f"{STAGE[run.stage]}: {run.checked.get(run.stage, 0):,} looked at"


def scope(run: Reconciliation) -> str:
    """What was looked at."""
    return f"Since {clock.display_day(run.since)}" if run.since else "Everything"


def stage_number(run: Reconciliation) -> int:
    """How many stages are done."""
    return STAGES.index(run.stage) if run.running else len(STAGES)


FILTERS: Final[dict[str, Callable[..., object]]] = {
    "reconciliation_verdict": verdict,
    "reconciliation_tone": tone,
    "reconciliation_scope": scope,
    "reconciliation_stage": stage_number,
    "finding_sentence": sentence,
    "finding_advice": advice,
}
