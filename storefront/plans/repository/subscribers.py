"""Sellers with a subscription to a plan, for lists and sums."""

from dataclasses import dataclass

from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A seller with a subscription, for lists. Amounts in minor units for each `interval`."""

    seller_id: str
    shop_name: str
    email: str
    plan_name: str
    status: str
    amount: int
    currency: str
    interval: str
    since: str
    trial_end: str | None
    current_period_start: str | None
    current_period_end: str | None
    next_payment_attempt: str | None
    cancel_at_period_end: bool
    cancel_at: str | None
    ended_at: str | None
    stripe_customer_id: str
    stripe_subscription_id: str
    stripe_account_id: str
    extra: bool

    @property
    def ends_at(self) -> str | None:
        """When it will end, if that is decided."""
        if self.ended_at:
            return None
        return self.cancel_at or (self.current_period_end if self.cancel_at_period_end else None)

    @property
    def late_since(self) -> str | None:
        """Since when a payment is missing: the failed invoice is that of the current period."""
        late = self.status in {"past_due", "unpaid"}
        return self.current_period_start if late else None

    @property
    def next_payment(self) -> str | None:
        """When Stripe will try to collect next."""
        if self.status in {"trialing", "active"} and not self.ends_at:
            return self.current_period_end
        return self.next_payment_attempt if self.status == "past_due" else None


_SUBSCRIBERS = (
    "FROM plan_subscriptions b JOIN stripe_subscriptions s ON s.id = b.stripe_subscription_id"
    " JOIN sellers e ON e.id = b.seller_id JOIN users u ON u.id = e.user_id"
    " LEFT JOIN plan_customers c ON c.seller_id = b.seller_id"
    " LEFT JOIN plans p ON p.stripe_price_id = s.price_id"
    " WHERE b.state IN ('subscribed', 'extra')"
)


def subscribers(tx: Tx, statuses: tuple[str, ...], limit: int, seller_id: str) -> list[Subscriber]:
    """Subscriptions in some statuses, those that began last first; of one seller or of all."""
    found = ", ".join(f"'{status}'" for status in statuses)
    rows = tx.all(
        "SELECT b.seller_id, e.name AS shop_name, u.email, COALESCE(p.name, '') AS plan_name,"
        " s.status, s.unit_amount * s.quantity AS amount, s.currency, s.interval,"
        " b.created_at AS since, s.trial_end, s.current_period_start, s.current_period_end,"
        " s.next_payment_attempt, s.cancel_at_period_end, s.cancel_at, s.ended_at,"
        " s.stripe_customer_id, s.id AS stripe_subscription_id,"
        " COALESCE(c.stripe_account_id, '') AS stripe_account_id, b.state = 'extra' AS extra"
        f" {_SUBSCRIBERS} AND s.status IN ({found})"
        " AND (:seller_id = '' OR b.seller_id = :seller_id)"
        " ORDER BY b.created_at DESC, b.id DESC LIMIT :limit",
        seller_id=seller_id,
        limit=limit,
    )
    flags = ("cancel_at_period_end", "extra")
    return [Subscriber(**{**row, **{name: bool(row[name]) for name in flags}}) for row in rows]


def status_counts(tx: Tx) -> dict[str, int]:
    """How many subscriptions there are in each status."""
    rows = tx.all(f"SELECT s.status, COUNT(*) AS n {_SUBSCRIBERS} GROUP BY s.status")
    return {row["status"]: row["n"] for row in rows}


def takings(tx: Tx, statuses: tuple[str, ...]) -> list[Row]:
    """What is paid for each plan: `plan_id`, `sellers`, `amount` (minor units), `currency`,
    `interval`.
    """
    found = ", ".join(f"'{status}'" for status in statuses)
    return tx.all(
        "SELECT p.id AS plan_id, COUNT(*) AS sellers, SUM(s.unit_amount * s.quantity) AS amount,"
        f" s.currency, s.interval {_SUBSCRIBERS} AND p.id IS NOT NULL AND s.status IN ({found})"
        " GROUP BY p.id, s.currency, s.interval"
    )
