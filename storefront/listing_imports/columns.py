"""The columns of a file of listings, the same for import and export.

A cell is a text. `canonical` gives the one spelling of what it means, which is what an export
writes; so two cells mean the same if they are equal, and importing an export changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from storefront import money
from storefront.catalog import details as accepted
from storefront.catalog.categories import CATEGORIES
from storefront.catalog.details import Details
from storefront.catalog.service import Listing
from storefront.errors import Invalid

UNLIMITED: Final = "unlimited"
STATES: Final = ("draft", "published", "paused")
_YES, _NO = "yes", "no"
_YES_OR_NO: Final = {
    "yes": _YES, "y": _YES, "true": _YES, "1": _YES, "no": _NO, "n": _NO, "false": _NO, "0": _NO,
}  # fmt: skip
_BY_LABEL: Final = {label.casefold(): word for word, label in CATEGORIES.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the page explains it."""

    meaning: str
    example: str


COLUMNS: Final[Mapping[str, Column]] = {
    "handle": Column(
        "The last part of the listing’s address. Exports have it; leave it empty for a new one.", ""
    ),
    "sku": Column("Your own number. A listing that has it is changed; else it is new.", "MUG-1"),
    "title": Column("3 to 80 characters.", "Example: speckled mug"),
    "category": Column(f"One of {', '.join(CATEGORIES)}.", "kitchen"),
    "description": Column("Markdown, up to 10,000 characters.", "Thrown by *hand*, 300 ml."),
    "price": Column("For one piece, in your shop’s currency, without a sign.", ""),
    "currency": Column("Your shop’s currency, as a safeguard. It can be left out.", ""),
    "stock": Column(f"A whole number, or “{UNLIMITED}”.", "5"),
    "shipped": Column("yes if you send it by post, else no. A new listing is yes.", "yes"),
    "billing": Column("once, or month or year for a subscription. A new listing is once.", "once"),
    "state": Column("draft, published or paused. A new listing is a draft.", "draft"),
}
"""Name → what it is for, in the order of an export."""

FIELDS: Final = tuple(name for name in COLUMNS if name not in {"handle", "currency"})
"""What an import can change."""

NEEDED: Final = ("title", "category", "price", "stock")
"""What a new listing cannot be without."""

DEFAULTS: Final = {"sku": "", "description": "", "shipped": _YES, "billing": "once",
                  "state": "draft"}  # fmt: skip
"""What a new listing is where the file says nothing."""


def cells_of(listing: Listing) -> dict[str, str]:
    """A listing as a row of a file."""
    return {
        "handle": listing.slug,
        "sku": listing.sku,
        "title": listing.title,
        "category": listing.category,
        "description": listing.description,
        "price": money.plain(listing.price_amount, listing.currency),
        "currency": listing.currency.upper(),
        "stock": UNLIMITED if listing.stock is None else str(listing.stock),
        "shipped": _YES if listing.requires_shipping else _NO,
        "billing": listing.billing,
        "state": listing.state,
    }


def details_of(cells: Mapping[str, str], currency: str) -> Details:
    """What canonical cells say of a listing, as the service wants it."""
    stock = cells["stock"]
    return Details(
        title=cells["title"],
        category=cells["category"],
        description=cells["description"],
        price_amount=accepted.price(cells["price"], currency),
        stock=None if stock == UNLIMITED else accepted.stock(stock),
        requires_shipping=cells["shipped"] == _YES,
        sku=cells["sku"],
        billing=cells["billing"],
    )


def canonical(name: str, cell: str, currency: str) -> str:
    """The one spelling of what a cell says. Raises Invalid with a sentence for the seller."""
    if name == "price":
        return money.plain(accepted.price(cell, currency), currency)
    return _CANONICAL[name](cell)


def check_currency(cell: str, currency: str) -> None:
    """Raise Invalid unless prices are in the shop's currency."""
    if cell.strip() and cell.strip().lower() != currency:
        raise Invalid(f"“{cell}” is not the currency of your shop, which is {currency.upper()}.")


def _category(cell: str) -> str:
    word = cell.strip().casefold()
    return accepted.category(_BY_LABEL.get(word, word))


def _stock(cell: str) -> str:
    if cell.strip().casefold() == UNLIMITED:
        return UNLIMITED
    try:
        return str(accepted.stock(cell))
    except Invalid as error:
        raise Invalid(f"{error.message} For no limit write “{UNLIMITED}”.") from error


def _shipped(cell: str) -> str:
    if cell.strip().casefold() not in _YES_OR_NO:
        raise Invalid(f"“{cell}” is neither yes nor no.")
    return _YES_OR_NO[cell.strip().casefold()]


def _billing(cell: str) -> str:
    word = cell.strip().casefold()
    if word not in accepted.BILLING:
        raise Invalid(f"“{cell}” is not how something is paid. Write once, month or year.")
    return word


def _state(cell: str) -> str:
    if cell.strip().casefold() not in STATES:
        raise Invalid(f"“{cell}” is no state. Write draft, published or paused.")
    return cell.strip().casefold()


_CANONICAL: Final[Mapping[str, Callable[[str], str]]] = {
    "sku": accepted.sku,
    "title": accepted.title,
    "category": _category,
    "description": accepted.description,
    "stock": _stock,
    "shipped": _shipped,
    "billing": _billing,
    "state": _state,
}
