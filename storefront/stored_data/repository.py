"""The tables of copies: `stored_objects`, and how far each kind was fetched: `stored_fetches`."""

import json
from dataclasses import dataclass
from typing import Any

from storefront import clock
from storefront.store import Row, Tx
from storefront.stripe_gateway.copies import Seen

WALKING, FINISHED, STOPPED = "walking", "finished", "stopped"


@dataclass(frozen=True, slots=True)
class Copy:
    """One object of a connected account as Stripe told it. Amounts are in minor units.

    Of a balance transaction: `net_amount` is what its fees leave, `origin_id` the transfer or
    reversal of the platform's from which it came, or else its source. `available_at` is when it
    can be paid out; of a payout when it arrives.
    """

    stripe_account_id: str
    id: str
    kind: str
    parent_id: str | None
    created_at: str
    amount: int | None
    currency: str
    status: str
    words: str
    body: dict[str, Any]
    deleted: bool
    seen: Seen
    reread_at: str | None = None
    explained_at: str | None = None
    net_amount: int | None = None
    origin_id: str | None = None
    available_at: str | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """How far one kind of an account's objects was fetched. `since`, `complete_until`: Unix."""

    stripe_account_id: str
    kind: str
    state: str
    since: int | None
    stripe_cursor: str | None
    seen: int
    complete_until: int | None
    problem: str
    attempts: int
    next_try_at: str
    lease_until: str | None
    started_at: str
    finished_at: str | None

    @property
    def walking(self) -> bool:
        """Whether it is still to come to an end."""
        return self.state == WALKING

    @property
    def stopped(self) -> bool:
        """Whether it goes on only when somebody asks for it."""
        return self.state == STOPPED


_PLAIN = ("stripe_account_id", "id", "kind", "parent_id", "created_at", "amount", "currency",
          "status", "words", "reread_at", "explained_at", "net_amount", "origin_id",
          "available_at")  # fmt: skip
_COPY = ", ".join((*_PLAIN, "body", "deleted", "seen_since", "seen_until"))
_FETCH = ", ".join(Fetch.__dataclass_fields__)
_OF_ACCOUNT = (
    ", ".join(f"f.{name}" for name in Fetch.__dataclass_fields__) + " FROM stored_fetches f"
    " JOIN connected_accounts a ON a.stripe_account_id = f.stripe_account_id AND a.connected = 1"
)
_OF_FETCH = "stripe_account_id = :account AND kind = :kind"


def _copy(row: Row) -> Copy:
    return Copy(
        **{name: row[name] for name in _PLAIN},
        body=json.loads(row["body"]),
        deleted=row["deleted"] == 1,
        seen=Seen(row["seen_since"], row["seen_until"]),
    )


# Copies ----------------------------------------------------------------------------------


def insert(tx: Tx, new: Copy) -> bool:
    """Keep an object that was not known; False if it was."""
    return (
        tx.run(
            f"INSERT INTO stored_objects ({_COPY}) VALUES (:account, :id, :kind, :parent_id,"
            " :created_at, :amount, :currency, :status, :words, :reread_at, :explained_at,"
            " :net_amount, :origin_id, :available_at, :body, :deleted, :since, :until)"
            " ON CONFLICT (stripe_account_id, id) DO NOTHING",
            kind=new.kind,
            created_at=new.created_at,
            explained_at=new.explained_at,
            **_changing(new),
        )
        == 1
    )


def locked(tx: Tx, account_id: str, object_id: str) -> Copy:
    """A known object, kept from other writers until this transaction ends."""
    rows = tx.all(
        "UPDATE stored_objects SET kind = kind WHERE stripe_account_id = :account AND id = :id"
        f" RETURNING {_COPY}",
        account=account_id,
        id=object_id,
    )
    return _copy(rows[0])


def replace(tx: Tx, new: Copy) -> None:
    """Write a known object anew."""
    tx.run(
        "UPDATE stored_objects SET parent_id = :parent_id, amount = :amount, currency = :currency,"
        " status = :status, words = :words, body = :body, deleted = :deleted,"
        " seen_since = :since, seen_until = :until, reread_at = :reread_at,"
        " net_amount = :net_amount, origin_id = :origin_id, available_at = :available_at"
        " WHERE stripe_account_id = :account AND id = :id",
        **_changing(new),
    )


def _changing(new: Copy) -> dict[str, Any]:
    return {
        "account": new.stripe_account_id,
        "id": new.id,
        "parent_id": new.parent_id,
        "amount": new.amount,
        "currency": new.currency,
        "status": new.status,
        "words": new.words,
        "body": json.dumps(new.body, ensure_ascii=False),
        "deleted": int(new.deleted),
        "since": new.seen.since,
        "until": new.seen.until,
        "reread_at": new.reread_at,
        "net_amount": new.net_amount,
        "origin_id": new.origin_id,
        "available_at": new.available_at,
    }


