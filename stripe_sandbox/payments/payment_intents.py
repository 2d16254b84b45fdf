"""Payment intents."""

from stripe_sandbox import currencies
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.payments.attempts import attempt, capture, card_error, new_intent
from stripe_sandbox.payments.payment_methods import make, resolve
from stripe_sandbox.payments.rules import check_split
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

CANCELABLE = (
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
)
_REMOVED = ("payment_method_types",)
_COPIED = [
    "application_fee_amount",
    "capture_method",
    "customer",
    "description",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "allowed_payment_method_types",
    "excluded_payment_method_types",
]


def _refuse_removed(params: JSON) -> None:
    """``payment_method_types`` cannot be sent any more since 2026-09-30.endive."""
    if "payment_method_types" in params:
        message = (
            "`payment_method_types` is no longer supported. Use `allowed_payment_method_types` "
            "instead."
        )
        raise errors.invalid(
            message, "payment_method_types", "payment_method_types_no_longer_supported"
        )


@operation("POST", "/v1/payment_intents", "PaymentIntentCreateParams", _REMOVED)
def create(call: Call) -> JSON:
    """Create an intent; with ``confirm`` also pay it."""
    params = call.params
    _refuse_removed(params)
    currency = currencies.check(params["currency"], "currency")
    currencies.check_charge(params["amount"], currency, "amount")
    data = check_split(call, params, params["amount"])
    if "customer" in params:
        call.fetch("customer", params["customer"], "customer", 400)
    given = {name: params[name] for name in _COPIED if name in params}
    given |= {"metadata": metadata(params), "transfer_data": data}
    automatic = params.get("automatic_payment_methods")
    given["automatic_payment_methods"] = (
        {"allow_redirects": "always", **automatic} if automatic else None
    )
    intent = new_intent(call.sandbox, call.account, params["amount"], currency, **given)
    return _continue(call, intent)


def _continue(call: Call, intent: JSON) -> JSON:
    """Attach a method and confirm, as far as the parameters ask for it."""
    method = _method(call)
    if method is not None:
        intent.update(payment_method=_own(method, intent)["id"], status="requires_confirmation")
        call.sandbox.store.save(intent)
    return _pay(call, intent) if call.params.get("confirm") else intent


def _method(call: Call) -> JSON | None:
    if "payment_method_data" in call.params:
        return make(call, call.params["payment_method_data"])
    given = call.params.get("payment_method")
    return resolve(call, given) if given is not None else None


def _pay(call: Call, intent: JSON) -> JSON:
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. You "
            "can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again "
            "directly with a "
            "payment method or ConfirmationToken."
        )
        raise errors.refused(message, "payment_intent_unexpected_state")
    method = _own(call.sandbox.store.get(intent["payment_method"]), intent)
    alone = bool(call.params.get("off_session"))
    decline = attempt(call.sandbox, intent, method, off_session=alone)
    if decline is not None:
        raise card_error(call.sandbox, intent, decline)
    return intent


def _own(method: JSON, intent: JSON) -> JSON:
    """A method that somebody has saved pays only that customer's intents."""
    if method["customer"] not in (None, intent["customer"]):
        message = (
            f"The provided PaymentMethod ({method['id']}) belongs to a Customer. Please include "
            "the Customer in the `customer` parameter on the PaymentIntent."
        )
        raise errors.refused(message, None, "payment_method")
    return method


def _unexpected(intent: JSON, verb: str, allowed: str) -> errors.ApiError:
    message = (
        f"This PaymentIntent's status is {intent['status']}; it could not be {verb}. "
        f"Only a PaymentIntent with one of the following statuses may be {verb}: {allowed}."
    )
    return errors.refused(message, "payment_intent_unexpected_state")


def _refuse_checkout(intent: JSON, verb: str) -> None:
    if intent.get("_checkout_session"):
        message = (
            f"You cannot {verb} a PaymentIntent that was created by a Checkout Session; expire "
            f"the session instead."
        )
        raise errors.refused(message, "payment_intent_unexpected_state")


