"""Packing slips: one printed page for each order."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.orders import service as orders
from storefront.security import typed_text
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.shipping import service

blueprint = Blueprint("slips", __name__)

MESSAGE_LENGTH = 300


@blueprint.get("/sell/orders/<order_id>/slip")
@policy("seller")
def of_order(order_id: str) -> ResponseReturnValue:
    """The packing slip of one order."""
    return _slips([order_id], url_for("slips.of_order", order_id=order_id))


@blueprint.get("/sell/slips")
@policy("seller")
def of_orders() -> ResponseReturnValue:
    """The packing slips of a selection; back to the list if it is empty."""
    order_ids = request.args.getlist("order")
    if not order_ids:
        return htmx.redirect(url_for("sales.index", view="to_ship"))
    return _slips(order_ids, url_for("slips.of_orders"))


def _slips(order_ids: list[str], path: str) -> ResponseReturnValue:
    with current.store().read() as tx:
        shop = own_shop(tx)
        found = service.chosen(tx, shop.id, order_ids)
        slips = [(order, orders.lines(tx, order.id)) for order in found]
    return render_template(
        "shipping/slips.html",
        path=path,
        shop=shop,
        slips=[(order, lines, orders.shipping_address(order)) for order, lines in slips],
        prices=request.args.get("prices") == "yes",
        message=typed_text.many_lines(request.args.get("message", ""))[:MESSAGE_LENGTH],
        message_length=MESSAGE_LENGTH,
    )
