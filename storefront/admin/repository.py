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
    """Currency and fees without what was returned or given up for good, in minor units.

    No entry tells of a fee that was kept by transferring less; the order does. What goes back
    with a refund that fails is kept again once the seller has been paid back.
    """
    rows = tx.all(
        "SELECT currency, SUM(amount) AS earned FROM ("
        "SELECT currency, CASE kind WHEN 'application_fee' THEN amount ELSE -amount END AS amount"
        " FROM ledger WHERE kind IN ('application_fee', 'fee_refund') UNION ALL"
        " SELECT currency, application_fee_amount - fee_refunded_amount FROM orders"
        " WHERE fee_mode = 'transfer_amount' AND status = 'paid' UNION ALL"
        " SELECT currency, fee_amount FROM repayments WHERE state = 'done') AS kept"
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
