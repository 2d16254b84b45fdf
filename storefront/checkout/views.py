"""The way to Stripe Checkout and back."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current
from storefront.cart.views import current_cart_id
from storefront.checkout import service
from storefront.checkout.service import Shopper
from storefront.errors import NotFound, Refused
from storefront.orders import page as order_page
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.security.policies import policy
from storefront.security.rate_limit import limit
from storefront.sellers import service as sellers
from storefront.stripe_gateway.failures import StripeFailure

blueprint = Blueprint("checkout", __name__)

_STARTS, _MINUTES = 30, 10


@blueprint.post("/checkout/<slug>")
@policy("public")
def start(slug: str) -> ResponseReturnValue:
    """Pay for what the cart holds of one shop: 303 to Stripe Checkout."""
    cart_id = current_cart_id()
    if cart_id is None:
        raise Refused("Your cart is empty. Add something first.")
    limit(current.store(), f"checkout:{cart_id}", _STARTS, _MINUTES * 60)
    with current.store().read() as tx:
        seller = sellers.seller_by_slug(tx, slug)
    if seller is None:
        raise NotFound("We could not find that shop.")
    order = service.start(current.services(), shopper(cart_id), seller.id)
    if order.status != orders.AWAITING:
        return redirect(url_for("orders.show", token=order.token), 303)
    return redirect(str(order.checkout_url), 303)


def shopper(cart_id: str) -> Shopper:
    """Whoever has sent this request, with a cart."""
    address = request.remote_addr or ""
    if current_user.is_authenticated:
        return Shopper(cart_id, current_user.id, current_user.email, address)
    return Shopper(cart_id, address=address)


@blueprint.get("/checkout/return")
@policy("public")
def returned() -> ResponseReturnValue:
    """Back from Checkout. What is shown comes from Stripe, never from being redirected here.

    Somebody else who has the address sees no more than how the payment stands.
    """
    with current.store().read() as tx:
        order = orders.by_session(tx, request.args.get("session_id", ""))
    if order is None:
        raise NotFound("We could not find that payment. Your orders are under “Your orders”.")
    order, answered = _asked(order)
    if not _is_own(order):
        return render_template("checkout/returned_stranger.html", order=order)
    with current.store().read() as tx:
        shown = order_page.of_order(tx, order)
    return render_template("checkout/returned.html", **shown, answered=answered, age=0)


def _asked(order: Order) -> tuple[Order, bool]:
    """The order as Stripe sees it now, and whether Stripe answered."""
    if order.settled:
        return order, True
    try:
        return orders.read_payment(current.services(), order), True
    except StripeFailure:
        return order, False


def _is_own(order: Order) -> bool:
    if current_user.is_authenticated and order.user_id == current_user.id:
        return True
    return order.cart_id is not None and order.cart_id == current_cart_id()
