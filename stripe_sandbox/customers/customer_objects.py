"""How customers look, and who else wants to know that one is gone."""

from collections.abc import Callable
from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

Forget = Callable[[Sandbox, JSON], None]

_NULL = (
    "address business_name cash_balance currency customer_account default_source description "
    "discount email individual_name name phone shipping test_clock"
)


def make(sandbox: Sandbox, account: str, **given: Any) -> JSON:
    """Keep a new customer and tell of it."""
    customer: JSON = {
        **dict.fromkeys(_NULL.split()),
        "id": ids.new("cus"),
        "object": "customer",
        "balance": 0,
        "created": sandbox.clock.now(),
        "delinquent": False,
        "invoice_credit_balance": {},
        "invoice_prefix": ids.token(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        **given,
        "_deleted": False,
    }
    sandbox.store.add(customer, account)
    emit(sandbox, "customer.created", customer)
    return customer


def fetch(call: Call, identifier: str, param: str = "customer", status: int = 400) -> JSON:
    """A customer of the account who is not deleted, or ``resource_missing``."""
    customer = call.fetch("customer", identifier, param, status)
    if customer.get("deleted"):
        raise errors.missing("customer", identifier, param, status)
    return customer


WHEN_DELETED: list[Forget] = []


def when_deleted(function: Forget) -> Forget:
    """Declare what else ends with a customer."""
    WHEN_DELETED.append(function)
    return function
