"""`/admin/setup`: everything that an operator sets up at Stripe, with what to copy where."""

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.config import STRIPE_API, Config
from storefront.platform_setup import service
from storefront.platform_setup.service import Brand, Checked
from storefront.security.policies import policy
from storefront.stripe_gateway.failures import StripeFailure

blueprint = Blueprint("platform_setup", __name__)


@blueprint.get("/admin/setup")
@policy("operator")
def index() -> ResponseReturnValue:
    """What to register and where; the part that Stripe must be asked for comes after it."""
    return _page()


@blueprint.get("/admin/setup/webhooks")
@policy("operator")
def webhooks() -> ResponseReturnValue:
    """What Stripe has of branding and endpoints, and what differs from what is needed."""
    said = _asked()
    if htmx.wanted():
        return render_template("platform_setup/_at_stripe.html", **said)
    return _page(**said)


@blueprint.post("/admin/setup/webhooks")
@policy("operator")
def correct() -> ResponseReturnValue:
    """Make what is missing and correct what differs.

    Answers with the page itself: a new secret is shown this once, so nothing may keep it.
    """
    try:
        endpoints = service.correct(current.services(), current_user.id)
    except StripeFailure as failure:
        return _page(**_asked(), refusal=failure.message)
    response = make_response(_page(**_asked(endpoints)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(endpoints: list[Checked] | None = None) -> dict[str, object]:
    """What Stripe says; `failure` if it says nothing."""
    services = current.services()
    brand: Brand | None = None
    try:
        brand = service.brand(services.gateway)
        endpoints = endpoints or service.check(services)
    except StripeFailure as failure:
        return {"brand": brand, "endpoints": endpoints, "failure": failure.message}
    return {"brand": brand, "endpoints": endpoints, "failure": ""}


def _page(**said: object) -> str:
    config = current.config()
    return render_template(
        "platform_setup/index.html",
        config=config,
        dashboard=_dashboard(config),
        redirect_uri=config.public_url + url_for("connect.callback"),
        **{"asked": bool(said), "failure": "", "refusal": "", "endpoints": None, **said},
    )


def _dashboard(config: Config) -> str:
    """Where Stripe's Dashboard of this mode begins; empty if payments do not run at Stripe."""
    if config.stripe_api_base != STRIPE_API:
        return ""
    return f"https://dashboard.stripe.com{'' if config.livemode else '/test'}"
