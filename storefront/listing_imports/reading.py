"""From an uploaded file to rows: its format, its columns, and what is wrong with its cells."""

import difflib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlite_utils.utils import Format, RowsFromFileError, rows_from_file

from storefront import tables
from storefront.errors import Invalid
from storefront.listing_imports.columns import COLUMNS, NEEDED
from storefront.listing_imports.formulas import unguarded

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 10_000


class TooLarge(Invalid):
    """A file of more bytes than we take."""

    status = 413


Flaw = tuple[str, str]
"""A column (empty for the whole row) and a sentence about it."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as the file has it. `number` counts as a spreadsheet does: the header is row 1."""

    number: int
    cells: dict[str, str]
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be read. Its rows raise Invalid where it cannot be read any further."""

    read_as: str
    rows: Iterator[FileRow]


def read(content: bytes) -> File:
    """Rows of CSV, TSV, JSON or newline-delimited JSON.

    Raises TooLarge, and Invalid in words for what is none of these or has the wrong columns.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge(f"This file is larger than {MAX_BYTES // 1024**2} MB. Please split it.")
    content, encoding = tables.decoded(content)
    if not content.strip():
        raise Invalid("This file is empty.")
    kind, rows = _json(content) if content.lstrip()[:1] in b"[{" else _table(content)
    return File(f"{kind}, {encoding}", _limited(rows))


def _limited(rows: Iterable[FileRow]) -> Iterator[FileRow]:
    count = 0
    for row in rows:
        if any(row.cells.values()) or row.flaws:
            count += 1
            if count > MAX_ROWS:
                raise Invalid(f"This file has more than {MAX_ROWS:,} rows. Please split it.")
            yield row
    if not count:
        raise Invalid("This file has columns but no rows.")


# Tables -------------------------------------------------------------------------------


def _table(content: bytes) -> tuple[str, Iterator[FileRow]]:
    table = tables.read(content)
    check_columns([_name(title) for title in table.titles], is_whole=True)
    return table.kind, (_table_row(number, row) for number, row in table.rows)


def _table_row(number: int, row: dict[str, Any]) -> FileRow:
    flaws: list[Flaw] = []
    if row.pop(tables.EXTRAS, None):
        flaws.append(("", "This row has more cells than there are columns."))
    named = {_name(title): cell for title, cell in row.items()}
    missing = [name for name, cell in named.items() if name and cell is None]
    if missing:
        flaws.append((missing[0], "This row ends before this column."))
    if named.pop("", None):
        flaws.append(("", "A cell stands in a column that has no name."))
    return FileRow(number, {name: unguarded(cell or "") for name, cell in named.items()},
                   tuple(flaws))  # fmt: skip


# JSON ---------------------------------------------------------------------------------


def _json(content: bytes) -> tuple[str, Iterator[FileRow]]:
    is_lines = content.lstrip().startswith(b"{") and _is_json(content.lstrip().partition(b"\n")[0])
    try:
        rows, _ = rows_from_file(io.BytesIO(content), Format.NL if is_lines else Format.JSON)
    except (ValueError, RecursionError, RowsFromFileError) as error:
        raise Invalid(f"This is no valid JSON: {_reason(error)}.") from error
    return "newline-delimited JSON" if is_lines else "JSON", _json_rows(rows)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    return "it is nested too deeply or has a number that is too long"


def _json_rows(rows: Iterable[Any]) -> Iterator[FileRow]:
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            yield _json_row(number, row)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Row {number + 1} is no valid JSON: {_reason(error)}.") from error


def _json_row(number: int, row: Any) -> FileRow:
    if not isinstance(row, dict):
        raise Invalid(f"Row {number} is not an object, as {{“title”: “Blue mug”, …}} is.")
    named = [(_name(key), value) for key, value in row.items()]
    check_columns([name for name, _ in named], is_whole=False)
    flaws = tuple((name, flaw) for name, value in named if (flaw := _json_flaw(value)))
    return FileRow(number, {name: _json_cell(value) for name, value in named}, flaws)


def _json_flaw(value: Any) -> str:
    if isinstance(value, float):
        return "Write numbers with decimals as text, in quotation marks: “12.50”."
    if isinstance(value, dict | list):
        return "This is a list or an object where a text should be."
    return "" if _is_text(str(value)) else "This has characters that are no text."


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _json_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or _json_flaw(value) else str(value)


# Columns ------------------------------------------------------------------------------


def _name(title: str) -> str:
    return title.strip().casefold().replace(" ", "_")


def check_columns(names: list[str], *, is_whole: bool) -> None:
    """Raise Invalid for columns that are unknown, doubled or, in a whole header, missing."""
    for name in names:
        if name and name not in COLUMNS:
            raise Invalid(f"We do not know the column “{name[:40]}”.{_guess(name)} {_KNOWN}")
        if name and names.count(name) > 1:
            raise Invalid(f"The column “{name}” is there twice. Please keep one of them.")
    if is_whole and not {"handle", "sku"} & set(names):
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise Invalid(f"The column “{missing[0]}” is missing. {_REQUIRED} {_KNOWN}")


_KNOWN: Final = f"The columns are: {', '.join(COLUMNS)}; the first row names them."
_REQUIRED: Final = (
    f"New listings need {', '.join(NEEDED)}; a file that changes listings needs sku or handle."
)


def _guess(name: str) -> str:
    close = difflib.get_close_matches(name, COLUMNS, 1)
    return f" Did you mean “{close[0]}”?" if close else ""
