"""Addresses of listings: made once from the title, never changed afterwards."""

import re
import secrets
import unicodedata

MAX_LENGTH = 60
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def slug_of(title: str) -> str:
    """`Speckled Müg, 300 ml` → `speckled-mug-300-ml`; `listing` if no letter is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:MAX_LENGTH].rstrip("-") or "listing"


def another(slug: str) -> str:
    """The same address with four random characters, for when it is taken."""
    return slug + "-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))
