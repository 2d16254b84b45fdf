"""The tables `plans`, `plan_customers` and `plan_subscriptions`."""

import json
from dataclasses import dataclass

from storefront.fees import Amounts, FeeRule
from storefront.money import display
from storefront.store import Row, Tx

OPEN, SUBSCRIBED, GONE, EXTRA = "open", "subscribed", "gone", "extra"
MONTH, YEAR = "month", "year"


@dataclass(frozen=True, slots=True)
class Plan:
    """What sellers can subscribe to. The price is in minor units for each `interval`.

    `stripe_price_id` is None until Stripe has made the price; `trial_days` are for a seller's
    first subscription only.
    """

    id: str
    name: str
    description: str
    features: str
    recommended: bool
    position: int
    price_amount: int
    currency: str
    interval: str
    trial_days: int
    rule: FeeRule
    stripe_price_id: str | None
    archived_at: str | None
    created_at: str

    @property
    def feature_lines(self) -> list[str]:
        """What it brings, a line each."""
        return [line.strip() for line in self.features.splitlines() if line.strip()]

    @property
    def price(self) -> str:
        """The price in words: `$29.00 a month`."""
        return f"{display(self.price_amount, self.currency)} a {self.interval}"

    @property
    def offered(self) -> bool:
        """Whether sellers can choose it now."""
        return self.archived_at is None and self.stripe_price_id is not None


_PLAN = (
    "id", "name", "description", "features", "recommended", "position", "price_amount", "currency",
    "interval", "trial_days", "stripe_price_id", "archived_at", "created_at",
)  # fmt: skip
_AMOUNTS = ("fixed", "minimum", "maximum")
_PLAN_COLUMNS = ", ".join((*_PLAN, "millionths", *_AMOUNTS))


def _plan(row: Row | None) -> Plan | None:
    if row is None:
        return None
    amounts: list[Amounts] = [tuple(json.loads(row[name]).items()) for name in _AMOUNTS]
    known = {name: row[name] for name in _PLAN} | {"recommended": bool(row["recommended"])}
    return Plan(**known, rule=FeeRule(row["millionths"], *amounts))


def insert_plan(tx: Tx, plan: Plan, actor_id: str) -> None:
    """Store a new plan."""
    names = (*_PLAN, "millionths", *_AMOUNTS, "actor_id")
    tx.run(
        f"INSERT INTO plans ({', '.join(names)}) VALUES (:{', :'.join(names)})",
        **{name: getattr(plan, name) for name in _PLAN if name != "recommended"},
        **{name: json.dumps(dict(getattr(plan.rule, name))) for name in _AMOUNTS},
        recommended=int(plan.recommended),
        millionths=plan.rule.millionths,
        actor_id=actor_id,
    )


def update_plan(tx: Tx, plan: Plan) -> None:
    """Store what of a plan can be edited."""
    tx.run(
        "UPDATE plans SET name = :name, description = :description, features = :features,"
        " recommended = :recommended, position = :position WHERE id = :id",
        id=plan.id,
        name=plan.name,
        description=plan.description,
        features=plan.features,
        recommended=int(plan.recommended),
        position=plan.position,
    )


def set_price(tx: Tx, plan_id: str, stripe_price_id: str) -> None:
    """Stripe has made the price of a plan."""
    tx.run("UPDATE plans SET stripe_price_id = :price WHERE id = :id", id=plan_id,
           price=stripe_price_id)  # fmt: skip


def archive(tx: Tx, plan_id: str, at: str | None) -> bool:
    """Offer a plan no more, or with None again; False if that was so already."""
    sql = "UPDATE plans SET archived_at = :at WHERE id = :id AND (archived_at IS NULL) = (:off = 1)"
    return bool(tx.run(sql, id=plan_id, at=at, off=int(at is not None)))


