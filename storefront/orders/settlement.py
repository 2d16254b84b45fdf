"""Facts in, orders out: the one way in which anything Stripe reports reaches an order.

Events, the return page, answers to our own calls and the worker's reads all come through
`Settlement.fold`; the order is then projected from everything that is known of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from storefront import clock
from storefront.cart import service as cart
from storefront.cart.service import CartLine
from storefront.catalog import service as catalog
from storefront.ledger import service as ledger
from storefront.mail import service as mail
from storefront.orders import repository
from storefront.orders.payment_facts import payment_facts
from storefront.orders.projection import Projection, project, sort_out
from storefront.orders.repository import (
    AWAITING,
    FAILED,
    PAID,
    PROCESSING,
    QUARANTINED,
    Order,
    OrderLine,
)
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects
from storefront.stripe_objects.service import StripeObject

Follower = Callable[[Tx, Order, list[StripeObject]], None]
Newcomer = Callable[[Tx, Mapping[str, Any]], None]
"""Makes the order of a payment that nobody began here, before it is looked for."""

OUT_OF_STOCK = "out_of_stock"
_HOLDS_STOCK = {AWAITING, PROCESSING, PAID, QUARANTINED}
_TAKES_CART = {PROCESSING, PAID, QUARANTINED}


class Settlement:
    """Folds what Stripe reports into orders; followers see each order afterwards."""

    def __init__(self) -> None:
        self.newcomers: list[Newcomer] = []
        self.followers: list[Follower] = []

    def fold(self, tx: Tx, snapshot: Mapping[str, Any]) -> list[Order]:
        """Merge a snapshot and project every order that it concerns; those orders.

        No order means that the object belongs to none that we know yet.
        """
        object_ids = stripe_objects.fold(tx, snapshot)
        for newcomer in self.newcomers:
            newcomer(tx, snapshot)
        roots = dict.fromkeys(stripe_objects.root_of(tx, object_id) for object_id in object_ids)
        found = (repository.by_root(tx, root) for root in roots)
        order_ids = sorted({order.id for order in found if order})
        return [self.project(tx, order_id) for order_id in order_ids]

    def project(self, tx: Tx, order_id: str) -> Order:
        """Bring an order in line with everything that is known of it."""
        order = repository.lock(tx, order_id)
        session = payment_facts(tx, order)
        root = session.get("payment_intent")
        objects = stripe_objects.tree(tx, root) if root else []
        projection = project(order, sort_out(session, objects))
        repository.update(tx, order.id, **_columns(tx, order, projection))
        ledger.book(tx, order.id, projection.entries)
        _enqueue(tx, order, projection)
        after = repository.lock(tx, order.id)
        for follower in self.followers:
            follower(tx, after, objects)
        return repository.lock(tx, order.id)


def _columns(tx: Tx, order: Order, projection: Projection) -> dict[str, Any]:
    lines = repository.lines(tx, order.id)
    status = projection.columns["status"]
    columns = dict(projection.columns)
    columns["stock_held"] = _stock(tx, order, lines, status)
    if status == PAID and not columns["stock_held"] and not order.is_renewal:
        columns["problem"] = OUT_OF_STOCK
    columns["cart_taken"] = _cart(tx, order, lines, status)
    waiting = order.facts_wanted_at or clock.timestamp()
    columns["facts_wanted_at"] = waiting if projection.wants_facts else None
    return columns


def _stock(tx: Tx, order: Order, lines: list[OrderLine], status: str) -> int:
    """Give stock back when nobody will pay; take it again for a payment that comes late."""
    if order.is_renewal:
        return 0  # stock is what can be subscribed to
    holds = status in _HOLDS_STOCK and order.problem != OUT_OF_STOCK
    if order.stock_held and not holds:
        for line in lines:
            catalog.return_stock(tx, line.listing_id, line.quantity)
        return 0
    if holds and not order.stock_held:
        return int(reserve(tx, lines) is None)
    return order.stock_held


def reserve(tx: Tx, lines: list[OrderLine]) -> OrderLine | None:
    """Take every line from stock, or none and the first line for which there is too little."""
    taken: list[OrderLine] = []
    for line in lines:
        if not catalog.take_stock(tx, line.listing_id, line.quantity):
            for earlier in taken:
                catalog.return_stock(tx, earlier.listing_id, earlier.quantity)
            return line
        taken.append(line)
    return None


def _cart(tx: Tx, order: Order, lines: list[OrderLine], status: str) -> int:
    """What is bought leaves the cart; a payment that fails later puts it back."""
    if order.cart_id is None or order.subscription_id is not None:
        return 0
    in_cart = [CartLine(line.listing_id, line.quantity) for line in lines]
    if status in _TAKES_CART and not order.cart_taken:
        cart.take_lines(tx, order.cart_id, in_cart)
        return 1
    if status == FAILED and order.cart_taken:
        cart.put_back(tx, order.cart_id, in_cart)
        return 0
    return order.cart_taken


def _enqueue(tx: Tx, order: Order, projection: Projection) -> None:
    for (kind, subject_id), overtaken in projection.mails.items():
        mail.enqueue(tx, kind, subject_id, "", {}, order_id=order.id)
        if overtaken:
            mail.overtake(tx, kind, subject_id)
