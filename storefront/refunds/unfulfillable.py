"""A payment that arrived when nothing was left to sell goes back in full, by itself."""

import logging

from storefront.current import Services
from storefront.errors import StorefrontError
from storefront.orders.service import Order
from storefront.refunds import repository
from storefront.refunds.repository import AUTOMATIC
from storefront.refunds.service import Author, Wish, order_of, request

log = logging.getLogger(__name__)

MESSAGE = "It sold out before your payment arrived. We are sorry, and you get everything back."


def refund_unfulfillable(services: Services, limit: int = 10) -> int:
    """Refund paid orders that cannot be fulfilled, once each; how many were started."""
    with services.store.read() as tx:
        found = [order_of(tx, order_id) for order_id in repository.unfulfillable(tx, limit)]
    return sum(_refund(services, order) for order in found)


def _refund(services: Services, order: Order) -> int:
    wish = Wish(
        amount=order.total_amount,
        reverse_transfer=True,
        return_fee=order.application_fee_amount > 0,
        message=MESSAGE,
    )
    author = Author(form_token=f"unfulfillable:{order.id}", origin=AUTOMATIC)
    try:
        request(services, order.id, wish, author)
    except StorefrontError as error:
        log.warning("refund.impossible", extra={"order": order.id, "reason": error.message})
        return 0
    return 1