def plan(tx: Tx, plan_id: str) -> Plan | None:
    """One plan."""
    return _plan(tx.one(f"SELECT {_PLAN_COLUMNS} FROM plans WHERE id = :id", id=plan_id))


def plans(tx: Tx) -> list[Plan]:
    """Every plan: those on offer first, in their order."""
    rows = tx.all(
        f"SELECT {_PLAN_COLUMNS} FROM plans ORDER BY archived_at IS NOT NULL, position,"
        " price_amount, id"
    )
    return [found for row in rows if (found := _plan(row))]


# Sellers as customers ----------------------------------------------------------------------


def lock_customer(tx: Tx, seller_id: str, stripe_account_id: str, now: str) -> str | None:
    """A seller's customer id, None before there is one; nobody else decides until the end."""
    tx.run(
        "INSERT INTO plan_customers (seller_id, stripe_account_id, created_at)"
        " VALUES (:id, :account, :now) ON CONFLICT (seller_id) DO NOTHING",
        id=seller_id,
        account=stripe_account_id,
        now=now,
    )
    tx.run("UPDATE plan_customers SET seller_id = seller_id WHERE seller_id = :id", id=seller_id)
    return customer_id(tx, seller_id)


def customer_id(tx: Tx, seller_id: str) -> str | None:
    """A seller's customer id, if there is one."""
    sql = "SELECT stripe_customer_id FROM plan_customers WHERE seller_id = :id"
    row = tx.one(sql, id=seller_id)
    return row["stripe_customer_id"] if row else None


def set_customer(tx: Tx, seller_id: str, stripe_customer_id: str) -> None:
    """Stripe has made the customer."""
    tx.run("UPDATE plan_customers SET stripe_customer_id = :customer WHERE seller_id = :id",
           id=seller_id, customer=stripe_customer_id)  # fmt: skip


def is_customer(tx: Tx, stripe_customer_id: str) -> bool:
    """Whether a customer is one of our sellers."""
    sql = "SELECT 1 FROM plan_customers WHERE stripe_customer_id = :id"
    return tx.one(sql, id=stripe_customer_id) is not None


# Their sessions and subscriptions ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Purchase:
    """A Checkout Session for a plan, and the subscription that came of it.

    `plan_id` is what was chosen at Checkout, not what is paid for now.
    """

    id: str
    seller_id: str
    plan_id: str
    state: str
    trial_days: int
    stripe_checkout_session_id: str | None
    checkout_url: str | None
    stripe_subscription_id: str | None
    ends_by_leaving: bool
    created_at: str
    expires_at: str
    look_at: str


_PURCHASE = ", ".join(Purchase.__dataclass_fields__)


def _purchase(row: Row | None) -> Purchase | None:
    return Purchase(**{**row, "ends_by_leaving": bool(row["ends_by_leaving"])}) if row else None


def insert_purchase(tx: Tx, new: Purchase) -> None:
    """Store a new one, whose session is still to be made. Raises Conflict beside an open one."""
    names = Purchase.__dataclass_fields__
    tx.run(
        f"INSERT INTO plan_subscriptions ({_PURCHASE}) VALUES (:{', :'.join(names)})",
        **{name: getattr(new, name) for name in names if name != "ends_by_leaving"},
        ends_by_leaving=int(new.ends_by_leaving),
    )


def purchase(tx: Tx, purchase_id: str) -> Purchase | None:
    """One of them."""
    sql = f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE id = :id"
    return _purchase(tx.one(sql, id=purchase_id))


def by_session(tx: Tx, session_id: str) -> Purchase | None:
    """The one that a Checkout Session belongs to."""
    sql = f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE stripe_checkout_session_id = :id"
    return _purchase(tx.one(sql, id=session_id))


def by_subscription(tx: Tx, subscription_id: str) -> Purchase | None:
    """The one that a subscription came of."""
    sql = f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE stripe_subscription_id = :id"
    return _purchase(tx.one(sql, id=subscription_id))


