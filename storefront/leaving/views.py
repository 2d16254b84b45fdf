"""The seller's page for leaving: what is open, what happens to it, and the button."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.leaving import page, service
from storefront.leaving.forms import LeaveForm
from storefront.security.policies import policy
from storefront.sellers import creating
from storefront.sellers.account_changes import service as account_changes
from storefront.sellers.views import own_shop

blueprint = Blueprint("leaving", __name__)

LEFT = "The account is disconnected. What is still open stands below."


@blueprint.get("/sell/connect/disconnect")
@policy("seller")
def show() -> ResponseReturnValue:
    """What disconnecting means now; or what waits, once it has happened."""
    return _page(LeaveForm())


@blueprint.post("/sell/connect/disconnect")
@policy("seller")
def leave() -> ResponseReturnValue:
    """Disconnect, once, however often this is sent."""
    form = LeaveForm(request.form)
    if not form.validate():
        return _page(form), 422
    with current.store().read() as tx:
        seller = own_shop(tx)
    call = service.leave(current.services(), seller.id, current_user.id)
    if call.state == "confirmed":
        flash(LEFT, "success")
    return htmx.redirect(url_for("leaving.show"))


@blueprint.post("/sell/connect/another")
@policy("seller")
def another() -> ResponseReturnValue:
    """The seller has read what being paid into another account means."""
    if not LeaveForm(request.form).validate():
        flash("Please read what another account means, and tick the box.", "warning")
        return htmx.redirect(url_for("connect.account"))
    with current.store().transaction() as tx:
        account_changes.agree(tx, own_shop(tx).id)
    flash("You can connect another account now, within an hour.", "success")
    return htmx.redirect(url_for("connect.account"))


@blueprint.post("/sell/connect/again")
@policy("seller")
def again() -> ResponseReturnValue:
    """Come back with the account that was created here."""
    with current.store().read() as tx:
        seller = own_shop(tx)
    creating.reconnect(current.services(), seller)
    flash("Your Stripe account is connected again.", "success")
    return htmx.redirect(url_for("connect.account"))


def _page(form: LeaveForm) -> str:
    with current.store().read() as tx:
        context = page.of_seller(tx, own_shop(tx))
    return render_template("leaving/seller.html", form=form, **context)
