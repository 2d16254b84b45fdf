"""Where a person may be sent back to: pages of ours and nothing else."""

import re
from urllib.parse import urlsplit

from flask import request

from storefront import current

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*\Z")
"""One slash, then printable ASCII without spaces and backslashes (browsers read \\ as /)."""


def safe_next(text: str | None) -> str:
    """The path, if it is a plain path of ours; else the front page.

    Refuses other hosts in every spelling browsers accept, and the sign-in pages themselves.
    """
    path = text or ""
    if _PATH.match(path) and len(path) <= 2000 and not path.startswith("/sign-"):
        return path
    return "/"


def page_of_referrer() -> str:
    """The page of ours that this request was made from; the front page if it does not say."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if parts.netloc != current.config().public_host:
        return "/"
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))
