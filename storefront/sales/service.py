"""The list of a shop's orders, a page at a time."""

from dataclasses import dataclass

from storefront.orders.service import Order
from storefront.sales import repository
from storefront.sales.repository import Query
from storefront.store import Tx

PAGE_SIZE = 20

by_number = repository.by_number


@dataclass(frozen=True, slots=True)
class Found:
    """A page of orders, where the next pages begin (empty where there is none), and the counts."""

    orders: list[Order]
    older: str
    newer: str
    counts: dict[str, int]


def find(tx: Tx, query: Query) -> Found:
    """The page that is asked for, which keeps its place however many orders come in."""
    counts = repository.count(tx, query)
    found = repository.find(tx, query, PAGE_SIZE + 1) if counts[query.view] else []
    more, page = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if query.after:
        page = page[::-1]
    is_first, is_last = (not more, False) if query.after else (not query.before, not more)
    return Found(
        orders=page,
        older=page[-1].id if page and not is_last else "",
        newer=page[0].id if page and not is_first else "",
        counts=counts,
    )
