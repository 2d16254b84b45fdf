"""Who has looked at an order: what a bank wants to know of something that is downloaded.

https://docs.stripe.com/disputes/categories: "any server or activity logs showing the customer
accessed or downloaded the purchased digital product", with IP addresses and times.
"""

from collections.abc import Iterator
from typing import Final

from storefront import clock
from storefront.orders import repository
from storefront.orders.repository import Order
from storefront.store import Tx

MOST_ADDRESSES: Final = 20
"""A link that has spread tells nothing about its shopper any more."""


def note(tx: Tx, order: Order, address: str) -> None:
    """An order's page was opened from an IP address. After a dispute it proves nothing any more."""
    if address and not order.disputed:
        repository.add_visit(tx, order.id, address, MOST_ADDRESSES)


def log(tx: Tx, order: Order) -> Iterator[str]:
    """What is known of who placed an order and came back to it, a line for each."""
    if order.purchase_ip:
        yield f"{clock.display_time(order.created_at)}: ordered from {order.purchase_ip}"
    for visit in repository.visits(tx, order.id):
        times = "once" if visit.visits == 1 else f"{visit.visits} times"
        until = "" if visit.visits == 1 else f", last {clock.display_time(visit.last_at)}"
        yield (
            f"{clock.display_time(visit.first_at)}: the order's page was opened from"
            f" {visit.address}, {times}{until}"
        )
