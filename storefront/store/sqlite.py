"""SQLite through sqlite-utils: WAL, FULL synchronous, STRICT tables, one writer at a time.

`synchronous=FULL` because an acknowledged event must survive a power cut; NORMAL loses the
newest commits of a WAL. Writers take turns on a lock file before `BEGIN IMMEDIATE`: SQLite's
own waiting is a poll that starves writers of other processes.
"""

import fcntl
import re
import sqlite3
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
        cursor = self._execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

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


class SQLiteStore(Store):
    """One file, one connection for each thread."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _database(self) -> Database:
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = self._open()
        return database

    def _open(self) -> Database:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.executescript(_PRAGMAS)
        database = Database(connection, execute_plugins=False)
        if database.journal_mode != "wal":
            database.enable_wal()
        self._local.turn = self.path.with_name(self.path.name + ".lock").open("a")
        return database

    @contextmanager
    def _write(self) -> Iterator[Tx]:
        database = self._database()
        with self._turn(), _transaction(database.conn, "BEGIN IMMEDIATE"):
            yield SQLiteTx(self, database)

    @contextmanager
    def _read(self) -> Iterator[Tx]:
        database = self._database()
        with _transaction(database.conn, "BEGIN"):
            yield SQLiteTx(self, database)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        fcntl.flock(self._local.turn, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._local.turn, fcntl.LOCK_UN)

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
        self._database().conn.backup(copy)
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        copy.close()
        if verdict != "ok":
            raise Refused(f"The copy is damaged. Keep {unfinished} and {self.path}: {verdict}")
        unfinished.replace(target)

    def close(self) -> None:
        database: Database | None = self._local.__dict__.pop("database", None)
        if database is not None:
            database.conn.close()
            self._local.turn.close()


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
