"""The table `stripe_subscriptions`: what Stripe said of a subscription, newest answer only."""

from dataclasses import dataclass
from typing import Any

from storefront.store import Row, Tx

INCOMPLETE, INCOMPLETE_EXPIRED, TRIALING = "incomplete", "incomplete_expired", "trialing"
ACTIVE, PAST_DUE, CANCELED = "active", "past_due", "canceled"
UNPAID, PAUSED = "unpaid", "paused"
OVER = (INCOMPLETE_EXPIRED, CANCELED)
"""Statuses that a subscription never leaves:
https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses"""


@dataclass(frozen=True, slots=True)
class StripeSubscription:
    """A subscription as Stripe told it when asked at `asked_at`; all empty before that.

    Item, price, amount (minor units for each of `quantity`) and interval are those of its first
    item. `latest_invoice_paid` (minor units) is what was paid for the current period, 0 if nothing
    or if the latest invoice is of another kind. `interval` is day, week, month or year; one period
    is `interval_count` of them. Times are timestamps in UTC.
    """

    id: str
    status: str
    stripe_customer_id: str
    item_id: str
    price_id: str
    unit_amount: int
    quantity: int
    currency: str
    interval: str
    interval_count: int
    current_period_start: str | None
    current_period_end: str | None
    trial_end: str | None
    cancel_at_period_end: bool
    cancel_at: str | None
    canceled_at: str | None
    ended_at: str | None
    cancellation_reason: str
    latest_invoice_id: str
    latest_invoice_status: str
    latest_invoice_paid: int
    next_payment_attempt: str | None
    asked_at: str
    stale_at: str | None
    created_at: str

    @property
    def over(self) -> bool:
        """Whether it has ended for good."""
        return self.status in OVER

    @property
    def ends_at(self) -> str | None:
        """When it will end, if that is decided and it has not ended yet.

        Stripe says so by `cancel_at_period_end`, by `cancel_at`, or by both.
        """
        if self.over:
            return None
        return self.cancel_at or (self.current_period_end if self.cancel_at_period_end else None)

    @property
    def ends_with_period(self) -> bool:
        """Whether no period follows this one; a `cancel_at` may be periods away."""
        ends, period = self.ends_at, self.current_period_end
        return ends is not None and (self.cancel_at_period_end or period is None or ends <= period)


FACTS = (
    "status", "stripe_customer_id", "item_id", "price_id", "unit_amount", "quantity", "currency",
    "interval", "interval_count", "current_period_start", "current_period_end", "trial_end",
    "cancel_at_period_end", "cancel_at", "canceled_at", "ended_at", "cancellation_reason",
    "latest_invoice_id", "latest_invoice_status", "latest_invoice_paid", "next_payment_attempt",
)  # fmt: skip
"""The columns that an answer of Stripe's fills."""

_COLUMNS = ", ".join(StripeSubscription.__dataclass_fields__)


def by_id(tx: Tx, subscription_id: str) -> StripeSubscription | None:
    """A subscription that is followed."""
    return _subscription(
        tx.one(f"SELECT {_COLUMNS} FROM stripe_subscriptions WHERE id = :id", id=subscription_id)
    )


def insert(tx: Tx, subscription_id: str, now: str) -> None:
    """Begin to follow a subscription; it is to be read at once. Twice is once."""
    tx.run(
        "INSERT INTO stripe_subscriptions (id, stale_at, created_at) VALUES (:id, :now, :now)"
        " ON CONFLICT (id) DO NOTHING",
        id=subscription_id,
        now=now,
    )


def mark_stale(tx: Tx, subscription_id: str, at: str) -> bool:
    """Something changed at Stripe, or: ask again at a time ahead. False if it is not followed."""
    return bool(
        tx.run(
            "UPDATE stripe_subscriptions SET stale_at = :at WHERE id = :id",
            id=subscription_id,
            at=at,
        )
    )


def to_read(tx: Tx, now: str, limit: int) -> list[str]:
    """Subscriptions that are to be read by now, those that wait longest first."""
    rows = tx.all(
        "SELECT id FROM stripe_subscriptions WHERE stale_at <= :now ORDER BY stale_at LIMIT :limit",
        now=now,
        limit=limit,
    )
    return [row["id"] for row in rows]


def record(
    tx: Tx, subscription_id: str, facts: dict[str, Any], asked_at: str, now: str, again: str | None
) -> bool:
    """Store the answer to a question asked at `asked_at`; False if we know a newer one.

    It is read at `again` anew, or at once if something changed after the question was asked.
    """
    columns = ", ".join(f"{name} = :{name}" for name in FACTS)
    return bool(
        tx.run(
            f"UPDATE stripe_subscriptions SET {columns}, asked_at = :asked_at, stale_at = CASE"
            " WHEN stale_at > :asked_at AND stale_at <= :now THEN stale_at ELSE :again END"
            " WHERE id = :id AND asked_at <= :asked_at",
            id=subscription_id,
            asked_at=asked_at,
            now=now,
            again=again,
            **{name: facts[name] for name in FACTS},
        )
    )


def _subscription(row: Row | None) -> StripeSubscription | None:
    if row is None:
        return None
    return StripeSubscription(**{**row, "cancel_at_period_end": bool(row["cancel_at_period_end"])})
