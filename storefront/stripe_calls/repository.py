"""The table `stripe_calls`: every call that creates or moves money, before it is sent."""

import json
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx

PREPARED, SENT, UNKNOWN = "prepared", "sent", "unknown"
CONFIRMED, REJECTED, ABANDONED = "confirmed", "rejected", "abandoned"
OPEN_STATES = (PREPARED, SENT, UNKNOWN)
STATES = (*OPEN_STATES, CONFIRMED, REJECTED, ABANDONED)


@dataclass(frozen=True, slots=True)
class StripeCall:
    """One call: what is sent never changes once the row exists.

    `actor_id` is the person who asked for it, None for the storefront itself.
    """

    id: str
    operation: str
    subject_id: str
    target: str
    parameters: dict[str, Any]
    idempotency_key: str
    generation: int
    state: str
    attempts: int
    first_sent_at: str | None
    next_try_at: str
    stripe_object_id: str | None
    stripe_request_id: str | None
    error_code: str
    error_message: str
    created_at: str
    updated_at: str
    actor_id: str | None

    @property
    def open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.state in OPEN_STATES


_COLUMNS = """id, operation, subject_id, target, parameters, idempotency_key, generation, state,
  attempts, first_sent_at, next_try_at, stripe_object_id, stripe_request_id, error_code,
  error_message, created_at, updated_at, actor_id"""


def _call(row: Row) -> StripeCall:
    return StripeCall(**{**row, "parameters": json.loads(row["parameters"])})


def insert(tx: Tx, call: StripeCall) -> None:
    """Write a prepared call. Raises Conflict if this subject has one of this kind already."""
    tx.run(
        f"INSERT INTO stripe_calls ({_COLUMNS}) VALUES (:id, :operation, :subject_id,"
        " :target, :parameters, :idempotency_key, :generation, :state, :attempts, :first_sent_at,"
        " :next_try_at, :stripe_object_id, :stripe_request_id, :error_code, :error_message,"
        " :created_at, :updated_at, :actor_id)",
        **{
            **{name: getattr(call, name) for name in StripeCall.__dataclass_fields__},
            "parameters": json.dumps(call.parameters),
        },
    )


def by_id(tx: Tx, call_id: str) -> StripeCall:
    """A call that is known to exist."""
    row = tx.one(f"SELECT {_COLUMNS} FROM stripe_calls WHERE id = :id", id=call_id)
    if row is None:
        raise LookupError(call_id)
    return _call(row)


def of_subject(tx: Tx, operation: str, subject_id: str) -> StripeCall | None:
    """The newest call of one kind for one of our rows."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM stripe_calls WHERE operation = :operation"
        " AND subject_id = :subject_id ORDER BY generation DESC LIMIT 1",
        operation=operation,
        subject_id=subject_id,
    )
    return _call(row) if row else None


def claim(tx: Tx, call_id: str, lease_until: str) -> bool:
    """Take the right to send a call; False while somebody else has it or it has ended."""
    now = timestamp()
    return (
        tx.run(
            "UPDATE stripe_calls SET state = CASE state WHEN 'prepared' THEN 'sent' ELSE state END,"
            " attempts = attempts + 1, first_sent_at = COALESCE(first_sent_at, :now),"
            " lease_until = :lease_until, updated_at = :now"
            " WHERE id = :id AND state IN ('prepared', 'sent', 'unknown')"
            " AND (lease_until IS NULL OR lease_until < :now)",
            id=call_id,
            now=now,
            lease_until=lease_until,
        )
        == 1
    )


def record(
    tx: Tx,
    call: StripeCall,
    state: str,
    *,
    next_try_at: str | None = None,
    object_id: str | None = None,
    request_id: str | None = None,
    error: tuple[str, str] = ("", ""),
) -> bool:
    """Write an outcome unless one is written already; whether it was this one."""
    return (
        tx.run(
            "UPDATE stripe_calls SET state = :state, lease_until = NULL, updated_at = :now,"
            " next_try_at = COALESCE(:next_try_at, next_try_at), stripe_object_id = :object_id,"
            " stripe_request_id = :request_id, error_code = :code, error_message = :message"
            " WHERE id = :id AND state IN ('prepared', 'sent', 'unknown')",
            id=call.id,
            state=state,
            now=timestamp(),
            next_try_at=next_try_at,
            object_id=object_id,
            request_id=request_id,
            code=error[0],
            message=error[1],
        )
        == 1
    )


def due(tx: Tx, limit: int) -> list[str]:
    """Ids of open calls that nobody is sending and whose time has come."""
    rows = tx.all(
        "SELECT id FROM stripe_calls WHERE state IN ('prepared', 'sent', 'unknown')"
        " AND next_try_at <= :now AND (lease_until IS NULL OR lease_until < :now)"
        " ORDER BY next_try_at LIMIT :limit",
        now=timestamp(),
        limit=limit,
    )
    return [row["id"] for row in rows]


def found(tx: Tx, call_id: str) -> StripeCall | None:
    """A call that may not exist."""
    row = tx.one(f"SELECT {_COLUMNS} FROM stripe_calls WHERE id = :id", id=call_id)
    return _call(row) if row else None


def listing(
    tx: Tx, states: tuple[str, ...], search: str, limit: int, offset: int
) -> list[StripeCall]:
    """Calls in some states, the newest first; `search` is an id of ours or of Stripe's."""
    names = {f"state_{number}": state for number, state in enumerate(states)}
    places = ", ".join(f":{name}" for name in names)
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM stripe_calls WHERE state IN ({places}) AND (:search = ''"
        " OR :search IN (id, subject_id, target, stripe_object_id, stripe_request_id))"
        " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset",
        search=search,
        limit=limit,
        offset=offset,
        **names,
    )
    return [_call(row) for row in rows]


def of_order(tx: Tx, order_id: str) -> list[StripeCall]:
    """Every call that was made for an order, its refunds and its disputes, the newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM stripe_calls WHERE subject_id = :order_id OR subject_id IN"
        " (SELECT id FROM refunds WHERE order_id = :order_id UNION"
        " SELECT id FROM disputes WHERE order_id = :order_id) ORDER BY created_at DESC, id DESC",
        order_id=order_id,
    )
    return [_call(row) for row in rows]


def counts(tx: Tx) -> dict[str, int]:
    """How many calls are in each state."""
    rows = tx.all("SELECT state, COUNT(*) AS calls FROM stripe_calls GROUP BY state")
    return {row["state"]: row["calls"] for row in rows}


def key_refused(tx: Tx) -> bool:
    """Whether a call waits because Stripe did not accept our key."""
    sql = (
        "SELECT 1 FROM stripe_calls WHERE error_code = 'key_refused'"
        " AND state IN ('prepared', 'sent', 'unknown') LIMIT 1"
    )
    return tx.value(sql) is not None
