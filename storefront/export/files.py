"""A file for each table: CSV for spreadsheets, NDJSON (one object a line) for programs."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from storefront.export import columns, repository
from storefront.export.schema import Shape
from storefront.store import Row, Tx

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

Writer = Callable[[TextIO, list[str], Iterable[Row]], int]


def write(tx: Tx, folder: Path, shapes: list[Shape], format_: str) -> dict[str, int]:
    """Write `<table>.<format>` for every table; how many rows each has."""
    folder.mkdir(mode=0o700)
    counts = {}
    for shape in shapes:
        path = folder / f"{shape.name}.{format_}"
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = repository.rows(tx, shape.name, shape.key)
            counts[shape.name] = FORMATS[format_](file, columns.of(shape.name), rows)
    return counts


def _csv(file: TextIO, names: list[str], rows: Iterable[Row]) -> int:
    writer = csv.writer(file)
    writer.writerow(names)
    return _count(writer.writerow([_cell(row[name]) for name in names]) for row in rows)


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _ndjson(file: TextIO, names: list[str], rows: Iterable[Row]) -> int:
    lines = (json.dumps({name: row[name] for name in names}, ensure_ascii=False) for row in rows)
    return _count(file.write(f"{line}\n") for line in lines)


def _count(written: Iterator[Any]) -> int:
    return sum(1 for _ in written)


FORMATS: dict[str, Writer] = {"csv": _csv, "ndjson": _ndjson}
