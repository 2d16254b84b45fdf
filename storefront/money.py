"""Money: whole minor units and a currency. There is no float anywhere near it.

Currency facts: https://docs.stripe.com/currencies (zero-decimal, three-decimal, minimum and
maximum charges). ISK and UGX have no cents but are sent to Stripe with two decimals that
must be `00`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Self

from babel.numbers import format_compact_currency, format_currency

from storefront.errors import Invalid

ZERO_DECIMAL = frozenset({
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
})  # fmt: skip
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
WHOLE_UNITS_ONLY = frozenset({"isk", "ugx"})
MAXIMUM = 99_999_999

_IGNORED = re.compile(r"[\s'’]|^[$€£¥]|[$€£¥]$")
_POINT = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3}|)(?:\.([0-9]{0,9}))?")
_COMMA = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(?:\.[0-9]{3}){1,3}|)(?:,([0-9]{0,9}))?")

MINIMUM = {
    "usd": 50, "eur": 50, "gbp": 30, "aud": 50, "cad": 50, "chf": 50, "brl": 50, "nzd": 50,
    "sgd": 50, "inr": 50, "mxn": 1000, "jpy": 50, "krw": 50, "sek": 300, "nok": 300,
    "dkk": 250, "pln": 200, "ron": 200, "czk": 1500, "huf": 17500, "hkd": 400, "aed": 200,
    "myr": 200, "thb": 1000,
}  # fmt: skip
"""The smallest charge that Stripe accepts, in minor units, for the currencies of our shops."""

CURRENCIES = tuple(sorted(MINIMUM))


def exponent(currency: str) -> int:
    """How many decimals the minor unit stands for: 2 for usd, 0 for jpy, 3 for kwd."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of a lower-case ISO currency."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"an amount is an int in minor units, not {self.amount!r}")
        if len(self.currency) != 3 or self.currency != self.currency.lower():
            raise ValueError(f"a currency is three lower-case letters, not {self.currency!r}")

    def __add__(self, other: Self) -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Self) -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        return display(self.amount, self.currency)

    def _same(self, other: Self) -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be mixed")
        return other.amount

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))


@lru_cache(maxsize=4096)
def display(amount: int, currency: str) -> str:
    """An amount for people: `$12.50`, `€0.99`, `¥300`."""
    value = Money(amount, currency).decimal
    return format_currency(value, currency.upper(), locale="en_US", currency_digits=True)


def short(amount: int, currency: str) -> str:
    """An amount where there is little room, rounded: `$1.5K`, `€300`."""
    value = Money(amount, currency).decimal
    return format_compact_currency(value, currency.upper(), locale="en_US", fraction_digits=1)


def plain(amount: int, currency: str) -> str:
    """An amount for a form field: `12.50`, `300`."""
    return str(Money(amount, currency).decimal)


def parse(text: str, currency: str) -> int:
    """What a person typed (`12.50`, `12,50`, `1,200`, `1.200,50`) in minor units.

    Raises Invalid for anything that is not an amount this currency can express, or that
    different countries would read differently.
    """
    minor = _decimal(text, currency).scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise Invalid(f"{currency.upper()} has {exponent(currency)} decimals. Please round it.")
    return int(minor)


def _decimal(text: str, currency: str) -> Decimal:
    """The number behind a text: `1,234` and `1.234` as English has them, where that is safe."""
    cleaned = _IGNORED.sub("", text.strip())
    both = (_read(pattern, cleaned) for pattern in (_POINT, _COMMA))
    readings = [reading for reading in both if reading is not None]
    if not readings:
        raise Invalid(f"“{text}” is not an amount. Write it like 12.50.")
    if readings[0] != readings[-1] and exponent(currency) == 3 and "," in cleaned:
        raise Invalid(f"“{text}” can be read in two ways. Write it without a comma, please.")
    return readings[0]


def _read(pattern: re.Pattern[str], cleaned: str) -> Decimal | None:
    found = pattern.fullmatch(cleaned)
    if found is None or not (found[1] or found[2]):
        return None
    whole = re.sub("[.,]", "", found[1]) or "0"
    return Decimal(f"{whole}.{found[2] or 0}")


def check_chargeable(amount: int, currency: str) -> None:
    """Raise Invalid if Stripe could not charge this amount."""
    minimum = MINIMUM.get(currency, 1)
    if amount < minimum:
        raise Invalid(f"The smallest possible amount is {display(minimum, currency)}.")
    if amount > MAXIMUM:
        raise Invalid(f"The largest possible amount is {display(MAXIMUM, currency)}.")
    multiple = 100 if currency in WHOLE_UNITS_ONLY else 10 if currency in THREE_DECIMAL else 1
    if amount % multiple:
        raise Invalid(f"Amounts in {currency.upper()} must be rounded further.")
