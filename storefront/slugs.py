"""Names as parts of addresses: made once, never changed afterwards."""

import re
import secrets
import unicodedata

MAX_LENGTH = 60
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def slug_of(name: str, otherwise: str) -> str:
    """`Alice's Müg, 300 ml` → `alices-mug-300-ml`; `otherwise` if no letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    return words[:MAX_LENGTH].rstrip("-") or otherwise


def another(slug: str) -> str:
    """The same address with four random characters, for when it is taken."""
    return slug + "-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))
