"""The shopper's side of the messages, behind the order's unguessable link."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.errors import NotFound
from storefront.messages import page
from storefront.messages.service import SHOPPER
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.security.policies import policy
from storefront.store import Tx

blueprint = Blueprint("messages", __name__)


@blueprint.get("/orders/<token>/messages")
@policy("link")
def show(token: str) -> ResponseReturnValue:
    """The messages about an order."""
    with current.store().read() as tx:
        return page.show(tx, _order(tx, token), SHOPPER)


@blueprint.post("/orders/<token>/messages")
@policy("link")
def say(token: str) -> ResponseReturnValue:
    """Write to the shop."""
    with current.store().read() as tx:
        order = _order(tx, token)
    return page.say(order, SHOPPER, _there(token))


@blueprint.post("/orders/<token>/messages/read")
@policy("link")
def read(token: str) -> ResponseReturnValue:
    """What the shop wrote has been read."""
    with current.store().transaction() as tx:
        return page.read(tx, _order(tx, token), SHOPPER, _there(token))


def _there(token: str) -> str:
    return url_for("orders.show", token=token, _anchor="order-messages")


def _order(tx: Tx, token: str) -> Order:
    order = orders.by_token(tx, token)
    if order is None:
        raise NotFound("We could not find that order. Please check the link in your mail.")
    return order
