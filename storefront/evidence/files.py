"""Files as evidence: what a bank can open, told by their content.

https://docs.stripe.com/file-upload#uploading-a-file (purpose `dispute_evidence`). They go to
Stripe and are not kept here.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from PIL import Image

from storefront.errors import Invalid
from storefront.security.typed_text import one_line

MAX_BYTES: Final = 5 * 1024 * 1024
ACCEPT: Final = "application/pdf,image/jpeg,image/png"
_SUFFIXES: Final = {"JPEG": ".jpg", "PNG": ".png"}
_UNREADABLE = "This is no PDF, JPEG or PNG that we can read."


@dataclass(frozen=True, slots=True)
class Upload:
    """A checked file. Its name ends as its content says."""

    filename: str
    content: bytes


def checked(filename: str, content: bytes) -> Upload:
    """A file that may be uploaded. Raises Invalid, in words."""
    if not content:
        raise Invalid("This file is empty.")
    if len(content) > MAX_BYTES:
        raise Invalid("This file is larger than 5 MB. Please choose a smaller one.")
    stem = PurePath(one_line(filename).replace("\\", "/")).stem[:80]
    return Upload(f"{stem or 'evidence'}{_suffix(content)}", content)


def _suffix(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return ".pdf"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=tuple(_SUFFIXES))
            picture.verify()  # reads the structure, decodes no pixels
    except Exception as error:  # Pillow raises many kinds for what is no picture
        raise Invalid(_UNREADABLE) from error
    return _SUFFIXES[str(picture.format)]
