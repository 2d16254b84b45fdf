"""Who is the merchant of record: the platform's rule, and those of sellers."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import StorefrontError
from storefront.merchants import service
from storefront.merchants.forms import RuleForm
from storefront.security.policies import policy
from storefront.sellers import countries

blueprint = Blueprint("merchants", __name__)


@blueprint.get("/admin/merchants")
@policy("operator")
def index() -> ResponseReturnValue:
    """The rules, with forms to change them."""
    return _page(RuleForm())


@blueprint.post("/admin/merchants")
@policy("operator")
def decide() -> ResponseReturnValue:
    """Set the rule of the platform, or of the shop that is named."""
    form = RuleForm(request.form)
    try:
        with current.store().transaction() as tx:
            service.decide(tx, form.wanted(), current_user.id)
    except StorefrontError as error:
        form.form_errors.append(error.message)
        return _page(form, error.status)
    flash("From now on, sales follow this.", "success")
    return htmx.redirect(url_for("merchants.index"))


@blueprint.post("/admin/merchants/<seller_id>/remove")
@policy("operator")
def remove(seller_id: str) -> ResponseReturnValue:
    """Let a seller's sales follow the platform's rule."""
    with current.store().transaction() as tx:
        service.forget(tx, seller_id, current_user.id)
    flash("This seller's sales follow the platform's rule again.", "success")
    return htmx.redirect(url_for("merchants.index"))


def _page(form: RuleForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        platform = service.platform(tx)
        page = render_template(
            "merchants/index.html",
            form=form,
            rule=service.of_platform(tx),
            of_sellers=service.of_sellers(tx),
            merchants=service.MERCHANTS,
            country=countries.name(platform.country) if platform.country else "",
            out_of_reach=service.out_of_reach(tx),
        )
    return page, status
