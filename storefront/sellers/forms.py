"""The forms about a shop."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from babel import Locale
from wtforms import (
    ColorField,
    Form,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from storefront import money
from storefront.form_rules import rule
from storefront.sellers import colors, countries, service
from storefront.sellers.service import Details, Seller


class ShopForm(Form):
    """What can be edited about a shop, in its currency."""

    name = StringField(
        "Name of the shop",
        [InputRequired("Please enter a name."), rule(service.shop_name)],
    )
    story = TextAreaField(
        "Story",
        [Length(max=service.MAX_STORY, message="Please use at most %(max)d characters.")],
        description="Who makes this, where and why. Markdown works: **bold**, lists, links.",
    )
    refund_policy = TextAreaField(
        "Refund policy",
        [Length(max=service.MAX_POLICY, message="Please use at most %(max)d characters.")],
        description="Shoppers see it before they buy, and every order keeps the words it had.",
    )
    countries = SelectMultipleField(
        "You ship to",
        choices=[SelectChoice(code, countries.name(code)) for code in sorted(countries.CODES)],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    shipping = StringField(
        "Shipping, per order",
        description="One flat price. 0 means that shipping is free.",
    )

    def __init__(self, typed: Any = None, *, currency: str = "", **data: Any) -> None:
        super().__init__(typed, **data)
        self.shop_currency = currency

    def validate_shipping(self, field: Field) -> None:
        """A price that the currency can express."""
        rule(lambda text: service.shipping_price(text, self.shop_currency))(self, field)

    def regions(self) -> Iterator[tuple[str, list[Field]]]:
        """The boxes of the countries, by region, each region in the order of names."""
        boxes = {box.data: box for box in self.countries}
        for region, codes in countries.REGIONS.items():
            yield region, [boxes[code] for code in sorted(codes, key=countries.name)]

    def details(self) -> Details:
        """What was typed, for the service."""
        return Details(
            name=self.name.data,
            story=self.story.data or "",
            refund_policy=self.refund_policy.data or "",
            countries=tuple(self.countries.data or ()),
            shipping=self.shipping.data or "0",
        )


class ColorsForm(Form):
    """The two colours of a shop."""

    primary_color = ColorField(
        "Main colour",
        [rule(colors.color)],
        description="Your shop's header and buttons here; the background where shoppers pay.",
    )
    secondary_color = ColorField(
        "Second colour",
        [rule(colors.color)],
        description="The shapes in your shop's header; the button that says Pay.",
    )


class OpenShopForm(ColorsForm, ShopForm):
    """A new shop. Its currency is chosen once; the brand studio changes its colours."""

    currency = SelectField(
        "Currency",
        choices=[
            SelectChoice(code, f"{code.upper()}, {Locale('en').currencies.get(code.upper(), code)}")
            for code in money.CURRENCIES
        ],
        default="usd",
        description="All prices of the shop are in it. It cannot be changed later.",
    )

    def validate_shipping(self, field: Field) -> None:
        """A price that the chosen currency can express."""
        if self.currency.data in money.CURRENCIES:
            rule(lambda text: service.shipping_price(text, self.currency.data))(self, field)

    def details(self) -> Details:
        """What was typed, the colours included."""
        primary, secondary = self.primary_color.data, self.secondary_color.data
        return replace(super().details(), primary_color=primary, secondary_color=secondary)


def new_shop() -> OpenShopForm:
    """The form of a shop that does not exist yet."""
    return OpenShopForm(
        primary_color=service.DEFAULT_PRIMARY,
        secondary_color=service.DEFAULT_SECONDARY,
        shipping="0",
    )


def of_shop(seller: Seller) -> ShopForm:
    """The form as the shop is now."""
    return ShopForm(
        currency=seller.currency,
        name=seller.name,
        story=seller.story,
        refund_policy=seller.refund_policy,
        countries=list(seller.countries),
        shipping=money.plain(seller.shipping_amount, seller.currency),
    )
