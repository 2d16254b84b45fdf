"""Disputes, one row for each of Stripe's."""

from collections.abc import Collection
from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of a payment, with what names its order. Amounts in minor units of `currency`.

    `withdrawn_amount` is what the bank holds of it now, `fee_amount` what Stripe has charged for
    it. `due_by` is the deadline for evidence, None if no answer is possible.
    """

    id: str
    order_id: str
    seller_id: str
    status: str
    reason: str
    amount: int
    currency: str
    withdrawn_amount: int
    fee_amount: int
    submission_count: int
    due_by: str | None
    opened_at: str
    order_number: int = 0
    shop_name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What is disputed and undecided in a currency, and what Stripe has charged for disputes."""

    currency: str
    count: int
    amount: int
    fee_amount: int


_OWN = (
    "id", "order_id", "seller_id", "status", "reason", "amount", "currency", "withdrawn_amount",
    "fee_amount", "submission_count", "due_by", "opened_at",
)  # fmt: skip
_SELECT = (
    f"SELECT {', '.join(f'd.{name}' for name in _OWN)}, o.number AS order_number, o.shop_name,"
    " COALESCE(o.email, '') AS email FROM disputes d JOIN orders o ON o.id = d.order_id"
)


def _dispute(row: Row) -> Dispute:
    return Dispute(**row)


def save(tx: Tx, dispute: Dispute) -> bool:
    """Write a dispute as it is now; whether it was new. The fee of an answer is read anew."""
    values = {name: getattr(dispute, name) for name in _OWN}
    values["fees_wanted"] = int(dispute.submission_count > 0)
    known = tx.value("SELECT 1 FROM disputes WHERE id = :id", id=dispute.id)
    if known:
        changes = ", ".join(f"{name} = :{name}" for name in values if name != "id")
        tx.run(
            f"UPDATE disputes SET {changes}, updated_at = :now WHERE id = :id",
            now=timestamp(),
            **values,
        )
    else:
        tx.run(
            f"INSERT INTO disputes ({', '.join(values)}, updated_at)"
            f" VALUES ({', '.join(f':{name}' for name in values)}, :now)",
            now=timestamp(),
            **values,
        )
    return not known


def fees_wanted(tx: Tx, limit: int) -> list[str]:
    """The ids of disputes whose fees are to be read."""
    rows = tx.all("SELECT id FROM disputes WHERE fees_wanted = 1 LIMIT :limit", limit=limit)
    return [row["id"] for row in rows]


def fees_read(tx: Tx, dispute_id: str) -> None:
    """Note that a dispute's fees are known."""
    tx.run("UPDATE disputes SET fees_wanted = 0 WHERE id = :id", id=dispute_id)


def by_id(tx: Tx, dispute_id: str) -> Dispute | None:
    """One dispute."""
    row = tx.one(f"{_SELECT} WHERE d.id = :id", id=dispute_id)
    return _dispute(row) if row else None


def of_order(tx: Tx, order_id: str) -> list[Dispute]:
    """An order's disputes, the oldest first."""
    rows = tx.all(f"{_SELECT} WHERE d.order_id = :id ORDER BY d.opened_at, d.id", id=order_id)
    return [_dispute(row) for row in rows]


def page(
    tx: Tx, statuses: Collection[str], sought: str, seller_id: str, limit: int, offset: int
) -> list[Dispute]:
    """Disputes in some statuses, all if none is named; the nearest deadline first, then the newest.

    `sought` is an order's number, a shopper's address or an id of Stripe's; empty for all.
    """
    rows = tx.all(
        f"{_SELECT} WHERE {_in(statuses)} AND (:sought = '' OR :sought IN"
        " (CAST(o.number AS TEXT), d.id, o.stripe_charge_id) OR LOWER(:sought) = o.email)"
        " AND (:seller_id = '' OR d.seller_id = :seller_id)"
        " ORDER BY COALESCE(d.due_by, '9'), d.opened_at DESC, d.id LIMIT :limit OFFSET :offset",
        sought=sought,
        seller_id=seller_id,
        limit=limit,
        offset=offset,
        **_named(statuses),
    )
    return [_dispute(row) for row in rows]


def due_between(tx: Tx, statuses: Collection[str], since: str, until: str) -> list[Dispute]:
    """Disputes in some statuses whose deadline lies between two moments."""
    rows = tx.all(
        f"{_SELECT} WHERE {_in(statuses)} AND d.due_by > :since AND d.due_by <= :until"
        " ORDER BY d.due_by, d.id",
        since=since,
        until=until,
        **_named(statuses),
    )
    return [_dispute(row) for row in rows]


def counts(tx: Tx, seller_id: str = "") -> dict[str, int]:
    """How many disputes there are of each status."""
    rows = tx.all(
        "SELECT status, COUNT(*) AS found FROM disputes"
        " WHERE (:seller_id = '' OR seller_id = :seller_id) GROUP BY status",
        seller_id=seller_id,
    )
    return {row["status"]: int(row["found"]) for row in rows}


def at_risk(tx: Tx, statuses: Collection[str]) -> list[AtRisk]:
    """What is disputed in some statuses, by currency."""
    rows = tx.all(
        "SELECT d.currency, COUNT(*) AS count, SUM(d.amount) AS amount, SUM(d.fee_amount)"
        f" AS fee_amount FROM disputes d WHERE {_in(statuses)}"
        " GROUP BY d.currency ORDER BY d.currency",
        **_named(statuses),
    )
    return [
        AtRisk(row["currency"], int(row["count"]), int(row["amount"]), int(row["fee_amount"]))
        for row in rows
    ]


def _named(statuses: Collection[str]) -> dict[str, str]:
    return {f"status_{number}": status for number, status in enumerate(statuses)}


def _in(statuses: Collection[str]) -> str:
    places = ", ".join(f":{name}" for name in _named(statuses))
    return f"d.status IN ({places})" if statuses else "1 = 1"
