"""Setup intents (docs.stripe.com/api/setup_intents): saving a payment method without a payment."""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.api.rendering import render
from stripe_sandbox.customers.customer_objects import fetch
from stripe_sandbox.customers.saved_methods import keep
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.attempts import Decline
from stripe_sandbox.payments.payment_methods import resolve
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

_NULL = (
    "allowed_payment_method_types application attach_to_self automatic_payment_methods "
    "cancellation_reason customer customer_account description excluded_payment_method_types "
    "flow_directions last_setup_error latest_attempt managed_payments mandate next_action "
    "on_behalf_of payment_method payment_method_configuration_details single_use_mandate"
)
_CHANGEABLE = ("customer", "description")
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def make(sandbox: Sandbox, account: str, **given: object) -> JSON:
    """Keep a setup intent that waits for a payment method."""
    identifier = ids.new("seti")
    intent: JSON = {
        **dict.fromkeys(_NULL.split()),
        "id": identifier,
        "object": "setup_intent",
        "client_secret": f"{identifier}_secret_{ids.token(25)}",
        "created": sandbox.clock.now(),
        "livemode": False,
        "metadata": {},
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        "usage": "off_session",
        **given,
    }
    sandbox.store.add(intent, account)
    emit(sandbox, "setup_intent.created", intent)
    return intent


def attempt(
    sandbox: Sandbox, intent: JSON, method: JSON, *, authenticated: bool = False
) -> Decline | None:
    """Ask the bank whether the method may be saved. The status tells; a no is returned too."""
    intent.update(payment_method=method["id"], last_setup_error=None, next_action=None)
    card = cards.of_method(method) if method["type"] == "card" else cards.CARDS[0]
    if card.challenge and not authenticated:
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "use_stripe_sdk",
            "use_stripe_sdk": {"type": "three_d_secure_redirect"},
        }
        sandbox.store.save(intent)
        emit(sandbox, "setup_intent.requires_action", intent)
        return None
    if card.decline is not None and not card.can_be_saved:
        code, reason = card.decline
        return fail(sandbox, intent, Decline(code, reason, cards.MESSAGES[reason]))
    intent["status"] = "succeeded"
    sandbox.store.save(intent)
    emit(sandbox, "setup_intent.succeeded", intent)
    if intent["customer"]:
        keep(sandbox, method, intent["customer"])
    return None


def fail(sandbox: Sandbox, intent: JSON, decline: Decline) -> Decline:
    """The method cannot be saved; the intent waits for another one."""
    method = sandbox.store.get(intent["payment_method"])
    error = {
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": render(sandbox, method),
        "type": "card_error" if decline.decline_code else "invalid_request_error",
    }
    intent["last_setup_error"] = {name: value for name, value in error.items() if value is not None}
    intent.update(status="requires_payment_method", payment_method=None, next_action=None)
    sandbox.store.save(intent)
    emit(sandbox, "setup_intent.setup_failed", intent)
    return decline


@operation("POST", "/v1/setup_intents", "SetupIntentCreateParams", ("payment_method_types",))
def create(call: Call) -> JSON:
    """Make a setup intent; with ``confirm`` also save its payment method."""
    params = call.params
    if "customer" in params:
        fetch(call, params["customer"])
    given = {name: params[name] for name in (*_CHANGEABLE, "on_behalf_of", "usage")
             if name in params}  # fmt: skip
    intent = make(call.sandbox, call.account, metadata=metadata(params), **given)
    return _continue(call, intent)


def _continue(call: Call, intent: JSON) -> JSON:
    if "payment_method" in call.params:
        method = resolve(call, call.params["payment_method"])
        intent.update(payment_method=method["id"], status="requires_confirmation")
        call.sandbox.store.save(intent)
    return _confirm(call, intent) if call.params.get("confirm") else intent


def _confirm(call: Call, intent: JSON) -> JSON:
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this SetupIntent because it's missing a payment method. Update "
            "the SetupIntent with a payment method and then confirm it again."
        )
        raise errors.refused(message, "setup_intent_unexpected_state")
    decline = attempt(call.sandbox, intent, call.sandbox.store.get(intent["payment_method"]))
    if decline is not None:
        raise errors.ApiError(
            402, "card_error", decline.message, code=decline.code, stored=True,
            keeps_changes=True, decline_code=decline.decline_code,
            setup_intent=render(call.sandbox, intent),
        )  # fmt: skip
    return intent


def _still_open(call: Call, identifier: str, verb: str) -> JSON:
    intent = call.fetch("setup_intent", identifier, "intent")
    if intent["status"] not in _OPEN:
        message = (
            f"You cannot {verb} this SetupIntent because it has a status of {intent['status']}. "
            f"Only a SetupIntent with one of the following statuses may be {verb}ed: "
            f"{', '.join(_OPEN)}."
        )
        raise errors.refused(message, "setup_intent_unexpected_state")
    return intent


@operation("POST", "/v1/setup_intents/<identifier>/confirm", "SetupIntentConfirmParams")
def confirm(call: Call, identifier: str) -> JSON:
    """Save the payment method of the intent, or the given one."""
    intent = _still_open(call, identifier, "confirm")
    if "payment_method" in call.params:
        intent["payment_method"] = resolve(call, call.params["payment_method"])["id"]
    return _confirm(call, intent)


@operation("POST", "/v1/setup_intents/<identifier>/cancel", "SetupIntentCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """Give the intent up."""
    intent = _still_open(call, identifier, "cancel")
    reason = call.params.get("cancellation_reason")
    intent.update(status="canceled", cancellation_reason=reason, next_action=None)
    call.sandbox.store.save(intent)
    emit(call.sandbox, "setup_intent.canceled", intent)
    return intent


@operation("GET", "/v1/setup_intents/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One setup intent."""
    return call.fetch("setup_intent", identifier, "intent")


@operation("GET", "/v1/setup_intents", "SetupIntentListParams")
def list_all(call: Call) -> JSON:
    """Setup intents, by customer and payment method."""
    wanted = {name: call.params.get(name) for name in ("customer", "payment_method")}
    return call.page("setup_intent", "/v1/setup_intents", wanted)


@operation("POST", "/v1/setup_intents/<identifier>", "SetupIntentUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change customer, description, metadata or payment method."""
    intent = call.fetch("setup_intent", identifier, "intent")
    for name in _CHANGEABLE:
        if name in call.params:
            intent[name] = call.params[name]
    intent["metadata"] = metadata(call.params, intent["metadata"])
    call.sandbox.store.save(intent)
    return _continue(call, intent)
