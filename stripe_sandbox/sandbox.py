"""The sandbox: its parts wired together, its lock, its reset."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from stripe_sandbox.api.faults import Faults
from stripe_sandbox.api.idempotency import IdempotencyKeys
from stripe_sandbox.api.rate_limit import RateLimit
from stripe_sandbox.clock import Clock, Timers
from stripe_sandbox.money.ledger import Ledger
from stripe_sandbox.store import JSON, Store
from stripe_sandbox.switches import Switches
from stripe_sandbox.webhooks.deliveries import Deliveries
from stripe_sandbox.webhooks.sender import Sender

_WHEN_DUE: dict[str, Callable[["Sandbox", str], None]] = {}
_AFTER_RESET: list[Callable[["Sandbox"], None]] = []


def when_due(
    kind: str,
) -> Callable[[Callable[["Sandbox", str], None]], Callable[["Sandbox", str], None]]:
    """Declare what a timer of this kind does to its target."""

    def register(function: Callable[["Sandbox", str], None]) -> Callable[["Sandbox", str], None]:
        _WHEN_DUE[kind] = function
        return function

    return register


def after_reset(function: Callable[["Sandbox"], None]) -> Callable[["Sandbox"], None]:
    """Declare something that an empty sandbox needs."""
    _AFTER_RESET.append(function)
    return function


class Sandbox:
    """One Stripe with one platform. Everything happens under ``lock``, one request at a time."""

    def __init__(self, database: str = ":memory:", **switches: object) -> None:
        self.lock = threading.RLock()
        self.store = Store(database)
        self.switches = Switches()
        self.switches.change(**switches)
        self._initial = self.switches.as_dict()
        self.clock = Clock(self.store)
        self.timers = Timers(self.store, self.clock)
        self.ledger = Ledger(self)
        self.faults = Faults()
        self.rate_limit = RateLimit(self.switches)
        self.idempotency = IdempotencyKeys(self)
        self.deliveries = Deliveries(self)
        self.sender = Sender(self)
        self._current: JSON | None = None
        self._snapshots: dict[str, sqlite3.Connection] = {}
        with self.transaction():
            self._prepare()

    @property
    def platform_id(self) -> str:
        """The account of the one platform."""
        return str(self.store.setting("platform", ""))

    def _prepare(self) -> None:
        for function in _AFTER_RESET:
            function(self)

    def start(self) -> None:
        """Begin to deliver webhooks and to watch the timers."""
        self.sender.start()

    def close(self) -> None:
        """Stop all threads and close the database."""
        self.sender.stop()
        with self.lock:
            for connection in (*self._snapshots.values(), self.store.connection):
                connection.close()

    @contextmanager
    def transaction(self, current: JSON | None = None) -> Iterator[None]:
        """Exclusive, all-or-nothing access; ``current`` is the request that events will name."""
        with self.lock:
            before, self._current = self._current, current or self._current
            try:
                with self.store.transaction():
                    yield
            finally:
                self._current = before

    def request_of_event(self) -> JSON:
        """The ``request`` member of an event that happens now."""
        return self._current or {"id": None, "idempotency_key": None}

    def reset(self, keep: frozenset[str] = frozenset()) -> None:
        """Forget everything (but the settings named in ``keep``), as if newly started."""
        with self.transaction():
            self.store.clear(keep)
            self.faults.clear()
            self.switches.change(**self._initial)
            self._prepare()

    def snapshot(self, path: str, name: str) -> int:
        """Copy everything to another database (a URI); returns how many objects there are."""
        with self.lock:
            target = self._snapshots.pop(name, None) or sqlite3.connect(
                path, uri=True, check_same_thread=False
            )
            self.store.connection.backup(target)
            self._snapshots[name] = target
            return self._count()

    def restore(self, path: str, name: str) -> int:
        """Go back to a snapshot; ``LookupError`` when there is none of that name."""
        with self.lock:
            source = self._snapshots.get(name)
            if (
                source is None
                and path.endswith(".snapshot")
                and Path(unquote(urlsplit(path).path)).exists()
            ):
                source = self._snapshots[name] = sqlite3.connect(
                    path, uri=True, check_same_thread=False
                )
            if source is None:
                raise LookupError(f"there is no snapshot {name}")
            source.backup(self.store.connection)
            self.faults.clear()
            return self._count()

    def _count(self) -> int:
        return int(self.store.db.execute("SELECT COUNT(*) FROM objects").fetchone()[0])

    def fire_timers(self) -> int:
        """Let everything happen whose time has come; returns how much."""
        count = 0
        with self.transaction():
            while (due := self.timers.take_due()) is not None:
                _WHEN_DUE[due[0]](self, due[1])
                count += 1
        return count
