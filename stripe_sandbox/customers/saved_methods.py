"""Payment methods that a customer has saved (docs.stripe.com/api/payment_methods/attach)."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.customers.customer_objects import fetch, when_deleted
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.booking import after_paid
from stripe_sandbox.payments.payment_methods import resolve
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit


def attach(call: Call, identifier: str, customer: JSON) -> JSON:
    """Save a payment method for a customer. The issuer is asked; a decline is a 402."""
    method = resolve(call, identifier)
    if method.get("_detached"):
        message = (
            "The payment method you provided has been detached from its customer and can not be "
            "attached again."
        )
        raise errors.refused(message, None, "payment_method")
    if method["customer"] not in (None, customer["id"]):
        message = "This payment method has already been attached to a customer. Detach it first."
        raise errors.refused(message)
    if method["type"] == "card":
        _ask_issuer(cards.of_method(method))
    return keep(call.sandbox, method, customer["id"])


def _ask_issuer(card: cards.Card) -> None:
    """Saving a card asks its bank for nothing; a card that is always declined is refused."""
    if card.decline is not None and not card.can_be_saved:
        code, reason = card.decline
        raise errors.ApiError(
            402, "card_error", cards.MESSAGES[reason], code=code, decline_code=reason, stored=True
        )


def keep(sandbox: Sandbox, method: JSON, customer_id: str) -> JSON:
    """The method belongs to the customer from now on."""
    if method["customer"] == customer_id:
        return method
    method["customer"] = customer_id
    sandbox.store.save(method)
    emit(sandbox, "payment_method.attached", method)
    return method


@after_paid
def _save_for_later(sandbox: Sandbox, intent: JSON) -> None:
    """``setup_future_usage`` saves what was paid with."""
    if intent["customer"] and intent["setup_future_usage"]:
        keep(sandbox, sandbox.store.get(intent["payment_method"]), intent["customer"])


def of_customer(sandbox: Sandbox, customer: JSON) -> JSON | None:
    """What a customer pays with unless something else is said: the default, else the newest."""
    default = customer["invoice_settings"]["default_payment_method"]
    if default is not None:
        return sandbox.store.find(default)
    found = sandbox.store.select(
        "payment_method", customer["_account"], {"customer": customer["id"]}, limit=1
    )
    return found[0] if found else None


@operation("POST", "/v1/payment_methods/<identifier>/attach", "PaymentMethodAttachParams")
def attach_method(call: Call, identifier: str) -> JSON:
    """Save a payment method for a customer."""
    if "customer" not in call.params:
        raise errors.missing_param("customer")
    return attach(call, identifier, fetch(call, call.params["customer"]))


@operation("POST", "/v1/payment_methods/<identifier>/detach", "PaymentMethodDetachParams")
def detach_method(call: Call, identifier: str) -> JSON:
    """Take a payment method from its customer; it can never be used again."""
    method = call.fetch("payment_method", identifier, "payment_method")
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer."
        raise errors.refused(message)
    return _detach(call.sandbox, method)


def _detach(sandbox: Sandbox, method: JSON) -> JSON:
    customer = sandbox.store.get(method["customer"])
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
        sandbox.store.save(customer)
    before, method["customer"] = method["customer"], None
    method["_detached"] = True
    sandbox.store.save(method)
    emit(sandbox, "payment_method.detached", method, previous={"customer": before})
    return method


@when_deleted
def _forget(sandbox: Sandbox, customer: JSON) -> None:
    for method in sandbox.store.select(
        "payment_method", customer["_account"], {"customer": customer["id"]}
    ):
        _detach(sandbox, method)


@operation("POST", "/v1/payment_methods/<identifier>", "PaymentMethodUpdateParams")
def update_method(call: Call, identifier: str) -> JSON:
    """Change billing details, expiry or metadata."""
    method, params = call.fetch("payment_method", identifier, "payment_method"), call.params
    for name, value in (params.get("billing_details") or {}).items():
        both = isinstance(value, dict)
        method["billing_details"][name] = (
            {**method["billing_details"][name], **value} if both else value or None
        )
    for name in ("exp_month", "exp_year"):
        if name in (params.get("card") or {}):
            method["card"][name] = params["card"][name]
    method["metadata"] = metadata(params, method["metadata"])
    changed(call.sandbox, "payment_method.updated", method)
    return method


@operation("GET", "/v1/payment_methods", "PaymentMethodListParams")
def list_methods(call: Call) -> JSON:
    """Payment methods of a customer, by type."""
    if "customer" in call.params:
        fetch(call, call.params["customer"])
    wanted = {name: call.params.get(name) for name in ("customer", "type")}
    return call.page("payment_method", "/v1/payment_methods", wanted)


@operation("GET", "/v1/customers/<identifier>/payment_methods", "CustomerListPaymentMethodsParams")
def list_of_customer(call: Call, identifier: str) -> JSON:
    """Payment methods of a customer, by type."""
    fetch(call, identifier, "customer", 404)
    wanted = {"customer": identifier, "type": call.params.get("type")}
    return call.page("payment_method", f"/v1/customers/{identifier}/payment_methods", wanted)


@operation("GET", "/v1/customers/<identifier>/payment_methods/<method>")
def retrieve_of_customer(call: Call, identifier: str, method: str) -> JSON:
    """One payment method of a customer."""
    fetch(call, identifier, "customer", 404)
    found = call.fetch("payment_method", method, "payment_method")
    if found["customer"] != identifier:
        raise errors.missing("PaymentMethod", method, "payment_method")
    return found
