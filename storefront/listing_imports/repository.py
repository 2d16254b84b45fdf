"""Imports and their rows in the database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from storefront.listing_imports.comparing import Comparison
from storefront.listing_imports.reading import FileRow
from storefront.store import Row, Tx

CHECKING: Final = "checking"
CHECKED: Final = "checked"
COMMITTING: Final = "committing"
COMMITTED: Final = "committed"
UNDOING: Final = "undoing"
UNDONE: Final = "undone"
RUNNING: Final = (CHECKING, COMMITTING, UNDOING)


@dataclass(frozen=True, slots=True)
class Import:
    """A file that somebody imports. `counts` says how many rows have which outcome."""

    id: str
    seller_id: str
    currency: str
    actor: str
    filename: str
    read_as: str
    state: str
    comparison: int
    row_count: int
    created_at: str
    committed_at: str | None
    undone_at: str | None
    counts: Mapping[str, int]
    undo_counts: Mapping[str, int]

    @property
    def running(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in RUNNING

    @property
    def checked_count(self) -> int:
        """How many rows have been compared."""
        return self.row_count - self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row, and what it does."""

    file: FileRow
    comparison: Comparison
    undo: str
    undo_note: str

    @property
    def number(self) -> int:
        """As a spreadsheet counts."""
        return self.file.number


def insert(tx: Tx, id_: str, seller_id: str, actor_id: str, filename: str, at: str) -> None:
    """Begin an import; its rows come next, then `describe`."""
    tx.run(
        "INSERT INTO listing_imports"
        " (id, seller_id, actor_id, filename, read_as, state, row_count, created_at)"
        " VALUES (:id, :seller_id, :actor_id, :filename, '', 'checking', 0, :at)",
        id=id_,
        seller_id=seller_id,
        actor_id=actor_id,
        filename=filename,
        at=at,
    )


def describe(tx: Tx, import_id: str, read_as: str, row_count: int) -> None:
    """How the file was read, and how many rows it has."""
    tx.run(
        "UPDATE listing_imports SET read_as = :read_as, row_count = :row_count WHERE id = :id",
        id=import_id,
        read_as=read_as,
        row_count=row_count,
    )


def insert_rows(tx: Tx, import_id: str, rows: Iterable[FileRow]) -> None:
    """Keep some rows of the file, in one statement."""
    values: dict[str, Any] = {"import_id": import_id}
    places = []
    for index, row in enumerate(rows):
        places.append(f"(:import_id, :number_{index}, :cells_{index}, :flaws_{index})")
        values[f"number_{index}"] = row.number
        values[f"cells_{index}"] = json.dumps(row.cells)
        values[f"flaws_{index}"] = json.dumps(row.flaws)
    tx.run(
        "INSERT INTO listing_import_rows (import_id, number, cells, flaws)"
        f" VALUES {', '.join(places)}",
        **values,
    )


_IMPORT = (
    "SELECT i.id, i.seller_id, s.currency, u.name AS actor, i.filename, i.read_as, i.state,"
    " i.comparison, i.row_count, i.created_at, i.committed_at, i.undone_at"
    " FROM listing_imports i JOIN sellers s ON s.id = i.seller_id"
    " JOIN users u ON u.id = i.actor_id"
)


def of_seller(tx: Tx, seller_id: str, import_id: str) -> Import | None:
    """An import, if it is this seller's."""
    where = " WHERE i.id = :id AND i.seller_id = :seller_id"
    row = tx.one(_IMPORT + where, id=import_id, seller_id=seller_id)
    return _import(tx, row) if row else None


def locked(tx: Tx, import_id: str) -> Import | None:
    """An import that nobody else changes before the transaction ends."""
    tx.run("UPDATE listing_imports SET state = state WHERE id = :id", id=import_id)
    row = tx.one(f"{_IMPORT} WHERE i.id = :id", id=import_id)
    return _import(tx, row) if row else None


def newest(tx: Tx, seller_id: str, *, limit: int) -> list[Import]:
    """A seller's newest imports."""
    rows = tx.all(
        f"{_IMPORT} WHERE i.seller_id = :seller_id ORDER BY i.id DESC LIMIT :limit",
        seller_id=seller_id,
        limit=limit,
    )
    return [_import(tx, row) for row in rows]


def running(tx: Tx) -> list[str]:
    """The ids of what has to go on, the oldest first."""
    rows = tx.all(
        "SELECT id FROM listing_imports"
        " WHERE state IN ('checking', 'committing', 'undoing') ORDER BY id"
    )
    return [row["id"] for row in rows]


def _import(tx: Tx, row: Row) -> Import:
    rows = tx.all(
        "SELECT outcome, undo, count(*) AS number FROM listing_import_rows"
        " WHERE import_id = :id GROUP BY outcome, undo",
        id=row["id"],
    )
    counts: dict[str, int] = {}
    undone: dict[str, int] = {}
    for each in rows:
        counts[each["outcome"]] = counts.get(each["outcome"], 0) + each["number"]
        undone[each["undo"]] = undone.get(each["undo"], 0) + each["number"]
    return Import(**row, counts=counts, undo_counts=undone)


def set_state(
    tx: Tx,
    import_id: str,
    state: str,
    *,
    committed_at: str | None = None,
    undone_at: str | None = None,
) -> None:
    """Go on to another state, and remember since when if that is an end."""
    tx.run(
        "UPDATE listing_imports SET state = :state,"
        " committed_at = COALESCE(:committed_at, committed_at),"
        " undone_at = COALESCE(:undone_at, undone_at) WHERE id = :id",
        id=import_id,
        state=state,
        committed_at=committed_at,
        undone_at=undone_at,
    )


