"""The seller's forms: what a field is called, what it accepts, and how an error is put."""

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import Field
from wtforms.validators import InputRequired

from storefront import money
from storefront.catalog import details as accepted
from storefront.catalog.categories import CATEGORIES
from storefront.catalog.details import Details
from storefront.catalog.service import Listing
from storefront.catalog.words import BILLING
from storefront.form_rules import rule


class PriceAndStockForm(Form):
    """The two details that change most, in the shop's currency."""

    price = StringField("Price", [InputRequired("Please enter a price.")])
    unlimited = BooleanField("No limit: made to order, or digital")
    stock = StringField("In stock")
    stock_seen = HiddenField()

    def __init__(self, typed: Any = None, *, currency: str, **data: Any) -> None:
        super().__init__(typed, **data)
        self.currency = currency

    def validate_price(self, field: Field) -> None:
        """A price that Stripe can charge."""
        rule(lambda text: accepted.price(text, self.currency))(self, field)

    def validate_stock(self, field: Field) -> None:
        """A number, unless there is no limit."""
        if not self.unlimited.data:
            rule(accepted.stock)(self, field)

    @property
    def price_amount(self) -> int:
        """The price in minor units, once the form is valid."""
        return accepted.price(self.price.data or "", self.currency)

    @property
    def stock_count(self) -> int | None:
        """The stock, once the form is valid; None without limit."""
        return None if self.unlimited.data else accepted.stock(self.stock.data or "")

    @property
    def stock_count_seen(self) -> int | None:
        """The stock that the form was filled with."""
        seen = self.stock_seen.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= 9 else None


class ListingForm(PriceAndStockForm):
    """Everything that a seller says about a listing."""

    title = StringField("Title", [rule(accepted.title)])
    category = SelectField("Category", [rule(accepted.category)], validate_choice=False)
    description = TextAreaField("Description", [rule(accepted.description)])
    requires_shipping = BooleanField("I send this by post")
    sku = StringField("SKU", [rule(accepted.sku)])
    billing = RadioField(
        "Paid",
        [rule(accepted.billing)],
        choices=[SelectChoice(word, label) for word, label in BILLING.items()],
        default="once",
        validate_choice=False,
    )

    def __init__(self, typed: Any = None, *, currency: str, **data: Any) -> None:
        super().__init__(typed, currency=currency, **data)
        self.category.choices = [("", "Choose one"), *CATEGORIES.items()]

    def details(self) -> Details:
        """What was typed, as the service wants it. The form must be valid."""
        return Details(
            title=self.title.data or "",
            category=self.category.data or "",
            description=self.description.data or "",
            price_amount=self.price_amount,
            stock=self.stock_count,
            requires_shipping=bool(self.requires_shipping.data),
            sku=self.sku.data or "",
            billing=self.billing.data or "once",
        )


def values_of(listing: Listing) -> Mapping[str, Any]:
    """What the form of a stored listing shows."""
    return {
        "title": listing.title,
        "category": listing.category,
        "description": listing.description,
        "requires_shipping": listing.requires_shipping,
        "sku": listing.sku,
        "billing": listing.billing,
        **price_and_stock_of(listing),
    }


def price_and_stock_of(listing: Listing) -> Mapping[str, Any]:
    """What the small form of a stored listing shows."""
    stock = "" if listing.stock is None else str(listing.stock)
    return {
        "price": money.plain(listing.price_amount, listing.currency),
        "unlimited": listing.stock is None,
        "stock": stock,
        "stock_seen": stock,
    }


NEW = {"requires_shipping": True, "stock": "1", "billing": "once"}
"""What the form of a new listing shows."""
