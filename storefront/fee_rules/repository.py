"""The table `fee_rules`, and the fees that Stripe has collected under them."""

import json
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.fees import Amounts, FeeRule
from storefront.store import Row, Tx

PLATFORM, CATEGORY, SELLER = "platform", "category", "seller"
PLAN = "plan"
"""The scope of a plan's fee, which stands in `plans` and not among the stored rules."""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A fee rule, for whom it is, and from when to when (timestamps; without end if None).

    Of a plan, `subject` is its name.
    """

    id: str
    scope: str
    subject: str
    rule: FeeRule
    starts_at: str
    ends_at: str | None
    actor_id: str | None
    created_at: str
    seller_name: str = ""

    @property
    def words(self) -> str:
        """What it takes, as it is frozen with an order: `Pro plan: 5%`."""
        return f"{self.subject} plan: {self.rule}" if self.scope == PLAN else str(self.rule)

    def state(self, moment: str) -> str:
        """`upcoming`, `in_force` or `ended`."""
        if self.starts_at > moment:
            return "upcoming"
        return "ended" if self.ends_at is not None and self.ends_at <= moment else "in_force"


def _amounts(text: str) -> Amounts:
    return tuple(json.loads(text).items())


def _stored(row: Row) -> StoredRule:
    rule = FeeRule(
        row["millionths"],
        _amounts(row["fixed"]),
        _amounts(row["minimum"]),
        _amounts(row["maximum"]),
    )
    names = ("id", "scope", "subject", "starts_at", "ends_at", "actor_id", "created_at")
    return StoredRule(**{name: row[name] for name in names}, rule=rule, seller_name=row["shop"])


_SELECT = (
    "SELECT f.id, f.scope, f.subject, f.millionths, f.fixed, f.minimum, f.maximum, f.starts_at,"
    " f.ends_at, f.actor_id, f.created_at, COALESCE(s.name, '') AS shop FROM fee_rules f"
    " LEFT JOIN sellers s ON f.scope = 'seller' AND s.id = f.subject"
)


def insert(tx: Tx, new: StoredRule) -> None:
    """Write a new rule."""
    tx.run(
        "INSERT INTO fee_rules (id, scope, subject, millionths, fixed, minimum, maximum,"
        " starts_at, ends_at, actor_id, created_at) VALUES (:id, :scope, :subject, :millionths,"
        " :fixed, :minimum, :maximum, :starts_at, :ends_at, :actor_id, :created_at)",
        id=new.id,
        scope=new.scope,
        subject=new.subject,
        millionths=new.rule.millionths,
        fixed=json.dumps(dict(new.rule.fixed)),
        minimum=json.dumps(dict(new.rule.minimum)),
        maximum=json.dumps(dict(new.rule.maximum)),
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        actor_id=new.actor_id,
        created_at=timestamp(),
    )


def by_id(tx: Tx, rule_id: str) -> StoredRule | None:
    """One rule."""
    row = tx.one(f"{_SELECT} WHERE f.id = :id", id=rule_id)
    return _stored(row) if row else None


def listing(tx: Tx) -> list[StoredRule]:
    """Every rule, those of the platform first, then by whom it is for, the newest first."""
    rows = tx.all(
        f"{_SELECT} ORDER BY CASE f.scope WHEN 'platform' THEN 0 WHEN 'category' THEN 1 ELSE 2 END,"
        " shop, f.subject, f.starts_at DESC, f.id DESC"
    )
    return [_stored(row) for row in rows]


def in_force(tx: Tx, seller_id: str, moment: str) -> list[StoredRule]:
    """The rules that may concern a seller's sale at a moment, the newest first."""
    rows = tx.all(
        f"{_SELECT} WHERE (f.scope <> 'seller' OR f.subject = :seller_id)"
        " AND f.starts_at <= :moment AND (f.ends_at IS NULL OR f.ends_at > :moment)"
        " ORDER BY f.starts_at DESC, f.id DESC",
        seller_id=seller_id,
        moment=moment,
    )
    return [_stored(row) for row in rows]


def end(tx: Tx, rule_id: str, moment: str) -> bool:
    """Let a rule end at a moment, or never begin; False if it has ended already."""
    return (
        tx.run(
            "UPDATE fee_rules SET"
            " starts_at = CASE WHEN starts_at > :moment THEN :moment ELSE starts_at END,"
            " ends_at = :moment WHERE id = :id AND (ends_at IS NULL OR ends_at > :moment)",
            id=rule_id,
            moment=moment,
        )
        == 1
    )


@dataclass(frozen=True, slots=True)
class CollectedFee:
    """A fee as Stripe has it; `amount` and `refunded` (or given up) in minor units.

    `stripe_object_id` is an Application Fee, or (`fee_mode`) the transfer that was smaller by it.
    """

    stripe_object_id: str
    fee_mode: str
    order_number: int
    order_id: str
    shop_name: str
    amount: int
    refunded: int
    currency: str
    total: int
    collected_at: str

    @property
    def kept(self) -> int:
        """What is left of it, in minor units."""
        return self.amount - self.refunded


_COLLECTED = (
    "FROM ledger l JOIN orders o ON o.id = l.order_id"
    " WHERE l.kind = CASE o.fee_mode WHEN 'transfer_amount' THEN 'transfer'"
    " ELSE 'application_fee' END"
    " AND COALESCE(o.paid_at, l.booked_at) >= :since AND COALESCE(o.paid_at, l.booked_at) < :until"
)
_BOOKED = (
    "COALESCE((SELECT SUM(b.amount) FROM ledger b WHERE b.order_id = o.id AND b.kind = '{}'), 0)"
)
_AMOUNT = (
    f"CASE l.kind WHEN 'transfer' THEN {_BOOKED.format('charge')} - l.amount ELSE l.amount END"
)
_RETURNED = (
    "CASE l.kind WHEN 'transfer' THEN o.fee_refunded_amount"
    f" ELSE {_BOOKED.format('fee_refund')} END"
)


def collected(
    tx: Tx, since: str, until: str, *, limit: int | None = None, offset: int = 0
) -> list[CollectedFee]:
    """The fees of sales in a span of time, the newest first."""
    rows = tx.all(
        "SELECT l.stripe_object_id, o.fee_mode, o.number AS order_number, o.id AS order_id,"
        f" o.shop_name, {_AMOUNT} AS amount, l.currency, o.total_amount AS total,"
        f" {_RETURNED} AS refunded, COALESCE(o.paid_at, l.booked_at) AS collected_at {_COLLECTED}"
        " ORDER BY o.number DESC LIMIT :limit OFFSET :offset",
        since=since,
        until=until,
        limit=limit or 1_000_000,
        offset=offset,
    )
    numbers = ("amount", "refunded")
    return [CollectedFee(**dict(row) | {name: int(row[name]) for name in numbers}) for row in rows]


def sums(tx: Tx, since: str, until: str, by: str) -> list[dict[str, Any]]:
    """The same added up by `month` or `shop`, and currency."""
    group = "o.shop_name" if by == "shop" else "SUBSTR(COALESCE(o.paid_at, l.booked_at), 1, 7)"
    rows = tx.all(
        f"SELECT {group} AS name, l.currency, COUNT(*) AS fees, SUM(o.total_amount) AS total,"
        f" SUM({_AMOUNT}) AS amount, SUM({_RETURNED}) AS refunded {_COLLECTED}"
        " GROUP BY name, l.currency ORDER BY name DESC, l.currency",
        since=since,
        until=until,
    )
    numbers = ("fees", "total", "amount", "refunded")
    return [dict(row) | {name: int(row[name]) for name in numbers} for row in rows]
