"""Sending many orders at once: what can go, and marking each as sent."""

from collections.abc import Iterable
from dataclasses import dataclass

from storefront.errors import Invalid, Refused
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.sales import service as sales
from storefront.shipping.pasted import Line
from storefront.store import Store, Tx

MOST = 100


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order that leaves; carrier and tracking number may be empty."""

    order_id: str
    carrier: str
    tracking_number: str


def chosen(tx: Tx, seller_id: str, order_ids: Iterable[str]) -> list[Order]:
    """Orders of a shop, each once. Raises NotFound for another shop's, Invalid for too many."""
    wanted = list(dict.fromkeys(order_ids))
    if len(wanted) > MOST:
        raise Invalid(f"Please choose at most {MOST} orders at once.")
    return [orders.sold_by(tx, seller_id, order_id) for order_id in wanted]


def send(store: Store, seller_id: str, parcels: Iterable[Parcel]) -> None:
    """Mark orders as sent, each in a transaction of its own.

    One that cannot be sent any more stays as it is while the rest goes on; the order itself
    says why. The same once more changes nothing. Raises NotFound for another shop's order.
    """
    for parcel in parcels:
        try:
            with store.transaction() as tx:
                orders.mark_shipped(
                    tx, seller_id, parcel.order_id, parcel.carrier, parcel.tracking_number
                )
        except Refused:
            continue


def match(
    tx: Tx, seller_id: str, lines: list[Line]
) -> tuple[dict[str, Line], list[tuple[str, str]]]:
    """The lines of a list by their order's id, and what is wrong with the others.

    Raises Invalid for too many or none.
    """
    if not 0 < len(lines) <= MOST:
        raise Invalid(f"Please list between 1 and {MOST} orders, one on each line.")
    found: dict[str, Line] = {}
    wrong = []
    for line in lines:
        order = sales.by_number(tx, seller_id, _number(line.number))
        if order is None:
            wrong.append((f"Line {line.place}", f"There is no order “{line.number}” in your shop."))
        elif order.id in found:
            wrong.append((f"Line {line.place}", f"Order {order.number} is listed twice."))
        else:
            found[order.id] = line
    return found, wrong


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1
