"""A share of a whole, exact: integers are compared and only their text is rounded."""

from dataclasses import dataclass
from decimal import Decimal

FEW = 100
"""Of fewer payments a rate says little: one dispute more would change it by a whole percent."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many. The whole may be smaller: disputes can be about earlier payments."""

    part: int
    whole: int

    @property
    def hundredths(self) -> int | None:
        """The rate in hundredths of a percent, rounded half up; None of nothing."""
        return (20_000 * self.part + self.whole) // (2 * self.whole) if self.whole else None

    @property
    def percent(self) -> str:
        """The rate for machines: `1.16`; empty of nothing."""
        found = self.hundredths
        return "" if found is None else f"{found // 100}.{found % 100:02}"

    @property
    def few(self) -> bool:
        """Whether the whole is too small for the rate to mean much."""
        return self.whole < FEW

    def reaches(self, basis_points: int) -> bool:
        """Whether the rate is at least so many hundredths of a percent, before any rounding."""
        return self.whole > 0 and 10_000 * self.part >= basis_points * self.whole

    def __str__(self) -> str:
        """The rate for people: `1.16%`; a dash of nothing."""
        return f"{self.percent}%" if self.whole else "–"


def plain_percent(hundredths: int) -> str:
    """A round rate for people, without zeros that say nothing: `1.5%`, `3%`."""
    return f"{Decimal(hundredths).scaleb(-2).normalize():f}%"
