"""Requests follow the refunds of their order, whoever makes them.

Called after every projection of an order, so that what Stripe says later, or a second operator,
ends in the same rows.
"""

from storefront.orders.service import Order
from storefront.refund_requests import conversation, notices, repository
from storefront.refund_requests.repository import ACCEPTED, OPEN, SETTLED, STOREFRONT
from storefront.refund_requests.thread import Thread
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject


def follow(tx: Tx, order: Order, _objects: list[StripeObject]) -> None:
    """Confirm, reopen or settle the requests of an order as its refunds say."""
    for found in conversation.of_order(tx, order.id):
        if found.request.state == ACCEPTED and found.refund_state == "rejected":
            _reopen(tx, order, found)
        elif found.request.state == ACCEPTED and not found.waits_for_refund:
            notices.tell(tx, order, found)
        elif found.request.is_open and order.refunded_amount >= order.total_amount:
            repository.update(tx, found.request.id, state=SETTLED)
            conversation.say(tx, order, found.request.id, STOREFRONT, "settled")


def _reopen(tx: Tx, order: Order, found: Thread) -> None:
    """There is no refund: the request is where it was before, and says why."""
    failure = found.refund.failure if found.refund else ""
    repository.update(tx, found.request.id, state=found.brought or OPEN)
    conversation.say(tx, order, found.request.id, STOREFRONT, "not_refunded", failure)
