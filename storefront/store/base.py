"""What both databases offer, and the parts of a store that do not depend on which one it is."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

Statement = Callable[[str], None]


class Conflict(Exception):
    """A UNIQUE, CHECK or FOREIGN KEY constraint refused a write.

    Raised instead of the driver's own error. On PostgreSQL the transaction is unusable
    afterwards, so wrap a write that may conflict in `tx.savepoint()`.
    """


class Tx(ABC):
    """Statements inside one transaction. Whoever is given a Tx never commits it."""

    @abstractmethod
    def all(self, sql: str, **values: Any) -> list[Row]:
        """Every row of a query."""

    @abstractmethod
    def each(self, sql: str, **values: Any) -> Iterator[Row]:
        """The rows of a query one by one, never all of them in memory; read it to its end."""

    @abstractmethod
    def run(self, sql: str, **values: Any) -> int:
        """Execute a write; the number of rows that it touched. Raises Conflict."""

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[None]:
        """A part that can fail alone: an exception undoes only what it wrote."""

    @abstractmethod
    def matches(self, column: str, parameter: str) -> str:
        """SQL for "this full-text column matches the words in :parameter"."""

    @abstractmethod
    def search_words(self, text: str) -> str:
        """What to bind for `matches`: every word as a prefix; empty if there is no word."""

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Whether a table of this name exists."""

    @abstractmethod
    def lock_migrations(self) -> None:
        """Keep other processes from migrating until this transaction ends."""

    def one(self, sql: str, **values: Any) -> Row | None:
        """The first row of a query, or None."""
        rows = self.all(sql, **values)
        return rows[0] if rows else None

    def value(self, sql: str, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, **values)
        return next(iter(row.values())) if row else None


class Store(ABC):
    """A database. One connection for each thread; nested transactions join as savepoints."""

    dialect: str

    def __init__(self) -> None:
        self._local = threading.local()
        self.observers: list[Statement] = []

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction open: then nothing may call Stripe."""
        return getattr(self._local, "tx", None) is not None

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """Write: committed at the end, rolled back on an exception.

        Raises Busy when the database stays locked for longer than five seconds.
        """
        current = getattr(self._local, "tx", None)
        if current is None:
            with self._using(self._write()) as tx:
                yield tx
        else:
            with current.savepoint():
                yield current

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Read one consistent state. Inside a transaction it sees that one's writes."""
        current = getattr(self._local, "tx", None)
        if current is None:
            with self._using(self._read()) as tx:
                yield tx
        else:
            yield current

    @contextmanager
    def _using(self, opened: AbstractContextManager[Tx]) -> Iterator[Tx]:
        with opened as tx:
            self._local.tx = tx
            try:
                yield tx
            finally:
                self._local.tx = None

    def _observe(self, sql: str) -> None:
        for observer in self.observers:
            observer(sql)

    @abstractmethod
    def _write(self) -> AbstractContextManager[Tx]: ...

    @abstractmethod
    def _read(self) -> AbstractContextManager[Tx]: ...

    @abstractmethod
    def run_script(self, tx: Tx, script: str) -> None:
        """Run a migration's statements, written in SQLite's words, inside a transaction."""

    @abstractmethod
    def close(self) -> None:
        """Close this thread's connection, or the pool."""

    @abstractmethod
    def backup(self, target: Path) -> None:
        """Copy the database into a file while others go on writing. Raises Refused."""
