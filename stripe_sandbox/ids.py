"""Identifiers with Stripe's prefixes and lengths."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits

_LENGTHS = {
    "acct": 16,
    "cus": 14,
    "prod": 14,
    "cs_test": 58,
    "whsec": 32,
    "req": 14,
    "ca": 32,
    "ac": 32,
    "rt": 32,
    "sk_test": 99,
}
_DEFAULT_LENGTH = 24


def token(length: int) -> str:
    """Random letters and digits (a little uneven, which does not matter at these lengths)."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(length))


def new(prefix: str) -> str:
    """A fresh id such as ``pi_3Nk…`` for the prefix ``pi``."""
    return f"{prefix}_{token(_LENGTHS.get(prefix, _DEFAULT_LENGTH))}"
