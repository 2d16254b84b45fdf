"""Evidence that people wrote or uploaded, one row for each field of a dispute."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Item:
    """A field: its text or its file's id at Stripe, and who filled it; nobody for the draft's."""

    name: str
    value: str
    filename: str = ""
    author: str = ""
    updated_at: str = ""


def of_dispute(tx: Tx, dispute_id: str) -> list[Item]:
    """What people have filled in for a dispute."""
    rows = tx.all(
        "SELECT name, value, filename, author, updated_at FROM dispute_evidence"
        " WHERE dispute_id = :id",
        id=dispute_id,
    )
    return [Item(**row) for row in rows]


def save(tx: Tx, dispute_id: str, item: Item, actor_id: str) -> None:
    """Write a field, or change it."""
    tx.run(
        "INSERT INTO dispute_evidence (dispute_id, name, value, filename, author, actor_id,"
        " updated_at) VALUES (:dispute_id, :name, :value, :filename, :author, :actor_id, :now)"
        " ON CONFLICT (dispute_id, name) DO UPDATE SET value = :value, filename = :filename,"
        " author = :author, actor_id = :actor_id, updated_at = :now",
        dispute_id=dispute_id,
        name=item.name,
        value=item.value,
        filename=item.filename,
        author=item.author,
        actor_id=actor_id,
        now=timestamp(),
    )
