"""A list of parcels, as a spreadsheet or a carrier's program gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from storefront import tables
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
    return tables.decoded(content)[0].decode()


def read(text: str) -> list[Line]:
    """The parcels of a list with commas, semicolons or tabs. Raises Invalid, in words."""
    rows = tables.read(text.strip().encode(), is_strict=True).rows
    return [line for line in _lines(rows) if line.number or line.tracking]


def _lines(rows: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[Line]:
    for place, row in rows:
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
