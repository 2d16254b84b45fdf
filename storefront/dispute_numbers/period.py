"""The months that are counted. Months are `2026-11`, in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from storefront import clock
from storefront.errors import Invalid

LONGEST = 36
USUAL = 12

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of one month to the end of another."""

    first: str
    last: str

    @property
    def months(self) -> list[str]:
        """Every month of it."""
        return [_named(number) for number in range(_number(self.first), _number(self.last) + 1)]

    @property
    def before(self) -> str:
        """The month before the first."""
        return _named(_number(self.first) - 1)

    @property
    def since(self) -> str:
        """The moment at which it begins."""
        return beginning(self.first)

    @property
    def until(self) -> str:
        """The moment at which it is over."""
        return beginning(_named(_number(self.last) + 1))


def this_month() -> str:
    """The month that is running."""
    return clock.timestamp()[:7]


def usual() -> Period:
    """The last twelve months, the running one included."""
    now = this_month()
    return Period(_named(_number(now) - USUAL + 1), now)


def read(first: str, last: str) -> Period:
    """The period that was asked for; what is left out is as usual, and the future has no numbers.

    Raises Invalid.
    """
    now = this_month()
    last = min(_month(last) if last else now, now)
    first = _month(first) if first else _named(_number(last) - USUAL + 1)
    length = _number(last) - _number(first) + 1
    if length < 1:
        raise Invalid("The first month must come before the last, and not after this month.")
    if length > LONGEST:
        raise Invalid(f"Please choose at most {LONGEST} months.")
    return Period(first, last)


def beginning(month: str) -> str:
    """The timestamp of a month's first moment."""
    return clock.timestamp(datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC))


def label(month: str) -> str:
    """A month for people: `Nov 2026`."""
    return f"{clock.parse(beginning(month)):%b %Y}"


def short(month: str) -> str:
    """A month where there is little room: `Nov ’26`."""
    return f"{clock.parse(beginning(month)):%b ’%y}"


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise Invalid("Please write months as 2026-11: the year, a dash, and two digits.")
    return text


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _named(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