def compare_again(tx: Tx, import_id: str) -> None:
    """Forget the comparison and begin the next one."""
    tx.run(
        "UPDATE listing_imports SET state = 'checking', comparison = comparison + 1 WHERE id = :id",
        id=import_id,
    )
    tx.run(
        "UPDATE listing_import_rows SET outcome = 'waiting', listing_id = NULL, changes = '{}',"
        " problems = '[]' WHERE import_id = :id",
        id=import_id,
    )


# Rows ---------------------------------------------------------------------------------

_ROW = "number, cells, flaws, outcome, listing_id, changes, problems, undo, undo_note"


def waiting(tx: Tx, import_id: str, *, limit: int) -> list[FileRow]:
    """The next rows that are to be compared."""
    rows = tx.all(
        "SELECT number, cells, flaws FROM listing_import_rows"
        " WHERE import_id = :id AND outcome = 'waiting' ORDER BY number LIMIT :limit",
        id=import_id,
        limit=limit,
    )
    return [_file_row(row) for row in rows]


def rows_after(tx: Tx, import_id: str, number: int, *, limit: int) -> list[ImportRow]:
    """Some rows of an import in the order of the file, whatever their outcome."""
    rows = tx.all(
        f"SELECT {_ROW} FROM listing_import_rows"
        " WHERE import_id = :id AND number > :number ORDER BY number LIMIT :limit",
        id=import_id,
        number=number,
        limit=limit,
    )
    return [_row(row) for row in rows]


def page(
    tx: Tx, import_id: str, column: str, value: str, *, limit: int, offset: int
) -> list[ImportRow]:
    """A page of the rows with an `outcome`, or of those of which undoing made something."""
    assert column in {"outcome", "undo"}  # noqa: S101 - a name of ours, never typed
    rows = tx.all(
        f"SELECT {_ROW} FROM listing_import_rows"
        f" WHERE import_id = :id AND {column} = :value ORDER BY number LIMIT :limit OFFSET :offset",
        id=import_id,
        value=value,
        limit=limit,
        offset=offset,
    )
    return [_row(row) for row in rows]


def _file_row(row: Row) -> FileRow:
    flaws = tuple((name, sentence) for name, sentence in json.loads(row["flaws"]))
    return FileRow(row["number"], json.loads(row["cells"]), flaws)


def _row(row: Row) -> ImportRow:
    changes = {name: (old, new) for name, (old, new) in json.loads(row["changes"]).items()}
    problems = tuple((name, sentence) for name, sentence in json.loads(row["problems"]))
    comparison = Comparison(row["outcome"], row["listing_id"], changes, problems)
    return ImportRow(_file_row(row), comparison, row["undo"], row["undo_note"])


def rows_of_listings(tx: Tx, import_id: str, ids: Sequence[str]) -> dict[str, int]:
    """Listing → number of the row of this import that is about it."""
    if not ids:
        return {}
    values = {f"id_{index}": listing_id for index, listing_id in enumerate(ids)}
    among = ", ".join(f":{key}" for key in values)
    rows = tx.all(
        "SELECT listing_id, MIN(number) AS number FROM listing_import_rows"
        f" WHERE import_id = :import_id AND listing_id IN ({among})"
        " GROUP BY listing_id",
        import_id=import_id,
        **values,
    )
    return {row["listing_id"]: row["number"] for row in rows}


def save_comparison(tx: Tx, import_id: str, number: int, made: Comparison) -> None:
    """Remember what a row would do."""
    tx.run(
        "UPDATE listing_import_rows SET outcome = :outcome, listing_id = :listing_id,"
        " changes = :changes, problems = :problems WHERE import_id = :id AND number = :number",
        id=import_id,
        number=number,
        outcome=made.outcome,
        listing_id=made.listing_id,
        changes=json.dumps(made.changes),
        problems=json.dumps(made.problems),
    )


def set_listing(tx: Tx, import_id: str, number: int, listing_id: str) -> None:
    """Remember which listing a row has made."""
    tx.run(
        "UPDATE listing_import_rows SET listing_id = :listing_id"
        " WHERE import_id = :id AND number = :number",
        id=import_id,
        number=number,
        listing_id=listing_id,
    )


def set_undo(tx: Tx, import_id: str, number: int, undo: str, note: str) -> None:
    """Remember what undoing has made of a row."""
    tx.run(
        "UPDATE listing_import_rows SET undo = :undo, undo_note = :note"
        " WHERE import_id = :id AND number = :number",
        id=import_id,
        number=number,
        undo=undo,
        note=note,
    )


def forget(tx: Tx, *, before: str) -> int:
    """Delete what was compared before a moment and never imported; how many."""
    return tx.run(
        "DELETE FROM listing_imports"
        " WHERE state IN ('checking', 'checked') AND created_at < :before",
        before=before,
    )


def forget_oldest(tx: Tx, seller_id: str, *, kept: int) -> None:
    """Delete a seller's comparisons that were never imported, but for the newest ones."""
    tx.run(
        "DELETE FROM listing_imports WHERE seller_id = :seller_id"
        " AND state IN ('checking', 'checked') AND id NOT IN ("
        "SELECT id FROM listing_imports WHERE seller_id = :seller_id"
        " AND state IN ('checking', 'checked') ORDER BY id DESC LIMIT :kept)",
        seller_id=seller_id,
        kept=kept,
    )
