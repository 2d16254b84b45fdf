"""Which pieces of an order a refund is for, and which of them go back on sale."""

from collections.abc import Iterable
from dataclasses import dataclass

from storefront.catalog import service as catalog
from storefront.errors import Refused
from storefront.orders import service as orders
from storefront.orders.service import Order, OrderLine
from storefront.refunds import repository
from storefront.refunds.repository import Refund, RefundLine
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of an order, and how many of its pieces no refund was made for yet."""

    line: OrderLine
    quantity: int

    @property
    def amount(self) -> int:
        """What these pieces cost, in minor units."""
        return self.line.unit_amount * self.quantity


@dataclass(frozen=True, slots=True)
class Left:
    """What of an order can still be refunded by the piece; `shipping_amount` in minor units."""

    lines: list[LineLeft]
    shipping_amount: int

    def quantity(self, position: int) -> int:
        """How many pieces of a line are left."""
        return sum(each.quantity for each in self.lines if each.line.position == position)

    def price(self, lines: Iterable[RefundLine], *, includes_shipping: bool) -> int:
        """What some pieces cost, in minor units."""
        unit_amounts = {each.line.position: each.line.unit_amount for each in self.lines}
        pieces = sum(unit_amounts[line.position] * line.quantity for line in lines)
        return pieces + (self.shipping_amount if includes_shipping else 0)


def left(tx: Tx, order: Order) -> Left:
    """What refunds that still hold have left over of an order."""
    refunded = repository.pieces(tx, order.id)
    return Left(
        [
            LineLeft(line, max(0, line.quantity - refunded.get(line.position, 0)))
            for line in orders.lines(tx, order.id)
        ],
        0 if repository.shipping_included(tx, order.id) else order.shipping_amount,
    )


def check(tx: Tx, order: Order, lines: Iterable[RefundLine], *, includes_shipping: bool) -> None:
    """Raise Refused for pieces that this order does not have, or not any more."""
    there = left(tx, order)
    known = {each.line.position: each for each in there.lines}
    for line in lines:
        found = known.get(line.position)
        if found is None:
            raise Refused("This order has no such line.")
        if not 0 < line.quantity <= found.quantity:
            raise Refused(_too_many(found))
    if includes_shipping and not there.shipping_amount:
        raise Refused("The shipping of this order has been refunded already, or it was free.")


def _too_many(found: LineLeft) -> str:
    if not found.quantity:
        return f"Every “{found.line.title}” of this order has been refunded already."
    return f"Only {found.quantity} of “{found.line.title}” can still be refunded."


def explain(
    tx: Tx,
    order: Order,
    refund: Refund,
    lines: Iterable[RefundLine],
    *,
    includes_shipping: bool,
    message: str,
) -> None:
    """Say once, afterwards, what a refund is for, and put on sale what goes back there.

    Raises Refused for pieces that this order does not have, or not any more.
    """
    said = tuple(lines)
    check(tx, order, said, includes_shipping=includes_shipping)
    repository.insert_lines(tx, refund.id, said)
    repository.update(
        tx,
        refund.id,
        includes_shipping=int(includes_shipping),
        message=message,
        updated_at=refund.updated_at,  # at Stripe nothing has changed
    )
    restock(tx, order, refund.id)


def restock(tx: Tx, order: Order, refund_id: str) -> None:
    """Put on sale again what the operator said; nothing if nothing was taken from stock."""
    if not order.stock_held:
        return
    bought = {line.position: line for line in orders.lines(tx, order.id)}
    for line in repository.lines(tx, refund_id):
        if line.restock:
            catalog.return_stock(tx, bought[line.position].listing_id, line.quantity)
