"""How often payments are disputed, and how that ends.

The rate is a month's disputes divided by the charges that were paid in the same month. Inquiries,
disputes that were prevented and early fraud warnings are no disputes and are counted apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from storefront.dispute_numbers import repository
from storefront.dispute_numbers.period import Period
from storefront.dispute_numbers.rates import Rate
from storefront.dispute_numbers.repository import Counts, ShopCounts
from storefront.dispute_numbers.thresholds import THRESHOLDS, Threshold
from storefront.disputes.service import VIEWS
from storefront.evidence.service import CLOSE
from storefront.store import Tx

WON, LOST, ACCEPTED, OPEN = "won", "lost", "accepted", "open"
OUTCOMES: Final = (WON, LOST, ACCEPTED, OPEN)

_INQUIRIES = VIEWS["inquiries"][1]
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Month:
    """One month, and the paid charges of the month before it."""

    name: str
    counts: Counts
    charges_before: int

    @property
    def rate(self) -> Rate:
        """Its disputes ÷ its paid charges."""
        return Rate(self.counts.disputes, self.counts.charges)

    def measured(self, by: Threshold) -> Rate:
        """The rate as a network counts it."""
        counted = self.counts.disputes + (self.counts.warnings if by.with_warnings else 0)
        return Rate(counted, self.charges_before if by.month_before else self.counts.charges)


@dataclass(frozen=True, slots=True)
class Measure:
    """A month beside a network's threshold."""

    threshold: Threshold
    rate: Rate

    @property
    def state(self) -> str:
        """`reached` takes the rate and the number; `rate_only` is a warning; else `below`."""
        if not self.rate.reaches(self.threshold.basis_points):
            return "below"
        return "reached" if self.rate.part >= self.threshold.least_count else "rate_only"


@dataclass(slots=True)
class Ended:
    """Disputes that ended in one way: how many in each currency, and for how much."""

    by_currency: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, currency: str, count: int, amount: int) -> None:
        """Count some more."""
        before = self.by_currency.get(currency, (0, 0))
        self.by_currency[currency] = (before[0] + count, before[1] + amount)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(count for count, _ in self.by_currency.values())


@dataclass(slots=True)
class Reason:
    """How the disputes of one reason ended; without a code, those of all reasons."""

    code: str
    ended: dict[str, Ended] = field(default_factory=lambda: {each: Ended() for each in OUTCOMES})

    @property
    def win_rate(self) -> Rate:
        """Won ÷ won and lost: what is open is not decided, what was accepted nobody fought for."""
        won = self.ended[WON].count
        return Rate(won, won + self.ended[LOST].count)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(each.count for each in self.ended.values())


def months(tx: Tx, period: Period, seller_id: str = "") -> list[Month]:
    """Every month of a period, of a seller or of the platform, the oldest first."""
    wider = Period(period.before, period.last)
    found = repository.by_month(tx, wider, seller_id, _INQUIRIES)
    counted = [found.get(name, Counts()) for name in wider.months]
    return [
        Month(name, counts, before.charges)
        for name, before, counts in zip(period.months, counted, counted[1:], strict=False)
    ]


def in_all(counted: Iterable[Counts]) -> Counts:
    """Several counts added up."""
    each = list(counted)
    return Counts(
        *(sum(getattr(one, name) for one in each) for name in Counts.__dataclass_fields__)
    )


def shops(tx: Tx, period: Period, limit: int = _ALL, offset: int = 0) -> list[ShopCounts]:
    """Every shop with a payment, a dispute or a warning in a period, the most disputed first."""
    return repository.by_shop(tx, period, _INQUIRIES, limit, offset)


def reasons(tx: Tx, period: Period, seller_id: str = "") -> list[Reason]:
    """The disputes that were opened in a period by reason, the most frequent first."""
    found: dict[str, Reason] = {}
    for each in repository.outcomes(tx, period, seller_id, _INQUIRIES, CLOSE):
        reason = found.setdefault(each.reason, Reason(each.reason))
        reason.ended[each.outcome].add(each.currency, each.count, each.amount)
    return sorted(found.values(), key=lambda reason: (-reason.count, reason.code))


def all_reasons(by_reason: Iterable[Reason]) -> Reason:
    """The same of all reasons together."""
    total = Reason("")
    for reason in by_reason:
        for outcome, ended in reason.ended.items():
            for currency, (count, amount) in ended.by_currency.items():
                total.ended[outcome].add(currency, count, amount)
    return total


def measures(month: Month) -> Iterator[Measure]:
    """A month beside every threshold of a network."""
    for threshold in THRESHOLDS:
        yield Measure(threshold, month.measured(threshold))
