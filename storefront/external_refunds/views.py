"""What the operator says of refunds that were made elsewhere: the inbox and the review."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import Invalid, Refused
from storefront.external_refunds import page, service
from storefront.external_refunds.forms import ReviewForm
from storefront.refunds import page as refund_page
from storefront.refunds import service as refunds
from storefront.security.policies import policy

blueprint = Blueprint("external_refunds", __name__)

PAGE_SIZE = 25


@blueprint.get("/admin/refunds/external")
@policy("operator")
def index() -> ResponseReturnValue:
    """Refunds that were made elsewhere: first those that nobody has said anything of."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.inbox(tx, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        waiting = service.waiting(tx)
    return render_template(
        "external_refunds/index.html",
        found=found[:PAGE_SIZE],
        waiting=waiting,
        page=number,
        more=len(found) > PAGE_SIZE,
    )


@blueprint.get("/admin/refunds/<order_id>/<refund_id>/review")
@policy("operator")
def show(order_id: str, refund_id: str) -> ResponseReturnValue:
    """What Stripe has moved, and what it means for the order: the question, or the answer."""
    return render_template("external_refunds/show.html", **_context(order_id, refund_id, None))


@blueprint.post("/admin/refunds/<order_id>/<refund_id>/review")
@policy("operator")
def review(order_id: str, refund_id: str) -> ResponseReturnValue:
    """Say what a refund means, once, however often this is sent."""
    form = _sent(order_id, refund_id)
    if not form.validate():
        return _correct(order_id, refund_id, form)
    try:
        first = service.review(
            current.services(), order_id, refund_id, form.meaning(), current_user.id
        )
    except (Invalid, Refused) as error:
        form.form_errors.append(error.message)
        return _correct(order_id, refund_id, form)
    if first:
        flash("Noted. Nothing at Stripe has changed.", "success")
    else:
        flash("This refund had been reviewed before, so nothing has changed.", "info")
    return htmx.redirect(url_for("external_refunds.show", order_id=order_id, refund_id=refund_id))


def _sent(order_id: str, refund_id: str) -> ReviewForm:
    """The form that was sent. Raises NotFound, and Refused for a refund of our own."""
    with current.store().read() as tx:
        order = refunds.order_of(tx, order_id)
        service.one(tx, order, refund_id)
        return refund_page.form_of(tx, order, ReviewForm, request.form)


def _context(order_id: str, refund_id: str, form: ReviewForm | None) -> dict[str, Any]:
    with current.store().read() as tx:
        return page.of_refund(tx, refunds.order_of(tx, order_id), refund_id, form)


def _correct(order_id: str, refund_id: str, form: ReviewForm) -> ResponseReturnValue:
    """The form again, with what is wrong."""
    return htmx.render(
        "external_refunds/show.html",
        partial="external_refunds/_review.html",
        status=422,
        **_context(order_id, refund_id, form),
    )
