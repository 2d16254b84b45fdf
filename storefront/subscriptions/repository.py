"""The table `subscriptions`, beside what Stripe says of each of them."""

from dataclasses import dataclass
from typing import Any

from storefront.store import Row, Tx

SHOPPER, SELLER, OPERATOR, LEAVING = "shopper", "seller", "operator", "leaving"

RUNNING, LATE, ENDING, ENDED = "running", "late", "ending", "ended"
PAUSED, BEGINNING = "paused", "beginning"
STATES = (RUNNING, LATE, ENDING, ENDED, PAUSED, BEGINNING)


@dataclass(frozen=True, slots=True)
class Subscription:
    """The terms of a subscription to a listing, and who has ended it.

    `price_amount` is what one period costs in minor units, `billing` is `month` or `year`,
    `fee_percent` hundredths of a percent; `ending` says who wants it to end with its period.
    """

    id: str
    token: str
    seller_id: str
    listing_id: str
    user_id: str | None
    title: str
    shop_name: str
    price_amount: int
    currency: str
    billing: str
    fee_percent: int
    destination: str
    created_at: str
    stripe_subscription_id: str | None = None
    ending: str = ""
    ending_reason: str = ""
    ending_since: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A subscription in a list: its terms, its state and what is next."""

    id: str
    token: str
    seller_id: str
    title: str
    shop_name: str
    price_amount: int
    currency: str
    billing: str
    created_at: str
    state: str
    status: str
    next_at: str | None
    email: str | None
    customer_name: str | None


_NAMES = tuple(Subscription.__dataclass_fields__)
_COLUMNS = ", ".join(_NAMES)


def _subscription(row: Row | None) -> Subscription | None:
    return Subscription(**row) if row else None


def insert(tx: Tx, new: Subscription) -> None:
    """Write the terms of a subscription that somebody is about to pay for."""
    places = ", ".join(f":{name}" for name in _NAMES)
    values = {name: getattr(new, name) for name in _NAMES}
    tx.run(f"INSERT INTO subscriptions ({_COLUMNS}) VALUES ({places})", **values)


def _one(tx: Tx, column: str, value: str) -> Subscription | None:
    sql = f"SELECT {_COLUMNS} FROM subscriptions WHERE {column} = :value"
    return _subscription(tx.one(sql, value=value))


def by_id(tx: Tx, subscription_id: str) -> Subscription | None:
    """One subscription."""
    return _one(tx, "id", subscription_id)


def by_token(tx: Tx, token: str) -> Subscription | None:
    """The subscription behind an unguessable link."""
    return _one(tx, "token", token)


def by_stripe_id(tx: Tx, stripe_subscription_id: str) -> Subscription | None:
    """The subscription that is this one at Stripe."""
    return _one(tx, "stripe_subscription_id", stripe_subscription_id)


def lock(tx: Tx, subscription_id: str) -> Subscription:
    """A subscription that nobody else changes until this transaction ends."""
    rows = tx.all(
        f"UPDATE subscriptions SET title = title WHERE id = :id RETURNING {_COLUMNS}",
        id=subscription_id,
    )
    return Subscription(**rows[0])


def update(tx: Tx, subscription_id: str, **columns: Any) -> None:
    """Set some columns."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    sql = f"UPDATE subscriptions SET {changes} WHERE id = :subscription_id"
    tx.run(sql, subscription_id=subscription_id, **columns)


def want_invoices(tx: Tx, subscription_id: str, at: str) -> None:
    """Have the invoices of a subscription read; the newest wish counts, so that a read that had
    begun before does not take it away.
    """
    tx.run(
        "UPDATE subscriptions SET invoices_wanted_at = :at WHERE id = :id",
        id=subscription_id,
        at=at,
    )


