"""Tables that people upload or paste: which encoding, which separator, and the rows.

sqlite-utils reads the rows (https://sqlite-utils.datasette.io/en/stable/python-api.html
#reading-rows-from-a-file); here stands only what it leaves to its caller.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils.utils import Format, rows_from_file

from storefront.errors import Invalid

EXTRAS: Final = "\x00extras"
"""The name of what stands beyond the last column of a row, as a list."""
_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ENCODINGS: Final = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252",
}  # fmt: skip
_SEPARATORS: Final = {",": "CSV", ";": "CSV with semicolons", "\t": "TSV"}
_SAVE_AS_UTF8: Final = "Save it as “CSV UTF-8” in your spreadsheet program and try again."
_BROKEN: Final = (
    "Row {} cannot be read. Is a quotation mark missing, or does a cell have more than"
    " 100,000 characters?"
)


@dataclass(frozen=True, slots=True)
class Table:
    """What separates its columns, what these are called, and its rows by column.

    Rows are numbered as a spreadsheet does: the titles are row 1. A cell that is not there is
    None. Reading on raises Invalid where a row cannot be read.
    """

    kind: str
    titles: list[str]
    rows: Iterator[tuple[int, dict[str, Any]]]


def decoded(content: bytes) -> tuple[bytes, str]:
    """A file in UTF-8, and how it was encoded. Raises Invalid, in words."""
    marked = (name for bom, name in _BOMS.items() if content.startswith(bom))
    encoding = next(marked, "utf-8")
    for tried in dict.fromkeys((encoding, "cp1252")):
        try:
            text = content.decode(tried)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return content if tried == "utf-8" else text.encode(), _ENCODINGS[tried]
    raise Invalid(f"We cannot tell the encoding of this file. {_SAVE_AS_UTF8}")


def read(content: bytes, *, is_strict: bool = False) -> Table:
    """A table in UTF-8 whose first row names its columns. Raises Invalid, in words.

    Unless it is strict, quotation marks out of place are taken for a part of their cells.
    """
    first = content.lstrip().partition(b"\n")[0].decode()

    class Dialect(csv.excel):
        delimiter = max(_SEPARATORS, key=first.count)
        strict = is_strict

    with io.TextIOWrapper(io.BytesIO(content), "utf-8") as text:
        try:
            titles = next(csv.reader(text, Dialect), [])
        except csv.Error as error:
            raise Invalid(_BROKEN.format(1)) from error
    rows, _ = rows_from_file(
        io.BytesIO(content), Format.CSV, Dialect, encoding="utf-8", extras_key=EXTRAS
    )
    return Table(_SEPARATORS[Dialect.delimiter], titles, _numbered(rows))


def _numbered(rows: Iterable[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 1
    try:
        for number, row in enumerate(rows, start=2):
            yield number, row
    except csv.Error as error:
        raise Invalid(_BROKEN.format(number + 1)) from error
