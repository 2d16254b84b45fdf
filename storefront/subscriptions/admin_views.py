"""The operator's list of subscriptions to listings, and one of them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.errors import NotFound
from storefront.security.policies import policy
from storefront.subscriptions import page, service, words

blueprint = Blueprint("admin_subscriptions", __name__)

PAGE_SIZE = 50


@blueprint.get("/admin/subscriptions")
@policy("operator")
def index() -> ResponseReturnValue:
    """All subscriptions, by state and by words."""
    state, text = request.args.get("state", ""), request.args.get("q", "").strip()[:100]
    state = state if state in service.STATES else ""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.search(tx, text, state, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        counts = service.counts(tx)
    return render_template(
        "subscriptions/admin.html",
        found=found[:PAGE_SIZE],
        counts=counts,
        state=state,
        text=text,
        words=words,
        number=number,
        has_more=len(found) > PAGE_SIZE,
    )


@blueprint.get("/admin/subscriptions/<subscription_id>")
@policy("operator")
def show(subscription_id: str) -> ResponseReturnValue:
    """One subscription with its orders and its ids at Stripe."""
    with current.store().read() as tx:
        found = service.by_id(tx, subscription_id)
        if found is None:
            raise NotFound("There is no such subscription.")
        shown = page.context(tx, found)
    return render_template("subscriptions/admin_one.html", **shown)
