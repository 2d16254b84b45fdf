"""The time that plots show, cut into days, weeks or months (UTC)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from storefront import clock
from storefront.earnings.repository import Day

DAYS, WEEKS, MONTHS = "days", "weeks", "months"
SPANS = {DAYS: "30 days", WEEKS: "13 weeks", MONTHS: "12 months"}
_COUNTS = {DAYS: 30, WEEKS: 13, MONTHS: 12}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week (from Monday) or month, with what shoppers paid in it, in minor units."""

    first: date
    label: str
    amount: int = 0
    orders: int = 0


def since(span: str) -> str:
    """The moment at which a span begins."""
    first = _beginnings(span)[0]
    return clock.timestamp(datetime(first.year, first.month, first.day, tzinfo=UTC))


def buckets(span: str, days: Iterable[Day], currency: str) -> list[Bucket]:
    """A span's parts, the oldest first, with the sales of one currency."""
    amounts: dict[date, int] = {}
    orders: dict[date, int] = {}
    for each in days:
        if each.currency == currency:
            first = _beginning(span, date.fromisoformat(each.day))
            amounts[first] = amounts.get(first, 0) + each.amount
            orders[first] = orders.get(first, 0) + each.orders
    return [
        Bucket(first, label(span, first), amounts.get(first, 0), orders.get(first, 0))
        for first in _beginnings(span)
    ]


def label(span: str, first: date) -> str:
    """What a part is called: `28 Nov`, `Nov ’26`."""
    return f"{first:%b ’%y}" if span == MONTHS else f"{first.day} {first:%b}"


def _beginning(span: str, day: date) -> date:
    if span == MONTHS:
        return day.replace(day=1)
    return day - timedelta(day.weekday()) if span == WEEKS else day


def _beginnings(span: str) -> list[date]:
    last = _beginning(span, clock.now().date())
    found = [last]
    while len(found) < _COUNTS[span]:
        found.append(_beginning(span, found[-1] - timedelta(1)))
    return found[::-1]
