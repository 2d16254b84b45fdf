"""What a listing page says about stock, delivery and returns, in a few words."""

from functools import cache

from babel import Locale

from storefront import money
from storefront.sellers.service import Seller

BILLING = {"once": "Once", "month": "Every month", "year": "Every year"}
_PER = {"month": "a month", "year": "a year"}
_EACH = {"month": "of each month", "year": "of each year"}

FEW = 3
_NAMED = 3
_SHORT = 140


def stock_note(stock: int | None, *, always: bool = False) -> str:
    """`Only 2 left` when there are few; with `always` also `In stock`."""
    if stock is not None and 0 < stock <= FEW:
        return f"Only {stock} left"
    if stock == 0:
        return "Sold out"
    return "In stock" if always else ""


def per(billing: str) -> str:
    """What follows a price: `a month`; empty for what is paid once."""
    return _PER.get(billing, "")


def per_short(billing: str) -> str:
    """The same where there is little room: `/ month`."""
    return "" if billing == "once" else f"/ {billing}"


def delivery(shop: Seller, *, requires_shipping: bool, billing: str = "once") -> str:
    """Where to, and for how much per order; delivery of a subscription is in its price."""
    if not requires_shipping:
        return "Nothing has to be shipped."
    if not shop.countries:
        return "The shop has not said yet where it ships to."
    price = _price(shop) if billing == "once" else f"included in the price {_EACH[billing]}"
    return f"Ships to {_places(shop.countries)}, {price}."


def _places(codes: tuple[str, ...]) -> str:
    names = [country(code) for code in codes[:_NAMED]]
    if len(codes) > _NAMED:
        return f"{len(codes)} countries, {names[0]} and {names[1]} among them"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _price(shop: Seller) -> str:
    if shop.shipping_amount == 0:
        return "free of charge"
    return f"{money.display(shop.shipping_amount, shop.currency)} per order"


@cache
def country(code: str) -> str:
    """The English name of a country."""
    return str(Locale("en").territories.get(code, code))


def in_short(policy: str) -> str:
    """The first sentence of a policy, or as much of it as fits in two lines."""
    line = policy.strip().partition("\n")[0]
    sentence, stop, _ = line.partition(". ")
    short = sentence + stop.strip()
    return short if len(short) <= _SHORT else short[:_SHORT].rsplit(" ", 1)[0] + "…"
