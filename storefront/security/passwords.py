"""Passwords: argon2id with OWASP's smallest advised cost (19 MiB, two passes), 30 ms a check."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storefront.errors import Invalid
from storefront.ids import new_token

MIN_LENGTH = 10
MAX_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def check_new(password: str) -> None:
    """Raise Invalid if this cannot become somebody's password. Length is the only rule."""
    if len(password) < MIN_LENGTH:
        raise Invalid(f"Use at least {MIN_LENGTH} characters. A few words make a good password.")
    if len(password) > MAX_LENGTH:
        raise Invalid(f"Use at most {MAX_LENGTH} characters.")


def hashed(password: str) -> str:
    """What is stored instead of a password."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when nobody has such a hash."""
    try:
        ours = _hasher.verify(password_hash or _nobodys(), password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return ours and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made at another cost than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return hashed(new_token())
