"""Disputes: rows that follow Stripe's facts, and who is told.

For destination charges the platform pays every dispute first
(https://docs.stripe.com/connect/destination-charges#handle-disputes).
"""

from collections.abc import Collection
from typing import Final

from storefront import clock
from storefront.current import Services
from storefront.disputes import repository
from storefront.disputes.repository import AtRisk, Dispute
from storefront.errors import NotFound
from storefront.store import Tx

__all__ = ["ANSWERABLE", "OPEN", "VIEWS", "AtRisk", "Dispute", "answerable", "at_risk", "by_id",
           "counted", "due_within", "of_order", "of_seller", "page", "read_fees"]  # fmt: skip

ANSWERABLE: Final = ("needs_response", "appeal_needs_response", "warning_needs_response")
"""The bank waits for evidence."""
_INQUIRIES: Final = ("warning_needs_response", "warning_under_review", "warning_closed")
_REVIEWED: Final = ("under_review", "appeal_under_review")
OPEN: Final = (*ANSWERABLE, *_REVIEWED, "warning_under_review")

VIEWS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "needs_response": ("Needs a response", ("needs_response", "appeal_needs_response")),
    "under_review": ("Under review", _REVIEWED),
    "inquiries": ("Inquiries", _INQUIRIES),
    "won": ("Won", ("won",)),
    "lost": ("Lost", ("lost", "prevented")),
    "all": ("All", ()),
}
"""The parts of the board: what each is called, and the statuses in it."""

of_order = repository.of_order


def by_id(tx: Tx, dispute_id: str) -> Dispute:
    """One dispute. Raises NotFound."""
    found = repository.by_id(tx, dispute_id)
    if found is None:
        raise NotFound("There is no such dispute.")
    return found


def of_seller(tx: Tx, seller_id: str, dispute_id: str) -> Dispute:
    """A shop's dispute. Raises NotFound for an absent one and for another shop's alike."""
    found = by_id(tx, dispute_id)
    if found.seller_id != seller_id:
        raise NotFound("There is no such dispute.")
    return found


def page(
    tx: Tx, view: str, limit: int, offset: int, *, sought: str = "", seller_id: str = ""
) -> list[Dispute]:
    """A part of the board; an unknown part is the whole."""
    _, statuses = VIEWS.get(view, VIEWS["all"])
    return repository.page(tx, statuses, sought.strip(), seller_id, limit, offset)


def due_within(tx: Tx, days: int) -> list[Dispute]:
    """Disputes that can still be answered, but not for longer than so many days."""
    until = clock.in_future(days=days)
    return repository.due_between(tx, ANSWERABLE, clock.timestamp(), until)


def answerable(tx: Tx) -> list[Dispute]:
    """Disputes that can still be answered, the nearest deadline first."""
    return repository.due_between(tx, ANSWERABLE, clock.timestamp(), "9")


def counted(tx: Tx, seller_id: str = "") -> dict[str, int]:
    """How many disputes there are in each part of the board."""
    found = repository.counts(tx, seller_id)
    return {view: _sum(found, statuses) for view, (_, statuses) in VIEWS.items()}


def _sum(found: dict[str, int], statuses: Collection[str]) -> int:
    return sum(count for status, count in found.items() if not statuses or status in statuses)


def at_risk(tx: Tx) -> list[AtRisk]:
    """What is disputed and undecided, by currency; an inquiry counts, since it may become one."""
    return repository.at_risk(tx, OPEN)


def read_fees(services: Services, limit: int = 10) -> int:
    """Read what Stripe has charged for answers, which no event tells; how many were read."""
    with services.store.read() as tx:
        wanted = repository.fees_wanted(tx, limit)
    for dispute_id in wanted:
        page = services.gateway.page("balance_transactions", source=dispute_id)
        with services.store.transaction() as tx:
            for snapshot in page.objects:
                services.settlement.fold(tx, {**snapshot, "owner": dispute_id})
            repository.fees_read(tx, dispute_id)
    return len(wanted)
