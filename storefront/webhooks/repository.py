"""The inbox: every genuine event, once, with what became of it."""

import json
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.ids import new_id
from storefront.store import Row, Tx
from storefront.stripe_objects.events import Event

RECEIVED, DONE, IGNORED = "received", "done", "ignored"
PARKED, FAILED, DEAD = "parked", "failed", "dead"
STATES = (RECEIVED, FAILED, DEAD, PARKED, DONE, IGNORED)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A row of the inbox. `error` is for the operator."""

    id: str
    scope: str
    account: str
    stripe_event_id: str
    type: str
    object_id: str
    livemode: bool
    stripe_created: int
    body: str
    state: str
    attempts: int
    next_try_at: str | None
    error: str
    received_at: str
    handled_at: str | None

    def event(self) -> Event:
        """The event as a handler gets it."""
        return Event(
            id=self.stripe_event_id,
            type=self.type,
            account=self.account,
            livemode=self.livemode,
            created=self.stripe_created,
            object=json.loads(self.body)["data"]["object"],
        )


_COLUMNS = """id, scope, account, stripe_event_id, type, object_id, livemode, stripe_created, body,
  state, attempts, next_try_at, error, received_at, handled_at"""


_NOTHING = '{"data": {"object": {}}}'
"""The body of an event whose content was erased."""


def _stored(row: Row) -> StoredEvent:
    return StoredEvent(**{**row, "livemode": row["livemode"] == 1})


def insert(tx: Tx, scope: str, event: dict[str, Any], body: str) -> str | None:
    """Store an event; its id, or None if it has been stored before."""
    inner = event["data"]["object"]
    rows = tx.all(
        f"INSERT INTO webhook_events ({_COLUMNS}) VALUES (:id, :scope, :account, :event_id, :type,"
        " :object_id, :livemode, :created, :body, 'received', 0, :now, '', :now, NULL)"
        " ON CONFLICT (scope, account, stripe_event_id) DO NOTHING RETURNING id",
        id=new_id(),
        scope=scope,
        account=event.get("account") or "",
        event_id=event["id"],
        type=event["type"],
        object_id=str(inner.get("id") or ""),
        livemode=int(bool(event.get("livemode"))),
        created=int(event.get("created") or 0),
        body=body,
        now=timestamp(),
    )
    return str(rows[0]["id"]) if rows else None


def last_received(tx: Tx, scope: str) -> str | None:
    """When the newest event of an endpoint came."""
    sql = "SELECT received_at FROM webhook_events WHERE scope = :scope ORDER BY id DESC LIMIT 1"
    at: str | None = tx.value(sql, scope=scope)
    return at


def by_id(tx: Tx, row_id: str) -> StoredEvent | None:
    """One event."""
    row = tx.one(f"SELECT {_COLUMNS} FROM webhook_events WHERE id = :id", id=row_id)
    return _stored(row) if row else None


def begin(tx: Tx, row_id: str, states: tuple[str, ...]) -> bool:
    """Keep an event from being folded by anybody else until this transaction ends."""
    names = ", ".join(f"'{state}'" for state in states)
    sql = f"UPDATE webhook_events SET attempts = attempts + 1 WHERE id = :id AND state IN ({names})"
    return tx.run(sql, id=row_id) == 1


def finish(
    tx: Tx, row_id: str, state: str, *, error: str = "", next_try_at: str | None = None
) -> None:
    """Write what became of an event."""
    tx.run(
        "UPDATE webhook_events SET state = :state, error = :error, next_try_at = :next_try_at,"
        " handled_at = :now WHERE id = :id",
        id=row_id,
        state=state,
        error=error[:2000],
        next_try_at=next_try_at,
        now=timestamp(),
    )


def due(tx: Tx, limit: int) -> list[str]:
    """Ids of events that wait to be folded, the oldest first."""
    rows = tx.all(
        "SELECT id FROM webhook_events WHERE state IN ('received', 'failed', 'parked')"
        " AND next_try_at <= :now ORDER BY next_try_at, id LIMIT :limit",
        now=timestamp(),
        limit=limit,
    )
    return [row["id"] for row in rows]


def forget(tx: Tx, types: tuple[str, ...], after: str, before: str, account: str = "") -> int:
    """Erase what Connect events of some types said, of an account or of all; how many."""
    names = {f"type_{number}": type_ for number, type_ in enumerate(types)}
    return tx.run(
        "UPDATE webhook_events SET body = :nothing WHERE state IN ('done', 'ignored', 'dead')"
        " AND received_at >= :after AND received_at < :before AND scope = 'connect'"
        " AND (:account = '' OR account = :account) AND body <> :nothing"
        f" AND type IN ({', '.join(f':{name}' for name in names)})",
        nothing=_NOTHING,
        after=after,
        before=before,
        account=account,
        **names,
    )


def adopt(tx: Tx, object_ids: list[str]) -> int:
    """Parked events about objects whose order is known by now are done."""
    names = {f"object_{n}": object_id for n, object_id in enumerate(object_ids)}
    places = ", ".join(f":{name}" for name in names)
    return tx.run(
        "UPDATE webhook_events SET state = 'done', next_try_at = NULL, error = '',"
        f" handled_at = :now WHERE state = 'parked' AND object_id IN ({places})",
        now=timestamp(),
        **names,
    )


def listing(
    tx: Tx, *, state: str = "", search: str = "", limit: int = 50, offset: int = 0
) -> list[StoredEvent]:
    """Events for the operator, the newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM webhook_events"
        " WHERE (:state = '' OR state = :state)"
        " AND (:search = '' OR type LIKE :like OR object_id = :search"
        " OR stripe_event_id = :search OR account = :search)"
        " ORDER BY received_at DESC, id DESC LIMIT :limit OFFSET :offset",
        state=state,
        search=search,
        like=f"%{search}%",
        limit=limit,
        offset=offset,
    )
    return [_stored(row) for row in rows]


def of_objects(tx: Tx, object_ids: list[str]) -> list[StoredEvent]:
    """Events about any of these objects, the newest first."""
    names = {f"object_{number}": object_id for number, object_id in enumerate(object_ids)}
    places = ", ".join(f":{name}" for name in names)
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM webhook_events WHERE object_id IN ({places})"
        " ORDER BY stripe_created DESC, id DESC",
        **names,
    )
    return [_stored(row) for row in rows]


def counts(tx: Tx) -> dict[str, int]:
    """How many events are in each state."""
    rows = tx.all("SELECT state, COUNT(*) AS events FROM webhook_events GROUP BY state")
    return {row["state"]: row["events"] for row in rows}