def to_reread(tx: Tx, limit: int) -> list[Copy]:
    """Objects to ask Stripe about, since their copies could not be put in order."""
    rows = tx.all(
        f"SELECT {_COPY} FROM stored_objects WHERE reread_at <= :now ORDER BY reread_at"
        " LIMIT :limit",
        now=clock.timestamp(),
        limit=limit,
    )
    return [_copy(row) for row in rows]


def reread_later(tx: Tx, copy: Copy, at: str | None) -> None:
    """Ask about an object at another time, or not at all."""
    tx.run(
        "UPDATE stored_objects SET reread_at = :at WHERE stripe_account_id = :account AND id = :id",
        account=copy.stripe_account_id,
        id=copy.id,
        at=at,
    )


def unexplained_payouts(tx: Tx, account_id: str) -> list[Copy]:
    """Payouts whose balance transactions are not here yet, the newest first."""
    rows = tx.all(
        f"SELECT {_COPY} FROM stored_objects WHERE stripe_account_id = :account"
        " AND kind = 'payouts' AND explained_at IS NULL ORDER BY created_at DESC, id LIMIT 100",
        account=account_id,
    )
    return [_copy(row) for row in rows]


def explained(tx: Tx, payout: Copy) -> None:
    """The balance transactions of a payout are here."""
    tx.run(
        "UPDATE stored_objects SET explained_at = :now WHERE stripe_account_id = :account"
        " AND id = :id",
        account=payout.stripe_account_id,
        id=payout.id,
        now=clock.timestamp(),
    )


def delete_all(tx: Tx, account_id: str) -> int:
    """Forget everything of an account; how many objects."""
    tx.run("DELETE FROM stored_fetches WHERE stripe_account_id = :id", id=account_id)
    return tx.run("DELETE FROM stored_objects WHERE stripe_account_id = :id", id=account_id)


def left_before(tx: Tx, moment: str) -> list[str]:
    """Accounts that were disconnected before a moment and of which something is stored."""
    rows = tx.all(
        "SELECT a.stripe_account_id FROM connected_accounts a WHERE a.connected = 0"
        " AND a.disconnected_at < :moment AND (EXISTS (SELECT 1 FROM stored_fetches f"
        " WHERE f.stripe_account_id = a.stripe_account_id) OR EXISTS (SELECT 1"
        " FROM stored_objects o WHERE o.stripe_account_id = a.stripe_account_id))",
        moment=moment,
    )
    return [row["stripe_account_id"] for row in rows]


def connected(tx: Tx) -> list[str]:
    """The accounts that are connected now."""
    rows = tx.all(
        "SELECT stripe_account_id FROM connected_accounts WHERE connected = 1 ORDER BY connected_at"
    )
    return [row["stripe_account_id"] for row in rows]


# Fetches ---------------------------------------------------------------------------------


def fetches(tx: Tx, account_id: str) -> dict[str, Fetch]:
    """How far each kind of an account was fetched."""
    rows = tx.all(
        f"SELECT {_FETCH} FROM stored_fetches WHERE stripe_account_id = :id", id=account_id
    )
    return {row["kind"]: Fetch(**row) for row in rows}


def fetch(tx: Tx, account_id: str, kind: str) -> Fetch | None:
    """How far one kind of an account was fetched."""
    row = tx.one(
        f"SELECT {_FETCH} FROM stored_fetches WHERE {_OF_FETCH}", account=account_id, kind=kind
    )
    return Fetch(**row) if row else None


def begin(tx: Tx, account_id: str, kind: str, since: int | None) -> None:
    """Walk from the newest object to those of `since`, or to the oldest."""
    tx.run(
        "INSERT INTO stored_fetches (stripe_account_id, kind, state, since, next_try_at,"
        " started_at) VALUES (:account, :kind, 'walking', :since, :now, :now)"
        " ON CONFLICT (stripe_account_id, kind) DO UPDATE SET state = 'walking',"
        " since = excluded.since, stripe_cursor = NULL, seen = 0, problem = '', attempts = 0,"
        " next_try_at = excluded.next_try_at, started_at = excluded.started_at,"
        " finished_at = NULL, lease_until = NULL",
        account=account_id,
        kind=kind,
        since=since,
        now=clock.timestamp(),
    )


def due(tx: Tx, account_ids: list[str] | None, limit: int) -> list[Fetch]:
    """Fetches that may go on now, of some accounts or of all, in turns.

    What payouts consist of comes after the payouts.
    """
    names = {f"account_{n}": account_id for n, account_id in enumerate(account_ids or [])}
    among = f" AND stripe_account_id IN ({', '.join(f':{name}' for name in names)})"
    rows = tx.all(
        f"SELECT {_FETCH} FROM stored_fetches WHERE state = 'walking' AND next_try_at <= :now"
        " AND (lease_until IS NULL OR lease_until < :now)"
        " AND NOT (kind = 'balance_transactions' AND EXISTS (SELECT 1 FROM stored_fetches p"
        " WHERE p.stripe_account_id = stored_fetches.stripe_account_id"
        " AND p.kind = 'payouts' AND p.state = 'walking'))"
        f"{among if names else ''} ORDER BY next_try_at, stripe_account_id, kind LIMIT :limit",
        now=clock.timestamp(),
        limit=limit,
        **names,
    )
    return [Fetch(**row) for row in rows]


