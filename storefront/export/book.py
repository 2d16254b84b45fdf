"""The book: one SQLite file with keys, indexes, full-text search and views, made for Datasette."""

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from storefront.export import columns, repository
from storefront.export.schema import Shape
from storefront.store import Tx

VIEWS = Path(__file__).with_name("views.sql")

_BATCH = 100


def write(tx: Tx, path: Path, shapes: list[Shape], about: dict[str, str]) -> dict[str, int]:
    """Write everything into a new file; how many rows each table has. Raises RuntimeError."""
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")
    book = Database(connection, execute_plugins=False)
    book.table("about").insert(about)
    counts = {shape.name: _fill(tx, book, shape) for shape in shapes}
    for name, searched in columns.SEARCHED.items():
        book.table(name).enable_fts(list(searched), tokenize="unicode61 remove_diacritics 2")
    book.index_foreign_keys()
    connection.executescript(VIEWS.read_text(encoding="utf-8"))
    _check(connection)
    connection.close()
    _keep(path)
    return counts


def is_book(path: Path) -> bool:
    """Whether a file is an earlier export, and not, say, the shop's own database."""
    try:
        database = Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))
        found = "order_money" in database.view_names()
        database.close()
    except sqlite3.DatabaseError:
        return False
    return found


def _fill(tx: Tx, book: Database, shape: Shape) -> int:
    table = book.table(shape.name)
    key = shape.key[0] if len(shape.key) == 1 else tuple(shape.key)
    table.create(
        shape.types, pk=key, not_null=shape.not_null, foreign_keys=shape.foreign_keys, strict=True
    )
    rows = repository.rows(tx, shape.name, shape.key)
    table.insert_all(map(dict, rows), batch_size=_BATCH)
    for indexed in shape.indexes:
        table.create_index(indexed, if_not_exists=True)
    return int(table.count)


def _check(connection: sqlite3.Connection) -> None:
    astray = connection.execute("PRAGMA foreign_key_check").fetchall()
    if astray:
        raise RuntimeError(f"the export refers to rows that it lacks: {astray[:3]}")


def _keep(path: Path) -> None:
    """Wait until the file is on the disk: it was written without waiting for any of it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