def invoices_wanted(tx: Tx, now: str, limit: int) -> list[Subscription]:
    """Subscriptions whose invoices are to be read by now."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM subscriptions WHERE invoices_wanted_at <= :now"
        " AND stripe_subscription_id IS NOT NULL ORDER BY invoices_wanted_at LIMIT :limit",
        now=now,
        limit=limit,
    )
    return [Subscription(**row) for row in rows]


def invoices_read(tx: Tx, subscription_id: str, asked_at: str, again: str | None = None) -> None:
    """The invoices were asked for at a moment; what was wanted since then is wanted still."""
    tx.run(
        "UPDATE subscriptions SET invoices_wanted_at = :again WHERE id = :id"
        " AND invoices_wanted_at < :asked_at",
        id=subscription_id,
        asked_at=asked_at,
        again=again,
    )


# Orders ----------------------------------------------------------------------------------


def open_order_ids(tx: Tx, cart_id: str, listing_id: str) -> list[str]:
    """Orders of a browser with which it is about to subscribe to a listing."""
    rows = tx.all(
        "SELECT o.id FROM orders o JOIN subscriptions s ON s.id = o.subscription_id"
        " WHERE o.cart_id = :cart_id AND s.listing_id = :listing_id"
        " AND o.status = 'awaiting_payment' ORDER BY o.id DESC",
        cart_id=cart_id,
        listing_id=listing_id,
    )
    return [row["id"] for row in rows]


def order_ids(tx: Tx, subscription_id: str) -> list[str]:
    """The orders of a subscription, the newest first."""
    rows = tx.all(
        "SELECT id FROM orders WHERE subscription_id = :id"
        " ORDER BY COALESCE(paid_at, created_at) DESC, id DESC",
        id=subscription_id,
    )
    return [row["id"] for row in rows]


def first_order_id(tx: Tx, subscription_id: str) -> str:
    """The order with which it began."""
    sql = "SELECT id FROM orders WHERE subscription_id = :id ORDER BY id LIMIT 1"
    return str(tx.value(sql, id=subscription_id))


# Lists -----------------------------------------------------------------------------------

_LAST_PERIOD = (
    "t.cancel_at_period_end = 1 OR t.cancel_at <= COALESCE(t.current_period_end, t.cancel_at)"
)
_STATE = (
    "CASE WHEN t.status IN ('', 'incomplete') THEN 'beginning'"
    " WHEN t.status IN ('canceled', 'incomplete_expired') THEN 'ended'"
    " WHEN t.status IN ('past_due', 'unpaid') THEN 'late' WHEN t.status = 'paused' THEN 'paused'"
    f" WHEN s.ending <> '' OR {_LAST_PERIOD} THEN 'ending' ELSE 'running' END"
)
_NEXT = (
    "CASE WHEN t.status IN ('canceled', 'incomplete_expired') THEN t.ended_at"
    " WHEN t.status = 'past_due' THEN t.current_period_start"
    " WHEN t.status NOT IN ('active', 'trialing') THEN NULL"
    f" WHEN {_LAST_PERIOD} THEN COALESCE(t.cancel_at, t.current_period_end)"
    " ELSE t.current_period_end END"
)
_LISTED = (
    "SELECT s.id, s.token, s.seller_id, s.title, s.shop_name, s.price_amount, s.currency,"
    f" s.billing, s.created_at, {_STATE} AS state, t.status, {_NEXT} AS next_at, o.email,"
    " o.customer_name, s.user_id FROM subscriptions s"
    " JOIN stripe_subscriptions t ON t.id = s.stripe_subscription_id"
    " JOIN orders o ON o.subscription_id = s.id AND o.stripe_checkout_session_id IS NOT NULL"
)
_ROW = ", ".join(Listed.__dataclass_fields__)


def of_seller(tx: Tx, seller_id: str, state: str, limit: int, offset: int) -> list[Listed]:
    """A shop's subscriptions, the newest first; of one state if one is given."""
    rows = tx.all(
        f"SELECT {_ROW} FROM ({_LISTED}) AS listed WHERE seller_id = :seller_id"
        " AND (:state = '' OR state = :state) ORDER BY id DESC LIMIT :limit OFFSET :offset",
        seller_id=seller_id,
        state=state,
        limit=limit,
        offset=offset,
    )
    return [Listed(**row) for row in rows]


def of_user(tx: Tx, user_id: str, email: str, limit: int) -> list[Listed]:
    """A person's subscriptions; those as a guest too once the address is confirmed (`email`)."""
    rows = tx.all(
        f"SELECT {_ROW} FROM ({_LISTED}) AS listed WHERE user_id = :user_id"
        " OR (:email <> '' AND email = :email) ORDER BY id DESC LIMIT :limit",
        user_id=user_id,
        email=email,
        limit=limit,
    )
    return [Listed(**row) for row in rows]


def search(tx: Tx, words: str, state: str, limit: int, offset: int) -> list[Listed]:
    """Subscriptions for the operator: by e-mail, shop, or an id of ours or of Stripe's."""
    rows = tx.all(
        f"SELECT {_ROW} FROM ({_LISTED} WHERE :words = '' OR lower(o.email) = lower(:words)"
        " OR lower(s.shop_name) = lower(:words) OR :words IN (s.id, s.stripe_subscription_id,"
        " t.stripe_customer_id, s.destination)) AS listed WHERE (:state = '' OR state = :state)"
        " ORDER BY id DESC LIMIT :limit OFFSET :offset",
        words=words,
        state=state,
        limit=limit,
        offset=offset,
    )
    return [Listed(**row) for row in rows]


def counts(tx: Tx, seller_id: str = "") -> dict[str, int]:
    """How many subscriptions are in each state, of one shop or of all."""
    rows = tx.all(
        f"SELECT state, COUNT(*) AS number FROM ({_LISTED}) AS listed"
        " WHERE :seller_id = '' OR seller_id = :seller_id GROUP BY state",
        seller_id=seller_id,
    )
    return {row["state"]: row["number"] for row in rows}


def recurring(tx: Tx, seller_id: str) -> dict[str, int]:
    """What a shop's running subscriptions bring in a month, by currency in minor units.

    A year is a twelfth of its price, rounded down once for the sum. Only what is paid and goes on
    counts: no trial, and none that ends.
    """
    rows = tx.all(
        "SELECT currency, SUM(CASE billing WHEN 'month' THEN 12 ELSE 1 END * price_amount) AS year"
        f" FROM ({_LISTED}) AS listed WHERE seller_id = :seller_id AND state = 'running'"
        " AND status = 'active'"
        " GROUP BY currency ORDER BY currency",
        seller_id=seller_id,
    )
    return {row["currency"]: int(row["year"]) // 12 for row in rows}


def alive_into(tx: Tx, destination: str) -> list[Subscription]:
    """Subscriptions into an account that are not over, by the newest read; whoever ends them."""
    rows = tx.all(
        f"SELECT {', '.join('s.' + name for name in _NAMES)} FROM subscriptions s"
        " LEFT JOIN stripe_subscriptions t ON t.id = s.stripe_subscription_id"
        " WHERE s.destination = :destination AND s.stripe_subscription_id IS NOT NULL"
        " AND (t.status IS NULL OR t.status NOT IN ('canceled', 'incomplete_expired'))"
        " ORDER BY s.id",
        destination=destination,
    )
    return [Subscription(**row) for row in rows]
