"""When disputed money is recovered: the platform's rule, and those of sellers."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.disputes import policies
from storefront.disputes.forms import PolicyForm
from storefront.errors import StorefrontError
from storefront.security.policies import policy

blueprint = Blueprint("dispute_policies", __name__)


@blueprint.get("/admin/disputes/policies")
@policy("operator")
def index() -> ResponseReturnValue:
    """The policies, with forms to change them."""
    return _page(PolicyForm())


@blueprint.post("/admin/disputes/policies")
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
    flash("From now on, disputes follow this.", "success")
    return htmx.redirect(url_for("dispute_policies.index"))


@blueprint.post("/admin/disputes/policies/<seller_id>/remove")
@policy("operator")
def remove(seller_id: str) -> ResponseReturnValue:
    """Let a seller's disputes follow the platform's policy."""
    with current.store().transaction() as tx:
        policies.forget(tx, seller_id, current_user.id)
    flash("This seller's disputes follow the platform's policy again.", "success")
    return htmx.redirect(url_for("dispute_policies.index"))


def _page(form: PolicyForm, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        platform, of_sellers = policies.of_platform(tx), policies.of_sellers(tx)
    page = render_template(
        "disputes/policies.html",
        form=form,
        platform=platform,
        of_sellers=of_sellers,
        recoveries=policies.RECOVERIES,
        fees=policies.FEES,
    )
    return page, status
