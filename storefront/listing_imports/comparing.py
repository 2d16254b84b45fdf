"""What a row of a file would do to a shop. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from storefront.catalog import bulk
from storefront.catalog import service as catalog
from storefront.catalog.bulk import why_not_state
from storefront.catalog.service import Listing
from storefront.errors import Invalid
from storefront.listing_imports.columns import (
    DEFAULTS,
    FIELDS,
    NEEDED,
    canonical,
    cells_of,
    check_currency,
)
from storefront.listing_imports.reading import FileRow, Flaw
from storefront.store import Tx

NEW: Final = "new"
CHANGED: Final = "changed"
UNCHANGED: Final = "unchanged"
WRONG: Final = "wrong"

Changes = Mapping[str, tuple[str | None, str]]
"""Column → what is there (None in a new listing) and what the file says, in canonical cells."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a row means. `listing` is the one that it is about, if that exists."""

    outcome: str
    listing_id: str | None = None
    changes: Changes = field(default_factory=dict)
    problems: tuple[Flaw, ...] = ()


class Shelf:
    """The listings of a shop that some rows are about."""

    def __init__(self, tx: Tx, seller_id: str, currency: str, rows: Sequence[FileRow]) -> None:
        self.currency = currency
        handles = {handle_of(row) for row in rows} - {""}
        skus = {sku_of(row) for row in rows} - {""}
        found = bulk.by_keys(tx, seller_id, sorted(handles), sorted(skus))
        self.listings = {listing.id: listing for listing in found}
        ids = sorted(self.listings)
        self.subscribed = catalog.subscribed(tx, ids) if ids else set()
        self._by_handle = {listing.slug: listing for listing in found}
        self._by_sku = {listing.sku: listing for listing in found if listing.sku}

    def of(self, row: FileRow) -> Listing | None:
        """The listing that a row is about: by its handle, else by its SKU."""
        if handle := handle_of(row):
            return self._by_handle.get(handle)
        return self._by_sku.get(sku_of(row))

    def owner_of_sku(self, sku: str) -> Listing | None:
        """The listing that has an SKU now."""
        return self._by_sku.get(sku)


def handle_of(row: FileRow) -> str:
    """The address in a row, empty if there is none."""
    return row.cells.get("handle", "").strip()


def sku_of(row: FileRow) -> str:
    """The SKU in a row, empty if there is none or it cannot be one."""
    try:
        return canonical("sku", row.cells.get("sku", ""), "")
    except Invalid:
        return ""


def compare(row: FileRow, shelf: Shelf) -> Comparison:
    """What a row would do to the listing that it is about."""
    listing = shelf.of(row)
    said, problems = _understood(row, shelf.currency)
    problems = [*row.flaws, *problems, *_conflicts(row, said, listing, shelf)]
    if listing is None:
        problems += [
            (name, "A new listing needs this, and the file has no such column.")
            for name in NEEDED
            if name not in row.cells
        ]
        said = DEFAULTS | said
    listing_id = listing.id if listing else None
    if problems:
        return Comparison(WRONG, listing_id, problems=tuple(problems))
    now = cells_of(listing) if listing else {}
    changes = {
        name: (now.get(name), said[name])
        for name in FIELDS
        if name in said and said[name] != now.get(name)
    }
    outcome = NEW if listing is None else CHANGED if changes else UNCHANGED
    return Comparison(outcome, listing_id, changes)


def _understood(row: FileRow, currency: str) -> tuple[dict[str, str], list[Flaw]]:
    """The canonical cells of a row, and what is wrong with the others."""
    said: dict[str, str] = {}
    problems: list[Flaw] = []
    broken = {name for name, _ in row.flaws}
    for name, cell in row.cells.items():
        if name in broken:
            continue
        try:
            if name == "currency":
                check_currency(cell, currency)
            elif name in FIELDS:
                said[name] = canonical(name, cell, currency)
        except Invalid as error:
            problems.append((name, error.message))
    return said, problems


def _conflicts(
    row: FileRow, said: Mapping[str, str], listing: Listing | None, shelf: Shelf
) -> list[Flaw]:
    """What is wrong beside what the shop has now."""
    problems = []
    if listing is None and handle_of(row):
        problems.append(
            ("handle", "Your shop has no listing with this handle. Leave it empty for a new one.")
        )
    owner = shelf.owner_of_sku(said.get("sku", ""))
    if owner is not None and owner is not listing:
        problems.append(("sku", f"“{owner.title}” has this SKU."))
    now = listing.state if listing else DEFAULTS["state"]
    if reason := why_not_state(now, said.get("state", now)):
        problems.append(("state", reason))
    return problems + _billing_conflicts(said, listing, shelf)


def _billing_conflicts(
    said: Mapping[str, str], listing: Listing | None, shelf: Shelf
) -> list[Flaw]:
    if listing is None or listing.id not in shelf.subscribed:
        return []
    stays = said.get("billing", listing.billing) == listing.billing
    return [] if stays else [("billing", catalog.SUBSCRIBED)]
