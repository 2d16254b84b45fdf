"""Finding listings: what a shopper asked for in the address, and one page of the answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from storefront import money
from storefront.catalog import repository
from storefront.catalog.categories import CATEGORIES
from storefront.catalog.repository import Card, Query
from storefront.errors import Invalid, NotFound
from storefront.store import Tx

ALL_STATES = ("published", "paused", "draft")
PAGE_SIZE = 24
MAX_PAGES = 100
MOST = PAGE_SIZE * MAX_PAGES
SORTS = {
    "newest": "Newest",
    "price": "Price, low to high",
    "-price": "Price, high to low",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for. `min_text` and `max_text` are what was typed, in major units."""

    q: str = ""
    category: str = ""
    currency: str = ""
    min_text: str = ""
    max_text: str = ""
    sort: str = "newest"
    page: int = 1
    min_amount: int | None = None
    max_amount: int | None = None
    problem: str = ""

    @classmethod
    def from_address(cls, arguments: Mapping[str, str], currencies: list[str]) -> "Filters":
        """Read the query string. What makes no sense is left out, a price with a `problem`."""
        filters = cls(
            q=_line(arguments.get("q", ""), 100),
            category=_known(arguments.get("category", ""), CATEGORIES),
            currency=_known(arguments.get("currency", ""), currencies),
            min_text=_line(arguments.get("min", ""), 20),
            max_text=_line(arguments.get("max", ""), 20),
            sort=_known(arguments.get("sort", ""), SORTS) or "newest",
            page=_page(arguments.get("page", "")),
        )
        return filters._with_amounts(currencies)

    def _with_amounts(self, currencies: list[str]) -> "Filters":
        if not self.min_text and not self.max_text:
            return self
        currency = self.currency or (currencies[0] if len(currencies) == 1 else "")
        if not currency:
            return replace(self, problem="Choose a currency for your price range.")
        try:
            low, high = _amount(self.min_text, currency), _amount(self.max_text, currency)
        except Invalid as error:
            return replace(self, problem=error.message)
        if low is not None and high is not None and low > high:
            low, high = high, low
        return replace(self, currency=currency, min_amount=low, max_amount=high)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is asked for."""
        return bool(self.q or self.category or self.currency or self.min_text or self.max_text)

    def address(self, path: str = "/", *, page: int | None = None, **changed: str) -> str:
        """The address of this choice, with some of it changed; the page only if given."""
        wanted = replace(self, **changed)  # type: ignore[arg-type]  # text fields only
        pairs = [
            ("q", wanted.q),
            ("category", wanted.category),
            ("currency", wanted.currency),
            ("min", wanted.min_text),
            ("max", wanted.max_text),
            ("sort", "" if wanted.sort == "newest" else wanted.sort),
            ("page", "" if page is None or page == 1 else str(page)),
        ]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{path}?{query}" if query else path

    @property
    def before_page(self) -> str:
        """The address of this choice, up to where the number of a page is missing."""
        address = self.address()
        return f"{address}{'&' if '?' in address else '?'}page="

    def query(self) -> Query:
        """The same for the repository."""
        return Query(
            words=searchable(self.q),
            category=self.category,
            currency=self.currency,
            min_amount=self.min_amount,
            max_amount=self.max_amount,
            order=self.sort,
        )


@dataclass(frozen=True, slots=True)
class Results:
    """One page of listings. `is_capped`: there are more than `total`, which can be paged to."""

    cards: list[Card]
    total: int
    page: int
    pages: int
    is_capped: bool = False


def browse(tx: Tx, filters: Filters) -> Results:
    """The page that a shopper asked for, of what can be bought; two statements."""
    if filters.q and not searchable(filters.q):
        return Results([], 0, 1, 1)
    return page_of(tx, filters.query(), filters.page)


def page_of(tx: Tx, query: Query, page: int) -> Results:
    """A page of any query; the last one if there are fewer pages."""
    found = repository.count(tx, query, limit=MOST + 1)
    total = min(found, MOST)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(page, pages)
    offset = (page - 1) * PAGE_SIZE
    cards = repository.cards(tx, query, limit=PAGE_SIZE, offset=offset) if total else []
    return Results(cards, total, page, pages, is_capped=found > total)


def of_shop(tx: Tx, seller_id: str, page: int, *, own: bool) -> Results:
    """A page of a shop's listings; drafts and paused ones only to its own seller."""
    states = ALL_STATES if own else ("published",)
    query = Query(seller_id=seller_id, states=states, sellable_only=False, order="newest")
    return page_of(tx, query, page)


def shelf(tx: Tx, seller_id: str, state: str, words: str, page: int) -> Results:
    """A page of a seller's own listings, the last written first; all states if none is given."""
    states = (state,) if state else ALL_STATES
    query = Query(
        words=searchable(words),
        seller_id=seller_id,
        states=states,
        sellable_only=False,
        order="written",
    )
    if words and not query.words:
        return Results([], 0, 1, 1)
    return page_of(tx, query, page)


def shelf_row(tx: Tx, seller_id: str, listing_id: str) -> Card:
    """One of a seller's own listings as `shelf` shows it. Raises NotFound for all others."""
    query = Query(
        seller_id=seller_id, listing_id=listing_id, states=ALL_STATES, sellable_only=False
    )
    found = repository.cards(tx, query, limit=1)
    if not found:
        raise NotFound("There is no such listing in your shop.")
    return found[0]


def shelf_counts(tx: Tx, seller_id: str) -> dict[str, int]:
    """How many listings a seller has in each state."""
    found = repository.states(tx, seller_id)
    return {state: found.get(state, 0) for state in ALL_STATES}


def others_of_shop(tx: Tx, seller_id: str, listing_id: str) -> list[Card]:
    """Up to four other listings of a shop that is open, to show below one of them."""
    found = repository.cards(tx, Query(seller_id=seller_id), limit=5)
    return [card for card in found if card.id != listing_id][:4]


def currencies(tx: Tx) -> list[str]:
    """The currencies that shops use, in alphabetical order."""
    return repository.currencies(tx)


def searchable(text: str) -> str:
    """The words of a text, so that both databases search for the same."""
    return " ".join(re.findall(r"[^\W_]+", text)[:12])


def page_number(text: str) -> int:
    """A page number from an address; 1 for what is none."""
    return _page(text)


def _page(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text):
        return 1
    return min(max(1, int(text)), MAX_PAGES)


def _line(text: str, length: int) -> str:
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:length].strip()


def _known(word: str, known: Mapping[str, str] | list[str]) -> str:
    return word if word in known else ""


def _amount(text: str, currency: str) -> int | None:
    return money.parse(text, currency) if text else None
