"""Reads across features, for the operator's overview and the page of an order."""

from dataclasses import dataclass

from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail about an order and what became of it."""

    kind: str
    recipient: str
    state: str
    error: str
    created_at: str
    sent_at: str | None


def fees_earned(tx: Tx) -> list[tuple[str, int]]:
    """Currency and application fees without what was returned, in minor units."""
    rows = tx.all(
        "SELECT currency, SUM(CASE kind WHEN 'application_fee' THEN amount ELSE -amount END)"
        " AS earned FROM ledger WHERE kind IN ('application_fee', 'fee_refund')"
        " GROUP BY currency ORDER BY currency"
    )
    return [(row["currency"], int(row["earned"])) for row in rows]


def mails_of_order(tx: Tx, order_id: str) -> list[SentMail]:
    """Every mail about an order, the newest first."""
    rows = tx.all(
        "SELECT kind, recipient, state, error, created_at, sent_at FROM mails"
        " WHERE order_id = :order_id ORDER BY id DESC",
        order_id=order_id,
    )
    return [SentMail(**row) for row in rows]


def failed_refunds(tx: Tx) -> int:
    """How many refunds came back or were refused while there is still something to refund."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM refunds r JOIN orders o ON o.id = r.order_id"
            " WHERE r.state IN ('rejected', 'failed', 'canceled')"
            " AND o.refund_committed < o.total_amount"
        )
    )
