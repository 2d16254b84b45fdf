"""Order pages: the shopper's behind an unguessable link, and the seller's."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.cart.views import cart_to_fill
from storefront.errors import NotFound
from storefront.ledger import service as ledger
from storefront.orders import page, panels, service, visits, words
from storefront.orders.forms import ShippedForm
from storefront.orders.service import Order
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx

blueprint = Blueprint("orders", __name__)

PAGE_SIZE = 20

blueprint.add_app_template_filter(words.headline, "order_headline")
blueprint.add_app_template_filter(words.tone, "order_tone")
blueprint.add_app_template_filter(words.sentence, "order_sentence")
blueprint.add_app_template_filter(page.refresh_after, "refresh_after")


@blueprint.get("/orders")
@policy("signed_in")
def index() -> ResponseReturnValue:
    """What the person who is signed in has bought, as a guest with this address included."""
    number = _page_number()
    email = current_user.email if current_user.email_verified else ""
    with current.store().read() as tx:
        found = service.of_user(tx, current_user.id, email, PAGE_SIZE + 1, number * PAGE_SIZE)
    return render_template("orders/index.html", orders=found[:PAGE_SIZE], **_pages(found, number))


@blueprint.get("/orders/<token>")
@policy("link")
def show(token: str) -> ResponseReturnValue:
    """One order for its shopper."""
    with current.store().read() as tx:
        order = _by_token(tx, token)
        shown = page.of_order(tx, order)
        shown["panels"] = panels.panels_of(current_app, panels.SHOPPER, tx, order)
    return render_template("orders/show.html", **shown, age=0)


@blueprint.get("/orders/<token>/status")
@policy("link")
def status(token: str) -> ResponseReturnValue:
    """The part of the order page that keeps itself up to date.

    `age` counts the refreshes, so that the pauses between them can grow.
    """
    age = min(request.args.get("age", 0, type=int), 100)
    with current.store().read() as tx:
        shown = page.of_order(tx, _by_token(tx, token))
    return render_template("orders/_status.html", **shown, age=max(age, 0))


@blueprint.post("/orders/<token>/seen")
@policy("link")
def seen(token: str) -> ResponseReturnValue:
    """The page is open in a browser: a POST of its own, since a GET writes nothing."""
    with current.store().transaction() as tx:
        visits.note(tx, _by_token(tx, token), request.remote_addr or "")
    return "", 204


@blueprint.post("/orders/<token>/again")
@policy("link")
def again(token: str) -> ResponseReturnValue:
    """Put what an unpaid order held back into the cart."""
    with current.store().transaction() as tx:
        service.order_again(tx, _by_token(tx, token), cart_to_fill(tx))
    return htmx.redirect(url_for("cart.index"))


@blueprint.get("/sell/orders/<order_id>")
@policy("seller")
def sold(order_id: str) -> ResponseReturnValue:
    """One order for the shop that sold it."""
    with current.store().read() as tx:
        order = service.sold_by(tx, _seller(tx).id, order_id)
        return render_template("orders/sold.html", form=ShippedForm(), **_sold(tx, order))


@blueprint.post("/sell/orders/<order_id>/ship")
@policy("seller")
def ship(order_id: str) -> ResponseReturnValue:
    """Mark an order as shipped."""
    form = ShippedForm(request.form)
    valid = form.validate()
    with current.store().transaction() as tx:
        seller_id = _seller(tx).id
        if valid:
            service.mark_shipped(
                tx, seller_id, order_id, form.carrier.data, form.tracking_number.data
            )
        context = _sold(tx, service.sold_by(tx, seller_id, order_id))
    if valid and not htmx.wanted():
        return htmx.redirect(url_for("orders.sold", order_id=order_id))
    return htmx.render(
        "orders/sold.html",
        partial="orders/_fulfilment.html",
        status=200 if valid else 422,
        form=form,
        **context,
    )


def _sold(tx: Tx, order: Order) -> dict[str, Any]:
    entries = ledger.of_order(tx, order.id)
    return {
        "order": order,
        "lines": service.lines(tx, order.id),
        "address": service.shipping_address(order),
        "entries": entries,
        "balances": ledger.balances(entries),
        "panels": panels.panels_of(current_app, panels.SELLER, tx, order),
    }


def _by_token(tx: Tx, token: str) -> Order:
    order = service.by_token(tx, token)
    if order is None:
        raise NotFound("We could not find that order. Please check the link in your mail.")
    return order


def _seller(tx: Tx) -> Seller:
    seller = sellers.seller_of_user(tx, current_user.id)
    if seller is None:
        raise NotFound
    return seller


def _page_number() -> int:
    return max(0, request.args.get("page", 1, type=int) - 1)


def _pages(found: list[Order], number: int) -> dict[str, int | None]:
    return {
        "newer": number if number > 0 else None,
        "older": number + 2 if len(found) > PAGE_SIZE else None,
    }
