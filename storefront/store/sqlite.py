"""SQLite through sqlite-utils: WAL, FULL synchronous, STRICT tables, one writer at a time.

`synchronous=FULL` because an acknowledged event must survive a power cut; NORMAL loses the
newest commits of a WAL. Writers take turns on a lock file before `BEGIN IMMEDIATE`: SQLite's
own waiting is a poll that starves writers of other processes.
"""

import fcntl
import os
import re
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storefront.errors import Busy, Refused
from storefront.store.base import Conflict, Row, Store, Tx

_PRAGMAS = "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL"
_BUSY_SECONDS = 5


class SQLiteTx(Tx):
    """Statements on one SQLite connection."""

    def __init__(self, store: "SQLiteStore", database: Database) -> None:
        self._store = store
        self._database = database

    def _execute(self, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
        self._store._observe(sql)
        try:
            cursor: sqlite3.Cursor = self._database.conn.execute(sql, values)
        except sqlite3.IntegrityError as error:
            raise Conflict(str(error)) from error
        except sqlite3.OperationalError as error:
            _raise_busy(error)
            raise
        return cursor

    def all(self, sql: str, **values: Any) -> list[Row]:
        return list(self.each(sql, **values))

    def each(self, sql: str, **values: Any) -> Iterator[Row]:
        cursor = self._execute(sql, values)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def run(self, sql: str, **values: Any) -> int:
        return self._execute(sql, values).rowcount

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with self._database.atomic():
            yield

    def matches(self, column: str, parameter: str) -> str:
        table = column.partition(".")[0]
        return (
            f"{table}.row IN (SELECT rowid FROM {table}_search"
            f" WHERE {table}_search MATCH :{parameter})"
        )

    def search_words(self, text: str) -> str:
        return " ".join(f'"{word}"*' for word in re.findall(r"\w+", text))

    def has_table(self, name: str) -> bool:
        return name in self._database.table_names()

    def lock_migrations(self) -> None:
        """BEGIN IMMEDIATE holds the only write lock already."""


class _Connection:
    """A thread's connection and its place in the queue of writers; closed with the thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.turn = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        weakref.finalize(self, os.close, self.turn)
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, connection.close)
        connection.executescript(_PRAGMAS)
        self.database = Database(connection, execute_plugins=False)
        if self.database.journal_mode != "wal":
            self.database.enable_wal()


class SQLiteStore(Store):
    """One file, one connection for each thread."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _connection(self) -> _Connection:
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _Connection(self.path)
        return connection

    @contextmanager
    def _write(self) -> Iterator[Tx]:
        connection = self._connection()
        fcntl.flock(connection.turn, fcntl.LOCK_EX)
        try:
            with _transaction(connection.database.conn, "BEGIN IMMEDIATE"):
                yield SQLiteTx(self, connection.database)
        finally:
            fcntl.flock(connection.turn, fcntl.LOCK_UN)

    @contextmanager
    def _read(self) -> Iterator[Tx]:
        database = self._connection().database
        with _transaction(database.conn, "BEGIN"):
            yield SQLiteTx(self, database)

    def run_script(self, tx: Tx, script: str) -> None:
        statement = ""
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                tx.run(statement)
                statement = ""

    def backup(self, target: Path) -> None:
        """Copy the database while others go on writing, and check that the copy is whole.

        The file appears under its name when it is complete. Raises Refused if SQLite finds a
        fault in it.
        """
        unfinished = target.with_name(f".{target.name}.unfinished")
        copy = sqlite3.connect(unfinished)
        self._connection().database.conn.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        copy.close()
        if verdict != "ok":
            raise Refused(f"The copy is damaged. Keep {unfinished} and {self.path}: {verdict}")
        unfinished.replace(target)

    def close(self) -> None:
        self._local.__dict__.pop("connection", None)


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    try:
        connection.execute(begin)
    except sqlite3.OperationalError as error:
        _raise_busy(error)
        raise
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _raise_busy(error: sqlite3.OperationalError) -> None:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        raise Busy("The shop is very busy. Please try again in a few seconds.") from error
