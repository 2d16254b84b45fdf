"""What is open between a seller and the marketplace, and accounts that may have left."""

from dataclasses import dataclass

from storefront.store import Row, Tx

LISTINGS, CHECKOUTS, PROCESSING, TO_SHIP = "listings", "checkouts", "processing", "to_ship"
PLAN = "plan"
REFUNDS, FAILED_REFUNDS, REQUESTS = "refunds", "failed_refunds", "requests"
DISPUTES, DEBTS, TRANSFERS = "disputes", "debts", "transfers"
SUBSCRIPTIONS = "subscriptions"


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is open. `amount` is in minor units of `currency`; `at` is since when."""

    kind: str
    id: str
    order_id: str
    order_number: int
    amount: int
    currency: str
    at: str


_ORDER = "o.id AS order_id, o.number AS order_number"
_FOR_ORDERS = f"{_ORDER}, o.total_amount AS amount, o.currency, o.created_at AS at FROM orders o"
_OPEN = {
    CHECKOUTS: f"o.id, {_FOR_ORDERS} WHERE o.status = 'awaiting_payment'",
    PROCESSING: f"o.id, {_FOR_ORDERS} WHERE o.status = 'processing'",
    SUBSCRIPTIONS: f"s.id, {_ORDER}, s.price_amount AS amount, s.currency, s.created_at AS at"
    " FROM subscriptions s JOIN orders o ON o.subscription_id = s.id"
    " AND o.stripe_checkout_session_id IS NOT NULL JOIN stripe_subscriptions t"
    " ON t.id = s.stripe_subscription_id"
    " WHERE t.status NOT IN ('canceled', 'incomplete_expired')",
    TO_SHIP: f"o.id, {_FOR_ORDERS} WHERE o.status = 'paid' AND o.requires_shipping = 1"
    " AND o.shipped_at IS NULL AND o.refunded_amount < o.total_amount",
    REFUNDS: f"r.id, {_ORDER}, r.amount, r.currency, r.created_at AS at"
    " FROM refunds r JOIN orders o ON o.id = r.order_id"
    " WHERE r.state IN ('needs_approval', 'requested', 'pending', 'requires_action')",
    FAILED_REFUNDS: f"r.id, {_ORDER}, r.amount, r.currency, r.updated_at AS at"
    " FROM refunds r JOIN orders o ON o.id = r.order_id"
    " WHERE r.state IN ('failed', 'canceled') AND r.reverse_transfer = 1 AND r.owed = 0"
    " AND NOT EXISTS (SELECT 1 FROM repayments p WHERE p.subject_id = r.id)",
    REQUESTS: f"q.id, {_ORDER}, q.amount, q.currency, q.created_at AS at"
    " FROM refund_requests q JOIN orders o ON o.id = q.order_id"
    " WHERE q.state IN ('open', 'passed_on', 'escalated')",
    DISPUTES: f"d.id, {_ORDER}, d.amount, d.currency, d.opened_at AS at"
    " FROM disputes d JOIN orders o ON o.id = d.order_id"
    " WHERE d.status NOT IN ('won', 'lost', 'prevented', 'warning_closed')",
    DEBTS: f"d.id, {_ORDER}, d.amount - d.canceled_amount - (SELECT COALESCE(SUM(s.amount), 0)"
    " FROM debt_settlements s WHERE s.debt_id = d.id AND s.state = 'done') AS amount, d.currency,"
    " d.created_at AS at FROM debts d JOIN orders o ON o.id = d.order_id"
    " WHERE d.stripe_object_id IS NOT NULL AND d.amount - d.canceled_amount >"
    " (SELECT COALESCE(SUM(s.amount), 0) FROM debt_settlements s"
    " WHERE s.debt_id = d.id AND s.state = 'done')",
    TRANSFERS: f"p.id, {_ORDER}, p.reversed_amount - p.fee_amount AS amount, p.currency,"
    " p.created_at AS at FROM repayments p JOIN orders o ON o.id = p.order_id"
    " WHERE p.state <> 'done'",
}
KINDS = (LISTINGS, *_OPEN)


def matters(tx: Tx, seller_id: str) -> list[Matter]:
    """All that is open of a seller's orders, the oldest of each kind first."""
    every = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, {sql} AND o.seller_id = :seller_id"
        for kind, sql in _OPEN.items()
    )
    rows = tx.all(f"{every} ORDER BY at, id", seller_id=seller_id)
    return [_matter(row) for row in rows]


