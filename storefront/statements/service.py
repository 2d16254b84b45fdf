"""A shop's money month by month: what it had, what came and went, what it has.

A statement is made of the ledger's rows by the moment at which they were booked (UTC). The ledger
only ever grows, so the statement of a month that is over stays as it is, and the balance at the end
of one month is the balance at the beginning of the next.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from storefront.dispute_numbers import period
from storefront.errors import NotFound
from storefront.sellers.service import Seller
from storefront.statements import repository, words
from storefront.statements.repository import Movement, Query
from storefront.store import Tx

__all__ = ["Line", "Month", "Movement", "Query", "Statement", "all_of", "currencies",
           "find", "made", "months", "of_month", "rows"]  # fmt: skip

PAGE_SIZE = 25
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Line:
    """What the movements of one kind come to, in minor units, and how many they are."""

    kind: str
    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of a currency. Amounts are minor units; `movements` are in the order of booking."""

    month: str
    currency: str
    opening: int
    movements: tuple[Movement, ...]
    owed_before: int = 0
    owed_changes: tuple[tuple[str, int], ...] = ()

    @property
    def lines(self) -> list[Line]:
        """What each kind of movement comes to, in the order in which it is told."""
        found: dict[str, list[int]] = {}
        for movement in self.movements:
            found.setdefault(movement.kind, []).append(movement.amount)
        ranked = sorted(found, key=words.rank)
        return [Line(kind, sum(found[kind]), len(found[kind])) for kind in ranked]

    @property
    def closing(self) -> int:
        """What there was at the end."""
        return self.opening + sum(line.amount for line in self.lines)

    @property
    def owed_after(self) -> int:
        """What was owed to the marketplace at the end."""
        return self.owed_before + sum(amount for _, amount in self.owed_changes)

    @property
    def kept_back(self) -> int:
        """Fees that were kept back before the sales were passed on, and so are in no line."""
        return sum(words.kept_back(each) for each in self.movements)

    @property
    def running(self) -> bool:
        """Whether the month is not over."""
        return self.month == period.this_month()


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the list of statements: what it brought, and the balance at its end."""

    name: str
    currency: str
    change: int
    closing: int


@dataclass(frozen=True, slots=True)
class Found:
    """A page of movements, and where the next pages begin (empty where there is none)."""

    movements: list[Movement]
    older: str
    newer: str


def currencies(tx: Tx, seller: Seller) -> list[str]:
    """The currencies of a shop's money, its own first."""
    return list(dict.fromkeys([seller.currency, *repository.currencies(tx, seller.id)]))


def months(tx: Tx, seller: Seller) -> list[Month]:
    """Every month since the shop was opened, the newest first, in each currency."""
    moved: dict[str, dict[str, int]] = {seller.currency: {}}
    for currency, month, amount in repository.months(tx, seller.id):
        moved.setdefault(currency, {})[month] = amount
    every = (_all(seller, currency, changes) for currency, changes in moved.items())
    return sorted(chain.from_iterable(every), key=lambda each: each.name, reverse=True)


def _all(seller: Seller, currency: str, changes: dict[str, int]) -> Iterator[Month]:
    closing = 0
    for name in period.Period(_first(seller), period.this_month()).months:
        closing += changes.get(name, 0)
        yield Month(name, currency, changes.get(name, 0), closing)


def _first(seller: Seller) -> str:
    return seller.created_at[:7]


def of_month(tx: Tx, seller: Seller, month: str, currency: str) -> Statement:
    """The statement of a month. Raises NotFound, in words, where there is none."""
    _check(seller, month)
    if currency not in currencies(tx, seller):
        raise NotFound(f"{seller.name} has no money in this currency.")
    span = period.Period(month, month)
    query = Query(seller.id, currency=currency, since=span.since, until=span.until)
    account = repository.DEBT
    return Statement(
        month,
        currency,
        repository.balance(tx, seller.id, currency, repository.CASH, span.since),
        tuple(repository.find(tx, query)[::-1]),
        -repository.balance(tx, seller.id, currency, account, span.since),
        tuple(repository.owed_changes(tx, seller.id, currency, span.since, span.until)),
    )


def _check(seller: Seller, month: str) -> None:
    if not _MONTH.fullmatch(month):
        raise NotFound("A statement is of a month, written like 2026-11.")
    if month > period.this_month():
        raise NotFound(f"{period.label(month)} is still to come.")
    if month < _first(seller):
        raise NotFound(f"{seller.name} was opened in {period.label(_first(seller))}.")


def made(
    opening: int, movements: Iterable[Movement], month: str = "", currency: str = ""
) -> Statement:
    """The statement of some movements, in the order of booking."""
    return Statement(month, currency, opening, tuple(movements))


def rows(statement: Statement) -> Iterator[tuple[Movement, int]]:
    """Every movement with the balance after it: what the page, the file and the print show."""
    balance = statement.opening
    for movement in statement.movements:
        balance += movement.amount
        yield movement, balance


def find(tx: Tx, query: Query) -> Found:
    """A page of movements, which keeps its place however many come."""
    found = repository.find(tx, query, PAGE_SIZE + 1)
    more, page = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if query.after:
        page = page[::-1]
    is_first, is_last = (not more, False) if query.after else (not query.before, not more)
    return Found(
        page,
        older=page[-1].id if page and not is_last else "",
        newer=page[0].id if page and not is_first else "",
    )


all_of = repository.find
