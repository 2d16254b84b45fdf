"""The way to Stripe and back, and what Stripe says about the account."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.errors import Refused, SignInNeeded
from storefront.security import rate_limit, sessions
from storefront.security.policies import policy
from storefront.sellers import accounts, connecting, service
from storefront.sellers.connecting import NotConnected, Traveller
from storefront.sellers.service import ConnectedAccount
from storefront.sellers.views import own_shop
from storefront.users import service as users

blueprint = Blueprint("connect", __name__)

_REFRESHES_A_MINUTE = 10


@blueprint.get("/sell/connect")
@policy("seller")
def account() -> ResponseReturnValue:
    """What Stripe says of the account; or, without one, what connecting means."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        user = users.by_id(tx, seller.user_id)
        connected = service.account_of(tx, seller.id)
        earlier = accounts.earlier(tx, seller.id)
    return render_template(
        "connect/account.html",
        seller=seller,
        user=user,
        earlier=earlier,
        **_account_context(connected),
    )


@blueprint.post("/sell/connect")
@policy("seller")
def start() -> ResponseReturnValue:
    """Set out for Stripe: a plain 303 to another site, never through htmx."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        user = users.by_id(tx, seller.user_id)
    if user is None:
        raise SignInNeeded("Please sign in.")
    back = current.config().public_url + url_for("connect.callback")
    where = connecting.start(current.services(), user, seller, sessions.current_hash(), back)
    return redirect(where, 303)


@blueprint.get("/oauth/callback")
@policy("public")
def callback() -> ResponseReturnValue:
    """The way back. Writes although it is a GET: that is how OAuth works.

    Open to guests, so that the code of somebody who signed out meanwhile goes nowhere.
    """
    try:
        connecting.finish(current.services(), _traveller(), request.args.to_dict())
    except NotConnected as outcome:
        return make_response(
            render_template("connect/not_connected.html", outcome=outcome), outcome.status
        )
    sessions.current().rotate()
    flash("Your Stripe account is connected.", "success")
    return redirect(url_for("connect.account"), 303)


@blueprint.post("/sell/account/refresh")
@policy("seller")
def refresh() -> ResponseReturnValue:
    """Read the account from Stripe now."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        connected = service.account_of(tx, seller.id)
    if connected is None:
        raise Refused("Your shop is not connected to Stripe.")
    rate_limit.limit(current.store(), f"account-refresh:{seller.id}", _REFRESHES_A_MINUTE, 60)
    told = accounts.read(current.store(), current.gateway(), connected.stripe_account_id)
    return _refreshed(seller.id, told=told)


def _refreshed(seller_id: str, *, told: bool) -> Response:
    message = "" if told else "Stripe did not answer. What stands here is what we knew before."
    if not htmx.wanted():
        flash(message or "This is what Stripe says now.", "success" if told else "warning")
        return htmx.redirect(url_for("connect.account"))
    with current.store().read() as tx:
        connected = service.account_of(tx, seller_id)
    if connected is None:
        return htmx.redirect(url_for("connect.account"))
    if message:
        flash(message, "warning")
    return make_response(
        render_template("connect/_account.html", oob=True, **_account_context(connected))
    )


def _traveller() -> Traveller:
    return Traveller(current_user.id or "", sessions.current_hash())


def _account_context(connected: ConnectedAccount | None) -> dict[str, object]:
    return {
        "account": connected,
        "ready": service.ready_to_sell(connected),
        "why_not": service.why_not(connected),
        "needed": accounts.requirements_of(connected) if connected else None,
    }
