"""Many listings at once: what imports, exports and the undoing of imports need."""

from collections.abc import Iterator, Sequence

from storefront.catalog import repository, service
from storefront.catalog.repository import Listing, bulk
from storefront.clock import timestamp
from storefront.errors import Refused
from storefront.store import Conflict, Store, Tx

__all__ = [
    "by_ids", "by_keys", "every", "lock", "ordered", "pictured", "put_back", "set_state",
    "withdraw",
]  # fmt: skip

by_keys = bulk.by_keys
by_ids = bulk.by_ids
lock = bulk.lock
ordered = bulk.ordered
pictured = bulk.pictured

_AT_ONCE = 500


def every(store: Store, seller_id: str) -> Iterator[Sequence[Listing]]:
    """All listings of a seller in the order in which they were written, some at a time.

    Each part is read by itself, so that nobody waits for whoever is slow to take them.
    """
    last = 0
    while True:
        with store.read() as tx:
            found = bulk.after(tx, seller_id, last, limit=_AT_ONCE)
        if not found:
            return
        yield list(found.values())
        last = max(found)


def why_not_state(now: str, wanted: str) -> str:
    """Why a listing cannot go from one state to another; empty if it can."""
    if wanted == "draft" and now != "draft":
        return "What was published cannot be a draft again. Pause it instead."
    if wanted == "paused" and now == "draft":
        return service.NOTHING_TO_PAUSE
    return ""


def set_state(tx: Tx, listing: Listing, wanted: str) -> None:
    """Publish or pause a listing, if it is not in this state. Raises Refused."""
    if reason := why_not_state(listing.state, wanted):
        raise Refused(reason)
    if wanted != listing.state:
        repository.set_state(tx, listing.id, wanted, at=timestamp())


def put_back(tx: Tx, listing: Listing, state: str) -> None:
    """Put a listing into a state in which it was before, whichever that is."""
    if state == "draft":
        bulk.make_draft(tx, listing.id, at=timestamp())
    else:
        repository.set_state(tx, listing.id, state, at=timestamp())


def withdraw(tx: Tx, listing: Listing) -> bool:
    """Delete a listing, or pause it where carts or orders point at it; whether it is deleted."""
    try:
        with tx.savepoint():
            repository.delete(tx, listing.id)
    except Conflict:
        if listing.state == "published":
            service.pause(tx, listing)
        return False
    return True
