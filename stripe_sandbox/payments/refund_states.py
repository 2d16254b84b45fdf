"""The life of a refund: sent, waiting, settled, failed, and its money."""

from stripe_sandbox.payments import cards
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

SETTLE_SECONDS = 60
FAIL_SECONDS = 60
RETRY_SECONDS = 30
DAY = 86400
EXPIRES_DAYS = 45
ASKS_CUSTOMER = ("customer_balance", "konbini")
"""Methods that know no account of the customer's (docs.stripe.com/refunds)."""


def _card(sandbox: Sandbox, charge: JSON) -> cards.Card | None:
    method = sandbox.store.find(charge["payment_method"]) or {}
    return cards.by_number(method.get("_number", ""))


def decide(sandbox: Sandbox, refund: JSON, charge: JSON) -> None:
    """Whether the refund is sent at once, waits for money (cards) or fails (other methods)."""
    short = sandbox.ledger.available(charge["_account"], charge["currency"]) < refund["amount"]
    if short and sandbox.switches.platform_shortfall == "pending":
        if charge["payment_method_details"]["type"] != "card":
            refund.update(status="failed", failure_reason="insufficient_funds")
            sandbox.store.save(refund)
            return
        refund.update(status="pending", pending_reason="insufficient_funds")
        sandbox.store.save(refund)
        sandbox.timers.start("refund_funds", refund["id"], RETRY_SECONDS)
        return
    _send(sandbox, refund, charge)


def _send(sandbox: Sandbox, refund: JSON, charge: JSON) -> None:
    kind = "refund" if charge["id"].startswith("ch_") else "payment_refund"
    debit = sandbox.ledger.enter(
        charge["_account"],
        kind,
        -refund["amount"],
        charge["currency"],
        refund["id"],
        category="refund",
        counterparty="customers",
        description="REFUND FOR CHARGE",
    )
    refund.update(balance_transaction=debit["id"], status="succeeded", pending_reason=None)
    _follow(sandbox, refund, charge)
    sandbox.store.save(refund)


def _follow(sandbox: Sandbox, refund: JSON, charge: JSON) -> None:
    """What a test card, or a method that knows no account of the customer's, does next."""
    card = _card(sandbox, charge)
    if charge["payment_method_details"]["type"] in ASKS_CUSTOMER:
        email = refund["instructions_email"] or charge["billing_details"]["email"]
        refund.update(status="requires_action", next_action=_next_action(sandbox, email))
    elif card is not None and card.refund == "pending":
        refund.update(status="pending", pending_reason="processing")
        sandbox.timers.start("refund_settles", refund["id"], SETTLE_SECONDS)
    elif card is not None and card.refund == "fails":
        sandbox.timers.start("refund_fails", refund["id"], FAIL_SECONDS)


def _next_action(sandbox: Sandbox, email: str | None) -> JSON:
    now = sandbox.clock.now()
    sent = {"email_sent_at": now, "email_sent_to": email}
    details = {"email_sent": sent, "expires_at": now + EXPIRES_DAYS * DAY}
    return {"display_details": details, "type": "display_details"}


@when_due("refund_funds")
def _try_again(sandbox: Sandbox, refund_id: str) -> None:
    """The platform may have the money by now."""
    refund = sandbox.store.get(refund_id)
    if refund["status"] != "pending" or refund["balance_transaction"] is not None:
        return
    charge = sandbox.store.get(refund["charge"])
    if sandbox.ledger.available(charge["_account"], charge["currency"]) < refund["amount"]:
        sandbox.timers.start("refund_funds", refund_id, RETRY_SECONDS)
        return
    _send(sandbox, refund, charge)
    emit(
        sandbox,
        "refund.updated",
        refund,
        previous={"status": "pending", "balance_transaction": None},
    )


def retry_unfunded(sandbox: Sandbox) -> None:
    """Try every refund that waits for money, oldest first."""
    waiting = sandbox.store.select(
        "refund", matching={"pending_reason": "insufficient_funds", "status": "pending"}
    )
    for refund in reversed(waiting):
        sandbox.timers.cancel("refund_funds", refund["id"])
        _try_again(sandbox, refund["id"])


@when_due("refund_settles")
def settle(sandbox: Sandbox, refund_id: str) -> None:
    """A pending refund has reached the customer, who may have had to say where it should go."""
    refund = sandbox.store.get(refund_id)
    waiting = refund["status"] in ("pending", "requires_action")
    if not waiting or refund["balance_transaction"] is None:
        return
    sandbox.timers.cancel("refund_settles", refund_id)
    before = {name: refund[name] for name in ("status", "pending_reason", "next_action")}
    refund.update(status="succeeded", pending_reason=None, next_action=None)
    changed(sandbox, "refund.updated", refund, **before)


@when_due("refund_fails")
def fail_when_due(sandbox: Sandbox, refund_id: str) -> None:
    """The bank sends the money back."""
    fail(sandbox, refund_id, "expired_or_canceled_card")


def fail(sandbox: Sandbox, refund_id: str, reason: str = "unknown", status: str = "failed") -> None:
    """The amount returns to the platform's balance; reversal and fee refund stay as they are.

    ``ValueError`` when the refund has already failed or was canceled.
    """
    refund = sandbox.store.get(refund_id)
    if refund["status"] in ("failed", "canceled"):
        raise ValueError(f"{refund_id} is already {refund['status']}")
    for kind in ("refund_fails", "refund_settles", "refund_funds"):
        sandbox.timers.cancel(kind, refund_id)
    before = {"status": refund["status"], "failure_reason": refund["failure_reason"]}
    charge = sandbox.store.get(refund["charge"])
    if refund["balance_transaction"] is not None:
        credit = sandbox.ledger.enter(
            charge["_account"],
            "refund_failure",
            refund["amount"],
            refund["currency"],
            refund_id,
            category="refund_failure",
            counterparty="customers",
            description="REFUND FAILURE",
        )
        refund["failure_balance_transaction"] = credit["id"]
    refund.update(status=status, failure_reason=reason, pending_reason=None, next_action=None)
    sandbox.store.save(refund)
    if sandbox.switches.failed_refund_reopens_charge:
        refunded = charge["amount_refunded"]
        charge.update(amount_refunded=refunded - refund["amount"], refunded=False)
        changed(sandbox, "charge.updated", charge, amount_refunded=refunded)
    emit(sandbox, "refund.updated", refund, previous=before)
    if status == "failed":
        emit(sandbox, "refund.failed", refund)


def fail_for_dispute(sandbox: Sandbox, charge: JSON) -> None:
    """Refunds that wait for money are given up when their charge is disputed."""
    matching = {"charge": charge["id"], "pending_reason": "insufficient_funds"}
    for refund in sandbox.store.select("refund", matching=matching):
        fail(sandbox, refund["id"], "charge_for_pending_refund_disputed")
