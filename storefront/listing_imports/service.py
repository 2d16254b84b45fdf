"""Importing a file of listings: compared first, then written as one batch, and undone as one.

A click writes only what the comparison has shown: in the transaction that writes, every row is
compared again, and one that differs undoes it all and shows the new comparison. What is large is
done by the worker, some rows at a time while comparing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from storefront import clock
from storefront.catalog import bulk
from storefront.catalog import service as catalog
from storefront.current import Services
from storefront.errors import Invalid, NotFound, Refused
from storefront.ids import new_id
from storefront.listing_imports import reading, repository, undoing
from storefront.listing_imports.columns import cells_of, details_of
from storefront.listing_imports.comparing import (
    CHANGED,
    NEW,
    UNCHANGED,
    WRONG,
    Comparison,
    Shelf,
    compare,
    handle_of,
    sku_of,
)
from storefront.listing_imports.reading import FileRow
from storefront.listing_imports.repository import (
    CHECKED,
    CHECKING,
    COMMITTED,
    COMMITTING,
    UNDOING,
    UNDONE,
    Import,
    ImportRow,
)
from storefront.store import Tx

__all__ = [
    "CHANGED", "NEW", "SMALL", "UNCHANGED", "WRONG", "Import", "ImportRow", "Upload", "commit",
    "newest", "of_seller", "page", "start", "undo",
]  # fmt: skip

SMALL: Final = 200
"""Up to so many rows are done while the browser waits; more is the worker's."""

KEPT_DAYS: Final = 7
"""How long a comparison waits for a click."""

_KEPT_AT_MOST: Final = 10
_AT_ONCE: Final = 500
_CHUNKS_AT_ONCE: Final = 8

newest = repository.newest
page = repository.page


class ChangedMeanwhile(Refused):
    """A listing is not any more as the comparison has shown it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, or what was pasted (then without a name)."""

    filename: str
    content: bytes


def of_seller(tx: Tx, seller_id: str, import_id: str) -> Import:
    """One of a seller's imports. Raises NotFound for all others, absent or foreign."""
    found = repository.of_seller(tx, seller_id, import_id)
    if found is None:
        raise NotFound("There is no such import in your shop. Old ones are deleted after a week.")
    return found


# Comparing ----------------------------------------------------------------------------


def start(services: Services, seller_id: str, actor_id: str, upload: Upload) -> Import:
    """Keep the rows of a file and compare them with the shop. Raises Invalid and TooLarge."""
    file = reading.read(upload.content)
    import_id = new_id()
    with services.store.transaction() as tx:
        repository.insert(
            tx, import_id, seller_id, actor_id, upload.filename[:120], clock.timestamp()
        )
        count = 0
        for rows in _chunks(_without_doubles(file.rows)):
            repository.insert_rows(tx, import_id, rows)
            count += len(rows)
        repository.describe(tx, import_id, file.read_as, count)
        repository.forget_oldest(tx, seller_id, kept=_KEPT_AT_MOST)
    if count <= SMALL:
        finish(services, import_id)
    with services.store.read() as tx:
        return of_seller(tx, seller_id, import_id)


def _chunks(rows: Iterable[FileRow]) -> Iterator[list[FileRow]]:
    rows = iter(rows)
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk


