"""A list of parcels, as a spreadsheet or a carrier's program gives it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils.utils import Format, rows_from_file

from storefront.errors import Invalid
from storefront.security import typed_text

_NAMES: Final = {
    "number": "number",
    "order": "number",
    "order number": "number",
    "carrier": "carrier",
    "tracking": "tracking",
    "tracking number": "tracking",
    "tracking_number": "tracking",
}
_NO_COLUMNS: Final = (
    "The first line must name the columns: number, carrier, tracking. Only number is needed."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One parcel; `place` counts as a spreadsheet does, the columns' names being line 1."""

    place: int
    number: str
    carrier: str
    tracking: str


def text_of(content: bytes) -> str:
    """What an uploaded list says. Raises Invalid if that cannot be read."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("Please save the list as CSV in UTF-8 and try again.") from error


def read(text: str) -> list[Line]:
    """The parcels of a list with commas, semicolons or tabs. Raises Invalid, in words."""
    try:
        return [line for line in _lines(text.strip()) if line.number or line.tracking]
    except csv.Error as error:
        raise Invalid("The list cannot be read: a quotation mark is not closed.") from error


def _lines(text: str) -> Iterator[Line]:
    first = text.partition("\n")[0]

    class Dialect(csv.excel):
        delimiter = max("\t;,", key=first.count)
        strict = True

    content = io.BytesIO(text.encode())
    rows, _ = rows_from_file(content, Format.CSV, Dialect, ignore_extras=True)
    for place, row in enumerate(rows, start=2):
        known = _known(row)
        if "number" not in known:
            raise Invalid(_NO_COLUMNS)
        number = known["number"].removeprefix("#")
        yield Line(place, number, known.get("carrier", ""), known.get("tracking", ""))


def _known(row: Any) -> dict[str, str]:
    return {
        _NAMES[name]: typed_text.one_line(cell)
        for label, cell in row.items()
        if (name := typed_text.one_line(label).lower()) in _NAMES
    }
