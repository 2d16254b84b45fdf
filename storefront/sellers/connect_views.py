"""The two ways to Stripe and back, and what Stripe says about the account."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.errors import Refused, SignInNeeded
from storefront.security import rate_limit, sessions
from storefront.security.policies import policy
from storefront.sellers import accounts, connecting, countries, creating, service, states
from storefront.sellers.account_changes import service as account_changes
from storefront.sellers.connecting import NotConnected, Traveller
from storefront.sellers.creating import Way
from storefront.sellers.service import ConnectedAccount, Seller
from storefront.sellers.views import own_shop
from storefront.store import Tx
from storefront.users import service as users
from storefront.users.service import User

blueprint = Blueprint("connect", __name__)

_REFRESHES_A_MINUTE = 10
_LINKS_A_MINUTE = 10


@blueprint.get("/sell/connect")
@policy("seller")
def account() -> ResponseReturnValue:
    """What Stripe says of the account; or, without one, the ways to get one."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        user = users.by_id(tx, seller.user_id)
        left = account_changes.last(tx, seller.id)
        agreed = account_changes.agreed(tx, seller.id)
        left_made_here = creating.made_here(tx, left)
        creation = creating.creation(tx, seller.id)
        context = _account_context(tx, seller.id)
    return render_template(
        "connect/account.html",
        seller=seller,
        user=user,
        left=left,
        left_made_here=left_made_here,
        agreed=agreed,
        creation=creation,
        ways=current.config().connect_ways,
        regions=countries.REGIONS,
        name_of_country=countries.name,
        **context,
    )


@blueprint.post("/sell/connect")
@policy("seller")
def start() -> ResponseReturnValue:
    """Set out for Stripe: a plain 303 to another site, never through htmx."""
    user, seller = _user_and_shop()
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


@blueprint.post("/sell/account")
@policy("seller")
def create() -> ResponseReturnValue:
    """Create an account for the shop, then lead its owner to Stripe: a plain 303."""
    user, seller = _user_and_shop()
    country = request.form.get("country", "")
    call = creating.create(current.services(), user, seller, country)
    if call is not None and call.open:
        return redirect(url_for("connect.account"), 303)
    return _to_stripe(seller)


@blueprint.post("/sell/account/continue")
@policy("seller")
def go_on() -> ResponseReturnValue:
    """Lead the owner to Stripe's pages, to begin or to go on: a plain 303."""
    return _to_stripe(_user_and_shop()[1])


@blueprint.get("/sell/account/continue")
@policy("seller")
def link_over() -> ResponseReturnValue:
    """Stripe sends here whoever opens a link that is over; there is a new one at once."""
    return _to_stripe(_user_and_shop()[1])


@blueprint.get("/sell/account/return")
@policy("seller")
def returned() -> ResponseReturnValue:
    """Back from Stripe's pages. Proves nothing, so the account is read; writes although a GET."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        connected = service.account_of(tx, seller.id)
    if connected is not None and _refreshed(seller, connected):
        _say_how_it_stands(seller)
    return redirect(url_for("connect.account"), 303)


@blueprint.post("/sell/account/dashboard")
@policy("seller")
def dashboard() -> ResponseReturnValue:
    """Sign the owner in to the dashboard of an account that was created here."""
    seller = _user_and_shop()[1]
    _limit_links(seller)
    return redirect(creating.dashboard(current.services(), seller), 303)


@blueprint.post("/sell/account/refresh")
@policy("seller")
def refresh() -> ResponseReturnValue:
    """Read the account from Stripe now."""
    with current.store().read() as tx:
        seller = own_shop(tx)
        connected = service.account_of(tx, seller.id)
    if connected is None:
        raise Refused("Your shop is not connected to Stripe.")
    told = _refreshed(seller, connected)
    if not htmx.wanted():
        if told:
            flash("This is what Stripe says now.", "success")
        return htmx.redirect(url_for("connect.account"))
    with current.store().read() as tx:
        context = _account_context(tx, seller.id)
    if context["account"] is None:
        return htmx.redirect(url_for("connect.account"))
    return make_response(render_template("connect/_account.html", oob=True, **context))


def _refreshed(seller: Seller, connected: ConnectedAccount) -> bool:
    """Read the account now; whether Stripe told."""
    rate_limit.limit(current.store(), f"account-refresh:{seller.id}", _REFRESHES_A_MINUTE, 60)
    told = accounts.read(current.store(), current.gateway(), connected.stripe_account_id)
    if not told:
        flash("Stripe did not answer. What stands here is what we knew before.", "warning")
    return told


def _say_how_it_stands(seller: Seller) -> None:
    with current.store().read() as tx:
        state = service.state_of(service.account_of(tx, seller.id))
    if state == states.READY:
        flash("Your shop can be paid. What you have published is on sale.", "success")
    else:
        flash("Welcome back. Below is what Stripe says of your account.", "info")


def _to_stripe(seller: Seller) -> Response:
    _limit_links(seller)
    home = current.config().public_url
    way = Way(home + url_for("connect.returned"), home + url_for("connect.link_over"))
    return redirect(creating.link(current.services(), seller, way), 303)


def _limit_links(seller: Seller) -> None:
    rate_limit.limit(current.store(), f"account-link:{seller.id}", _LINKS_A_MINUTE, 60)


def _user_and_shop() -> tuple[User, Seller]:
    with current.store().read() as tx:
        seller = own_shop(tx)
        user = users.by_id(tx, seller.user_id)
    if user is None:
        raise SignInNeeded("Please sign in.")
    return user, seller


def _traveller() -> Traveller:
    return Traveller(current_user.id or "", sessions.current_hash())


def _account_context(tx: Tx, seller_id: str) -> dict[str, object]:
    connected = service.account_of(tx, seller_id)
    state = service.state_of(connected)
    return {
        "account": connected,
        "made_here": creating.made_here(tx, connected),
        "state": state,
        "state_words": states.WORDS[state],
        "ready": service.ready_to_sell(connected),
        "why_not": service.why_not(connected),
        "needed": states.requirements_of(connected) if connected else None,
    }
