"""A shop's orders as their seller looks for them."""

from dataclasses import dataclass
from typing import Any

from storefront.orders.service import Order
from storefront.store import Tx

VIEWS = {
    "all": "status IN ('paid', 'processing')",
    "to_ship": "status = 'paid' AND requires_shipping = 1 AND shipped_at IS NULL"
    " AND refunded_amount < total_amount",
    "shipped": "status = 'paid' AND shipped_at IS NOT NULL",
    "refunded": "status = 'paid' AND refunded_amount > 0",
    "disputed": "status = 'paid' AND id IN"
    " (SELECT order_id FROM disputes WHERE disputes.seller_id = :seller_id)",
    "requested": "status = 'paid' AND id IN (SELECT order_id FROM refund_requests)",
    "unread": "status IN ('paid', 'processing') AND id IN (SELECT order_id FROM order_messages"
    " WHERE order_messages.seller_id = :seller_id AND who = 'shopper' AND read_at IS NULL)",
}
_ORDER = ", ".join(Order.__dataclass_fields__)
_SEARCHED = (
    "lower(COALESCE(customer_name, '') || ' ' || COALESCE(email, '') || ' ' || tracking_number)"
)


@dataclass(frozen=True, slots=True)
class Query:
    """What to find. Every word must be somewhere; `since` and `until` are timestamps or empty."""

    seller_id: str
    view: str
    words: tuple[str, ...]
    since: str
    until: str
    before: str
    after: str


def find(tx: Tx, query: Query, limit: int) -> list[Order]:
    """Orders from a place in the list on: the newest first, or upwards from `after`."""
    place, direction = "", "DESC"
    if query.after:
        place, direction = " AND id > :after", "ASC"
    elif query.before:
        place = " AND id < :before"
    rows = tx.all(
        f"SELECT {_ORDER} FROM orders WHERE {_condition(query)} AND {VIEWS[query.view]}{place}"
        f" ORDER BY id {direction} LIMIT :limit",
        limit=limit,
        before=query.before,
        after=query.after,
        **_values(query),
    )
    return [Order(**row) for row in rows]


def count(tx: Tx, query: Query) -> dict[str, int]:
    """How many orders are in each view, as far as period and words say."""
    sums = ", ".join(
        f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS in_{name}"
        for name, condition in VIEWS.items()
    )
    row = tx.one(f"SELECT {sums} FROM orders WHERE {_condition(query)}", **_values(query))
    return {name: int((row or {}).get(f"in_{name}") or 0) for name in VIEWS}


def by_number(tx: Tx, seller_id: str, number: int) -> Order | None:
    """A shop's order by its number."""
    row = tx.one(
        f"SELECT {_ORDER} FROM orders WHERE number = :number AND seller_id = :seller_id"
        f" AND {VIEWS['all']}",
        number=number,
        seller_id=seller_id,
    )
    return Order(**row) if row else None


def _condition(query: Query) -> str:
    """Words are looked for in what an order says, and in the titles that its listings have now."""
    conditions = ["seller_id = :seller_id"]
    conditions += ["created_at >= :since"] if query.since else []
    conditions += ["created_at < :until"] if query.until else []
    conditions += [_has(f"word{place}") for place in range(len(query.words))]
    return " AND ".join(conditions)


def _has(word: str) -> str:
    return (
        f"({_SEARCHED} LIKE lower(:{word}) ESCAPE '!'"
        f" OR ('%' || CAST(number AS TEXT) || '%') = :{word}"
        " OR id IN (SELECT order_id FROM order_lines WHERE listing_id IN"
        " (SELECT listings.id FROM listings WHERE listings.seller_id = :seller_id"
        f" AND lower(title) LIKE lower(:{word}) ESCAPE '!')))"
    )


def _values(query: Query) -> dict[str, Any]:
    values: dict[str, Any] = {"seller_id": query.seller_id}
    values |= {"since": query.since} if query.since else {}
    values |= {"until": query.until} if query.until else {}
    return values | {f"word{place}": _part(word) for place, word in enumerate(query.words)}


def _part(word: str) -> str:
    """A pattern for text that holds this word, which is taken as it is written."""
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"
