"""The operator's page for ending the connection with a seller's account."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import NotFound
from storefront.leaving import page, service
from storefront.leaving.forms import LeaveForm
from storefront.leaving.views import LEFT
from storefront.security.policies import policy
from storefront.sellers import service as sellers

blueprint = Blueprint("leaving_admin", __name__)


@blueprint.get("/admin/sellers/<seller_id>/disconnect")
@policy("operator")
def show(seller_id: str) -> ResponseReturnValue:
    """What disconnecting a seller means now; or what waits, once it has happened."""
    return _page(seller_id, LeaveForm())


@blueprint.post("/admin/sellers/<seller_id>/disconnect")
@policy("operator")
def leave(seller_id: str) -> ResponseReturnValue:
    """Disconnect the seller, once, however often this is sent."""
    form = LeaveForm(request.form)
    if not form.validate():
        return _page(seller_id, form), 422
    with current.store().read() as tx:
        if sellers.seller_by_id(tx, seller_id) is None:
            raise NotFound
    call = service.leave(current.services(), seller_id, current_user.id)
    if call.state == "confirmed":
        flash(LEFT, "success")
    return htmx.redirect(url_for("leaving_admin.show", seller_id=seller_id))


def _page(seller_id: str, form: LeaveForm) -> str:
    with current.store().read() as tx:
        seller = sellers.seller_by_id(tx, seller_id)
        if seller is None:
            raise NotFound
        context = page.of_operator(tx, seller)
    return render_template("leaving/operator.html", form=form, **context)
