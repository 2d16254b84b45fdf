"""Our rows follow Stripe's facts about disputes; who has to act is told once.

Called after every projection of an order with everything known of its payment.
"""

from datetime import UTC, datetime

from storefront import clock
from storefront.disputes import notices, repository
from storefront.disputes.repository import Dispute
from storefront.orders.projection import dispute_money
from storefront.orders.service import Order
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject, standing


def follow(tx: Tx, order: Order, objects: list[StripeObject]) -> None:
    """Bring an order's disputes in line with what Stripe reports."""
    known = {found.id: found for found in repository.of_order(tx, order.id)}
    for reported in objects:
        if reported.object != "dispute" or reported.parent_id != order.stripe_charge_id:
            continue
        now = _dispute(order, reported, objects)
        if now is not None and now != known.get(now.id):
            repository.save(tx, now)
            notices.tell(tx, order, now)


def _dispute(order: Order, reported: StripeObject, objects: list[StripeObject]) -> Dispute | None:
    facts = reported.facts
    if "standing" not in facts:
        return None  # so far only a balance transaction has named it
    submission_count, status = standing(reported)
    moved = [
        dispute_money(each)
        for each in objects
        if each.object == "balance_transaction" and each.parent_id == reported.id
    ]
    return Dispute(
        id=reported.id,
        order_id=order.id,
        seller_id=order.seller_id,
        status=status,
        reason=facts.get("reason", ""),
        amount=facts.get("amount", 0),
        currency=facts.get("currency", order.currency),
        withdrawn_amount=-sum(amount for amount, _ in moved),
        fee_amount=sum(fee for _, fee in moved),
        submission_count=submission_count,
        due_by=_moment(facts["due_by"]) if facts.get("due_by") else None,
        opened_at=_moment(facts.get("created", 0)),
        order_number=order.number,
        shop_name=order.shop_name,
        email=order.email or "",
    )


def _moment(seconds: int) -> str:
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC))
