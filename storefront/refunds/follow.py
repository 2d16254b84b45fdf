"""Our rows follow Stripe's facts, whoever made the refund.

Called after every projection of an order with everything known of its payment, so that the
same facts give the same rows in whatever order they came.
"""

from datetime import UTC, datetime
from typing import Any

from storefront import clock
from storefront.debts import service as debts
from storefront.fees import TRANSFER_AMOUNT
from storefront.ids import new_id
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import repository, words
from storefront.refunds.repository import EXTERNAL, STATES, Refund
from storefront.refunds.service import taken
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject


def follow(tx: Tx, order: Order, objects: list[StripeObject]) -> None:
    """Bring an order's refunds in line with what Stripe reports, and what they reserve."""
    refunds = repository.of_order(tx, order.id)
    reported = [known for known in objects if _belongs(known, order)]
    reversed_with = {
        known.facts.get("source_refund"): known.facts.get("amount", 0) for known in objects
    }
    for known in reported:
        own = _own(refunds, known) or _adopt(tx, order, known)
        reported_now = _reported(known)
        if own.origin == EXTERNAL:
            reported_now |= _shared(order, known, reversed_with.get(known.id))
        if changes := _changes(own, reported_now):
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


def _reported(known: StripeObject) -> dict[str, Any]:
    return {
        "stripe_refund_id": known.id,
        "state": known.facts["status"],
        "failure": words.trouble(known.facts),
    }


def _shared(order: Order, known: StripeObject, pulled: int | None) -> dict[str, Any]:
    """Who pays for a refund that Stripe has shared; `pulled` is None if the seller does not.

    Of a transfer without our fee Stripe takes a share, so the rest of the amount is our fee's.
    """
    if pulled is None or order.fee_mode != TRANSFER_AMOUNT:
        return {"reverse_transfer": int(pulled is not None)}
    given_up = max(0, known.facts["amount"] - pulled)
    return {"reverse_transfer": 1, "return_fee": 1, "fee_amount": given_up}


def _changes(own: Refund, reported: dict[str, Any]) -> dict[str, Any]:
    """The columns in which a row differs from the facts."""
    return {name: value for name, value in reported.items() if getattr(own, name) != value}


def _commit(tx: Tx, order: Order, refunds: list[Refund]) -> None:
    """Reserve what the refunds add up to; for those that failed nothing is reserved or owed."""
    for refund in refunds:
        if refund.owed and not refund.holds:
            _cancel_debt(tx, order, refund)
    committed = sum(refund.amount for refund in refunds if refund.holds)
    if committed != order.refund_committed:
        orders.set_refund_committed(tx, order.id, committed)
    if order.fee_mode == TRANSFER_AMOUNT:
        _give_up(tx, order, refunds)


def _cancel_debt(tx: Tx, order: Order, refund: Refund) -> None:
    """What was not paid is not owed; but our fee, which the seller has got back, is."""
    known = taken(tx, order, refund)
    if known is not None:
        debts.cancel(tx, refund.id, keep=known.fee_amount)


def _give_up(tx: Tx, order: Order, refunds: list[Refund]) -> None:
    """Nobody but our rows knows how much less was pulled back for the sake of the fee."""
    given_up = sum(refund.fee_amount for refund in refunds if refund.stripe_refund_id)
    if given_up != order.fee_refunded_amount:
        orders.set_fee_given_up(tx, order.id, given_up)
