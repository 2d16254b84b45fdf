"""The threads that send deliveries: never inside the request that causes an event."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.deliveries import Attempt, Due
from stripe_sandbox.webhooks.routing import body_of
from stripe_sandbox.webhooks.signing import header, secrets_for

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

TIMEOUT_SECONDS = 10
ANSWER_BYTES = 500
_PARALLEL = 32
_POLL_SECONDS = 0.2
_log = logging.getLogger(__name__)


class Sender:
    """Sends what is due, one delivery per endpoint at a time, so that a slow endpoint delays
    nobody else.
    """

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._busy: set[str] = set()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None

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
        self.wake()
        if self._thread is not None:
            self._thread.join()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def stopping(self) -> bool:
        """Whether the sandbox is about to close."""
        return self._stopping.is_set()

    def wake(self) -> None:
        """Look now for what is due."""
        self._wake.set()

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until nothing is due or being sent; False when that takes longer than
        ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._sandbox.lock:
                if not self._busy and not self._sandbox.deliveries.due():
                    return True
            self.wake()
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
        for delivery in ready:
            if self._pool is not None and not self._stopping.is_set():
                self._pool.submit(self._send, delivery)

    def _take_ready(self) -> list[Due]:
        ready = []
        for delivery in self._sandbox.deliveries.due():
            if delivery.endpoint not in self._busy:
                self._busy.add(delivery.endpoint)
                ready.append(delivery)
        return ready

    def _send(self, delivery: Due) -> None:
        try:
            with self._sandbox.transaction():
                letter = self._letter(delivery)
            if letter is not None:
                attempt = post(*letter)
                with self._sandbox.transaction():
                    self._sandbox.deliveries.record(delivery.id, attempt)
        except Exception as error:
            # What cannot be sent is a failed attempt, so that it neither vanishes nor spins.
            _log.exception("the sandbox cannot send %s", delivery.id)
            failed = Attempt(self._sandbox.clock.now(), None, 0, f"{type(error).__name__}: {error}")
            with self._sandbox.transaction():
                self._sandbox.deliveries.record(delivery.id, failed)
        finally:
            self._busy.discard(delivery.endpoint)
            self.wake()

    def _letter(self, delivery: Due) -> tuple[str, bytes, str, int] | None:
        """Address, body, signature and time; None when nobody is there any more."""
        store, now = self._sandbox.store, self._sandbox.clock.now()
        event, endpoint = store.find(delivery.event), store.find(delivery.endpoint)
        if event is None or endpoint is None or endpoint["status"] != "enabled":
            self._sandbox.deliveries.cancel(delivery.id)
            return None
        return endpoint["url"], *self._signed(event, endpoint, delivery.signing, now), now

    def _signed(self, event: JSON, endpoint: JSON, signing: str, now: int) -> tuple[bytes, str]:
        payload = body_of(self._sandbox, event, endpoint)
        return payload, header(secrets_for(self._sandbox, endpoint, signing), payload, now)


def post(url: str, payload: bytes, signature: str, at: int) -> Attempt:
    """Send once; redirects are not followed."""
    began = time.monotonic()
    status, answer = _exchange(url, payload, signature)
    return Attempt(at, status, round((time.monotonic() - began) * 1000), answer)


def _exchange(url: str, payload: bytes, signature: str) -> tuple[int | None, str]:
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        to = make(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        with closing(to) as connection:
            connection.request("POST", path, payload, headers)
            response = connection.getresponse()
            answer = response.read(ANSWER_BYTES).decode("utf-8", "replace")
    except (OSError, HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"
    return response.status, answer
