"""A shop's subscriptions: who subscribes, what that brings in a month, and ending one."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.subscriptions import page, service, words
from storefront.subscriptions.forms import EndForm
from storefront.subscriptions.service import SELLER

blueprint = Blueprint("seller_subscriptions", __name__)

PAGE_SIZE = 25


@blueprint.get("/sell/subscriptions")
@policy("seller")
def index() -> ResponseReturnValue:
    """All subscriptions of the shop, by state."""
    state = request.args.get("state", "")
    state = state if state in service.STATES else ""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        shop = own_shop(tx)
        found = service.of_seller(tx, shop.id, state, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        counts, recurring = service.counts(tx, shop.id), service.recurring(tx, shop.id)
    return render_template(
        "subscriptions/of_shop.html",
        found=found[:PAGE_SIZE],
        counts=counts,
        recurring=recurring or {shop.currency: 0},
        state=state,
        words=words,
        number=number,
        has_more=len(found) > PAGE_SIZE,
    )


@blueprint.get("/sell/subscriptions/<subscription_id>")
@policy("seller")
def show(subscription_id: str) -> ResponseReturnValue:
    """One subscription with its orders."""
    return _page(subscription_id, EndForm())


@blueprint.post("/sell/subscriptions/<subscription_id>/end")
@policy("seller")
def end(subscription_id: str) -> ResponseReturnValue:
    """Let it end with what is paid; the shopper gets a mail with the reason."""
    form = EndForm(request.form)
    if not form.validate():
        return _page(subscription_id, form), 422
    with current.store().read() as tx:
        found = service.of_shop(tx, own_shop(tx).id, subscription_id)
    services, by, reason = current.services(), current_user.id, form.reason.data
    at_once = service.end(services, found.id, SELLER, reason, by)
    when = "now, since nothing is paid" if at_once else "with the period that is paid"
    flash(f"The subscription ends {when}. The shopper gets a mail.", "success")
    return htmx.redirect(url_for("seller_subscriptions.show", subscription_id=found.id))


def _page(subscription_id: str, form: EndForm) -> str:
    with current.store().read() as tx:
        found = service.of_shop(tx, own_shop(tx).id, subscription_id)
        shown = page.context(tx, found)
    return render_template("subscriptions/of_shop_one.html", form=form, **shown)