def _without_doubles(rows: Iterable[FileRow]) -> Iterator[FileRow]:
    """The rows, with a flaw where a key has come before."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        keys = {"handle": handle_of(row), "sku": sku_of(row)}
        doubled = [
            (name, f"Row {seen[name, key]} has the same {name}.")
            for name, key in keys.items()
            if key and seen.setdefault((name, key), row.number) != row.number
        ]
        yield replace(row, flaws=(*row.flaws, *doubled))


def _compare_some(tx: Tx, batch: Import) -> bool:
    """Compare the next rows; whether there were any."""
    rows = repository.waiting(tx, batch.id, limit=_AT_ONCE)
    if not rows:
        repository.set_state(tx, batch.id, CHECKED)
        return False
    shelf = Shelf(tx, batch.seller_id, batch.currency, rows)
    taken = repository.rows_of_listings(tx, batch.id, list(shelf.listings))
    for row in rows:
        made = _once(compare(row, shelf), row, taken)
        repository.save_comparison(tx, batch.id, row.number, made)
    return True


def _once(made: Comparison, row: FileRow, taken: dict[str, int]) -> Comparison:
    """A listing that one row names by its handle and another by its SKU is named twice."""
    if made.listing_id is None:
        return made
    first = taken.setdefault(made.listing_id, row.number)
    if first == row.number:
        return made
    problem = ("", f"Row {first} is about the same listing.")
    return replace(made, outcome=WRONG, changes={}, problems=(*made.problems, problem))


# Committing ---------------------------------------------------------------------------


def commit(services: Services, seller_id: str, import_id: str, comparison: int) -> None:
    """Write what a comparison has shown, once. Raises Refused with what to do instead."""
    with services.store.transaction() as tx:
        batch = _locked(tx, seller_id, import_id)
        if batch.state in {COMMITTING, COMMITTED, UNDOING, UNDONE}:
            return
        if reason := why_not_commit(batch, comparison):
            raise Refused(reason)
        repository.set_state(tx, batch.id, COMMITTING)
    if batch.row_count <= SMALL:
        finish(services, batch.id)


def why_not_commit(batch: Import, comparison: int) -> str:
    """Why a comparison cannot be written; empty if it can."""
    if batch.state != CHECKED or batch.comparison != comparison:
        return "This comparison is not the newest one, so nothing was written. Look at it again."
    if batch.counts.get(WRONG):
        return "Rows have errors, so nothing was written. Correct the file and import it again."
    if not batch.counts.get(NEW) and not batch.counts.get(CHANGED):
        return "Your listings are already as the file says, so there is nothing to write."
    return ""


def _locked(tx: Tx, seller_id: str, import_id: str) -> Import:
    repository.locked(tx, of_seller(tx, seller_id, import_id).id)
    return of_seller(tx, seller_id, import_id)


def _commit_all(tx: Tx, batch: Import) -> None:
    """Write every row. Raises ChangedMeanwhile where one is not as it was shown."""
    for rows in _stored_chunks(tx, batch):
        ids = [row.comparison.listing_id for row in rows if row.comparison.listing_id]
        if ids:
            bulk.lock(tx, ids)
        shelf = Shelf(tx, batch.seller_id, batch.currency, [row.file for row in rows])
        for row in rows:
            if compare(row.file, shelf) != row.comparison:
                raise ChangedMeanwhile("A listing has changed since the comparison.")
            _write(tx, batch, row, shelf)
    repository.set_state(tx, batch.id, COMMITTED, committed_at=clock.timestamp())


def _stored_chunks(tx: Tx, batch: Import) -> Iterator[list[ImportRow]]:
    last = 0
    while rows := repository.rows_after(tx, batch.id, last, limit=_AT_ONCE):
        yield rows
        last = rows[-1].number


def _write(tx: Tx, batch: Import, row: ImportRow, shelf: Shelf) -> None:
    said = {name: new for name, (_, new) in row.comparison.changes.items()}
    listing = shelf.of(row.file)
    if listing is None:
        details = details_of(said, batch.currency)
        publish = said["state"] == "published"
        made = catalog.create(tx, batch.seller_id, batch.currency, details, publish=publish)
        repository.set_listing(tx, batch.id, row.number, made.id)
    elif row.comparison.outcome == CHANGED:
        details = details_of(cells_of(listing) | said, batch.currency)
        catalog.update(tx, listing, details, listing.stock)
        bulk.set_state(tx, listing, said.get("state", listing.state))


# Undoing ------------------------------------------------------------------------------


def undo(services: Services, seller_id: str, import_id: str) -> None:
    """Put every listing back that is still as the import has left it. Raises Refused."""
    with services.store.transaction() as tx:
        batch = _locked(tx, seller_id, import_id)
        if batch.state in {UNDOING, UNDONE}:
            return
        if batch.state != COMMITTED:
            raise Refused("Nothing of this file was written, so there is nothing to undo.")
        repository.set_state(tx, batch.id, UNDOING)
    if batch.row_count <= SMALL:
        finish(services, batch.id)


def _undo_all(tx: Tx, batch: Import) -> None:
    for rows in _stored_chunks(tx, batch):
        undoing.undo_rows(tx, batch, [row for row in rows if row.comparison.changes])
    repository.set_state(tx, batch.id, UNDONE, undone_at=clock.timestamp())


# The worker ---------------------------------------------------------------------------


def run_due(services: Services) -> int:
    """Go on with what is under way; how many steps were made."""
    with services.store.read() as tx:
        running = repository.running(tx)
    steps = 0
    for import_id in running:
        while steps < _CHUNKS_AT_ONCE and _advance(services, import_id):
            steps += 1
    return steps


def finish(services: Services, import_id: str) -> None:
    """Take every step that is left."""
    while _advance(services, import_id):
        pass


def _advance(services: Services, import_id: str) -> bool:
    """Take one step in a transaction of its own; whether there was one to take."""
    try:
        with services.store.transaction() as tx:
            batch = repository.locked(tx, import_id)
            return batch is not None and _step(tx, batch)
    except (Invalid, Refused):  # the shop is not any more as the comparison has shown it
        with services.store.transaction() as tx:
            repository.compare_again(tx, import_id)
        return True


def _step(tx: Tx, batch: Import) -> bool:
    if batch.state == CHECKING:
        return _compare_some(tx, batch)
    if batch.state == COMMITTING:
        _commit_all(tx, batch)
    elif batch.state == UNDOING:
        _undo_all(tx, batch)
    return batch.running


def clean_up(services: Services) -> int:
    """Forget comparisons that nobody has clicked on for a week."""
    with services.store.transaction() as tx:
        return repository.forget(tx, before=clock.ago(days=KEPT_DAYS))
