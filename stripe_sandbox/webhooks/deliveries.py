"""Webhook deliveries: durable rows, kept in the transaction that causes the event."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from stripe_sandbox import ids
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.routing import wants
from stripe_sandbox.webhooks.signing import SIGNINGS

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

MODES = ("normal", "hold", "duplicate", "reverse", "drop")
RETRY_DELAYS = (5, 60, 600, 3600)
LIVE_RETRY_DELAYS = (300, 1800, 7200, 5 * 3600, 10 * 3600, *(12 * 3600,) * 4)
_STATE = {"send": "waiting", "hold": "held", "drop": "dropped"}
_STATE_IN_MODE = {"hold": "held", "reverse": "held", "drop": "dropped"}
_SHOWN = ("id", "seq", "event", "endpoint", "state", "signing", "due")


class Due(NamedTuple):
    """A delivery whose time has come."""

    id: str
    event: str
    endpoint: str
    signing: str


@dataclass(frozen=True)
class Attempt:
    """One try: Unix time, HTTP status (None: no answer came), duration, first bytes of it."""

    at: int
    status: int | None
    milliseconds: int
    answer: str

    @property
    def succeeded(self) -> bool:
        """Any 2xx is a success; a redirect is not."""
        return self.status is not None and 200 <= self.status < 300


class Deliveries:
    """What has to be sent, what was tried, and what was answered.

    States: ``waiting``, ``held``, ``dropped``, ``delivered``, ``failed`` (no retry is left) and
    ``canceled`` (the endpoint was disabled or deleted when its turn came).
    """

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    @property
    def _db(self) -> Any:
        return self._sandbox.store.db

    @property
    def _now(self) -> float:
        return self._sandbox.clock.sandbox_now()

    @property
    def mode(self) -> str:
        """How new deliveries are treated; one of ``MODES``."""
        return str(self._sandbox.store.setting("delivery_mode", "normal"))

    @property
    def signing(self) -> str:
        """How new deliveries are signed; one of ``SIGNINGS``."""
        return str(self._sandbox.store.setting("delivery_signing", "valid"))

    def set_mode(self, mode: str | None = None, signing: str | None = None) -> None:
        """Change the treatment of new deliveries; ``ValueError`` when there is no such mode."""
        chosen = {"mode": (mode, MODES), "signing": (signing, SIGNINGS)}
        for name, (value, known) in chosen.items():
            if value is not None:
                self._sandbox.store.set_setting(f"delivery_{name}", _one_of(name, value, known))

    def queue(self, event: JSON) -> None:
        """Make a delivery of the event for every endpoint that wants it."""
        state, times = _STATE_IN_MODE.get(self.mode, "waiting"), 1 + (self.mode == "duplicate")
        for endpoint in self._sandbox.store.select("webhook_endpoint"):
            if wants(self._sandbox, endpoint, event):
                for _ in range(times):
                    self.add(event["id"], endpoint["id"], state, self.signing)

    def add(self, event: str, endpoint: str, state: str = "waiting", signing: str = "valid") -> str:
        """Queue one delivery and return its id."""
        identifier = ids.new("dlv")
        row = (identifier, event, endpoint, state, _one_of("signing", signing, SIGNINGS), self._now)
        self._db.execute(
            "INSERT INTO webhook_deliveries (id, event, endpoint, state, signing, due) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        self._sandbox.sender.wake()
        return identifier

    def resend(self, event: str, endpoint: str | None = None, signing: str = "valid") -> list[str]:
        """Deliver an event once more, to one endpoint or to all that had it.

        ``LookupError`` when there is no such endpoint.
        """
        if endpoint is not None:
            self._sandbox.store.get(endpoint)
        had = dict.fromkeys(row["endpoint"] for row in self.log(event))
        wanted = [endpoint] if endpoint is not None else list(had)
        return [self.add(event, each, signing=signing) for each in wanted]

    def change(self, identifier: str, deed: str, signing: str | None = None) -> JSON:
        """``send`` a delivery now, ``hold`` it back or ``drop`` it, whatever became of it before.

        ``LookupError`` when there is no such delivery, ``ValueError`` for any other deed.
        """
        state = _STATE[_one_of("deed", deed, tuple(_STATE))]
        if signing is not None:
            _one_of("signing", signing, SIGNINGS)
        changed = self._db.execute(
            "UPDATE webhook_deliveries SET state = ?, due = ?, signing = COALESCE(?, signing) "
            "WHERE id = ?",
            (state, self._now, signing, identifier),
        )
        if changed.rowcount != 1:
            raise LookupError(f"there is no delivery {identifier}")
        self._sandbox.sender.wake()
        return next(row for row in self.log() if row["id"] == identifier)

    def release(self, *, backwards: bool = False) -> int:
        """Send what was held, in order or backwards; returns how many."""
        order = "DESC" if backwards else "ASC"
        held = self._db.execute(
            f"SELECT id FROM webhook_deliveries WHERE state = 'held' ORDER BY seq {order}"
        ).fetchall()
        now = self._now
        for position, row in enumerate(held):
            self._db.execute(
                "UPDATE webhook_deliveries SET state = 'waiting', due = ? WHERE id = ?",
                (now - 1 + position * 1e-6, row[0]),
            )
        self._sandbox.sender.wake()
        return len(held)

    def due(self) -> list[Due]:
        """What is to be sent now, what has waited longest first."""
        rows = self._db.execute(
            "SELECT id, event, endpoint, signing FROM webhook_deliveries "
            "WHERE state = 'waiting' AND due <= ? ORDER BY due, seq",
            (self._now,),
        ).fetchall()
        return [Due(*row) for row in rows]

    def cancel(self, identifier: str) -> None:
        """Nobody is there any more to send it to."""
        self._db.execute(
            "UPDATE webhook_deliveries SET state = 'canceled' WHERE id = ?", (identifier,)
        )

    def forget(self, endpoint: str) -> None:
        """The endpoint is deleted: what it still owes is not sent any more."""
        self._db.execute(
            "UPDATE webhook_deliveries SET state = 'canceled' "
            "WHERE endpoint = ? AND state <> 'delivered'",
            (endpoint,),
        )

    def record(self, identifier: str, attempt: Attempt) -> None:
        """Write an attempt down, and when the next one is due if it failed."""
        self._db.execute(
            "INSERT INTO webhook_attempts VALUES (?, ?, ?, ?, ?)",
            (identifier, attempt.at, attempt.status, attempt.milliseconds, attempt.answer),
        )
        made = self._count("webhook_attempts WHERE delivery = ?", identifier)
        delays = LIVE_RETRY_DELAYS if self._sandbox.switches.live_retries else RETRY_DELAYS
        state, delay = "waiting", 0
        if attempt.succeeded:
            state = "delivered"
        elif made > len(delays):
            state = "failed"
        else:
            delay = delays[made - 1]
        self._db.execute(
            "UPDATE webhook_deliveries SET state = ?, due = ? WHERE id = ? AND state = 'waiting'",
            (state, self._now + delay, identifier),
        )

    def pending(self, event: str) -> int:
        """How many endpoints still owe a 2xx for the event (``pending_webhooks``)."""
        return self._count(
            "(SELECT endpoint FROM webhook_deliveries WHERE event = ? AND state <> 'canceled' "
            "GROUP BY endpoint HAVING MAX(state = 'delivered') = 0)",
            event,
        )

    def _count(self, what: str, *values: Any) -> int:
        return int(self._db.execute(f"SELECT COUNT(*) FROM {what}", values).fetchone()[0])

    def log(self, event: str | None = None) -> list[JSON]:
        """Deliveries, oldest first, each with its attempts, their number and the last answer."""
        rows = self._db.execute(
            f"SELECT {', '.join(_SHOWN)} FROM webhook_deliveries "
            "WHERE event = COALESCE(?, event) ORDER BY seq",
            (event,),
        ).fetchall()
        attempts = self._attempts()
        return [_logged(dict(zip(_SHOWN, row, strict=True)), attempts) for row in rows]

    def _attempts(self) -> dict[str, list[JSON]]:
        found: dict[str, list[JSON]] = {}
        names = ("at", "status", "milliseconds", "answer")
        for delivery, *values in self._db.execute(
            f"SELECT delivery, {', '.join(names)} FROM webhook_attempts ORDER BY rowid"
        ).fetchall():
            found.setdefault(delivery, []).append(dict(zip(names, values, strict=True)))
        return found


def _logged(row: JSON, attempts: dict[str, list[JSON]]) -> JSON:
    tries = attempts.get(row["id"], [])
    last = tries[-1] if tries else {"status": None, "answer": None}
    return {
        **row,
        "attempts": len(tries),
        "status": last["status"],
        "answer": last["answer"],
        "log": tries,
    }


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}")
    return value
