"""Exports and the template: files that an import understands."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from storefront import money
from storefront.catalog.service import Listing
from storefront.errors import Invalid
from storefront.listing_imports.columns import COLUMNS, UNLIMITED, cells_of
from storefront.listing_imports.formulas import guarded

Cells = Mapping[str, str]

_BOM: Final = "\ufeff"
"""Tells spreadsheet programs that a file is UTF-8."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format of files."""

    label: str
    mimetype: str


KINDS: Final[Mapping[str, Kind]] = {
    "csv": Kind("CSV", "text/csv"),
    "tsv": Kind("TSV", "text/tab-separated-values"),
    "json": Kind("JSON", "application/json"),
    "ndjson": Kind("JSON lines", "application/x-ndjson"),
}
"""By the end of a file's name."""


def known_kind(word: str) -> str:
    """The end of a file's name that was asked for, CSV if none. Raises Invalid."""
    if word and word not in KINDS:
        raise Invalid(f"We can write {', '.join(KINDS)}.")
    return word or "csv"


def written(kind: str, parts: Iterable[Sequence[Listing]]) -> Iterator[str]:
    """Listings as the text of a file, a part at a time."""
    rows = ([cells_of(listing) for listing in part] for part in parts)
    if kind in {"csv", "tsv"}:
        return _table(rows, "\t" if kind == "tsv" else ",")
    return _lines(rows) if kind == "ndjson" else _array(rows)


def template(currency: str) -> str:
    """An empty file with one row as an example, in the currency of a shop."""
    price = money.plain(50 * money.MINIMUM[currency], currency)
    said = {"price": price, "currency": currency.upper()}
    example = {name: said.get(name, column.example) for name, column in COLUMNS.items()}
    return "".join(_table([[example]], ","))


def _table(parts: Iterable[Sequence[Cells]], separator: str) -> Iterator[str]:
    yield _BOM + _rows([COLUMNS], separator)
    for part in parts:
        yield _rows([[guarded(row[name]) for name in COLUMNS] for row in part], separator)


def _rows(rows: Iterable[Iterable[str]], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def _array(parts: Iterable[Sequence[Cells]]) -> Iterator[str]:
    opening = "[\n"
    for part in parts:
        yield opening + ",\n".join(map(_object, part))
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _lines(parts: Iterable[Sequence[Cells]]) -> Iterator[str]:
    for part in parts:
        yield "".join(f"{_object(row)}\n" for row in part)


def _object(row: Cells) -> str:
    """Prices are texts, so that no program makes them inexact; stock and yes or no are not."""
    stock = row["stock"]
    typed = {
        "stock": stock if stock == UNLIMITED else int(stock),
        "shipped": row["shipped"] == "yes",
    }
    return json.dumps({**row, **typed}, ensure_ascii=False)
