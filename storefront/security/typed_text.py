"""What people type into forms, made safe to keep: one spelling, nothing invisible."""

import re
import unicodedata

# Controls, and characters that reorder or hide text: an address or a name must look like itself.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def one_line(text: str | None) -> str:
    """A name or a title: no line breaks, single spaces, nothing at the ends."""
    return " ".join(_clean(text).split())


def many_lines(text: str | None) -> str:
    """A story: line breaks stay, in the one spelling of Unix."""
    return _clean((text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def _clean(text: str | None) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text or ""))
