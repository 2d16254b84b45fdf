"""What happens when a payment is attempted: charge, authentication, decline, capture, events.

Shared by payment intents, hosted Checkout and invoices; the money itself is in booking.py.
"""

from dataclasses import dataclass
from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.api.errors import ApiError
from stripe_sandbox.api.rendering import render
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.booking import receive, tell_available
from stripe_sandbox.payments.charge_objects import charge_of_intent, outcome
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

DELAYED_SECONDS = 180
DISPUTE_SECONDS = 0


@dataclass(frozen=True)
class Decline:
    """Why a payment failed: error code, decline code, text for the customer."""

    code: str
    decline_code: str | None
    message: str


NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
)


def new_intent(sandbox: Sandbox, account: str, amount: int, currency: str, **given: Any) -> JSON:
    """Keep a payment intent that waits for a payment method."""
    identifier = ids.new("pi")
    nothing = (
        "application application_fee_amount automatic_payment_methods canceled_at "
        "cancellation_reason customer "
        "customer_account description last_payment_error latest_charge next_action on_behalf_of "
        "payment_details "
        "payment_method payment_method_configuration_details payment_record presentment_details "
        "processing hooks managed_payments "
        "receipt_email review setup_future_usage shipping source statement_descriptor "
        "statement_descriptor_suffix "
        "transfer_data transfer_group allowed_payment_method_types excluded_payment_method_types"
    )
    intent: JSON = {
        **dict.fromkeys(nothing.split()),
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": f"{identifier}_secret_{ids.token(25)}",
        "confirmation_method": "automatic",
        "created": sandbox.clock.now(),
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        **given,
    }
    if intent["transfer_data"] and not intent["transfer_group"]:
        intent["transfer_group"] = f"group_{identifier}"
    sandbox.store.add(intent, account)
    emit(sandbox, "payment_intent.created", intent)
    return intent


def attempt(
    sandbox: Sandbox,
    intent: JSON,
    method: JSON,
    *,
    authenticated: bool = False,
    off_session: bool = False,
) -> Decline | None:
    """Try to pay the intent. Its status tells the outcome; a decline is returned as well.

    ``off_session``: nobody is there to authenticate, so a card that asks for it is declined.
    """
    intent.update(payment_method=method["id"], last_payment_error=None, next_action=None)
    if method["type"] != "card":
        _begin_delayed(sandbox, intent, method)
        return None
    card = cards.of_method(method)
    if card.challenge and off_session:
        return _need_authentication(sandbox, intent)
    if card.challenge and not authenticated:
        _ask_for_authentication(sandbox, intent)
        return None
    charge = charge_of_intent(sandbox, intent, method)
    sandbox.store.add(charge, intent["_account"])
    intent["latest_charge"] = charge["id"]
    if card.challenge:
        _note_authentication(charge)
    if card.decline is not None:
        return _decline(sandbox, intent, charge, card)
    _authorize(sandbox, intent, charge, card)
    return None


def _note_authentication(charge: JSON) -> None:
    charge["payment_method_details"]["card"]["three_d_secure"] = {
        "authentication_flow": "challenge",
        "result": "authenticated",
        "version": "2.2.0",
    }


def _ask_for_authentication(sandbox: Sandbox, intent: JSON) -> None:
    intent["status"] = "requires_action"
    intent["next_action"] = {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {"type": "three_d_secure_redirect"},
    }
    sandbox.store.save(intent)
    emit(sandbox, "payment_intent.requires_action", intent)


def _need_authentication(sandbox: Sandbox, intent: JSON) -> Decline:
    message = "Your card was declined. This transaction requires authentication."
    decline = Decline("authentication_required", "authentication_required", message)
    _fail_intent(sandbox, intent, decline, None)
    return decline


def fail_authentication(sandbox: Sandbox, intent: JSON) -> Decline:
    """The customer did not pass 3-D Secure: no charge was made."""
    _fail_intent(sandbox, intent, NOT_AUTHENTICATED, None)
    return NOT_AUTHENTICATED


def _decline(sandbox: Sandbox, intent: JSON, charge: JSON, card: cards.Card) -> Decline:
    code, reason = card.decline or ("card_declined", "generic_decline")
    decline = Decline(code, reason, cards.MESSAGES[reason])
    charge.update(
        failure_code=code,
        failure_message=decline.message,
        outcome=outcome(card, card.decline),
        status="failed",
    )
    sandbox.store.save(charge)
    emit(sandbox, "charge.failed", charge)
    _fail_intent(sandbox, intent, decline, charge["id"])
    return decline


def _fail_intent(sandbox: Sandbox, intent: JSON, decline: Decline, charge: str | None) -> None:
    method = sandbox.store.find(intent["payment_method"])
    error = {
        "charge": charge,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": render(sandbox, method) if method else None,
        "type": "card_error" if decline.decline_code else "invalid_request_error",
    }
    intent["last_payment_error"] = {
        name: value for name, value in error.items() if value is not None
    }
    intent.update(
        status="requires_payment_method", payment_method=None, next_action=None, processing=None
    )
    sandbox.store.save(intent)
    emit(sandbox, "payment_intent.payment_failed", intent)


