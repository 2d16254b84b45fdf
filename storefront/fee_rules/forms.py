"""The forms of the fees page: a new rule, and a sale to try the rules on."""

from datetime import UTC, datetime, time
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from storefront import clock, money
from storefront.catalog.categories import CATEGORIES
from storefront.fee_rules.service import CATEGORY, PLATFORM, SELLER, Goods, NewRule
from storefront.fees import FeeRule, parse_amounts, parse_percent
from storefront.form_rules import rule

_SCOPES = {
    PLATFORM: "Every sale",
    CATEGORY: "Goods of one category",
    SELLER: "Everything of one seller",
}


def _text(text: str | None) -> str:
    return (text or "").strip()


def _amounts(label: str) -> StringField:
    return StringField(label, [rule(parse_amounts)], filters=[_text])


class RuleForm(Form):
    """A new rule. A shop is named by its address (the end of its page's) or its id."""

    scope = SelectField("For", choices=[SelectChoice(*pair) for pair in _SCOPES.items()])
    category = SelectField(
        "Category", choices=[SelectChoice("", "–"), *(SelectChoice(*c) for c in CATEGORIES.items())]
    )
    shop = StringField("Shop", filters=[_text])
    percent = StringField("Share", [InputRequired("Please enter a share."), rule(parse_percent)])
    fixed = _amounts("Fixed part")
    minimum = _amounts("At least")
    maximum = _amounts("At most")
    starts_on = DateField("From", [Optional()])
    ends_on = DateField("Until the end of", [Optional()])

    def wanted(self) -> NewRule:
        """The rule; without a date it holds from now on. Valid forms only."""
        subjects = {CATEGORY: self.category.data, SELLER: self.shop.data}
        return NewRule(
            scope=self.scope.data,
            subject=subjects.get(self.scope.data) or "",
            rule=FeeRule(
                parse_percent(self.percent.data),
                parse_amounts(self.fixed.data),
                parse_amounts(self.minimum.data),
                parse_amounts(self.maximum.data),
            ),
            starts_at=_beginning(self.starts_on.data) or clock.timestamp(),
            ends_at=_end(self.ends_on.data),
        )


class SaleForm(Form):
    """A sale to try the rules on."""

    shop = StringField("Shop", filters=[_text])
    category = SelectField("Category", choices=[SelectChoice(*c) for c in CATEGORIES.items()])
    currency = SelectField(
        "Currency", choices=[SelectChoice(c, c.upper()) for c in money.CURRENCIES]
    )
    amount = StringField("Goods", [InputRequired("Please enter an amount.")])
    shipping = StringField("Shipping", filters=[_text])
    on = DateField("On the day", [Optional()])

    @classmethod
    def example(cls) -> "SaleForm":
        """The sale that is shown before anybody has typed one."""
        first = {"category": next(iter(CATEGORIES)), "currency": "usd", "amount": "100"}
        return cls(MultiDict(first))

    def sale(self) -> dict[str, Any]:
        """The arguments of `fee_on`. Raises Invalid for what is no amount."""
        currency = self.currency.data
        return {
            "currency": currency,
            "goods": [Goods(self.category.data, money.parse(self.amount.data, currency))],
            "shipping": money.parse(self.shipping.data or "0", currency),
            "moment": _beginning(self.on.data),
        }


def _beginning(day: Any) -> str | None:
    return clock.timestamp(datetime.combine(day, time(), UTC)) if day else None


def _end(day: Any) -> str | None:
    return clock.timestamp(datetime.combine(day, time.max, UTC)) if day else None
