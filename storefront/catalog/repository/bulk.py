"""Many listings of a seller at once in the database."""

from collections.abc import Sequence

from storefront.catalog.repository import _COLUMNS, Listing, _listing, one_of
from storefront.store import Tx


def by_keys(tx: Tx, seller_id: str, slugs: Sequence[str], skus: Sequence[str]) -> list[Listing]:
    """A seller's listings that have one of these addresses or SKUs."""
    keys = [("slug", slugs), ("sku", skus)]
    found: dict[str, Listing] = {}
    for column, wanted in keys:
        if wanted:
            condition, values = one_of("key", wanted)
            rows = tx.all(
                f"SELECT {_COLUMNS} FROM listings"
                f" WHERE seller_id = :seller_id AND {column} {condition}",
                seller_id=seller_id,
                **values,
            )
            found |= {row["id"]: _listing(row) for row in rows}
    return list(found.values())


def by_ids(tx: Tx, seller_id: str, ids: Sequence[str]) -> list[Listing]:
    """Those of a seller's listings that are still there."""
    condition, values = one_of("id", ids)
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM listings WHERE seller_id = :seller_id AND id {condition}",
        seller_id=seller_id,
        **values,
    )
    return [_listing(row) for row in rows]


def after(tx: Tx, seller_id: str, number: int, *, limit: int) -> dict[int, Listing]:
    """The seller's listings that were written after one, in that order, by their row numbers."""
    rows = tx.all(
        f"SELECT row, {_COLUMNS} FROM listings WHERE seller_id = :seller_id AND row > :number"
        " ORDER BY row LIMIT :limit",
        seller_id=seller_id,
        number=number,
        limit=limit,
    )
    return {
        row["row"]: _listing({name: row[name] for name in row if name != "row"}) for row in rows
    }


def lock(tx: Tx, ids: Sequence[str]) -> None:
    """Let nobody else change these listings, nor sell of them, before the transaction ends."""
    condition, values = one_of("id", ids)
    tx.run(f"UPDATE listings SET updated_at = updated_at WHERE id {condition}", **values)


def ordered(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Which of these listings stand in an order."""
    return _mentioned(tx, "order_lines", ids)


def pictured(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Which of these listings have pictures."""
    return _mentioned(tx, "listing_pictures", ids)


def _mentioned(tx: Tx, table: str, ids: Sequence[str]) -> set[str]:
    condition, values = one_of("id", ids)
    rows = tx.all(f"SELECT DISTINCT listing_id FROM {table} WHERE listing_id {condition}", **values)
    return {row["listing_id"] for row in rows}


def make_draft(tx: Tx, listing_id: str, *, at: str) -> None:
    """Make a listing a draft, as if it had never been published."""
    tx.run(
        "UPDATE listings SET state = 'draft', published_at = NULL, updated_at = :at WHERE id = :id",
        id=listing_id,
        at=at,
    )
