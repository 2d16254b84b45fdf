"""Idempotency keys as Stripe documents them (docs.stripe.com/api/idempotent_requests)."""

import hashlib
import json
import threading
from typing import TYPE_CHECKING, Any

from stripe_sandbox.api.errors import ApiError

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

MAX_LENGTH = 255
KEPT_SECONDS = 86400


class IdempotencyKeys:
    """Remembers the first outcome of each key, per account, for 24 hours of sandbox time."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._in_flight: set[tuple[str, str]] = set()
        self._guard = threading.Lock()

    def begin(self, account: str, key: str, fingerprint: str) -> tuple[int, Any] | None:
        """The remembered outcome, or None when the caller is to execute (and then ``end`` it)."""
        if len(key) > MAX_LENGTH:
            raise _key_error(f"Idempotency keys may be at most {MAX_LENGTH} characters", None)
        with self._guard:
            if (account, key) in self._in_flight:
                raise _in_use(key)
            self._in_flight.add((account, key))
        try:
            found = self._remembered(account, key, fingerprint)
        except BaseException:
            self.end(account, key)
            raise
        if found is not None:
            self.end(account, key)
        return found

    def end(self, account: str, key: str) -> None:
        """The request with this key is no longer in flight."""
        with self._guard:
            self._in_flight.discard((account, key))

    def remember(self, account: str, key: str, fingerprint: str, status: int, body: Any) -> None:
        """Keep the outcome of an executed request, errors included."""
        row = (
            account,
            key,
            fingerprint,
            status,
            json.dumps(body),
            self._sandbox.clock.sandbox_now(),
        )
        self._sandbox.store.db.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?)", row
        )

    def _remembered(self, account: str, key: str, fingerprint: str) -> tuple[int, Any] | None:
        with self._sandbox.lock:
            self._prune()
            row = self._sandbox.store.db.execute(
                "SELECT fingerprint, status, body FROM idempotency WHERE account = ? AND key = ?",
                (account, key),
            ).fetchone()
        if row is None:
            return None
        if row[0] != fingerprint:
            raise _other_parameters(key)
        return row[1], json.loads(row[2])

    def _prune(self) -> None:
        oldest = self._sandbox.clock.sandbox_now() - KEPT_SECONDS
        self._sandbox.store.db.execute("DELETE FROM idempotency WHERE saved_at < ?", (oldest,))


def fingerprint(method: str, path: str, params: Any) -> str:
    """What makes two requests the same one."""
    text = json.dumps([method, path, params], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _key_error(message: str, code: str | None, status: int = 400) -> ApiError:
    return ApiError(status, "idempotency_error", message, code=code)


def _in_use(key: str) -> ApiError:
    message = (
        f"There is currently another in-progress request using this Idempotency Key '{key}' (that "
        f"probably means "
        "you submitted twice, and the other request is still going through). Please try again "
        "later."
    )
    return _key_error(message, "idempotency_key_in_use", 409)


def _other_parameters(key: str) -> ApiError:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first "
        "used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return _key_error(message, None)
