"""Which of two copies of an object stays: order and repetition of events and reads do not matter.

Each copy carries two of Stripe's Unix times, between which the object looked so: an event the
second of its making, a read the time that it took. Of two copies whose times do not overlap the
later one stays. Of two that overlap and differ nobody can say which is newer, so the object is
read again, until the read is surely later than both.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from storefront import clock
from storefront.store import Tx
from storefront.stored_data import repository
from storefront.stored_data.repository import Copy
from storefront.stripe_gateway.copies import KINDS, Seen

Answer = dict[str, Any]

REREAD_SECONDS = 5
"""A read so much later surely comes after what it is to decide between."""

_KIND_OF = {name: kind for kind, name in KINDS.items()}
_SEARCHED = ("id", "description", "email", "name", "phone", "receipt_email", "status", "type",
             "statement_descriptor", "failure_code", "customer", "payment_intent", "charge",
             "destination", "source", "source_transfer", "source_transaction", "transfer",
             "application_fee", "currency")  # fmt: skip


def kind_of(snapshot: Answer) -> str | None:
    """The list that an object belongs to; None if no copies are kept of such objects."""
    return _KIND_OF.get(str(snapshot.get("object")))


def keep(tx: Tx, account_id: str, snapshots: list[Answer], seen: Seen, parent_id: str = "") -> None:
    """Keep copies of an account's objects, unless newer ones are here."""
    copies = [_copy(account_id, snapshot, seen, parent_id) for snapshot in snapshots]
    for new in sorted(copies, key=lambda copy: copy.id):  # one order of locks for everybody
        if not repository.insert(tx, new):
            known = repository.locked(tx, account_id, new.id)
            merged = merge(known, new)
            if merged != known:
                repository.replace(tx, merged)


def merge(known: Copy, new: Copy) -> Copy:
    """What stays of two copies of the same object."""
    parent_id = new.parent_id or known.parent_id
    origin_id = known.origin_id or new.origin_id  # a single read does not tell it
    known = replace(known, origin_id=origin_id, net_amount=known.net_amount or new.net_amount,
                    available_at=known.available_at or new.available_at)  # fmt: skip
    if known.deleted:  # that is final, ids do not return
        return known
    if new.deleted or new.seen.since > known.seen.until:
        return replace(new, parent_id=parent_id, created_at=known.created_at,
                       explained_at=known.explained_at, origin_id=origin_id)  # fmt: skip
    if new.seen.until < known.seen.since:
        return replace(known, parent_id=parent_id)
    both = Seen(max(known.seen.since, new.seen.since), max(known.seen.until, new.seen.until))
    doubtful = known.reread_at is not None or known.body != new.body
    again = clock.in_future(seconds=REREAD_SECONDS) if doubtful else None
    return replace(known, parent_id=parent_id, seen=both, reread_at=again)


def _copy(account_id: str, snapshot: Answer, seen: Seen, parent_id: str) -> Copy:
    deleted = bool(snapshot.get("deleted"))
    if deleted:  # nothing about a person stays
        snapshot = {"id": snapshot["id"], "object": snapshot["object"], "deleted": True}
    kind = kind_of(snapshot)
    assert kind is not None  # noqa: S101 - whoever calls has looked
    origin_id, snapshot = _origin(snapshot)
    available = snapshot.get("available_on") or snapshot.get("arrival_date")
    return Copy(
        stripe_account_id=account_id,
        id=snapshot["id"],
        kind=kind,
        parent_id=parent_id or None,
        created_at=_moment(snapshot.get("created") or seen.since),
        amount=snapshot.get("amount"),
        currency=snapshot.get("currency") or "",
        status=_status(snapshot),
        words=" ".join(dict.fromkeys(_words(snapshot))).lower(),
        body=snapshot,
        deleted=deleted,
        seen=seen,
        net_amount=snapshot.get("net"),
        origin_id=origin_id,
        available_at=_moment(available) if available else None,
    )


def _origin(snapshot: Answer) -> tuple[str | None, Answer]:
    """What a balance transaction came from, and the transaction with no more than its source's id.

    The payment of a destination charge, and any transfer, is a payment with `source_transfer`; what
    is pulled back from it a refund with `source_transfer_reversal`
    (https://docs.stripe.com/api/charges/object, https://docs.stripe.com/api/refunds/object).
    """
    source = snapshot.get("source")
    if snapshot["object"] != "balance_transaction":
        return None, snapshot
    if not isinstance(source, dict):
        return source, snapshot
    origin_id = source.get("source_transfer") or source.get("source_transfer_reversal")
    return origin_id or source["id"], {**snapshot, "source": source["id"]}


def _moment(created: int) -> str:
    return clock.timestamp(datetime.fromtimestamp(created, UTC))


def _status(snapshot: Answer) -> str:
    if snapshot.get("deleted"):
        return "deleted"
    if snapshot["object"] == "balance_transaction":
        return str(snapshot.get("type") or "")
    if snapshot.get("refunded") or snapshot.get("reversed"):
        return "refunded" if snapshot.get("refunded") else "reversed"
    return str(snapshot.get("status") or "")


def _words(snapshot: Answer) -> Iterator[str]:
    values = [snapshot.get(name) for name in _SEARCHED]
    details = snapshot.get("billing_details") or {}
    values += [details.get("name"), details.get("email"), details.get("phone")]
    values += list((snapshot.get("metadata") or {}).values())
    return (value for value in values if isinstance(value, str) and value)
