"""The sandbox's clock and the timers that wait on it.

Time passes as in the real world plus an offset that only moves forward. Timestamps that a
client sees (``created``, webhook signatures) are real; only what *waits* (a delayed payment,
an expiring session, a retry) follows the sandbox's own time, so moving it never makes a client
with an honest clock look as if it lived in the past.
"""

import time
from typing import TYPE_CHECKING

from stripe_sandbox import ids

if TYPE_CHECKING:
    from stripe_sandbox.store import Store


class Clock:
    """Real time for what is shown, shifted time for what is due (seconds, UTC)."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def now(self) -> int:
        """Real Unix time, used for every timestamp a client sees."""
        return int(self._real())

    @property
    def offset(self) -> int:
        """How many seconds the sandbox has been moved forward."""
        return int(self._store.setting("clock_offset", 0))

    def sandbox_now(self) -> float:
        """The time that timers follow."""
        return self._real() + self.offset

    def _real(self) -> float:
        return time.time()  # noqa: TID251 - this program has a clock of its own

    def advance(self, seconds: int) -> None:
        """Move forward. Negative steps are refused with ``ValueError``."""
        if seconds < 0:
            raise ValueError("the sandbox's clock only moves forward")
        self._store.set_setting("clock_offset", self.offset + seconds)


class Timers:
    """Things that happen when their time has come; durable, each fires once."""

    def __init__(self, store: "Store", clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def start(self, kind: str, target: str, delay: float) -> None:
        """Let ``kind`` happen to the object ``target`` in ``delay`` seconds of sandbox time."""
        row = {
            "id": ids.token(16),
            "kind": kind,
            "target": target,
            "due": self._clock.sandbox_now() + delay,
        }
        self._store.db.table("timers").insert(row)

    def cancel(self, kind: str, target: str) -> None:
        """Forget a timer; nothing happens when there is none."""
        self._store.db.execute("DELETE FROM timers WHERE kind = ? AND target = ?", (kind, target))

    def take_due(self) -> tuple[str, str] | None:
        """Remove and return the (kind, target) that has been due for longest."""
        row = self._store.db.execute(
            "SELECT id, kind, target FROM timers WHERE due <= ? ORDER BY due, id LIMIT 1",
            (self._clock.sandbox_now(),),
        ).fetchone()
        if row is None:
            return None
        self._store.db.execute("DELETE FROM timers WHERE id = ?", (row[0],))
        return row[1], row[2]
