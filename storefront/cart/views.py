"""The cart: guests and people who are signed in fill it, change it, and go to Checkout from it."""

from typing import Any

from flask import Blueprint, Flask, flash, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, user_logged_in
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.cart import service
from storefront.cart.service import Cart, CartLine
from storefront.errors import Invalid, Refused
from storefront.security.policies import policy
from storefront.security.rate_limit import limit, network, private
from storefront.store import Tx

blueprint = Blueprint("cart", __name__)

_NEW_CARTS = (300, 3600)
"""So many new carts in so many seconds, for one network address."""


def current_cart_id() -> str | None:
    """The cart of this person, or the one that this guest's session remembers."""
    if not current_user.is_authenticated:
        return session.get("cart_id")
    with current.store().read() as tx:
        return service.of_user(tx, current_user.id)


@blueprint.app_context_processor
def count() -> dict[str, int]:
    """How many pieces are in the cart, for the head of every page."""
    if not current_user.is_authenticated and "cart_id" not in session:
        return {"cart_count": 0}
    with current.store().read() as tx:
        if current_user.is_authenticated:
            return {"cart_count": service.pieces_of_user(tx, current_user.id)}
        return {"cart_count": service.pieces(tx, session["cart_id"])}


@blueprint.record_once
def _follow_sign_in(state: Any) -> None:
    user_logged_in.connect(_merge_cart, state.app)


def _merge_cart(_app: Flask, user: Any, **_: Any) -> None:
    cart_id = session.pop("cart_id", None)
    if cart_id is not None:
        with current.store().transaction() as tx:
            service.merge(tx, cart_id, user.id)


@blueprint.get("/cart")
@policy("public")
def index() -> ResponseReturnValue:
    """What is in the cart, by shop, as it can be paid today."""
    return _cart_page(_contents())


@blueprint.post("/cart/add")
@policy("public")
def add() -> ResponseReturnValue:
    """Put some of a listing into the cart."""
    quantity = service.parse_quantity(request.form.get("quantity", "1"))
    line = CartLine(request.form.get("listing_id", ""), quantity)
    limit_new_carts()
    with current.store().transaction() as tx:
        cart_id = cart_to_fill(tx)
        listing = service.add(tx, cart_id, line, _user_id())
    if htmx.wanted():
        return render_template("cart/_added.html", listing=listing, quantity=quantity)
    flash(f"“{listing.title}” is in your cart.", "success")
    return htmx.redirect(url_for("cart.index"))


@blueprint.post("/cart/lines/<listing_id>")
@policy("public")
def change(listing_id: str) -> ResponseReturnValue:
    """Set the quantity of a line; `step` is one more or one less than what stands there."""
    typed = request.form.get("quantity", "")
    cart_id = current_cart_id() or ""
    try:
        wanted = service.parse_quantity(typed) + _step(request.form.get("step", ""))
        with current.store().transaction() as tx:
            service.change(tx, cart_id, CartLine(listing_id, service.parse_quantity(str(wanted))))
    except (Invalid, Refused) as error:
        wrong = {listing_id: (error.message, typed)}
        return _cart_page(_contents(), wrong, 422)
    return _changed()


@blueprint.post("/cart/lines/<listing_id>/remove")
@policy("public")
def remove(listing_id: str) -> ResponseReturnValue:
    """Take a line out."""
    with current.store().transaction() as tx:
        service.remove(tx, current_cart_id() or "", listing_id)
    return _changed()


def _step(text: str) -> int:
    return {"-1": -1, "1": 1}.get(text, 0)


def _changed() -> Response:
    if htmx.wanted():
        return _cart_page(_contents())
    return htmx.redirect(url_for("cart.index"))


def _contents() -> Cart:
    cart_id = current_cart_id()
    if cart_id is None:
        return Cart([])
    with current.store().read() as tx:
        return service.contents(tx, cart_id, _user_id())


def _cart_page(
    cart: Cart, wrong: dict[str, tuple[str, str]] | None = None, status: int = 200
) -> Response:
    template = "cart/_changed.html" if htmx.wanted() else "cart/index.html"
    return make_response(render_template(template, cart=cart, wrong=wrong or {}), status)


def _user_id() -> str | None:
    return current_user.id if current_user.is_authenticated else None


def limit_new_carts() -> None:
    """Keep one network from filling the table of carts. Raises TooMany."""
    if not current_user.is_authenticated and "cart_id" not in session:
        limit(current.store(), f"carts:{private(network(request.remote_addr))}", *_NEW_CARTS)


def cart_to_fill(tx: Tx) -> str:
    """The cart of this person or guest, begun now if there is none."""
    user_id = _user_id()
    if user_id is not None:
        return service.of_user(tx, user_id) or service.start(tx, user_id)
    cart_id = session.get("cart_id")
    if not cart_id or not service.exists(tx, cart_id):
        cart_id = session["cart_id"] = service.start(tx, None)
    return str(cart_id)
