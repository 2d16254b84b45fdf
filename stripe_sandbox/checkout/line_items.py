"""What a Checkout Session sells: items, shipping, totals (integer minor units)."""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call
from stripe_sandbox.catalog import prices, shipping_rates
from stripe_sandbox.store import JSON

MAX_ITEMS = 100


def build(call: Call, given: list[JSON], *, recurring: bool = False) -> tuple[list[JSON], str]:
    """Line items and their common currency; prices may be recurring only where that is said."""
    if len(given) > MAX_ITEMS:
        raise errors.invalid(f"You can only pass up to {MAX_ITEMS} line items", "line_items")
    items = [
        _item(call, item, f"line_items[{position}]", recurring=recurring)
        for position, item in enumerate(given)
    ]
    found = {item["currency"] for item in items}
    if len(found) > 1:
        raise errors.invalid("All line items must have the same currency.", "line_items")
    return items, found.pop()


def _item(call: Call, given: JSON, param: str, *, recurring: bool) -> JSON:
    price = _price(call, given, param)
    if price["recurring"] and not recurring:
        message = (
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices."
        )
        raise errors.invalid(message, param)
    quantity = given.get("quantity", 1)
    if quantity < 1:
        raise errors.invalid(
            "Invalid positive integer", f"{param}[quantity]", "parameter_invalid_integer"
        )
    total = prices.times(price, quantity)
    product = call.sandbox.store.get(price["product"])
    return {
        "id": ids.new("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": given.get("metadata") or {},
        "price": {key: value for key, value in price.items() if not key.startswith("_")},
        "quantity": quantity,
        "_product": {name: product[name] for name in ("name", "description", "images")},
    }


def _price(call: Call, given: JSON, param: str) -> JSON:
    if "price" in given and "price_data" in given:
        raise errors.exclusive(f"{param}[price]", f"{param}[price_data]")
    if "price" in given:
        return prices.stored(call, given["price"], f"{param}[price]")
    if "price_data" not in given:
        raise errors.missing_param(f"{param}[price_data]")
    return prices.inline(call, given["price_data"], f"{param}[price_data]")


def shipping_options(call: Call, given: list[JSON], currency: str) -> list[JSON]:
    """Shipping options with the rates that they make."""
    if len(given) > 5:
        raise errors.invalid("You can only pass up to 5 shipping options", "shipping_options")
    return [_option(call, item, currency, f"shipping_options[{n}]") for n, item in enumerate(given)]


def _option(call: Call, given: JSON, currency: str, param: str) -> JSON:
    if "shipping_rate" in given:
        place = f"{param}[shipping_rate]"
        rate = call.fetch("shipping_rate", given["shipping_rate"], place, 400)
    else:
        place = f"{param}[shipping_rate_data]"
        rate = shipping_rates.make(call, given.get("shipping_rate_data") or {}, place)
    if rate["fixed_amount"]["currency"] != currency:
        message = (
            "The currency of the shipping rate must be the same as the currency of the line items."
        )
        raise errors.invalid(message, f"{place}[fixed_amount][currency]")
    return {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}
