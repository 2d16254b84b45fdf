"""Refunds that were made elsewhere, and what operators said of them: one review for each."""

from dataclasses import dataclass

from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Review:
    """What an operator noted about a refund. What it is for stands with the refund itself."""

    refund_id: str
    actor_id: str
    note: str
    created_at: str
    reviewer: str = ""


@dataclass(frozen=True, slots=True)
class ExternalRefund:
    """A refund that was made elsewhere; `amount` in minor units. `reviewed_at` may be to come."""

    refund_id: str
    order_id: str
    order_number: int
    shop_name: str
    amount: int
    currency: str
    state: str
    reverse_transfer: bool
    made_at: str
    reviewed_at: str | None
    reviewer: str
    note: str


_WAITS = (
    "r.origin = 'external' AND NOT EXISTS (SELECT 1 FROM refund_reviews v WHERE v.refund_id = r.id)"
)


def insert(tx: Tx, new: Review) -> None:
    """Write down a review. Raises Conflict if the refund has one."""
    tx.run(
        "INSERT INTO refund_reviews (refund_id, actor_id, note, created_at)"
        " VALUES (:refund_id, :actor_id, :note, :created_at)",
        refund_id=new.refund_id,
        actor_id=new.actor_id,
        note=new.note,
        created_at=new.created_at,
    )


def of_refund(tx: Tx, refund_id: str) -> Review | None:
    """What was said of a refund."""
    row = tx.one(
        "SELECT v.refund_id, v.actor_id, v.note, v.created_at, u.name AS reviewer"
        " FROM refund_reviews v JOIN users u ON u.id = v.actor_id WHERE v.refund_id = :id",
        id=refund_id,
    )
    return Review(**row) if row else None


def waiting(tx: Tx) -> int:
    """How many nobody has reviewed."""
    return int(tx.value(f"SELECT COUNT(*) FROM refunds r WHERE {_WAITS}"))


def inbox(tx: Tx, limit: int, offset: int) -> list[ExternalRefund]:
    """Those that nobody has reviewed, the newest first; then the others, the last said first."""
    rows = tx.all(
        "SELECT r.id AS refund_id, r.order_id, o.number AS order_number, o.shop_name, r.amount,"
        " r.currency, r.state, r.reverse_transfer, r.created_at AS made_at,"
        " v.created_at AS reviewed_at, COALESCE(u.name, '') AS reviewer,"
        " COALESCE(v.note, '') AS note FROM refunds r JOIN orders o ON o.id = r.order_id"
        " LEFT JOIN refund_reviews v ON v.refund_id = r.id LEFT JOIN users u ON u.id = v.actor_id"
        " WHERE r.origin = 'external'"
        " ORDER BY CASE WHEN v.refund_id IS NULL THEN 0 ELSE 1 END,"
        " COALESCE(v.created_at, r.created_at) DESC, r.id DESC LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
    )
    return [
        ExternalRefund(**dict(row) | {"reverse_transfer": row["reverse_transfer"] == 1})
        for row in rows
    ]
