"""Our rows follow Stripe's facts, whoever made the refund.

Called after every projection of an order with everything known of its payment, so that the
same facts give the same rows in whatever order they came.
"""

from datetime import UTC, datetime
from typing import Any

from storefront import clock
from storefront.ids import new_id
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import repository, words
from storefront.refunds.repository import EXTERNAL, STATES, Refund
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject


def follow(tx: Tx, order: Order, objects: list[StripeObject]) -> None:
    """Bring an order's refunds in line with what Stripe reports, and what they reserve."""
    refunds = repository.of_order(tx, order.id)
    reported = [known for known in objects if _belongs(known, order)]
    reversed_ids = {known.facts.get("source_refund") for known in objects}
    for known in reported:
        own = _own(refunds, known) or _adopt(tx, order, known)
        if changes := _changes(own, known, known.id in reversed_ids):
            repository.update(tx, own.id, **changes)
    _commit(tx, order, repository.of_order(tx, order.id) if reported else refunds)


def _belongs(known: StripeObject, order: Order) -> bool:
    return (
        known.object == "refund"
        and known.parent_id == order.stripe_charge_id
        and known.facts.get("status") in STATES
        and known.facts.get("amount", 0) > 0
    )


def _own(refunds: list[Refund], known: StripeObject) -> Refund | None:
    """The row of a refund: by Stripe's id, else by our id, which Stripe keeps as metadata."""
    for refund in refunds:
        if refund.stripe_refund_id == known.id:
            return refund
    for refund in refunds:
        if refund.stripe_refund_id is None and refund.id == known.facts.get("refund_id"):
            return refund
    return None


def _adopt(tx: Tx, order: Order, known: StripeObject) -> Refund:
    """A refund that was made in Stripe's Dashboard gets a row like any other."""
    made_at = _moment(known.facts.get("created", 0))
    adopted = Refund(
        id=new_id(),
        order_id=order.id,
        amount=known.facts["amount"],
        currency=order.currency,
        reverse_transfer=False,
        return_fee=False,
        fee_amount=0,
        includes_shipping=False,
        reason=known.facts.get("reason", ""),
        message="",
        origin=EXTERNAL,
        actor_id=None,
        form_token=None,
        state=known.facts["status"],
        failure="",
        stripe_refund_id=known.id,
        created_at=made_at,
        updated_at=made_at,
    )
    repository.insert(tx, adopted)
    return adopted


def _moment(seconds: int) -> str:
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC))


def _changes(own: Refund, known: StripeObject, is_reversed: bool) -> dict[str, Any]:
    """The columns in which a row differs from the facts."""
    reported: dict[str, Any] = {
        "stripe_refund_id": known.id,
        "state": known.facts["status"],
        "failure": words.trouble(known.facts),
    }
    if own.origin == EXTERNAL:
        reported["reverse_transfer"] = int(is_reversed)
    return {name: value for name, value in reported.items() if getattr(own, name) != value}


def _commit(tx: Tx, order: Order, refunds: list[Refund]) -> None:
    """Reserve what the refunds add up to; those that failed reserve nothing any more."""
    committed = sum(refund.amount for refund in refunds if refund.holds)
    if committed != order.refund_committed:
        orders.set_refund_committed(tx, order.id, committed)
