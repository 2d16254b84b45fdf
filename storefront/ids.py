"""Identifiers that we make ourselves, so that rows can be written before Stripe answers."""

import hashlib
import secrets

from ulid import ULID


def new_id() -> str:
    """A ULID: 26 characters that sort by the time they were made."""
    return str(ULID())


def new_token(bits: int = 128) -> str:
    """An unguessable URL-safe token, for links that are the only key to something."""
    return secrets.token_urlsafe(bits // 8)


def digest(token: str) -> str:
    """What is stored instead of a secret token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
