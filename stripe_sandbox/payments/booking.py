"""Money that arrives: the entries of a charge, of its transfer and of the application fee.

Entries of a destination charge follow doc B: the whole amount is transferred, the application fee
comes back, Stripe's fee is the platform's.
"""

from typing import Any

from stripe_sandbox.connect.application_fees import collect
from stripe_sandbox.connect.transfers import Sending, send
from stripe_sandbox.currencies import stripe_fee
from stripe_sandbox.money.balances import balance_of
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.refund_states import retry_unfunded
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

_AFTER_PAID: list[Any] = []


def after_paid(function: Any) -> Any:
    """Declare who wants to know that an intent has been paid."""
    _AFTER_PAID.append(function)
    return function


def receive(sandbox: Sandbox, intent: JSON, charge: JSON) -> None:
    """Captured money arrives: the charge's entries, then the intent has succeeded."""
    before = {
        name: charge[name]
        for name in ("balance_transaction", "transfer", "application_fee", "receipt_url")
    }
    _book(sandbox, intent, charge)
    charge["receipt_url"] = f"https://pay.stripe.com/receipts/{charge['id']}"
    changed(sandbox, "charge.updated", charge, **before)
    intent.update(
        status="succeeded",
        amount_received=charge["amount_captured"],
        amount_capturable=0,
        processing=None,
    )
    sandbox.store.save(intent)
    emit(sandbox, "payment_intent.succeeded", intent)
    for listener in _AFTER_PAID:
        listener(sandbox, intent)
    retry_unfunded(sandbox)


def _book(sandbox: Sandbox, intent: JSON, charge: JSON) -> None:
    """Entries of the charge, of its transfer and of the application fee."""
    account, amount, currency = charge["_account"], charge["amount_captured"], charge["currency"]
    pending = _stays_pending(sandbox, intent)
    fee, details = _fees(sandbox, charge)
    credit = sandbox.ledger.enter(
        account,
        "charge" if charge["id"].startswith("ch_") else "payment",
        amount,
        currency,
        charge["id"],
        category="charge",
        counterparty="customers",
        fee=fee,
        fee_details=details,
        pending=pending,
        description=charge["description"],
    )
    charge["balance_transaction"] = credit["id"]
    if charge["transfer_data"] is not None:
        _pass_on(sandbox, intent, charge, pending=pending)
    elif charge["application_fee_amount"]:
        fee_object = collect(
            sandbox, charge, charge, charge["application_fee_amount"], pending=pending
        )
        charge["application_fee"] = fee_object["id"]


def _fees(sandbox: Sandbox, charge: JSON) -> tuple[int, list[JSON]]:
    """Stripe's fee, and for a direct charge the platform's as well."""
    amount, currency = charge["amount_captured"], charge["currency"]
    stripe = stripe_fee(amount, currency)
    details = [_fee_detail("stripe_fee", stripe, currency, "Stripe processing fees")]
    direct = charge["transfer_data"] is None and charge["application_fee_amount"]
    if direct:
        details.insert(0, _fee_detail("application_fee", direct, currency, "Application fee"))
        details[0]["application"] = sandbox.store.setting("application", {})["id"]
    return sum(detail["amount"] for detail in details), details


def _fee_detail(kind: str, amount: int, currency: str, description: str) -> JSON:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": description,
        "type": kind,
    }


def _stays_pending(sandbox: Sandbox, intent: JSON) -> bool:
    if not sandbox.switches.strict_pending:
        return False
    method = sandbox.store.find(intent["payment_method"]) or {}
    card = cards.by_number(method.get("_number", ""))
    return card is None or not card.bypass_pending


def _pass_on(sandbox: Sandbox, intent: JSON, charge: JSON, *, pending: bool) -> None:
    """Transfer a destination charge: all of it, or ``transfer_data[amount]``."""
    data, fee = charge["transfer_data"], charge["application_fee_amount"] or 0
    whole = charge["amount_captured"]
    amount = whole if data["amount"] is None else min(data["amount"], whole)
    sending = Sending(
        amount,
        charge["currency"],
        data["destination"],
        charge["transfer_group"],
        charge,
        intent["transfer_data"].get("description"),
        fee,
        pending,
    )
    transfer = send(sandbox, sending, intent["transfer_data"].get("metadata"))
    charge["transfer"] = transfer["id"]
    if fee:
        payment = sandbox.store.get(transfer["destination_payment"])
        charge["application_fee"] = collect(sandbox, payment, charge, fee, pending=pending)["id"]


@when_due("funds_available")
def _funds_available(sandbox: Sandbox, transaction_id: str) -> None:
    transaction = sandbox.store.get(transaction_id)
    sandbox.ledger.settle(transaction)
    tell_available(sandbox, transaction["_account"])


def tell_available(sandbox: Sandbox, account: str) -> None:
    """The account's owner learns that there is more to pay out."""
    emit(sandbox, "balance.available", balance_of(sandbox, account), account=account)
