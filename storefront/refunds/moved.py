"""What a refund has moved, where that is no choice of ours but what Stripe has done."""

from dataclasses import replace

from storefront.fees import APPLICATION_FEE
from storefront.orders.service import Order
from storefront.refunds import repository
from storefront.refunds.preview import Effect, effect
from storefront.refunds.repository import EXTERNAL, Refund
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects


def effect_of(tx: Tx, order: Order, refund: Refund) -> Effect:
    """What a refund has done to everybody; of one made elsewhere, as Stripe reports it."""
    stated = effect(refund, order.fee_mode)
    if refund.origin != EXTERNAL or not refund.reverse_transfer:
        return stated
    if order.fee_mode != APPLICATION_FEE:
        return stated
    pulled = _pulled_back(tx, order, refund)
    return replace(stated, reversed_amount=pulled, fee_amount=_returned(tx, order, refund))


def fee_returned_elsewhere(tx: Tx, order: Order) -> int:
    """What of our fee went back otherwise than by refunds and returns of ours, in minor units."""
    if order.fee_mode != APPLICATION_FEE:
        return 0
    ours = sum(each.fee_amount for each in repository.of_order(tx, order.id) if each.moved)
    return max(0, order.fee_refunded_amount - ours - repository.returned_alone(tx, order.id))


def _pulled_back(tx: Tx, order: Order, refund: Refund) -> int:
    """A refund that completes the charge pulls back whatever is left, which may be more."""
    root = stripe_objects.root_of(tx, order.stripe_charge_id or "")
    return sum(
        known.facts.get("amount", 0)
        for known in stripe_objects.tree(tx, root)
        if known.facts.get("source_refund") == refund.stripe_refund_id
    )


def _returned(tx: Tx, order: Order, refund: Refund) -> int:
    """Stripe does not say which refund a fee went back with; if there is one, it was that."""
    candidates = [
        each.id
        for each in repository.of_order(tx, order.id)
        if each.origin == EXTERNAL and each.reverse_transfer
    ]
    return fee_returned_elsewhere(tx, order) if candidates == [refund.id] else 0
