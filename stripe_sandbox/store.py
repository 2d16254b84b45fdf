"""Where the sandbox keeps its objects: one SQLite file, or memory.

Objects are the JSON documents of the API. Members whose name begins with an underscore are
the sandbox's own notes and never leave it (see ``rendering``).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

JSON = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    account TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_list ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS objects_charge ON objects (json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_intent ON objects (json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_transfer ON objects (json_extract(body, '$.transfer'));
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS timers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, due REAL NOT NULL);
CREATE TABLE IF NOT EXISTS balances (
    account TEXT, currency TEXT, available INTEGER NOT NULL, pending INTEGER NOT NULL,
    PRIMARY KEY (account, currency));
CREATE TABLE IF NOT EXISTS entries (
    txn TEXT NOT NULL, party TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT, key TEXT, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    saved_at REAL NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS webhook_deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL,
    endpoint TEXT NOT NULL, state TEXT NOT NULL, signing TEXT NOT NULL, due REAL NOT NULL);
CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (state, due);
CREATE INDEX IF NOT EXISTS webhook_deliveries_event ON webhook_deliveries (event);
CREATE TABLE IF NOT EXISTS webhook_attempts (
    delivery TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER, milliseconds INTEGER NOT NULL,
    answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS webhook_attempts_delivery ON webhook_attempts (delivery);
CREATE TABLE IF NOT EXISTS contents (id TEXT PRIMARY KEY, data BLOB NOT NULL);
"""

_TABLES = (
    "objects",
    "settings",
    "timers",
    "balances",
    "entries",
    "idempotency",
    "requests",
    "webhook_deliveries",
    "webhook_attempts",
    "contents",
)


class Store:
    """Objects by id, in the order in which they were made. One connection, used under a lock."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        if path != ":memory:":
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
        self.db = Database(self.connection, execute_plugins=False)
        self.connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept, or nothing; may be nested."""
        nested = self.connection.in_transaction
        begin, keep = (
            ("SAVEPOINT inner", "RELEASE inner") if nested else ("BEGIN IMMEDIATE", "COMMIT")
        )
        undo = ("ROLLBACK TO inner", "RELEASE inner") if nested else ("ROLLBACK",)
        self.connection.execute(begin)
        try:
            yield
        except BaseException as error:
            for statement in (keep,) if getattr(error, "keeps_changes", False) else undo:
                self.connection.execute(statement)
            raise
        self.connection.execute(keep)

    def clear(self, keep: frozenset[str] = frozenset()) -> None:
        """Forget everything, except the settings named in ``keep``."""
        kept = {name: self.setting(name, None) for name in keep}
        for table in _TABLES:
            self.db.execute(f"DELETE FROM {table}")
        for name, value in kept.items():
            self.set_setting(name, value)

    def setting(self, name: str, default: Any) -> Any:
        """A value kept beside the objects."""
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set_setting(self, name: str, value: Any) -> None:
        """Keep a value beside the objects."""
        self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def add(self, body: JSON, account: str) -> JSON:
        """Keep a new object for an account and return it."""
        body["_account"] = account
        self.db.execute(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            (body["id"], body["object"], account, body["created"], json.dumps(body)),
        )
        return body

    def save(self, body: JSON) -> JSON:
        """Keep the new state of an object that ``add`` made."""
        self.db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))
        return body

    def delete(self, identifier: str) -> None:
        """Forget an object."""
        self.db.execute("DELETE FROM objects WHERE id = ?", (identifier,))

    def find(self, identifier: str | None) -> JSON | None:
        """The object with that id, whoever owns it."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (identifier,)).fetchone()
        return None if row is None else json.loads(row[0])

    def get(self, identifier: str | None) -> JSON:
        """The object with that id, which is known to exist (``LookupError`` otherwise)."""
        found = self.find(identifier)
        if found is None:
            raise LookupError(f"the sandbox lost {identifier}")
        return found

    def select(
        self,
        kind: str,
        account: str | None = None,
        matching: JSON | None = None,
        created: dict[str, int] | None = None,
        before: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[JSON]:
        """Objects of a kind, newest first.

        ``matching`` compares top-level members; ``before`` and ``after`` are ids in the order
        of the list. With ``after`` the nearest ``limit`` objects in front of it are returned.
        """
        conditions, values = _conditions(kind, account, matching or {}, created or {})
        for identifier, sign in ((before, "<"), (after, ">")):
            if identifier is not None:
                conditions.append(f"seq {sign} (SELECT seq FROM objects WHERE id = ?)")
                values.append(identifier)
        order = "ASC" if after is not None else "DESC"
        sql = (
            f"SELECT body FROM objects WHERE {' AND '.join(conditions)} ORDER BY seq {order} "
            f"LIMIT ?"
        )
        rows = self.db.execute(sql, (*values, -1 if limit is None else limit)).fetchall()
        found = [json.loads(row[0]) for row in rows]
        return found[::-1] if after is not None else found


_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def _conditions(
    kind: str, account: str | None, matching: JSON, created: dict[str, int]
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = ["kind = ?"]
    values: list[Any] = [kind]
    if account is not None:
        conditions.append("account = ?")
        values.append(account)
    for name, value in matching.items():
        conditions.append(f"json_extract(body, '$.{name}') = ?")
        values.append(value)
    for comparison, moment in created.items():
        conditions.append(f"created {_COMPARE[comparison]} ?")
        values.append(moment)
    return conditions, values
