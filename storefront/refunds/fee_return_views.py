"""Returning our fee on an order without refunding it."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx, money
from storefront.errors import StorefrontError
from storefront.ids import new_token
from storefront.refunds import fee_returns, service
from storefront.refunds.forms import FeeForm
from storefront.refunds.service import Author
from storefront.security.policies import policy

blueprint = Blueprint("fee_returns", __name__)


@blueprint.get("/admin/refunds/<order_id>/fee")
@policy("operator")
def show(order_id: str) -> ResponseReturnValue:
    """How much of our fee is left, and a form to return it."""
    form = FeeForm(data={"form_token": new_token()})
    return _page(order_id, form)


@blueprint.post("/admin/refunds/<order_id>/fee")
@policy("operator")
def create(order_id: str) -> ResponseReturnValue:
    """Return it, once, however often the form is sent."""
    form = FeeForm(request.form)
    if not form.validate():
        return _page(order_id, form, 422)
    with current.store().read() as tx:
        order = service.order_of(tx, order_id)
    author = Author(form.form_token.data, current_user.id)
    try:
        amount = money.parse(form.amount.data, order.currency)
        service.return_fee(current.services(), order_id, amount, form.note.data, author)
    except StorefrontError as error:
        form.form_errors.append(error.message)
        return _page(order_id, form, error.status)
    flash("What became of it stands below, under “Fees returned without a refund”.", "success")
    return htmx.redirect(url_for("refunds.order", order_id=order_id))


def _page(order_id: str, form: FeeForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        order = service.order_of(tx, order_id)
        at = service.position_of(tx, order)
    why_not = fee_returns.why_not(order, at)
    page = render_template(
        "refunds/fee.html", order=order, at=at, why_not=why_not, form=form
    )  # fmt: skip
    return page, status
