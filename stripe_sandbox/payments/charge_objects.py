"""How charges and refunds look."""

from stripe_sandbox import ids
from stripe_sandbox.payments.cards import Card
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON


def empty_charge(sandbox: Sandbox, identifier: str, amount: int, currency: str) -> JSON:
    """A charge with every documented member and nothing decided."""
    return {
        "id": identifier,
        "object": "charge",
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "authorization_code": None,
        "balance_transaction": None,
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": None,
        "captured": False,
        "created": sandbox.clock.now(),
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {"stripe_report": None, "user_report": None},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "presentment_details": None,
        "radar_options": {"session": None},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "pending",
        "transfer": None,
        "transfer_data": None,
        "transfer_group": None,
    }


def unrefunded(charge: JSON) -> int:
    """What can still be refunded, in minor units; what was never captured counts as refunded."""
    left: int = charge["amount"] - charge["amount_refunded"]
    return left


def charge_of_intent(sandbox: Sandbox, intent: JSON, method: JSON) -> JSON:
    """A new charge for the intent, with what it inherits from there."""
    is_card = method["type"] == "card"
    charge = empty_charge(
        sandbox, ids.new("ch" if is_card else "py"), intent["amount"], intent["currency"]
    )
    inherited = (
        "application_fee_amount customer description on_behalf_of receipt_email shipping "
        "statement_descriptor "
        "statement_descriptor_suffix transfer_group"
    )
    charge.update({name: intent[name] for name in inherited.split()})
    charge.update(
        billing_details=method["billing_details"],
        metadata=dict(intent["metadata"]),
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: _details(method)},
        calculated_statement_descriptor=_descriptor(sandbox, intent) if is_card else None,
        transfer_data=_transfer_data(intent),
    )
    return charge


def _transfer_data(intent: JSON) -> JSON | None:
    data = intent["transfer_data"]
    return (
        None if data is None else {"amount": data.get("amount"), "destination": data["destination"]}
    )


def _descriptor(sandbox: Sandbox, intent: JSON) -> str | None:
    """The merchant's own words, or its prefix with the payment's suffix behind it.

    https://docs.stripe.com/get-started/account/statement-descriptors
    """
    merchant = sandbox.store.get(intent["on_behalf_of"] or intent["_account"])
    whole: str | None = merchant["settings"]["payments"]["statement_descriptor"]
    suffix = intent.get("statement_descriptor_suffix")
    if not suffix:
        return whole
    prefix = merchant["settings"]["card_payments"]["statement_descriptor_prefix"]
    return f"{prefix or (whole or '')[:10].strip()}* {suffix}"


def _details(method: JSON) -> JSON:
    if method["type"] != "card":
        return dict(method[method["type"]])
    return {
        **method["card"],
        "amount_authorized": None,
        "authorization_code": ids.token(6).upper(),
        "extended_authorization": {"status": "disabled"},
        "capture_before": None,
        "electronic_commerce_indicator": None,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "moto": None,
        "multicapture": {"status": "unavailable"},
        "network": method["card"]["brand"],
        "network_token": {"used": False},
        "network_transaction_id": ids.token(15),
        "overcapture": {"maximum_amount_capturable": None, "status": "unavailable"},
        "regulated_status": "unregulated",
        "transaction_link_id": None,
    }


def outcome(card: Card | None, decline: tuple[str, str] | None) -> JSON:
    """What the networks and Radar said."""
    blocked = card is not None and card.blocked
    if decline is None:
        kind, status, message = "authorized", "approved_by_network", "Payment complete."
    elif blocked:
        kind, status, message = (
            "blocked",
            "not_sent_to_network",
            "Stripe blocked this payment as too risky.",
        )
    else:
        kind, status = "issuer_declined", "declined_by_network"
        message = "The bank did not return any further details with this decline."
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": status,
        "reason": "highest_risk_level" if blocked else decline[1] if decline else None,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 92 if blocked else 17,
        "rule": None,
        "seller_message": message,
        "type": kind,
    }


def destination_payment(sandbox: Sandbox, transfer: JSON, fee: int) -> JSON:
    """The payment (``py_``) that a transfer makes on the connected account."""
    payment = empty_charge(sandbox, ids.new("py"), transfer["amount"], transfer["currency"])
    payment.update(
        amount_captured=transfer["amount"],
        application_fee_amount=fee or None,
        captured=True,
        outcome=outcome(None, None),
        paid=True,
        payment_method_details={"type": "stripe_account", "stripe_account": {}},
        source_transfer=transfer["id"],
        status="succeeded",
        transfer_group=transfer["transfer_group"],
    )
    return sandbox.store.add(payment, transfer["destination"])


def empty_refund(sandbox: Sandbox, identifier: str, charge: JSON, amount: int) -> JSON:
    """A refund with every documented member."""
    return {
        "id": identifier,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": sandbox.clock.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "description": None,
        "destination_details": None,
        "failure_balance_transaction": None,
        "failure_reason": None,
        "instructions_email": None,
        "metadata": {},
        "next_action": None,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": None,
        "presentment_details": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def payment_refund(sandbox: Sandbox, payment: JSON, reversal: JSON) -> JSON:
    """The refund (``pyr_``) of a destination payment that a transfer reversal causes."""
    refund = empty_refund(sandbox, ids.new("pyr"), payment, reversal["amount"])
    refund["source_transfer_reversal"] = reversal["id"]
    return sandbox.store.add(refund, payment["_account"])
