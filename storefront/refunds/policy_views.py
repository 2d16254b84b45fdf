"""How refunds are shared by default: for the platform, and for single sellers."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import StorefrontError
from storefront.fees import spelled
from storefront.refunds import policies
from storefront.refunds.forms import PolicyForm
from storefront.security.policies import policy

blueprint = Blueprint("refund_policies", __name__)

blueprint.add_app_template_filter(spelled, "amounts")


@blueprint.get("/admin/refunds/policies")
@policy("operator")
def index() -> ResponseReturnValue:
    """The policies and the limits, with forms to change the former."""
    return _page(PolicyForm())


@blueprint.post("/admin/refunds/policies")
@policy("operator")
def decide() -> ResponseReturnValue:
    """Set the policy of the platform, or of the shop that is named."""
    form = PolicyForm(request.form)
    try:
        with current.store().transaction() as tx:
            policies.decide(tx, form.wanted(), current_user.id)
    except StorefrontError as error:
        form.form_errors.append(error.message)
        return _page(form, error.status)
    flash("From now on, refund pages propose this.", "success")
    return htmx.redirect(url_for("refund_policies.index"))


@blueprint.post("/admin/refunds/policies/<seller_id>/remove")
@policy("operator")
def remove(seller_id: str) -> ResponseReturnValue:
    """Let a seller's orders follow the platform's policy."""
    with current.store().transaction() as tx:
        policies.forget(tx, seller_id, current_user.id)
    flash("This seller's orders follow the platform's policy again.", "success")
    return htmx.redirect(url_for("refund_policies.index"))


def _page(form: PolicyForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        platform = policies.of_platform(tx)
        of_sellers = policies.of_sellers(tx)
    page = render_template(
        "refunds/policies.html",
        form=form,
        platform=platform,
        of_sellers=of_sellers,
        limits=current.config(),
    )
    return page, status
