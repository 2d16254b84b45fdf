"""The flow of funds of an order: every movement of money, why it happened, and what it comes to.

It is the ledger in words. Over the parties each movement sums to zero, and so does the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from storefront import clock
from storefront.funds import words
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import RefundOfOrder
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects
from storefront.stripe_objects.service import StripeObject
from storefront.webhooks import service as webhooks

SELLER = "seller"

_FIRST = ("charge", "stripe_fee", "transfer", "application_fee")
"""What one payment does at once, in the order in which it is told."""


_TOLD_BY = {
    "stripe_fee": "charge.updated",
    "transfer_reversal": "transfer.reversed",
    "fee_refund": "application_fee.refunded",
    "dispute": "charge.dispute.funds_withdrawn",
    "dispute_fee": "charge.dispute.funds_withdrawn",
    "dispute_reinstated": "charge.dispute.funds_reinstated",
    "dispute_fee_returned": "charge.dispute.funds_reinstated",
}
"""Movements of which Stripe tells by an event about the object that they belong to."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that went from one party to another, and why.

    `event_id` is the first event that told of it; None if a read from Stripe did.
    """

    entry: Entry
    at: str | None
    sentence: str
    event_id: str | None

    def change(self, party: str) -> int:
        """What a party gains by it, in minor units."""
        if party == self.entry.credit_account:
            return self.entry.amount
        return -self.entry.amount if party == self.entry.debit_account else 0


@dataclass(frozen=True, slots=True)
class Flow:
    """The movements in one currency, oldest first, and the parties between whom they went."""

    currency: str
    parties: tuple[str, ...]
    movements: tuple[Movement, ...]

    def total(self, party: str) -> int:
        """What a party has gained in all, in minor units; over all parties zero."""
        return sum(movement.change(party) for movement in self.movements)


def of_order(tx: Tx, order: Order) -> list[Flow]:
    """Everything that an order has moved, by currency."""
    entries = ledger.of_order(tx, order.id)
    known = _known(tx, order)
    history = {each.refund.stripe_refund_id: each for each in refunds.history(tx, order.id)}
    events = _events(tx, entries, known)
    movements = [
        Movement(
            entry,
            _moment(tx, known, entry),
            words.sentence(
                entry, order, _refund(entry, known, history), disputed=_disputed(entry, known)
            ),
            events.get((entry.kind, entry.stripe_object_id)),
        )
        for entry in entries
    ]
    movements.sort(key=_told)
    return [_flow(currency, movements) for currency in dict.fromkeys(e.currency for e in entries)]


def of_seller(tx: Tx, order: Order) -> list[Flow]:
    """The seller's part of it, in words for the seller."""
    return [
        _flow(
            flow.currency,
            [
                Movement(each.entry, each.at, words.to_seller(each.entry, order), None)
                for each in flow.movements
                if each.change(SELLER)
            ],
        )
        for flow in of_order(tx, order)
        if SELLER in flow.parties
    ]


def _flow(currency: str, movements: Iterable[Movement]) -> Flow:
    found = tuple(each for each in movements if each.entry.currency == currency)
    taking_part = {
        party for each in found for party in (each.entry.debit_account, each.entry.credit_account)
    }
    return Flow(currency, tuple(p for p in ledger.ACCOUNTS if p in taking_part), found)


def _told(movement: Movement) -> tuple[int, str]:
    kind = movement.entry.kind
    return (_FIRST.index(kind), "") if kind in _FIRST else (len(_FIRST), movement.at or "~")


def _known(tx: Tx, order: Order) -> dict[str, StripeObject]:
    root = order.stripe_payment_intent_id
    return {known.id: known for known in stripe_objects.tree(tx, root)} if root else {}


def _moment(tx: Tx, known: dict[str, StripeObject], entry: Entry) -> str | None:
    """When Stripe made the object that moved the money, or the one that this belongs to."""
    found = known.get(entry.stripe_object_id)
    if found is not None and "created" not in found.facts and found.parent_id:
        found = known.get(found.parent_id)
    seconds = found.facts.get("created") if found else None
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC)) if seconds else None


def _disputed(entry: Entry, known: dict[str, StripeObject]) -> bool:
    found = known.get(entry.stripe_object_id)
    return found is not None and "dispute_id" in found.facts


def _refund(
    entry: Entry, known: dict[str, StripeObject], history: dict[str | None, RefundOfOrder]
) -> RefundOfOrder | None:
    """The refund on whose account the money moved, if it was one."""
    found = known.get(entry.stripe_object_id)
    if found is None:
        return None
    ours = {each.refund.id: each for each in history.values()}
    return (
        history.get(found.id)
        or history.get(found.facts.get("source_refund"))
        or ours.get(found.facts.get("refund_id", ""))
    )


def _events(
    tx: Tx, entries: list[Entry], known: dict[str, StripeObject]
) -> dict[tuple[str, str], str]:
    """By kind and object: the id of the first event that told of a movement."""
    about = {
        id_: (known[id_].parent_id if id_ in known else None) or id_
        for id_ in (entry.stripe_object_id for entry in entries)
    }
    if not about:
        return {}
    ids = list(dict.fromkeys([*about, *about.values()]))
    oldest_first = webhooks.of_objects(tx, ids)[::-1]
    found: dict[tuple[str, str], str] = {}
    for entry in entries:
        id_ = entry.stripe_object_id
        type_ = _TOLD_BY.get(entry.kind)
        for event in oldest_first:
            if event.object_id == id_ or (event.object_id == about[id_] and event.type == type_):
                found.setdefault((entry.kind, id_), event.id)
    return found
