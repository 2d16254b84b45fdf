"""Webhook deliveries: queued with the event, sent from the background, retried with back-off."""

import hashlib
import hmac
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from stripe_sandbox import ids
from stripe_sandbox.api.rendering import render
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

MODES = ("normal", "hold", "duplicate", "reverse", "drop")
RETRY_DELAYS = (5, 60, 600, 3600)
TIMEOUT_SECONDS = 10
_PARALLEL = 4
_POLL_SECONDS = 0.2
_log = logging.getLogger(__name__)


def signature(secret: str, payload: bytes, timestamp: int) -> str:
    """The ``Stripe-Signature`` header: HMAC-SHA256 over ``timestamp.payload`` (scheme v1)."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + payload, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


class Deliveries:
    """The queue of deliveries and the threads that send them."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._busy: set[str] = set()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None

    @property
    def _db(self) -> Any:
        return self._sandbox.store.db

    @property
    def mode(self) -> str:
        """How new deliveries are treated; one of ``MODES``."""
        return str(self._sandbox.store.setting("delivery_mode", "normal"))

    def set_mode(self, mode: str) -> None:
        """Change the treatment of new deliveries; ``ValueError`` when there is no such mode."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        self._sandbox.store.set_setting("delivery_mode", mode)

    def queue(self, event: JSON) -> None:
        """Make a delivery of the event for every endpoint that wants it."""
        mode = self.mode
        for endpoint in self._sandbox.store.select("webhook_endpoint"):
            if wants(endpoint, event):
                state = {"hold": "held", "reverse": "held", "drop": "dropped"}.get(mode, "waiting")
                for _ in range(2 if mode == "duplicate" else 1):
                    self.add(event["id"], endpoint["id"], state)

    def add(self, event: str, endpoint: str, state: str = "waiting") -> str:
        """Queue one delivery and return its id."""
        identifier = ids.new("dlv")
        self._db.execute(
            "INSERT INTO deliveries VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM "
            "deliveries), ?, ?, ?, 0, ?, NULL, NULL)",
            (identifier, event, endpoint, state, self._sandbox.clock.sandbox_now()),
        )
        self._wake.set()
        return identifier

    def release(self, *, backwards: bool = False) -> int:
        """Send what was held, in order or backwards; returns how many."""
        order = "DESC" if backwards else "ASC"
        held = self._db.execute(
            f"SELECT id FROM deliveries WHERE state = 'held' ORDER BY seq {order}"
        ).fetchall()
        now = self._sandbox.clock.sandbox_now()
        for position, row in enumerate(held):
            self._db.execute(
                "UPDATE deliveries SET state = 'waiting', due = ? WHERE id = ?",
                (now - 1 + position * 1e-6, row[0]),
            )
        self._wake.set()
        return len(held)

    def pending(self, event: str) -> int:
        """How many deliveries of the event have not been answered with success yet."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM deliveries WHERE event = ? AND state IN ('waiting', 'held')",
            (event,),
        ).fetchone()
        return int(row[0])

    def succeeded(self, event: str) -> bool:
        """Whether every delivery of the event arrived (``delivery_success`` of the events list)."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM deliveries WHERE event = ? AND state <> 'delivered'", (event,)
        ).fetchone()
        return not row[0]

    def log(self, event: str | None = None) -> list[dict[str, Any]]:
        """Deliveries, oldest first."""
        names = ("id", "seq", "event", "endpoint", "state", "attempts", "due", "status", "answer")
        rows = self._db.execute(
            f"SELECT {', '.join(names)} FROM deliveries WHERE event = COALESCE(?, event) ORDER BY "
            f"seq",
            (event,),
        ).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    # The threads.

    def start(self) -> None:
        """Start sending in the background."""
        self._pool = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="stripe-sandbox-delivery")
        self._thread = threading.Thread(
            target=self._run, name="stripe-sandbox-deliveries", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; what is not sent yet stays queued."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is due or being sent; False when that takes longer than
        ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._sandbox.lock:
                if not self._busy and not self._due():
                    return True
            self._wake.set()
            time.sleep(0.01)
        return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(_POLL_SECONDS)
            self._wake.clear()
            try:
                self._turn()
            except Exception:
                # One event that cannot be sent must not silence all others.
                _log.exception("the sandbox's timers or deliveries met an error")

    def _turn(self) -> None:
        with self._sandbox.lock:
            self._sandbox.fire_timers()
            ready = self._take_ready()
        for row in ready:
            self._submit(row)

    def _due(self) -> list[tuple[str, str, str, int]]:
        found: list[tuple[str, str, str, int]] = self._db.execute(
            "SELECT id, event, endpoint, attempts FROM deliveries WHERE state = 'waiting' AND "
            "due <= ? ORDER BY due, seq",
            (self._sandbox.clock.sandbox_now(),),
        ).fetchall()
        return found

    def _take_ready(self) -> list[tuple[str, str, str, int]]:
        """One delivery per endpoint at a time, so that an endpoint is not overrun."""
        ready = []
        for row in self._due():
            if row[2] not in self._busy:
                self._busy.add(row[2])
                ready.append(row)
        return ready

    def _submit(self, row: tuple[str, str, str, int]) -> None:
        if self._pool is not None and not self._stopping.is_set():
            self._pool.submit(self._send, *row)

    def _send(self, identifier: str, event_id: str, endpoint_id: str, attempts: int) -> None:
        try:
            with self._sandbox.lock:
                event, endpoint = (
                    self._sandbox.store.find(event_id),
                    self._sandbox.store.find(endpoint_id),
                )
                payload = (
                    b""
                    if event is None or endpoint is None
                    else body_of(self._sandbox, event, endpoint)
                )
            if event is None or endpoint is None or endpoint["status"] != "enabled":
                self._finish(identifier, attempts, None, "the endpoint is gone", final=True)
                return
            status, answer = post(
                endpoint["url"], payload, endpoint["_secret"], self._sandbox.clock.now()
            )
            self._finish(identifier, attempts + 1, status, answer)
        finally:
            self._busy.discard(endpoint_id)
            self._wake.set()

    def _finish(
        self,
        identifier: str,
        attempts: int,
        status: int | None,
        answer: str,
        *,
        final: bool = False,
    ) -> None:
        state, delay = "waiting", 0.0
        if status is not None and 200 <= status < 300:
            state = "delivered"
        elif final or attempts > len(RETRY_DELAYS):
            state = "failed"
        else:
            delay = RETRY_DELAYS[attempts - 1]
        with self._sandbox.lock:
            self._db.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, status = ?, answer = ?, due = ? "
                "WHERE id = ?",
                (
                    state,
                    attempts,
                    status,
                    answer,
                    self._sandbox.clock.sandbox_now() + delay,
                    identifier,
                ),
            )


def wants(endpoint: JSON, event: JSON) -> bool:
    """Whether an endpoint is to get an event: its side of Connect, and its list of types."""
    if endpoint["status"] != "enabled" or endpoint["_connect"] != ("account" in event):
        return False
    return "*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"]


def body_of(sandbox: "Sandbox", event: JSON, endpoint: JSON) -> bytes:
    """The bytes that are signed and sent."""
    shown = render(sandbox, event)
    shown["api_version"] = endpoint["api_version"] or event["api_version"]
    return json.dumps(shown).encode()


def post(url: str, payload: bytes, secret: str, timestamp: int) -> tuple[int | None, str]:
    """Send once; redirects are not followed. Status None means that no answer came."""
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (sandbox)",
        "Stripe-Signature": signature(secret, payload, timestamp),
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = make(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        connection.request("POST", path, payload, headers)
        response = connection.getresponse()
        answer = response.read(2000).decode("utf-8", "replace")
        connection.close()
    except (OSError, HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"
    return response.status, answer
