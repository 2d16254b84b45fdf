"""What a shop has sold in a period. Everything here only reads."""

from dataclasses import dataclass

from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Day:
    """What shoppers paid on a day (UTC), in minor units, and how many orders that were."""

    day: str
    currency: str
    amount: int
    orders: int


@dataclass(frozen=True, slots=True)
class Bestseller:
    """A listing by what was sold of it: pieces, and what they cost, in minor units."""

    listing_id: str
    title: str
    currency: str
    pieces: int
    amount: int


def days(tx: Tx, seller_id: str, since: str) -> list[Day]:
    """Paid orders since a moment, by day and currency."""
    rows = tx.all(
        "SELECT substr(paid_at, 1, 10) AS day, currency, SUM(total_amount) AS amount,"
        " COUNT(*) AS orders FROM orders WHERE seller_id = :id AND paid_at >= :since"
        " AND status = 'paid' GROUP BY substr(paid_at, 1, 10), currency ORDER BY day",
        id=seller_id,
        since=since,
    )
    return [Day(row["day"], row["currency"], int(row["amount"]), row["orders"]) for row in rows]


def best(tx: Tx, seller_id: str, since: str, currency: str, limit: int) -> list[Bestseller]:
    """What was sold most in a currency since a moment, by pieces."""
    rows = tx.all(
        "SELECT l.listing_id, MAX(l.title) AS title, o.currency, SUM(l.quantity) AS pieces,"
        " SUM(l.quantity * l.unit_amount) AS amount FROM orders o"
        " JOIN order_lines l ON l.order_id = o.id WHERE o.seller_id = :id AND o.paid_at >= :since"
        " AND o.status = 'paid' AND o.currency = :currency GROUP BY l.listing_id, o.currency"
        " ORDER BY pieces DESC, amount DESC, l.listing_id LIMIT :limit",
        id=seller_id,
        since=since,
        currency=currency,
        limit=limit,
    )
    return [
        Bestseller(**{**row, "pieces": int(row["pieces"]), "amount": int(row["amount"])})
        for row in rows
    ]


def earned_by_account(tx: Tx, seller_id: str) -> list[tuple[str, str, int]]:
    """By the account that was paid and currency: what sales have left, in minor units."""
    rows = tx.all(
        "SELECT o.destination, l.currency, SUM(CASE WHEN l.credit_account = 'seller'"
        " THEN l.amount ELSE -l.amount END) AS amount FROM ledger l"
        " JOIN orders o ON o.id = l.order_id WHERE l.seller_id = :id"
        " AND 'seller' IN (l.credit_account, l.debit_account)"
        " GROUP BY o.destination, l.currency ORDER BY o.destination, l.currency",
        id=seller_id,
    )
    return [(row["destination"], row["currency"], int(row["amount"])) for row in rows]


def accounts(tx: Tx, seller_id: str) -> list[str]:
    """The accounts that a shop has or had, the newest first."""
    rows = tx.all(
        "SELECT stripe_account_id FROM connected_accounts WHERE seller_id = :id"
        " ORDER BY connected_at DESC",
        id=seller_id,
    )
    return [row["stripe_account_id"] for row in rows]
