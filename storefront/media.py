"""Files that people uploaded, re-encoded by us, under random names of our own."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from storefront.errors import NotFound

CONTENT_TYPES = {".webp": "image/webp", ".png": "image/png", ".jpg": "image/jpeg"}
_KEY = re.compile(r"[0-9a-f]{32}(-[0-9a-z]{1,8})?\.(webp|png|jpg)", re.ASCII)


def variant(key: str, name: str) -> str:
    """The key of another size of the same picture: `variant("ab….webp", "600")`."""
    stem, dot, suffix = key.partition(".")
    return f"{stem}-{name}{dot}{suffix}"


def content_type(key: str) -> str:
    """The content type of a stored file. Raises NotFound for what is no key of ours."""
    if not _KEY.fullmatch(key):
        raise NotFound
    return CONTENT_TYPES["." + key.rpartition(".")[2]]


class Media:
    """The folder of uploaded files. A file is never changed once it is there."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def save(
        self, content: bytes, suffix: str, *, variants: Mapping[str, bytes] | None = None
    ) -> str:
        """Store a file, and other sizes of it; its key.

        `suffix` is one of CONTENT_TYPES. Whoever calls has decoded and encoded the content
        anew: bytes that somebody sent are never stored as they came.
        """
        if suffix not in CONTENT_TYPES:
            raise ValueError(f"{suffix} is no kind of file that we serve")
        key = secrets.token_hex(16) + suffix
        for name, smaller in (variants or {}).items():
            self._write(variant(key, name), smaller)
        self._write(key, content)
        return key

    def delete(self, key: str, *variants: str) -> None:
        """Remove a file and other sizes of it, if they are there."""
        for each in (key, *(variant(key, name) for name in variants)):
            content_type(each)
            self._place(each).unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where a file is. Raises NotFound if there is none, or the key is not one of ours."""
        content_type(key)
        path = self._place(key)
        if not path.is_file():
            raise NotFound
        return path

    def open(self, key: str) -> BinaryIO:
        """A stored file, opened for reading. Raises NotFound."""
        return self.path(key).open("rb")

    def _place(self, key: str) -> Path:
        return self.root / key[:2] / key

    def _write(self, key: str, content: bytes) -> None:
        path = self._place(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
