"""What a Checkout Session sells: items, shipping, totals (integer minor units)."""

from decimal import ROUND_HALF_UP, Decimal

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call
from stripe_sandbox.store import JSON

MAX_ITEMS = 100


def build(call: Call, given: list[JSON]) -> tuple[list[JSON], str]:
    """Line items and their common currency."""
    if len(given) > MAX_ITEMS:
        raise errors.invalid(f"You can only pass up to {MAX_ITEMS} line items", "line_items")
    items = [_item(call, item, f"line_items[{position}]") for position, item in enumerate(given)]
    found = {item["currency"] for item in items}
    if len(found) > 1:
        raise errors.invalid("All line items must have the same currency.", "line_items")
    return items, found.pop()


def _item(call: Call, given: JSON, param: str) -> JSON:
    if "price" in given:
        raise errors.missing("price", given["price"], f"{param}[price]", 400)
    if "price_data" not in given:
        raise errors.missing_param(f"{param}[price_data]")
    quantity = given.get("quantity", 1)
    if quantity < 1:
        raise errors.invalid(
            "Invalid positive integer", f"{param}[quantity]", "parameter_invalid_integer"
        )
    price = _price(call, given["price_data"], f"{param}[price_data]")
    total = _times(price, quantity)
    name = price["_product"]["name"]
    return {
        "id": ids.new("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": name,
        "metadata": given.get("metadata") or {},
        "price": {key: value for key, value in price.items() if not key.startswith("_")},
        "quantity": quantity,
        "_product": price["_product"],
    }


def _times(price: JSON, quantity: int) -> int:
    exact = Decimal(price["unit_amount_decimal"]) * quantity
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _price(call: Call, data: JSON, param: str) -> JSON:
    currency = currencies.check(data["currency"], f"{param}[currency]")
    if "product_data" not in data:
        raise errors.missing_param(f"{param}[product_data]")
    if "recurring" in data:
        raise errors.invalid(
            "You can only use one-time prices in payment mode.", f"{param}[recurring]"
        )
    amount = _unit_amount(data, param)
    whole = amount == amount.to_integral_value()
    return {
        "id": ids.new("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.sandbox.clock.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": ids.new("prod"),
        "recurring": None,
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": int(amount) if whole else None,
        "unit_amount_decimal": f"{amount.normalize():f}",
        "_product": _product(data["product_data"], f"{param}[product_data]"),
    }


def _product(data: JSON, param: str) -> JSON:
    if len(data.get("images", [])) > 8:
        raise errors.invalid("You can only pass up to 8 images", f"{param}[images]")
    return {
        "name": data["name"],
        "description": data.get("description"),
        "images": data.get("images", []),
    }


def _unit_amount(data: JSON, param: str) -> Decimal:
    if ("unit_amount" in data) == ("unit_amount_decimal" in data):
        if "unit_amount" in data:
            raise errors.exclusive(f"{param}[unit_amount]", f"{param}[unit_amount_decimal]")
        raise errors.missing_param(f"{param}[unit_amount]")
    name = "unit_amount" if "unit_amount" in data else "unit_amount_decimal"
    amount = Decimal(str(data[name]))
    if amount < 0:
        raise errors.invalid(
            "Invalid non-negative integer", f"{param}[{name}]", "parameter_invalid_integer"
        )
    if -int(amount.as_tuple().exponent) > 12:
        raise errors.invalid(
            f"Invalid decimal: {data[name]}; must contain at maximum 12 decimal places.",
            f"{param}[{name}]",
        )
    return amount


def shipping_options(call: Call, given: list[JSON], currency: str) -> list[JSON]:
    """Shipping options with the rates that they make."""
    if len(given) > 5:
        raise errors.invalid("You can only pass up to 5 shipping options", "shipping_options")
    return [_option(call, item, currency, f"shipping_options[{n}]") for n, item in enumerate(given)]


def _option(call: Call, given: JSON, currency: str, param: str) -> JSON:
    if "shipping_rate" in given:
        raise errors.missing(
            "shipping rate", given["shipping_rate"], f"{param}[shipping_rate]", 400
        )
    data = given.get("shipping_rate_data") or {}
    if data.get("type", "fixed_amount") != "fixed_amount" or "fixed_amount" not in data:
        raise errors.missing_param(f"{param}[shipping_rate_data][fixed_amount]")
    fixed = data["fixed_amount"]
    if fixed["currency"].lower() != currency:
        message = (
            "The currency of the shipping rate must be the same as the currency of the line items."
        )
        raise errors.invalid(message, f"{param}[shipping_rate_data][fixed_amount][currency]")
    if fixed["amount"] < 0:
        raise errors.invalid(
            "Invalid non-negative integer", f"{param}[shipping_rate_data][fixed_amount][amount]"
        )
    rate = {
        "id": ids.new("shr"),
        "object": "shipping_rate",
        "active": True,
        "created": call.sandbox.clock.now(),
        "delivery_estimate": data.get("delivery_estimate"),
        "display_name": data["display_name"],
        "fixed_amount": {"amount": fixed["amount"], "currency": currency},
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tax_code": data.get("tax_code"),
        "type": "fixed_amount",
    }
    call.sandbox.store.add(rate, call.account)
    return {"shipping_amount": fixed["amount"], "shipping_rate": rate["id"]}
