"""What a seller says about a listing, and which of it is accepted.

Each function takes what was typed and returns what is stored; it raises Invalid with a
sentence for the seller.
"""

import re
from dataclasses import dataclass

from storefront import money
from storefront.catalog.categories import CATEGORIES
from storefront.errors import Invalid
from storefront.security.typed_text import many_lines, one_line

MAX_STOCK = 99_999
TITLE_LENGTH = (3, 80)
DESCRIPTION_LENGTH = 10_000
SKU_LENGTH = 64
BILLING = ("once", "month", "year")
PICTURE_DESCRIPTION_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Details:
    """What a seller decides. `price_amount` is in minor units; unlimited stock is None.

    `billing` is one of BILLING: how often the price is paid.
    """

    title: str
    category: str
    description: str
    price_amount: int
    stock: int | None
    requires_shipping: bool
    sku: str = ""
    billing: str = "once"


def checked(details: Details, currency: str) -> Details:
    """The details, normalised. Raises Invalid for the first that cannot be accepted."""
    money.check_chargeable(details.price_amount, currency)
    if details.stock is not None and not 0 <= details.stock <= MAX_STOCK:
        raise Invalid(f"Stock is a whole number from 0 to {MAX_STOCK:,}.")
    return Details(
        title=title(details.title),
        category=category(details.category),
        description=description(details.description),
        price_amount=details.price_amount,
        stock=details.stock,
        requires_shipping=details.requires_shipping,
        sku=sku(details.sku),
        billing=billing(details.billing),
    )


def title(text: str) -> str:
    """A title: one line of 3 to 80 characters."""
    cleaned = one_line(text)
    low, high = TITLE_LENGTH
    if not low <= len(cleaned) <= high:
        raise Invalid(f"A title has {low} to {high} characters; this one has {len(cleaned)}.")
    return cleaned


def category(word: str) -> str:
    """One of CATEGORIES."""
    if word not in CATEGORIES:
        raise Invalid("Please choose a category.")
    return word


def billing(word: str) -> str:
    """One of BILLING."""
    if word not in BILLING:
        raise Invalid("Please choose how often this is paid.")
    return word


def description(text: str) -> str:
    """A description in Markdown of at most 10,000 characters."""
    cleaned = many_lines(text)
    if len(cleaned) > DESCRIPTION_LENGTH:
        raise Invalid(
            f"A description has at most {DESCRIPTION_LENGTH:,} characters;"
            f" this one has {len(cleaned):,}."
        )
    return cleaned


def sku(text: str) -> str:
    """The seller's own number of an article, up to 64 characters; may be empty."""
    cleaned = one_line(text)
    if len(cleaned) > SKU_LENGTH:
        raise Invalid(f"An SKU has at most {SKU_LENGTH} characters; this one has {len(cleaned)}.")
    return cleaned


def picture_description(text: str) -> str:
    """What a picture shows, in one line, for those who cannot see it."""
    return one_line(text)[:PICTURE_DESCRIPTION_LENGTH]


def price(text: str, currency: str) -> int:
    """A price in minor units that Stripe can charge."""
    amount = money.parse(text, currency)
    money.check_chargeable(amount, currency)
    return amount


def stock(text: str) -> int:
    """A number of pieces, 0 to 99,999, in ASCII digits."""
    cleaned = text.strip()
    if not re.fullmatch(r"[0-9]{1,5}", cleaned):
        raise Invalid(f"Stock is a whole number from 0 to {MAX_STOCK:,}.")
    return int(cleaned)
