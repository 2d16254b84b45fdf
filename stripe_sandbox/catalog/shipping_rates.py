"""Shipping rates (docs.stripe.com/api/shipping_rates): fixed amounts with a name."""

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.catalog.objects import named
from stripe_sandbox.store import JSON


def make(call: Call, data: JSON, param: str) -> JSON:
    """Keep a new rate. ``param`` is the parameter that describes it, if any."""
    if data.get("type", "fixed_amount") != "fixed_amount" or "fixed_amount" not in data:
        raise errors.missing_param(named(param, "fixed_amount"))
    fixed, place = data["fixed_amount"], named(param, "fixed_amount")
    currency = currencies.check(fixed["currency"], f"{place}[currency]")
    if fixed["amount"] < 0:
        message = "Invalid non-negative integer"
        raise errors.invalid(message, f"{place}[amount]", "parameter_invalid_integer")
    estimate = data.get("delivery_estimate")
    rate: JSON = {
        "id": ids.new("shr"),
        "object": "shipping_rate",
        "active": True,
        "created": call.sandbox.clock.now(),
        "delivery_estimate": {"maximum": None, "minimum": None, **estimate} if estimate else None,
        "display_name": data["display_name"],
        "fixed_amount": {"amount": fixed["amount"], "currency": currency},
        "livemode": False,
        "metadata": metadata(data),
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tax_code": data.get("tax_code"),
        "type": "fixed_amount",
    }
    return call.sandbox.store.add(rate, call.account)


@operation("POST", "/v1/shipping_rates", "ShippingRateCreateParams")
def create(call: Call) -> JSON:
    """Make a rate that Checkout Sessions can offer."""
    return make(call, call.params, "")


@operation("GET", "/v1/shipping_rates/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One rate."""
    return call.fetch("shipping_rate", identifier)


@operation("GET", "/v1/shipping_rates", "ShippingRateListParams")
def list_all(call: Call) -> JSON:
    """Rates, by ``active``."""
    return call.page("shipping_rate", "/v1/shipping_rates", {"active": call.params.get("active")})


@operation("POST", "/v1/shipping_rates/<identifier>", "ShippingRateUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Switch a rate on or off, or change its metadata."""
    rate, params = call.fetch("shipping_rate", identifier), call.params
    for name in ("active", "tax_behavior"):
        if name in params:
            rate[name] = params[name]
    rate["metadata"] = metadata(params, rate["metadata"])
    return call.sandbox.store.save(rate)
