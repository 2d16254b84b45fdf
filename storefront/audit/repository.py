"""The audit log: who did what, when. Rows are only ever added."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.ids import new_id
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a person or the storefront itself did. `actor` is empty for the latter."""

    at: str
    actor: str
    action: str
    subject_id: str
    detail: str


def append(tx: Tx, actor_id: str | None, action: str, subject_id: str, detail: str) -> None:
    """Write an action down, in the transaction that does it."""
    tx.run(
        "INSERT INTO audit_log (id, at, actor_id, action, subject_id, detail)"
        " VALUES (:id, :at, :actor_id, :action, :subject_id, :detail)",
        id=new_id(),
        at=timestamp(),
        actor_id=actor_id,
        action=action,
        subject_id=subject_id,
        detail=detail,
    )


def of_subject(tx: Tx, subject_id: str) -> list[Action]:
    """What was done about one of our rows, the newest first."""
    rows = tx.all(
        "SELECT a.at, COALESCE(u.name, '') AS actor, a.action, a.subject_id, a.detail"
        " FROM audit_log a LEFT JOIN users u ON u.id = a.actor_id"
        " WHERE a.subject_id = :subject_id ORDER BY a.id DESC",
        subject_id=subject_id,
    )
    return [Action(**row) for row in rows]
