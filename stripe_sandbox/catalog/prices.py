"""Prices (docs.stripe.com/api/prices), one-time and recurring."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.catalog.objects import make_price, make_product, named
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit


def inline(call: Call, data: JSON, param: str) -> JSON:
    """The price of ``price_data``, and its product if that is described there as well."""
    if "product" in data:
        product = call.fetch("product", data["product"], named(param, "product"), 400)
    elif "product_data" in data:
        described = named(param, "product_data")
        product = make_product(
            call.sandbox, call.account, data["product_data"], described, active=False
        )
    else:
        raise errors.missing_param(named(param, "product_data"))
    return make_price(call, data, product["id"], param, active=False)


def stored(call: Call, identifier: str, param: str) -> JSON:
    """An active price of the account, or Stripe's error."""
    price = call.fetch("price", identifier, param, 400)
    if not price["active"]:
        message = "The price specified is inactive. This field only accepts active prices."
        raise errors.invalid(message, param, "price_inactive")
    return price


def times(price: JSON, quantity: int) -> int:
    """What a quantity costs, in minor units."""
    exact = Decimal(price["unit_amount_decimal"]) * quantity
    return int(exact.to_integral_value(ROUND_HALF_UP))


@operation("POST", "/v1/prices", "PriceCreateParams")
def create(call: Call) -> JSON:
    """Make a price of a product, or of one that ``product_data`` describes."""
    params = call.params
    _take_lookup_key(call)
    if "product" in params:
        product = call.fetch("product", params["product"], "product", 400)
    elif "product_data" in params:
        product = make_product(call.sandbox, call.account, params["product_data"], "product_data")
        emit(call.sandbox, "product.created", product)
    else:
        raise errors.missing_param("product")
    price = make_price(call, params, product["id"], "", active=params.get("active", True))
    emit(call.sandbox, "price.created", price)
    return price


def _take_lookup_key(call: Call) -> None:
    """A lookup key belongs to one price; ``transfer_lookup_key`` takes it from another."""
    key = call.params.get("lookup_key")
    held = call.sandbox.store.select("price", call.account, {"lookup_key": key}) if key else []
    if held and not call.params.get("transfer_lookup_key"):
        message = (
            f"A price (`{held[0]['id']}`) already uses that lookup key. Pass "
            "`transfer_lookup_key=true` to transfer it."
        )
        raise errors.invalid(message, "lookup_key")
    for price in held:
        price["lookup_key"] = None
        changed(call.sandbox, "price.updated", price)


@operation("GET", "/v1/prices/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One price."""
    return call.fetch("price", identifier)


@operation("GET", "/v1/prices", "PriceListParams")
def list_all(call: Call) -> JSON:
    """Prices, by product, currency, type, ``active`` or lookup key."""
    wanted: dict[str, Any] = {
        name: call.params.get(name) for name in ("active", "currency", "product", "type")
    }
    keys = call.params.get("lookup_keys") or []
    if len(keys) == 1:
        wanted["lookup_key"] = keys[0]
    elif keys:
        raise errors.invalid("The sandbox takes one lookup key at a time.", "lookup_keys")
    return call.page("price", "/v1/prices", wanted)


@operation("POST", "/v1/prices/<identifier>", "PriceUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change what may change of a price: never the amount."""
    price, params = call.fetch("price", identifier), call.params
    _take_lookup_key(call)
    for name in ("active", "lookup_key", "nickname", "tax_behavior"):
        if name in params:
            price[name] = params[name] if params[name] != "" else None
    price["metadata"] = metadata(params, price["metadata"])
    changed(call.sandbox, "price.updated", price)
    return price
