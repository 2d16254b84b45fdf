"""The life of a payout: made, sent, arrived, failed, canceled, reversed, and its money."""

from dataclasses import dataclass, field

from stripe_sandbox import ids
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

HOUR = 3600
SENT_SECONDS = HOUR
ARRIVES_SECONDS = {"standard": 24 * HOUR, "instant": HOUR // 2}
FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account has restrictions on either the type, or the "
    "number, of payouts allowed.",
    "bank_ownership_changed": "The destination bank account is no longer valid because its "
    "branch has changed ownership.",
    "could_not_process": "The bank could not process this payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "declined": "The bank has declined this transfer.",
    "incorrect_account_holder_name": "The bank notified us that the bank account holder name on "
    "file is incorrect.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_account_number": "The routing number seems correct, but the account number is "
    "invalid.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account could not be located.",
    "unsupported_card": "The bank no longer supports payouts to this card.",
}
"""failure_code → failure_message (docs.stripe.com/api/payouts/failures)."""


@dataclass(frozen=True)
class Order:
    """What is to be paid out (minor units); a negative amount is debited from the bank."""

    amount: int
    currency: str
    destination: JSON | None
    automatic: bool = False
    original: JSON | None = None
    given: JSON = field(default_factory=dict)


def pay_out(sandbox: Sandbox, account: str, order: Order) -> JSON:
    """Make a payout: the money leaves the balance now and arrives later."""
    payout = sandbox.store.add(_payout(sandbox, order), account)
    debit = sandbox.ledger.enter(
        account,
        "payout",
        -order.amount,
        order.currency,
        payout["id"],
        category="payout_reversal" if order.original else "payout",
        counterparty="banks",
        description=payout["description"] or "STRIPE PAYOUT",
    )
    payout["balance_transaction"] = debit["id"]
    sandbox.store.save(payout)
    emit(sandbox, "payout.created", payout)
    if payout["method"] == "standard":
        sandbox.timers.start("payout_sent", payout["id"], SENT_SECONDS)
    sandbox.timers.start("payout_arrives", payout["id"], ARRIVES_SECONDS[payout["method"]])
    return payout


def _payout(sandbox: Sandbox, order: Order) -> JSON:
    nothing = (
        "application_fee application_fee_amount description failure_balance_transaction "
        "failure_code failure_message payout_method reversed_by statement_descriptor trace_id"
    )
    now, target = sandbox.clock.now(), order.destination
    method = order.given.get("method", "standard")
    return {
        **dict.fromkeys(nothing.split()),
        "id": ids.new("po"),
        "object": "payout",
        "amount": order.amount,
        "arrival_date": now + ARRIVES_SECONDS[method],
        "automatic": order.automatic,
        "balance_transaction": None,
        "created": now,
        "currency": order.currency,
        "destination": target["id"] if target else None,
        "livemode": False,
        "metadata": {},
        "method": method,
        "original_payout": order.original["id"] if order.original else None,
        "reconciliation_status": "in_progress" if order.automatic else "not_applicable",
        "source_type": "card",
        "status": "pending",
        "type": target["object"] if target else "bank_account",
        **order.given,
    }


@when_due("payout_sent")
def _send(sandbox: Sandbox, payout_id: str) -> None:
    payout = sandbox.store.get(payout_id)
    if payout["status"] == "pending":
        payout["status"] = "in_transit"
        changed(sandbox, "payout.updated", payout, status="pending")


@when_due("payout_arrives")
def _arrive(sandbox: Sandbox, payout_id: str) -> None:
    payout = sandbox.store.get(payout_id)
    target = sandbox.store.find(payout["destination"]) or {}
    if payout["status"] in ("pending", "in_transit"):
        if target.get("_fails"):
            fail(sandbox, payout, target["_fails"])
        else:
            arrive(sandbox, payout)


def arrive(sandbox: Sandbox, payout: JSON) -> None:
    """The bank has the money; ``ValueError`` unless the payout is on its way."""
    if payout["status"] not in ("pending", "in_transit"):
        raise ValueError(f"the payout is {payout['status']}")
    _forget_timers(sandbox, payout)
    payout["status"] = "paid"
    payout["trace_id"] = {"status": "supported", "value": ids.token(16)}
    sandbox.store.save(payout)
    emit(sandbox, "payout.paid", payout)


def fail(sandbox: Sandbox, payout: JSON, code: str = "could_not_process") -> None:
    """The bank sends the money back, even after it arrived; ``ValueError`` when it cannot."""
    if code not in FAILURES:
        raise ValueError(f"failure_code is one of {', '.join(FAILURES)}")
    if payout["status"] in ("failed", "canceled"):
        raise ValueError(f"the payout is already {payout['status']}")
    payout.update(failure_code=code, failure_message=FAILURES[code])
    _return_funds(sandbox, payout, "failed")
    target = sandbox.store.find(payout["destination"])
    if target is not None and target["status"] != "errored":
        before = target["status"]
        target["status"] = "errored"
        changed(sandbox, "account.external_account.updated", target, status=before)


def cancel(sandbox: Sandbox, payout: JSON) -> None:
    """The money stays after all."""
    _return_funds(sandbox, payout, "canceled")


def _return_funds(sandbox: Sandbox, payout: JSON, status: str) -> None:
    _forget_timers(sandbox, payout)
    credit = sandbox.ledger.enter(
        payout["_account"],
        "payout_failure" if status == "failed" else "payout_cancel",
        payout["amount"],
        payout["currency"],
        payout["id"],
        category="payout_reversal",
        counterparty="banks",
        description="STRIPE PAYOUT FAILURE" if status == "failed" else "STRIPE PAYOUT CANCEL",
    )
    payout.update(status=status, failure_balance_transaction=credit["id"])
    sandbox.store.save(payout)
    emit(sandbox, f"payout.{status}", payout)


def _forget_timers(sandbox: Sandbox, payout: JSON) -> None:
    for kind in ("payout_sent", "payout_arrives"):
        sandbox.timers.cancel(kind, payout["id"])
