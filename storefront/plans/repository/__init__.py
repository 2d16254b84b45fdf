"""The tables `plans`, `plan_customers` and `plan_subscriptions`."""

import json
from dataclasses import dataclass
from typing import Any

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
    lock(tx, seller_id)
    return customer_id(tx, seller_id)


def lock(tx: Tx, seller_id: str) -> None:
    """Let nobody else decide about a seller's plan until the end, if the seller has chosen any."""
    tx.run("UPDATE plan_customers SET seller_id = seller_id WHERE seller_id = :id", id=seller_id)


def lock_plan(tx: Tx, plan_id: str) -> None:
    """Let nobody else change a plan until the end."""
    tx.run("UPDATE plans SET id = id WHERE id = :id", id=plan_id)


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


def told_charges(tx: Tx, charge_id: str) -> list[dict[str, Any]]:
    """What events have told of a charge of the platform's own."""
    rows = tx.all(
        "SELECT body FROM webhook_events WHERE object_id = :id AND scope = 'platform' LIMIT 10",
        id=charge_id,
    )
    return [json.loads(row["body"])["data"]["object"] for row in rows]


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


def leaving(tx: Tx, *, back: bool) -> list[Purchase]:
    """Those that are to end because the shop left and have not ended yet: of shops that are
    connected again, or of shops that are not and whose plan is still to be told to end.
    """
    columns = ", ".join(f"p.{name}" for name in Purchase.__dataclass_fields__)
    rows = tx.all(
        f"SELECT {columns} FROM plan_subscriptions p"
        " JOIN stripe_subscriptions s ON s.id = p.stripe_subscription_id"
        " WHERE p.ends_by_leaving = 1 AND s.ended_at IS NULL AND EXISTS (SELECT 1 FROM"
        " connected_accounts a WHERE a.seller_id = p.seller_id AND a.connected = 1) = (:back = 1)"
        " AND (:back = 1 OR (s.cancel_at_period_end = 0 AND s.cancel_at IS NULL))",
        back=int(back),
    )
    return [found for row in rows if (found := _purchase(row))]


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
