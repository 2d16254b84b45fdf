"""What a seller asked for in the address of the list of orders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from storefront import clock
from storefront.errors import NotFound
from storefront.sales import repository
from storefront.sales.repository import Query
from storefront.security import typed_text

ALL = "all"
VIEWS = tuple(repository.VIEWS)
_LENGTH = 100
_WORDS = 6
_ID_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Filters:
    """A view, a period and words; `first` and `last` are days as they were typed (UTC).

    `before` and `after` are ids of orders: the page of older ones, or of newer ones.
    """

    view: str = ALL
    q: str = ""
    first: str = ""
    last: str = ""
    before: str = ""
    after: str = ""
    problem: str = ""

    @classmethod
    def from_address(cls, arguments: Mapping[str, str]) -> "Filters":
        """Read the query string. Raises NotFound for an unknown view.

        What makes no sense is left out, a day with a `problem`.
        """
        filters = cls(
            view=arguments.get("view", ALL),
            q=typed_text.one_line(arguments.get("q", ""))[:_LENGTH],
            first=arguments.get("from", "")[:20].strip(),
            last=arguments.get("to", "")[:20].strip(),
            before=arguments.get("before", "")[:_ID_LENGTH],
            after=arguments.get("after", "")[:_ID_LENGTH],
        )
        if filters.view not in VIEWS:
            raise NotFound
        return replace(filters, problem=filters._problem())

    def _problem(self) -> str:
        if any(text and _day(text) is None for text in (self.first, self.last)):
            return "Please write days like 2026-11-28. That one is left out."
        return ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but a view is asked for."""
        return bool(self.q or self.first or self.last)

    def query(self, seller_id: str) -> Query:
        """The same for the database."""
        first, last = sorted_days(_day(self.first), _day(self.last))
        return Query(
            seller_id,
            self.view,
            tuple(self.q.split()[:_WORDS]),
            _moment(first),
            _moment(last + timedelta(days=1) if last else None),
            self.before,
            self.after,
        )

    def address(self, path: str, **changed: str) -> str:
        """The address of this choice with some of it changed; on its first page unless said."""
        wanted = replace(self, **{"before": "", "after": ""} | changed)
        pairs = (
            ("view", "" if wanted.view == ALL else wanted.view),
            ("q", wanted.q),
            ("from", wanted.first),
            ("to", wanted.last),
            ("before", wanted.before),
            ("after", wanted.after),
        )
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{path}?{query}" if query else path


def sorted_days(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """A period the right way round."""
    return (last, first) if first and last and first > last else (first, last)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1 and found < date.max else None


def _moment(day: date | None) -> str:
    return clock.timestamp(datetime(day.year, day.month, day.day, tzinfo=UTC)) if day else ""