def claim(tx: Tx, found: Fetch, until: str) -> bool:
    """Keep other processes from the same step; False if one of them is at it."""
    now = clock.timestamp()
    return (
        tx.run(
            f"UPDATE stored_fetches SET lease_until = :until, next_try_at = :now WHERE {_OF_FETCH}"
            " AND state = 'walking' AND started_at = :started_at"
            " AND (lease_until IS NULL OR lease_until < :now)"
            " AND COALESCE(stripe_cursor, '') = :cursor",
            account=found.stripe_account_id,
            kind=found.kind,
            until=until,
            now=now,
            started_at=found.started_at,
            cursor=found.stripe_cursor or "",
        )
        == 1
    )


def update(tx: Tx, found: Fetch, **columns: Any) -> bool:
    """Set columns, unless the walk is not any more where it was found."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    return (
        tx.run(
            f"UPDATE stored_fetches SET {changes} WHERE {_OF_FETCH}"
            " AND started_at = :of_start AND COALESCE(stripe_cursor, '') = :of_cursor"
            " AND COALESCE(since, 0) = :of_since",
            account=found.stripe_account_id,
            kind=found.kind,
            of_start=found.started_at,
            of_cursor=found.stripe_cursor or "",
            of_since=found.since or 0,
            **columns,
        )
        == 1
    )


def release(tx: Tx, found: Fetch) -> None:
    """Let other processes take the next step."""
    tx.run(
        f"UPDATE stored_fetches SET lease_until = NULL WHERE {_OF_FETCH}"
        " AND started_at = :of_start",
        account=found.stripe_account_id,
        kind=found.kind,
        of_start=found.started_at,
    )


def widen(tx: Tx, found: Fetch, since: int | None) -> None:
    """Let a walk that is under way look further back; it goes from the newest to the oldest."""
    tx.run(
        f"UPDATE stored_fetches SET since = :since WHERE {_OF_FETCH} AND started_at = :of_start",
        account=found.stripe_account_id,
        kind=found.kind,
        of_start=found.started_at,
        since=since,
    )


def stop_all(tx: Tx, account_id: str, problem: str) -> None:
    """Nothing more can be fetched of an account."""
    tx.run(
        "UPDATE stored_fetches SET state = 'stopped', problem = :problem, lease_until = NULL"
        " WHERE stripe_account_id = :account AND state = 'walking'",
        account=account_id,
        problem=problem,
    )


def finished_before(tx: Tx, moment: str, limit: int) -> list[Fetch]:
    """Fetches of connected accounts that ended before a moment, so that news may have come."""
    rows = tx.all(
        f"SELECT {_OF_ACCOUNT} WHERE f.state = 'finished' AND f.finished_at < :moment"
        " ORDER BY f.finished_at LIMIT :limit",
        moment=moment,
        limit=limit,
    )
    return [Fetch(**row) for row in rows]


def begin_first(tx: Tx, kind: str, until: str) -> int:
    """Walk through a kind of each connected account that was paid for an order before a moment.

    Only where that kind was never begun, or is forgotten; how many those are.
    """
    return tx.run(
        "INSERT INTO stored_fetches (stripe_account_id, kind, state, next_try_at, started_at)"
        " SELECT a.stripe_account_id, :kind, 'walking', :now, :now FROM connected_accounts a"
        " WHERE a.connected = 1 AND NOT EXISTS (SELECT 1 FROM stored_fetches f WHERE f.kind = :kind"
        " AND f.stripe_account_id = a.stripe_account_id) AND EXISTS (SELECT 1 FROM orders o"
        " WHERE o.seller_id = a.seller_id AND o.paid_at < :until AND o.status = 'paid'"
        " AND o.destination = a.stripe_account_id) ON CONFLICT DO NOTHING",
        kind=kind,
        until=until,
        now=clock.timestamp(),
    )


def overtaken(tx: Tx, kind: str, until: str, limit: int) -> list[Fetch]:
    """Walks that began before a moment and have ended, and since which the shop's books grew."""
    rows = tx.all(
        f"SELECT {_OF_ACCOUNT} WHERE f.kind = :kind AND f.state = 'finished'"
        " AND f.started_at < :until AND f.started_at <= (SELECT l.booked_at FROM ledger l"
        " WHERE l.seller_id = a.seller_id ORDER BY l.id DESC LIMIT 1)"
        " ORDER BY f.started_at LIMIT :limit",
        kind=kind,
        until=until,
        limit=limit,
    )
    return [Fetch(**row) for row in rows]
