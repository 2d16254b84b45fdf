"""The flow of funds of an order: the whole for the operator, a seller's part for the seller."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current
from storefront.errors import NotFound
from storefront.funds import service, words
from storefront.funds.picture import draw
from storefront.orders import service as orders
from storefront.security.policies import policy
from storefront.sellers import service as sellers

blueprint = Blueprint("funds", __name__)

blueprint.add_app_template_filter(words.party, "short_party")
blueprint.add_app_template_filter(draw, "picture_of_flow")


@blueprint.get("/admin/orders/<order_id>/funds")
@policy("operator")
def order(order_id: str) -> ResponseReturnValue:
    """Every movement of money of an order, as a picture and a table."""
    with current.store().read() as tx:
        found = orders.by_id(tx, order_id)
        if found is None:
            raise NotFound("There is no such order.")
        flows = service.of_order(tx, found)
    return render_template("funds/order.html", order=found, flows=flows)


@blueprint.get("/sell/orders/<order_id>/funds")
@policy("seller")
def sold(order_id: str) -> ResponseReturnValue:
    """What an order has brought its shop."""
    with current.store().read() as tx:
        seller = sellers.seller_of_user(tx, current_user.id)
        if seller is None:
            raise NotFound
        found = orders.sold_by(tx, seller.id, order_id)
        flows = service.of_seller(tx, found)
    return render_template("funds/sold.html", order=found, flows=flows)
