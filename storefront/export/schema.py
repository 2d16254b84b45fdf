"""The shape of an export: taken from our own migrations, whichever database is exported."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import ForeignKey

from storefront.export import columns
from storefront.store import open_store
from storefront.store.migrate import migrate


@dataclass(frozen=True, slots=True)
class Shape:
    """One exported table: its columns with their types, its keys and the indexes it had."""

    name: str
    types: dict[str, Any]
    key: list[str]
    not_null: set[str]
    foreign_keys: list[ForeignKey]
    indexes: list[list[str]]


def shapes(folder: Path) -> list[Shape]:
    """Every exported table, those first that others refer to. Uses a file in `folder`."""
    path = folder / "schema.db"
    store = open_store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    database = Database(path)
    found = [_shape(database, name) for name in columns.TABLES]
    database.close()
    return found


def _shape(database: Database, name: str) -> Shape:
    table, wanted = database.table(name), columns.of(name)
    return Shape(
        name,
        types={column: table.columns_dict[column] for column in wanted},
        key=list(table.pks) if set(table.pks) <= set(wanted) else wanted[:1],
        not_null={column.name for column in table.columns if column.notnull} & set(wanted),
        foreign_keys=[
            key
            for key in table.foreign_keys
            if key.column in wanted and key.other_table in columns.TABLES
        ],
        indexes=[
            list(index.columns)
            for index in table.indexes
            if index.origin == "c" and set(index.columns) <= set(wanted)
        ],
    )
