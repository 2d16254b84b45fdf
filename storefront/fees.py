"""The platform's fee on a sale: `10%`, or `10% + usd 0.30 + eur 0.25 + jpy 30`."""

import re
from dataclasses import dataclass
from decimal import Decimal

from storefront import money
from storefront.errors import Invalid

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%")
_FIXED = re.compile(r"([a-z]{3})\s+(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class FeeRule:
    """A share in millionths (10 % = 100 000) and a fixed part per currency in minor units."""

    millionths: int
    fixed: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        percent = Decimal(self.millionths).scaleb(-4).normalize()
        parts = [f"{percent:f}%"]
        parts += [f"{currency} {money.plain(part, currency)}" for currency, part in self.fixed]
        return " + ".join(parts)

    def fee(self, total: int, currency: str) -> int:
        """The application fee on a total in minor units: rounded down, never above the total."""
        share = total * self.millionths // 1_000_000
        return min(total, share + dict(self.fixed).get(currency, 0))


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