def card_error(sandbox: Sandbox, intent: JSON, decline: Decline) -> ApiError:
    """The 402 that answers a declined confirmation; the failed charge stays on record."""
    return ApiError(
        402,
        "card_error",
        decline.message,
        code=decline.code,
        stored=True,
        keeps_changes=True,
        decline_code=decline.decline_code,
        charge=intent["latest_charge"],
        payment_intent=render(sandbox, intent),
        payment_method=intent["last_payment_error"].get("payment_method"),
    )


def _authorize(sandbox: Sandbox, intent: JSON, charge: JSON, card: cards.Card) -> None:
    charge.update(outcome=outcome(card, None), paid=True, status="succeeded")
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        sandbox.store.save(charge)
        sandbox.store.save(intent)
        emit(sandbox, "charge.succeeded", charge)
        emit(sandbox, "payment_intent.amount_capturable_updated", intent)
        return
    charge.update(captured=True, amount_captured=charge["amount"])
    sandbox.store.save(charge)
    emit(sandbox, "charge.succeeded", charge)
    receive(sandbox, intent, charge)
    if card.bypass_pending:
        tell_available(sandbox, intent["_account"])
    if card.dispute:
        sandbox.timers.start("open_dispute", charge["id"], DISPUTE_SECONDS)
    if card.warns:
        sandbox.timers.start("warn_of_fraud", charge["id"], DISPUTE_SECONDS)


def capture(sandbox: Sandbox, intent: JSON, amount: int) -> None:
    """Take ``amount`` (minor units) of an authorized charge; the rest is released."""
    charge = sandbox.store.get(intent["latest_charge"])
    charge.update(
        captured=True,
        amount_captured=amount,
        application_fee_amount=intent["application_fee_amount"],
    )
    if amount < charge["amount"]:
        charge["amount_refunded"] = charge["amount"] - amount
    sandbox.store.save(charge)
    emit(sandbox, "charge.captured", charge)
    receive(sandbox, intent, charge)


def _begin_delayed(sandbox: Sandbox, intent: JSON, method: JSON) -> None:
    charge = charge_of_intent(sandbox, intent, method)
    charge.update(captured=True, amount_captured=charge["amount"])
    sandbox.store.add(charge, intent["_account"])
    intent.update(status="processing", latest_charge=charge["id"], processing=None)
    intent["payment_method_types"] = [method["type"]]
    sandbox.store.save(intent)
    emit(sandbox, "charge.pending", charge)
    emit(sandbox, "payment_intent.processing", intent)
    if method["_outcome"] != "wait":
        sandbox.timers.start("settle_delayed", intent["id"], DELAYED_SECONDS)


@when_due("settle_delayed")
def settle_when_due(sandbox: Sandbox, intent_id: str) -> None:
    """The bank has decided, as the customer chose on the test page."""
    method = sandbox.store.get(sandbox.store.get(intent_id)["payment_method"])
    settle_delayed(sandbox, intent_id, succeed=method["_outcome"] == "succeed")


def settle_delayed(sandbox: Sandbox, intent_id: str, *, succeed: bool) -> None:
    """End a delayed payment; ``ValueError`` when the intent is not processing."""
    intent = sandbox.store.get(intent_id)
    if intent["status"] != "processing":
        raise ValueError(f"{intent_id} is {intent['status']}, not processing")
    sandbox.timers.cancel("settle_delayed", intent_id)
    charge = sandbox.store.get(intent["latest_charge"])
    if succeed:
        charge.update(outcome=outcome(None, None), paid=True, status="succeeded")
        sandbox.store.save(charge)
        emit(sandbox, "charge.succeeded", charge)
        receive(sandbox, intent, charge)
    else:
        _bounce(sandbox, intent, charge)
    for listener in _AFTER_DELAYED:
        listener(sandbox, intent)


def _bounce(sandbox: Sandbox, intent: JSON, charge: JSON) -> None:
    method = sandbox.store.find(intent["payment_method"]) or {}
    code = method.get("_failure") or "insufficient_funds"
    message = f"The customer's bank account could not be debited: {code.replace('_', ' ')}."
    charge.update(
        captured=False,
        amount_captured=0,
        failure_code=code,
        failure_message=message,
        status="failed",
    )
    sandbox.store.save(charge)
    emit(sandbox, "charge.failed", charge)
    _fail_intent(sandbox, intent, Decline(code, None, message), charge["id"])


_AFTER_DELAYED: list[Any] = []


def after_delayed(function: Any) -> Any:
    """Declare who wants to know that a delayed payment has ended."""
    _AFTER_DELAYED.append(function)
    return function
