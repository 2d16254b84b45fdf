"""Undoing an import: each listing as it was, unless somebody has been there since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storefront.catalog import bulk
from storefront.catalog import service as catalog
from storefront.catalog.service import Listing, SkuTaken, Subscribed
from storefront.listing_imports import repository
from storefront.listing_imports.columns import cells_of, details_of
from storefront.listing_imports.comparing import NEW
from storefront.listing_imports.repository import Import, ImportRow
from storefront.store import Tx

RESTORED: Final = "restored"
DELETED: Final = "deleted"
PAUSED: Final = "paused"
KEPT: Final = "kept"


@dataclass(frozen=True, slots=True)
class _Since:
    """The listings of some rows as they are now, and what has happened to them."""

    listings: dict[str, Listing]
    ordered: set[str]
    pictured: set[str]


def undo_rows(tx: Tx, batch: Import, rows: Sequence[ImportRow]) -> None:
    """Undo some rows and write down, in words, what became of each."""
    ids = [row.comparison.listing_id for row in rows if row.comparison.listing_id]
    if not ids:
        return
    bulk.lock(tx, ids)
    found = {listing.id: listing for listing in bulk.by_ids(tx, batch.seller_id, ids)}
    since = _Since(found, bulk.ordered(tx, ids), bulk.pictured(tx, ids))
    for row in rows:
        undone, note = _undo(tx, row, since)
        repository.set_undo(tx, batch.id, row.number, undone, note)


def _undo(tx: Tx, row: ImportRow, since: _Since) -> tuple[str, str]:
    listing = since.listings.get(row.comparison.listing_id or "")
    if listing is None:
        return KEPT, "It was deleted since."
    if row.comparison.outcome == NEW:
        return _withdraw(tx, row, listing, since)
    if changed := _changed(row, listing):
        return KEPT, f"Changed or sold since: {', '.join(changed)}. It stays as it is now."
    return _restore(tx, row, listing, is_ordered=listing.id in since.ordered)


def _changed(row: ImportRow, listing: Listing) -> list[str]:
    """The columns that are not any more as the import has left them."""
    now = cells_of(listing)
    return [name for name, (_, new) in row.comparison.changes.items() if now[name] != new]


def _withdraw(tx: Tx, row: ImportRow, listing: Listing, since: _Since) -> tuple[str, str]:
    if listing.id not in since.ordered:
        if changed := _changed(row, listing):
            return KEPT, f"Changed since: {', '.join(changed)}. It stays as it is now."
        if listing.id in since.pictured:
            return KEPT, "It has got pictures since. It stays as it is now."
    if bulk.withdraw(tx, listing):
        return DELETED, ""
    where = "was ordered" if listing.id in since.ordered else "lies in a cart"
    return PAUSED, f"It {where}, so it is not deleted but paused."


def _restore(tx: Tx, row: ImportRow, listing: Listing, *, is_ordered: bool) -> tuple[str, str]:
    before = cells_of(listing) | {
        name: old for name, (old, _) in row.comparison.changes.items() if old is not None
    }
    try:
        catalog.update(tx, listing, details_of(before, listing.currency), listing.stock)
    except (SkuTaken, Subscribed) as error:
        return KEPT, f"{error.message} It stays as it is now."
    if before["state"] == listing.state:
        return RESTORED, ""
    if before["state"] == "draft" and is_ordered:
        bulk.put_back(tx, listing, "paused")
        return RESTORED, "It was ordered since, so it is paused instead of a draft."
    bulk.put_back(tx, listing, before["state"])
    return RESTORED, ""
