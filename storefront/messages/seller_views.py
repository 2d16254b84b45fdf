"""The seller's side of the messages about an order."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.messages import page
from storefront.messages.service import SELLER
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("seller_messages", __name__)


@blueprint.get("/sell/orders/<order_id>/messages")
@policy("seller")
def show(order_id: str) -> ResponseReturnValue:
    """The messages about a sold order."""
    with current.store().read() as tx:
        return page.show(tx, _order(tx, order_id), SELLER)


@blueprint.post("/sell/orders/<order_id>/messages")
@policy("seller")
def say(order_id: str) -> ResponseReturnValue:
    """Write to the shopper."""
    with current.store().read() as tx:
        order = _order(tx, order_id)
    return page.say(order, SELLER, _there(order_id))


@blueprint.post("/sell/orders/<order_id>/messages/read")
@policy("seller")
def read(order_id: str) -> ResponseReturnValue:
    """What the shopper wrote has been read."""
    with current.store().transaction() as tx:
        return page.read(tx, _order(tx, order_id), SELLER, _there(order_id))


def _there(order_id: str) -> str:
    return url_for("orders.sold", order_id=order_id, _anchor="order-messages")


def _order(tx: Tx, order_id: str) -> Order:
    return orders.sold_by(tx, own_shop(tx).id, order_id)