def open_purchase(tx: Tx, seller_id: str) -> Purchase | None:
    """The one whose session a seller has not finished yet."""
    sql = f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE seller_id = :id AND state = 'open'"
    return _purchase(tx.one(sql, id=seller_id))


def subscribed(tx: Tx, seller_id: str) -> list[Purchase]:
    """Those that a seller has paid, the newest first."""
    rows = tx.all(
        f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE seller_id = :id"
        " AND state = 'subscribed' ORDER BY created_at DESC, id DESC",
        id=seller_id,
    )
    return [found for row in rows if (found := _purchase(row))]


def attach_session(tx: Tx, purchase_id: str, session_id: str, url: str) -> None:
    """Stripe has made the session."""
    tx.run(
        "UPDATE plan_subscriptions SET stripe_checkout_session_id = :session, checkout_url = :url"
        " WHERE id = :id",
        id=purchase_id,
        session=session_id,
        url=url,
    )


def set_state(tx: Tx, purchase_id: str, state: str, subscription_id: str | None = None) -> None:
    """It is paid (by a subscription), or nothing came of it."""
    tx.run(
        "UPDATE plan_subscriptions SET state = :state, stripe_subscription_id ="
        " COALESCE(:subscription, stripe_subscription_id) WHERE id = :id",
        id=purchase_id,
        state=state,
        subscription=subscription_id,
    )


def look_later(tx: Tx, purchase_id: str, at: str) -> None:
    """When to look at an open session again."""
    tx.run("UPDATE plan_subscriptions SET look_at = :at WHERE id = :id", id=purchase_id, at=at)


def to_look_at(tx: Tx, now: str, limit: int) -> list[Purchase]:
    """Open sessions that nobody has told us of for a while."""
    rows = tx.all(
        f"SELECT {_PURCHASE} FROM plan_subscriptions WHERE state = 'open' AND look_at <= :now"
        " AND stripe_checkout_session_id IS NOT NULL ORDER BY look_at LIMIT :limit",
        now=now,
        limit=limit,
    )
    return [found for row in rows if (found := _purchase(row))]


def mark_leaving(tx: Tx, purchase_id: str, *, leaving: bool) -> None:
    """Whether it was told to end because the shop's account left."""
    tx.run("UPDATE plan_subscriptions SET ends_by_leaving = :leaving WHERE id = :id",
           id=purchase_id, leaving=int(leaving))  # fmt: skip


def back_again(tx: Tx) -> list[Purchase]:
    """Those told to end by leaving whose shop is connected again in time."""
    columns = ", ".join(f"p.{name}" for name in Purchase.__dataclass_fields__)
    rows = tx.all(
        f"SELECT {columns} FROM plan_subscriptions p"
        " JOIN connected_accounts a ON a.seller_id = p.seller_id AND a.connected = 1"
        " JOIN stripe_subscriptions s ON s.id = p.stripe_subscription_id"
        " WHERE p.ends_by_leaving = 1 AND s.ended_at IS NULL"
    )
    return [found for row in rows if (found := _purchase(row))]


# Who is subscribed --------------------------------------------------------------------------


def plan_of_seller(tx: Tx, seller_id: str, statuses: tuple[str, ...]) -> Plan | None:
    """The plan that a seller's subscription pays for, in one of these statuses."""
    columns = ", ".join(f"p.{name}" for name in _PLAN_COLUMNS.split(", "))
    found = ", ".join(f"'{status}'" for status in statuses)
    return _plan(
        tx.one(
            f"SELECT {columns} FROM plan_subscriptions b"
            " JOIN stripe_subscriptions s ON s.id = b.stripe_subscription_id"
            " JOIN plans p ON p.stripe_price_id = s.price_id"
            f" WHERE b.seller_id = :id AND b.state = 'subscribed' AND s.status IN ({found})"
            " ORDER BY b.created_at DESC LIMIT 1",
            id=seller_id,
        )
    )


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
