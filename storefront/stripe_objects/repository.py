"""The table `stripe_objects`: merged facts, and the tree that the objects form."""

import json
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class StripeObject:
    """What is known of one object of Stripe's."""

    id: str
    object: str
    parent_id: str | None
    facts: dict[str, Any]


def _stripe_object(row: Row) -> StripeObject:
    return StripeObject(row["id"], row["object"], row["parent_id"], json.loads(row["facts"]))


def locked(tx: Tx, object_id: str, kind: str) -> StripeObject:
    """The row of an object, made if it is new, and kept from other writers until commit."""
    now = timestamp()
    tx.run(
        "INSERT INTO stripe_objects (id, object, facts, updated_at)"
        " VALUES (:id, :kind, '{}', :now) ON CONFLICT (id) DO NOTHING",
        id=object_id,
        kind=kind,
        now=now,
    )
    rows = tx.all(
        "UPDATE stripe_objects SET updated_at = :now WHERE id = :id"
        " RETURNING id, object, parent_id, facts",
        id=object_id,
        now=now,
    )
    return _stripe_object(rows[0])


def save(tx: Tx, merged: StripeObject) -> None:
    """Write merged facts back."""
    tx.run(
        "UPDATE stripe_objects SET parent_id = :parent_id, facts = :facts WHERE id = :id",
        id=merged.id,
        parent_id=merged.parent_id,
        facts=json.dumps(merged.facts, sort_keys=True),
    )


def by_id(tx: Tx, object_id: str) -> StripeObject | None:
    """What is known of one object."""
    row = tx.one(
        "SELECT id, object, parent_id, facts FROM stripe_objects WHERE id = :id", id=object_id
    )
    return _stripe_object(row) if row else None


def tree(tx: Tx, root_id: str) -> list[StripeObject]:
    """Every object below one: all charges, refunds, transfers, fees … of a PaymentIntent."""
    rows = tx.all(
        "WITH RECURSIVE tree (id) AS (SELECT CAST(:root AS TEXT)"
        " UNION SELECT o.id FROM stripe_objects o JOIN tree t ON o.parent_id = t.id)"
        " SELECT o.id, o.object, o.parent_id, o.facts FROM stripe_objects o"
        " JOIN tree t ON t.id = o.id ORDER BY o.id",
        root=root_id,
    )
    return [_stripe_object(row) for row in rows]


def root_of(tx: Tx, object_id: str) -> str:
    """The topmost id above an object, the object itself if nothing is above."""
    return str(
        tx.value(
            "WITH RECURSIVE up (id, level) AS (SELECT CAST(:id AS TEXT), 0"
            " UNION SELECT o.parent_id, up.level + 1 FROM stripe_objects o JOIN up ON o.id = up.id"
            " WHERE o.parent_id IS NOT NULL AND up.level < 10)"
            " SELECT id FROM up ORDER BY level DESC LIMIT 1",
            id=object_id,
        )
    )
