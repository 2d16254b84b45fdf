"""Subscribing, and the shopper's page of a subscription behind an unguessable link."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.cart.views import cart_to_fill, limit_new_carts
from storefront.checkout.views import shopper
from storefront.errors import Invalid, NotFound
from storefront.orders import service as orders
from storefront.security.policies import policy
from storefront.security.rate_limit import limit
from storefront.store import Tx
from storefront.subscriptions import page, service, starting, words
from storefront.subscriptions.service import SHOPPER, Subscription

blueprint = Blueprint("subscriptions", __name__)

blueprint.add_app_template_filter(lambda listed: words.STATE[listed.state], "subscription_word")
blueprint.add_app_template_filter(lambda listed: words.TONE[listed.state], "subscription_tone")
blueprint.add_app_template_filter(lambda listed: words.NEXT[listed.state], "subscription_next")

_STARTS, _CARDS, _MINUTES = 30, 10, 10
_MOST = 100


@blueprint.post("/subscribe/<slug>")
@policy("public")
def start(slug: str) -> ResponseReturnValue:
    """Subscribe to a listing: 303 to Stripe Checkout."""
    if request.form.get("quantity", "1") != "1":
        raise Invalid("One subscription is for one piece. Subscribe again for another.")
    limit_new_carts()
    with current.store().transaction() as tx:
        cart_id = cart_to_fill(tx)
    limit(current.store(), f"checkout:{cart_id}", _STARTS, _MINUTES * 60)
    order = starting.start(current.services(), shopper(cart_id), slug)
    if order.status != orders.AWAITING:
        return redirect(url_for("orders.show", token=order.token), 303)
    return redirect(str(order.checkout_url), 303)


@blueprint.get("/subscriptions")
@policy("signed_in")
def index() -> ResponseReturnValue:
    """What the person who is signed in subscribes to, as a guest with this address included."""
    email = current_user.email if current_user.email_verified else ""
    with current.store().read() as tx:
        found = service.of_user(tx, current_user.id, email, _MOST)
    return render_template("subscriptions/index.html", found=found)


@blueprint.get("/subscriptions/<token>")
@policy("link")
def show(token: str) -> ResponseReturnValue:
    """One subscription for its shopper."""
    with current.store().read() as tx:
        shown = page.context(tx, _by_token(tx, token))
    return render_template("subscriptions/show.html", **shown, age=0)


@blueprint.get("/subscriptions/<token>/status")
@policy("link")
def status(token: str) -> ResponseReturnValue:
    """The part of the page that keeps itself up to date, as that of an order does."""
    age = min(max(request.args.get("age", 0, type=int), 0), 100)
    with current.store().read() as tx:
        shown = page.context(tx, _by_token(tx, token))
    return render_template("subscriptions/_status.html", **shown, age=age)


@blueprint.get("/subscriptions/<token>/cancel")
@policy("link")
def confirm(token: str) -> ResponseReturnValue:
    """Until when it runs if it is canceled now."""
    with current.store().read() as tx:
        shown = page.context(tx, _by_token(tx, token))
    if not shown["can_end"]:
        return htmx.redirect(url_for("subscriptions.show", token=token))
    return render_template("subscriptions/confirm.html", **shown)


@blueprint.post("/subscriptions/<token>/cancel")
@policy("link")
def cancel(token: str) -> ResponseReturnValue:
    """Let it end with the period that is paid, or at once if none is."""
    at_once = service.end(current.services(), _found(token).id, SHOPPER)
    what = "Nothing more is charged." if at_once else "It runs until the end of what is paid."
    flash(f"Your subscription is canceled. {what}", "success")
    return htmx.redirect(url_for("subscriptions.show", token=token))


@blueprint.post("/subscriptions/<token>/keep")
@policy("link")
def keep(token: str) -> ResponseReturnValue:
    """Go on after all."""
    service.keep(current.services(), _found(token).id)
    flash("Your subscription goes on.", "success")
    return htmx.redirect(url_for("subscriptions.show", token=token))


@blueprint.post("/subscriptions/<token>/card")
@policy("link")
def card(token: str) -> ResponseReturnValue:
    """Another card: 303 to Stripe's portal, which shows this subscription's customer alone."""
    found = _found(token)
    limit(current.store(), f"card:{found.id}", _CARDS, _MINUTES * 60)
    back = f"{current.config().public_url}{url_for('subscriptions.show', token=token)}"
    return redirect(service.card_url(current.services(), found, back), 303)


def _found(token: str) -> Subscription:
    with current.store().read() as tx:
        return _by_token(tx, token)


def _by_token(tx: Tx, token: str) -> Subscription:
    found = service.by_token(tx, token)
    if found is None:
        raise NotFound("We could not find that subscription. Please check the link in your mail.")
    return found
