"""The platform's fee on a sale: `10%`, or `10% + usd 0.30 + eur 0.25 + jpy 30`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from storefront import money
from storefront.errors import Invalid

APPLICATION_FEE, TRANSFER_AMOUNT = "application_fee", "transfer_amount"
FEE_MODES = (APPLICATION_FEE, TRANSFER_AMOUNT)
"""How a fee stays with the platform: everything is transferred and Stripe takes the fee back as an
Application Fee, or only what the fee leaves is transferred
(https://docs.stripe.com/connect/destination-charges#collect-fees).
"""

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%")
_FIXED = re.compile(r"([a-z]{3})\s+([0-9]+(?:\.[0-9]+)?)")


Amounts = tuple[tuple[str, int], ...]
"""Currencies with an amount each, in minor units."""


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A share in millionths (10 % = 100 000), and per currency in minor units: a fixed part, the
    least and the most that the two come to.
    """

    millionths: int
    fixed: Amounts = ()
    minimum: Amounts = ()
    maximum: Amounts = ()

    def __str__(self) -> str:
        parts = [f"{self.percent}%"]
        parts += [f"{currency} {money.plain(part, currency)}" for currency, part in self.fixed]
        text = " + ".join(parts)
        for words, amounts in (("at least", self.minimum), ("at most", self.maximum)):
            if amounts:
                text += f", {words} {spelled(amounts)}"
        return text

    @property
    def percent(self) -> str:
        """The share as people write it: `12.5`."""
        return f"{Decimal(self.millionths).scaleb(-4).normalize():f}"

    def hundredths(self, currency: str) -> int | None:
        """The share in hundredths of a percent, if nothing else counts in a currency."""
        whole, rest = divmod(self.millionths, 100)
        besides = (*self.fixed, *self.minimum, *self.maximum)
        is_plain = rest == 0 and currency not in dict(besides)
        return whole if is_plain else None

    def share(self, total: int) -> int:
        """The percentage alone of a total in minor units, rounded down."""
        return total * self.millionths // 1_000_000

    def fee(self, total: int, currency: str) -> int:
        """The application fee on a total in minor units: rounded down, never above the total."""
        fee = self.share(total) + dict(self.fixed).get(currency, 0)
        fee = max(fee, dict(self.minimum).get(currency, 0))
        return min(fee, dict(self.maximum).get(currency, fee), total)


def spelled(amounts: Amounts) -> str:
    """Amounts as `parse_amounts` reads them: `usd 0.30, eur 0.25`."""
    return ", ".join(f"{currency} {money.plain(part, currency)}" for currency, part in amounts)


def parse_amounts(text: str) -> Amounts:
    """Amounts per currency: `usd 0.30, eur 0.25`, or nothing. Raises Invalid with an example."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.lower().split(","))):
        amount = _FIXED.fullmatch(part)
        if not amount:
            raise Invalid(f"“{part}” is not like “usd 0.30”. Put a comma between two of them.")
        if amount[1] in found:
            raise Invalid(f"{amount[1].upper()} is there twice.")
        found[amount[1]] = money.parse(amount[2], amount[1])
    return tuple(found.items())


def parse_percent(text: str) -> int:
    """A percentage from 0 to 100 in millionths: `12.5`. Raises Invalid."""
    percent = _PERCENT.fullmatch(text.strip().removesuffix("%").strip() + "%")
    millionths = int(Decimal(percent[1]).scaleb(4)) if percent else -1
    if not 0 <= millionths <= 1_000_000:
        raise Invalid(f"“{text.strip()}” is not a percentage from 0 to 100, such as 12.5.")
    return millionths


TEN_PERCENT = FeeRule(100_000)


def parse_fee_rule(text: str) -> FeeRule:
    """The rule that `PLATFORM_FEE` spells. Raises Invalid with an example."""
    millionths = 0
    fixed: dict[str, int] = {}
    for part in text.lower().split("+"):
        if percent := _PERCENT.fullmatch(part.strip()):
            millionths += int(Decimal(percent[1]).scaleb(4))
        elif amount := _FIXED.fullmatch(part.strip()):
            fixed[amount[1]] = money.parse(amount[2], amount[1])
        else:
            raise Invalid(f"“{part.strip()}” is neither like “10%” nor like “usd 0.30”.")
    if millionths > 1_000_000:
        raise Invalid("A fee cannot be more than 100%.")
    return FeeRule(millionths, tuple(fixed.items()))


def fee_to_return(fee: int, total: int, refunded_with_fee: int, already_returned: int) -> int:
    """The part of an application fee that goes back with a refund, in minor units.

    `refunded_with_fee` is the sum of all refunds of the order that return the fee, the new
    one included. Cumulative and rounded down, so that the last refund takes the remainder
    and refunding everything returns exactly the whole fee.
    """
    return max(0, fee * refunded_with_fee // total - already_returned)
