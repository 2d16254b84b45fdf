"""The form of a rule: a choice, and rows of a currency and an amount."""

from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from storefront.errors import Invalid
from storefront.evidence import rules
from storefront.evidence.rules import AnswerRule
from storefront.money import plain

_EMPTY = ("", "")


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as it stands in the form, so that whatever was typed comes back.

    `shop` is None in the platform's form.
    """

    submits: bool = False
    rows: tuple[tuple[str, str], ...] = ()
    shop: str | None = None

    @classmethod
    def of(cls, rule: AnswerRule) -> Self:
        """The platform's rule as it is."""
        rows = ((currency, plain(amount, currency)) for currency, amount in rule.limits.items())
        return cls(rule.submits, tuple(rows))

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> Self:
        """What was sent, still to be checked."""
        typed = zip(form.getlist("currency"), form.getlist("amount"), strict=False)
        rows = tuple(row for row in typed if row != _EMPTY)
        return cls("submits" in form, rows, form.get("shop"))

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The rows with some empty ones below."""
        return (*self.rows, _EMPTY, _EMPTY)

    def wanted(self) -> AnswerRule:
        """The rule that was typed. Raises Invalid, in words."""
        shop = (self.shop or "").strip()
        if self.shop is not None and not shop:
            raise Invalid("Please say which shop this is for.")
        return AnswerRule(shop, self.submits, rules.limits(self.rows))
