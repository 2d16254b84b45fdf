"""How products and prices look, and how they are made from parameters."""

from decimal import Decimal

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

MAX_IMAGES = 8
PRODUCT_MEMBERS = (
    "description", "images", "marketing_features", "package_dimensions", "shippable",
    "statement_descriptor", "tax_code", "unit_label", "url",
)  # fmt: skip
_LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
_MAX_DECIMALS = 12


def make_product(
    sandbox: Sandbox, account: str, given: JSON, param: str = "", **more: object
) -> JSON:
    """Keep a new product. ``param`` is the parameter that describes it."""
    if len(given.get("images") or []) > MAX_IMAGES:
        raise errors.invalid(f"You can only pass up to {MAX_IMAGES} images", f"{param}[images]")
    now = sandbox.clock.now()
    product: JSON = {
        **dict.fromkeys(PRODUCT_MEMBERS),
        "id": given.get("id") or ids.new("prod"),
        "object": "product",
        "active": True,
        "created": now,
        "default_price": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": given["name"],
        "tax_details": None,
        "type": "service",
        "updated": now,
        **{name: given[name] for name in PRODUCT_MEMBERS if given.get(name) is not None},
        **more,
    }
    return sandbox.store.add(product, account)


def make_price(call: Call, data: JSON, product: str, param: str, *, active: bool = True) -> JSON:
    """Keep a new price of a product. ``param`` is the parameter that describes it, if any."""
    amount = unit_amount(data, param)
    price: JSON = {
        "id": ids.new("price"),
        "object": "price",
        "active": active,
        "billing_scheme": "per_unit",
        "created": call.sandbox.clock.now(),
        "currency": currencies.check(data["currency"], named(param, "currency")),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": data.get("lookup_key"),
        "metadata": metadata(data),
        "nickname": data.get("nickname"),
        "product": product,
        "recurring": _recurring(data.get("recurring"), named(param, "recurring")),
        "tax_behavior": data.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if data.get("recurring") else "one_time",
        "unit_amount": int(amount) if amount == amount.to_integral_value() else None,
        "unit_amount_decimal": f"{amount.normalize():f}",
    }
    return call.sandbox.store.add(price, call.account)


def named(prefix: str, name: str) -> str:
    """``line_items[0][price_data][currency]`` and the like."""
    return f"{prefix}[{name}]" if prefix else name


def unit_amount(data: JSON, param: str) -> Decimal:
    """The one of ``unit_amount`` and ``unit_amount_decimal`` that is given."""
    if ("unit_amount" in data) == ("unit_amount_decimal" in data):
        if "unit_amount" in data:
            raise errors.exclusive(named(param, "unit_amount"), named(param, "unit_amount_decimal"))
        raise errors.missing_param(named(param, "unit_amount"))
    name = "unit_amount" if "unit_amount" in data else "unit_amount_decimal"
    amount = Decimal(str(data[name]))
    if amount < 0:
        message = "Invalid non-negative integer"
        raise errors.invalid(message, named(param, name), "parameter_invalid_integer")
    if -int(amount.as_tuple().exponent) > _MAX_DECIMALS:
        message = f"Invalid decimal: {data[name]}; must contain at maximum 12 decimal places."
        raise errors.invalid(message, named(param, name))
    return amount


def _recurring(data: JSON | None, param: str) -> JSON | None:
    if not data:
        return None
    count = data.get("interval_count", 1)
    if not 1 <= count <= _LONGEST[data["interval"]]:
        message = "The maximum interval is three years, the minimum is one day."
        raise errors.invalid(message, named(param, "interval_count"))
    if data.get("usage_type", "licensed") != "licensed":
        raise errors.invalid("The sandbox offers licensed prices only.", named(param, "usage_type"))
    return {
        "interval": data["interval"],
        "interval_count": count,
        "meter": None,
        "trial_period_days": data.get("trial_period_days"),
        "usage_type": "licensed",
    }
