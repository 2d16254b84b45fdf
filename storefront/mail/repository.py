"""The outbox: one row for each mail, kept after it was sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.clock import in_future, timestamp
from storefront.ids import new_id
from storefront.store import Row, Tx

_COLUMNS = "id, kind, subject_id, order_id, recipient, context, attempts"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is due. `recipient` is empty where the facts of the order name it."""

    id: str
    kind: str
    subject_id: str
    order_id: str | None
    recipient: str
    context: Mapping[str, Any]
    attempts: int


def insert(
    tx: Tx,
    kind: str,
    subject_id: str,
    recipient: str,
    context: Mapping[str, Any],
    order_id: str | None,
) -> bool:
    """Put a mail into the outbox, unless one of this kind and subject is there already."""
    added = tx.run(
        "INSERT INTO mails (id, kind, subject_id, order_id, recipient, context, state,"
        " next_try_at, created_at) VALUES (:id, :kind, :subject_id, :order_id, :recipient,"
        " :context, 'due', :now, :now) ON CONFLICT (kind, subject_id) DO NOTHING",
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        order_id=order_id,
        recipient=recipient,
        context=json.dumps(context),
        now=timestamp(),
    )
    return added == 1


def overtake(tx: Tx, kind: str, subject_id: str) -> None:
    """A mail that has not gone yet need not go any more."""
    tx.run(
        "UPDATE mails SET state = 'overtaken' WHERE kind = :kind AND subject_id = :subject_id"
        " AND state = 'due'",
        kind=kind,
        subject_id=subject_id,
    )


def overtake_about(tx: Tx, kind: str, about: str) -> bool:
    """The same for every mail whose subject begins with these words; whether there was one."""
    overtaken = tx.run(
        "UPDATE mails SET state = 'overtaken' WHERE kind = :kind AND state = 'due'"
        " AND substr(subject_id, 1, :length) = :about",
        kind=kind,
        about=f"{about} ",
        length=len(about) + 1,
    )
    return overtaken > 0


def claim_due(tx: Tx, limit: int, lease_seconds: int) -> list[Mail]:
    """Take mails whose time has come; nobody else gets them before the lease ends."""
    now = timestamp()
    rows = tx.all(
        "SELECT id FROM mails WHERE state = 'due' AND next_try_at <= :now"
        " ORDER BY next_try_at, id LIMIT :limit",
        now=now,
        limit=limit,
    )
    claimed = [_claim(tx, row["id"], now, lease_seconds) for row in rows]
    return [mail for mail in claimed if mail is not None]


def _claim(tx: Tx, mail_id: str, now: str, lease_seconds: int) -> Mail | None:
    row = tx.one(
        "UPDATE mails SET attempts = attempts + 1, next_try_at = :lease"
        f" WHERE id = :id AND state = 'due' AND next_try_at <= :now RETURNING {_COLUMNS}",
        id=mail_id,
        now=now,
        lease=in_future(seconds=lease_seconds),
    )
    return _mail(row) if row else None


def mark_sent(tx: Tx, mail_id: str) -> None:
    """It has gone. Its context goes, too: links in it may be keys."""
    tx.run(
        "UPDATE mails SET state = 'sent', sent_at = :now, error = '', context = '{}'"
        " WHERE id = :id",
        id=mail_id,
        now=timestamp(),
    )


def mark_failed(tx: Tx, mail_id: str, error: str, next_try_at: str | None) -> None:
    """It did not go: to be tried again at a time, or never."""
    tx.run(
        "UPDATE mails SET state = :state, error = :error, next_try_at = :next WHERE id = :id"
        " AND state = 'due'",
        id=mail_id,
        error=error[:500],
        state="due" if next_try_at else "failed",
        next=next_try_at or timestamp(),
    )


def _mail(row: Row) -> Mail:
    return Mail(**{**row, "context": json.loads(row["context"])})
