"""A shop's part of the ledger. Everything here only reads."""

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from storefront.store import Row, Tx

Account = Literal["seller", "seller_debt"]
CASH: Final[Account] = "seller"
DEBT: Final[Account] = "seller_debt"


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that a shop gained (or lost, below zero), in minor units, and on which order.

    `kind` is the ledger's word; what was pulled back is a `dispute`, a `refund` or, where the
    marketplace had paid for the refund, a `debt_settled`.
    """

    id: str
    at: str
    kind: str
    amount: int
    currency: str
    stripe_object_id: str
    order_id: str
    order_number: int
    fee_mode: str
    fee_amount: int
    dispute_id: str


@dataclass(frozen=True, slots=True)
class Query:
    """Which movements: of a kind, a currency and a time; empty is any. `before`, `after`: ids."""

    seller_id: str
    kind: str = ""
    currency: str = ""
    since: str = ""
    until: str = ""
    before: str = ""
    after: str = ""


_KIND = (
    "CASE WHEN l.kind <> 'transfer_reversal' THEN l.kind"
    " WHEN EXISTS (SELECT 1 FROM stripe_objects s WHERE s.id = l.stripe_object_id"
    " AND s.facts LIKE '%\"dispute_id\"%') THEN 'dispute'"
    " WHEN EXISTS (SELECT 1 FROM ledger d WHERE d.stripe_object_id = l.stripe_object_id"
    " AND d.kind = 'debt_settled') THEN 'debt_settled' ELSE 'refund' END"
)
_CHANGE = "CASE WHEN l.credit_account = 'seller' THEN l.amount ELSE -l.amount END"
_TOUCHES = "'seller' IN (l.credit_account, l.debit_account)"


def find(tx: Tx, query: Query, limit: int | None = None) -> list[Movement]:
    """Movements, the newest first; upwards from `after`, and all of them without a limit.

    A page goes by the ids, which rise with time; all of a month are found by its moments.
    """
    order = "l.id" if limit else "l.booked_at {0}, l.id"
    place, direction = "", "DESC"
    if query.after:
        place, direction = " AND l.id > :after", "ASC"
    elif query.before:
        place = " AND l.id < :before"
    rows = tx.all(
        f"SELECT l.id, l.booked_at AS at, {_KIND} AS kind, {_CHANGE} AS amount, l.currency,"
        " l.stripe_object_id, l.order_id, o.number AS order_number, o.fee_mode,"
        " o.application_fee_amount AS fee_amount, x.facts FROM ledger l"
        " JOIN orders o ON o.id = l.order_id LEFT JOIN stripe_objects x"
        " ON x.id = l.stripe_object_id AND l.kind = 'transfer_reversal'"
        f" WHERE {_condition(query)}{place} ORDER BY {order.format(direction)} {direction}"
        f"{' LIMIT :limit' if limit else ''}",
        **_values(query),
        **({"limit": limit} if limit else {}),
    )
    return [_movement(row) for row in rows]


def _condition(query: Query) -> str:
    conditions = [f"l.seller_id = :seller_id AND {_TOUCHES}"]
    conditions += ["l.currency = :currency"] if query.currency else []
    conditions += ["l.booked_at >= :since"] if query.since else []
    conditions += ["l.booked_at < :until"] if query.until else []
    conditions += [f"{_KIND} = :kind"] if query.kind else []
    return " AND ".join(conditions)


def _values(query: Query) -> dict[str, Any]:
    names = ("kind", "currency", "since", "until", "before", "after")
    found = {name: getattr(query, name) for name in names}
    return {"seller_id": query.seller_id} | {name: value for name, value in found.items() if value}


def _movement(row: Row) -> Movement:
    facts = json.loads(row["facts"] or "{}")
    plain = {name: row[name] for name in row if name not in {"facts", "amount"}}
    return Movement(**plain, amount=int(row["amount"]), dispute_id=facts.get("dispute_id") or "")


def months(tx: Tx, seller_id: str) -> list[tuple[str, str, int]]:
    """By currency and month in which something moved: what was gained, oldest months first."""
    rows = tx.all(
        f"SELECT l.currency, substr(l.booked_at, 1, 7) AS month, SUM({_CHANGE}) AS amount"
        f" FROM ledger l WHERE l.seller_id = :seller_id AND {_TOUCHES}"
        " GROUP BY l.currency, substr(l.booked_at, 1, 7) ORDER BY l.currency, month",
        seller_id=seller_id,
    )
    return [(row["currency"], row["month"], int(row["amount"])) for row in rows]


def currencies(tx: Tx, seller_id: str) -> list[str]:
    """The currencies in which a shop's orders have moved anything; each is one step in an index."""
    found: list[str] = []
    while True:
        following = tx.value(
            "SELECT MIN(currency) FROM ledger WHERE seller_id = :id AND currency > :last"
            " AND 'seller' IN (credit_account, debit_account)",
            id=seller_id,
            last=found[-1] if found else "",
        )
        if following is None:
            return found
        found.append(following)


def balance(tx: Tx, seller_id: str, currency: str, account: Account, before: str) -> int:
    """What an account of the ledger had received minus given before a moment, in minor units."""
    found = tx.value(
        f"SELECT SUM(CASE WHEN credit_account = '{account}' THEN amount ELSE -amount END)"
        " FROM ledger WHERE seller_id = :seller_id AND currency = :currency"
        f" AND booked_at < :before AND '{account}' IN (credit_account, debit_account)",
        seller_id=seller_id,
        currency=currency,
        before=before,
    )
    return int(found or 0)


def owed_changes(
    tx: Tx, seller_id: str, currency: str, since: str, until: str
) -> list[tuple[str, int]]:
    """By kind, how what a shop owes rose (or fell, below zero) between two moments."""
    rows = tx.all(
        "SELECT kind, SUM(CASE WHEN debit_account = 'seller_debt' THEN amount ELSE -amount END)"
        " AS amount FROM ledger WHERE seller_id = :seller_id AND currency = :currency"
        " AND booked_at >= :since AND booked_at < :until"
        " AND 'seller_debt' IN (credit_account, debit_account) GROUP BY kind ORDER BY kind",
        seller_id=seller_id,
        currency=currency,
        since=since,
        until=until,
    )
    return [(row["kind"], int(row["amount"])) for row in rows]
