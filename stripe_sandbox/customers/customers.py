"""Customers (docs.stripe.com/api/customers)."""

import re

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.customers.customer_objects import WHEN_DELETED, fetch, make
from stripe_sandbox.customers.saved_methods import attach
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PLAIN = (
    "business_name", "description", "email", "individual_name", "name", "phone", "tax_exempt",
)  # fmt: skip
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def _check(params: JSON) -> None:
    email = params.get("email")
    if email and not EMAIL.match(email):
        raise errors.invalid(f"Invalid email address: {email[:80]}", "email", "email_invalid")


def _full(address: JSON | None) -> JSON | None:
    return {**dict.fromkeys(_ADDRESS), **address} if address else None


def _changes(call: Call, before: JSON) -> JSON:
    """What the parameters make of a customer's members."""
    params = call.params
    found: JSON = {name: params[name] or None for name in _PLAIN if name in params}
    if "address" in params:
        found["address"] = _full(params["address"])
    if shipping := params.get("shipping"):
        found["shipping"] = {"phone": None, **shipping, "address": _full(shipping.get("address"))}
    if "preferred_locales" in params:
        found["preferred_locales"] = params["preferred_locales"]
    found["metadata"] = metadata(params, before["metadata"])
    return found


def _settle_by(call: Call, customer: JSON, attached: JSON | None = None) -> None:
    """Follow ``invoice_settings``; ``attached`` is what this very call has attached."""
    given = dict(call.params.get("invoice_settings") or {})
    method = given.get("default_payment_method") or None
    if attached is not None and method == call.params["payment_method"]:
        given["default_payment_method"] = attached["id"]
    elif method is not None:
        _check_attached(call, method, customer["id"])
    customer["invoice_settings"] = {**customer["invoice_settings"], **given}


def _check_attached(call: Call, method_id: str, customer_id: str | None) -> None:
    param = "invoice_settings[default_payment_method]"
    method = call.fetch("payment_method", method_id, param, 400)
    if method["customer"] is None or method["customer"] != customer_id:
        message = (
            "The customer does not have a payment method with the ID "
            f"{method_id}. The payment method must be attached to the customer."
        )
        raise errors.invalid(message, param, "resource_missing")


@operation("POST", "/v1/customers", "CustomerCreateParams")
def create(call: Call) -> JSON:
    """Make a customer; ``payment_method`` is attached at once."""
    _check(call.params)
    customer = make(call.sandbox, call.account, **_changes(call, {"metadata": {}}))
    method = call.params.get("payment_method")
    attached = attach(call, method, customer) if method is not None else None
    _settle_by(call, customer, attached)
    return call.sandbox.store.save(customer)


@operation("GET", "/v1/customers/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One customer, also a deleted one."""
    return call.fetch("customer", identifier)


@operation("GET", "/v1/customers", "CustomerListParams")
def list_all(call: Call) -> JSON:
    """Customers, by e-mail address."""
    wanted = {"email": call.params.get("email"), "_deleted": False}
    return call.page("customer", "/v1/customers", wanted)


@operation("POST", "/v1/customers/<identifier>", "CustomerUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change a customer."""
    customer = fetch(call, identifier, "id", 404)
    _check(call.params)
    customer.update(_changes(call, customer))
    _settle_by(call, customer)
    changed(call.sandbox, "customer.updated", customer)
    return customer


@operation("DELETE", "/v1/customers/<identifier>")
def delete(call: Call, identifier: str) -> JSON:
    """Forget a customer; subscriptions end and saved methods are detached."""
    customer = fetch(call, identifier, "id", 404)
    for forget in WHEN_DELETED:
        forget(call.sandbox, customer)
    emit(call.sandbox, "customer.deleted", customer)
    gone = {"id": identifier, "object": "customer", "deleted": True, "_deleted": True}
    return call.sandbox.store.save({**gone, "_account": customer["_account"]})