def _matter(row: Row) -> Matter:
    return Matter(**{**row, "amount": int(row["amount"])})


def open_checkouts(tx: Tx, stripe_account_id: str) -> list[Row]:
    """Orders that can still be paid into an account: `id` and `session_id`."""
    return tx.all(
        "SELECT id, stripe_checkout_session_id AS session_id FROM orders"
        " WHERE destination = :account AND status = 'awaiting_payment'"
        " AND stripe_checkout_session_id IS NOT NULL ORDER BY id",
        account=stripe_account_id,
    )


def doubt(tx: Tx, stripe_account_id: str, at: str) -> None:
    """An event says that an account has left, and may be older than its connection."""
    tx.run(
        "UPDATE connected_accounts SET doubted_at = :at"
        " WHERE stripe_account_id = :id AND connected = 1",
        id=stripe_account_id,
        at=at,
    )


def doubted(tx: Tx, until: str, limit: int) -> list[str]:
    """Accounts in doubt that are to be asked about by now."""
    rows = tx.all(
        "SELECT stripe_account_id FROM connected_accounts WHERE connected = 1"
        " AND doubted_at <= :until ORDER BY doubted_at LIMIT :limit",
        until=until,
        limit=limit,
    )
    return [row["stripe_account_id"] for row in rows]


def newest_session(tx: Tx) -> str | None:
    """The Checkout Session of the newest order; None before the first."""
    session: str | None = tx.value(
        "SELECT stripe_checkout_session_id FROM orders"
        " WHERE stripe_checkout_session_id IS NOT NULL ORDER BY number DESC LIMIT 1"
    )
    return session


def without_doubt(tx: Tx, stripe_account_id: str, asked_at: str) -> None:
    """Stripe has said how an account stands, to a question of that time."""
    tx.run(
        "UPDATE connected_accounts SET doubted_at = NULL"
        " WHERE stripe_account_id = :id AND doubted_at <= :asked_at",
        id=stripe_account_id,
        asked_at=asked_at,
    )


def pause_listings(tx: Tx, seller_id: str, now: str) -> int:
    """Pause all that a shop sells, and remember which listings these are; how many."""
    return tx.run(
        "UPDATE listings SET state = 'paused', paused_by_leaving = 1, updated_at = :now"
        " WHERE seller_id = :seller_id AND state = 'published'",
        seller_id=seller_id,
        now=now,
    )


def resume_listings(tx: Tx, seller_id: str, now: str) -> int:
    """Sell again what was paused like that and has not been touched since; how many."""
    return tx.run(
        "UPDATE listings SET state = 'published', paused_by_leaving = 0, updated_at = :now"
        " WHERE seller_id = :seller_id AND paused_by_leaving = 1",
        seller_id=seller_id,
        now=now,
    )


def returned(tx: Tx) -> list[str]:
    """Shops that have an account again and listings that were paused when they left."""
    rows = tx.all(
        "SELECT DISTINCT l.seller_id FROM listings l"
        " JOIN connected_accounts a ON a.seller_id = l.seller_id AND a.connected = 1"
        " WHERE l.paused_by_leaving = 1 AND NOT EXISTS (SELECT 1 FROM stripe_calls c"
        " WHERE c.operation = 'account.deauthorize' AND c.subject_id = a.stripe_account_id"
        " AND c.state IN ('prepared', 'sent', 'unknown'))"
    )
    return [row["seller_id"] for row in rows]


def paused(tx: Tx, seller_id: str) -> int:
    """How many listings of a shop wait for it to come back."""
    sql = "SELECT COUNT(*) FROM listings WHERE seller_id = :id AND paused_by_leaving = 1"
    return int(tx.value(sql, id=seller_id))