@operation(
    "POST", "/v1/payment_intents/<identifier>/confirm", "PaymentIntentConfirmParams", _REMOVED
)
def confirm(call: Call, identifier: str) -> JSON:
    """Pay the intent with its payment method or the given one."""
    intent = call.fetch("payment_intent", identifier, "intent")
    _refuse_removed(call.params)
    _refuse_checkout(intent, "confirm")
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise _unexpected(intent, "confirmed", "requires_payment_method, requires_confirmation")
    method = _method(call)
    if method is not None:
        intent["payment_method"] = _own(method, intent)["id"]
    return _pay(call, intent)


@operation("POST", "/v1/payment_intents/<identifier>/capture", "PaymentIntentCaptureParams")
def capture_intent(call: Call, identifier: str) -> JSON:
    """Take what was authorized, or ``amount_to_capture`` of it."""
    intent, params = call.fetch("payment_intent", identifier, "intent"), call.params
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "captured", "requires_capture")
    amount = params.get("amount_to_capture") or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        message = "The amount to capture must be less than or equal to the capturable amount."
        raise errors.invalid(message, "amount_to_capture", "amount_too_large")
    fee = params.get("application_fee_amount", intent["application_fee_amount"])
    intent["application_fee_amount"] = min(fee, amount) if fee is not None else None
    capture(call.sandbox, intent, amount)
    return intent


@operation("POST", "/v1/payment_intents/<identifier>/cancel", "PaymentIntentCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """Give the intent up; an authorization is released."""
    intent = call.fetch("payment_intent", identifier, "intent")
    _refuse_checkout(intent, "cancel")
    if intent["status"] not in CANCELABLE:
        raise _unexpected(intent, "canceled", ", ".join(CANCELABLE))
    if intent["status"] == "requires_capture":
        charge = call.sandbox.store.get(intent["latest_charge"])
        charge.update(amount_refunded=charge["amount"], refunded=True)
        call.sandbox.store.save(charge)
        emit(call.sandbox, "charge.refunded", charge)
    intent.update(
        status="canceled",
        canceled_at=call.sandbox.clock.now(),
        amount_capturable=0,
        next_action=None,
        cancellation_reason=call.params.get("cancellation_reason"),
    )
    call.sandbox.store.save(intent)
    emit(call.sandbox, "payment_intent.canceled", intent)
    return intent


@operation("GET", "/v1/payment_intents/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One intent."""
    return call.fetch("payment_intent", identifier, "intent")


@operation("GET", "/v1/payment_intents", "PaymentIntentListParams")
def list_all(call: Call) -> JSON:
    """Intents, newest first."""
    return call.page(
        "payment_intent", "/v1/payment_intents", {"customer": call.params.get("customer")}
    )


@operation("POST", "/v1/payment_intents/<identifier>", "PaymentIntentUpdateParams", _REMOVED)
def update(call: Call, identifier: str) -> JSON:
    """Change an intent that is not paid; metadata and description can always change."""
    intent, params = call.fetch("payment_intent", identifier, "intent"), call.params
    _refuse_removed(params)
    money = {"amount", "currency", "application_fee_amount", "transfer_data"} & params.keys()
    if money and intent["status"] not in CANCELABLE[:3]:
        raise _unexpected(intent, "updated", ", ".join(CANCELABLE[:3]))
    if "amount" in params:
        currencies.check_charge(params["amount"], intent["currency"], "amount")
        intent["amount"] = params["amount"]
    for name in _COPIED:
        if name in params:
            intent[name] = None if params[name] == "" else params[name]
    if intent["transfer_data"] is not None:
        intent["transfer_data"].update(params.get("transfer_data") or {})
    check_split(call, intent, intent["amount"])
    intent["metadata"] = metadata(params, intent["metadata"])
    return _continue(call, call.sandbox.store.save(intent))
