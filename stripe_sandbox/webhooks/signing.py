"""Secrets of endpoints and the ``Stripe-Signature`` header (docs.stripe.com/webhooks)."""

import hashlib
import hmac
from typing import TYPE_CHECKING

from stripe_sandbox import ids
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

SIGNINGS = ("valid", "old", "wrong")
LONGEST_OVERLAP = 24 * 60 * 60


def header(secrets: list[str], payload: bytes, timestamp: int) -> str:
    """HMAC-SHA256 over ``timestamp.payload``: one ``v1`` per secret, and a ``v0`` that means
    nothing, which Stripe sends in test mode.
    """
    signed = f"{timestamp}.".encode() + payload
    schemes = [f"v1={_digest(secret, signed)}" for secret in secrets]
    return ",".join([f"t={timestamp}", *schemes, f"v0={_digest('v0', signed)}"])


def _digest(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def secrets_for(sandbox: "Sandbox", endpoint: JSON, signing: str) -> list[str]:
    """What a delivery is signed with: every valid secret, only the one before the last roll
    (``old``), or one that nobody knows (``wrong``, and ``old`` when nothing was rolled).
    """
    if signing == "valid":
        return [endpoint["_secret"], *(old["secret"] for old in still_valid(sandbox, endpoint))]
    old = _old(endpoint) if signing == "old" else []
    return [old[0]["secret"] if old else ids.new("whsec")]


def still_valid(sandbox: "Sandbox", endpoint: JSON) -> list[JSON]:
    """Rolled secrets that have not expired on the sandbox's clock, newest first."""
    now = sandbox.clock.sandbox_now()
    return [old for old in _old(endpoint) if old["until"] > now]


def _old(endpoint: JSON) -> list[JSON]:
    found: list[JSON] = endpoint.get("_old_secrets", [])  # an endpoint never rolled has none
    return found


def roll(sandbox: "Sandbox", endpoint: JSON, expires_in: int) -> JSON:
    """Give the endpoint a new secret; the present one stays valid for ``expires_in`` seconds,
    at most 24 hours (``ValueError`` otherwise).
    """
    if not 0 <= expires_in <= LONGEST_OVERLAP:
        raise ValueError(f"expires_in is between 0 and {LONGEST_OVERLAP} seconds")
    until = sandbox.clock.sandbox_now() + expires_in
    endpoint["_old_secrets"] = [{"secret": endpoint["_secret"], "until": until}, *_old(endpoint)]
    endpoint["_secret"] = ids.new("whsec")
    return sandbox.store.save(endpoint)
