"""What is done about disputes by itself: the platform's rule, and those of sellers."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import StorefrontError
from storefront.evidence import rules
from storefront.evidence.rule_forms import RuleForm
from storefront.money import CURRENCIES
from storefront.security.policies import policy

blueprint = Blueprint("answer_rules", __name__)

blueprint.add_app_template_filter(rules.words, "rule_words")


@blueprint.get("/admin/disputes/answers")
@policy("operator")
def index() -> ResponseReturnValue:
    """The rules, with forms to change them."""
    return _page(None, "", 200)


@blueprint.post("/admin/disputes/answers")
@policy("operator")
def decide() -> ResponseReturnValue:
    """Set the rule of the platform, or of the shop that is named."""
    form = RuleForm.sent(request.form)
    try:
        with current.store().transaction() as tx:
            rules.decide(tx, form.wanted(), current_user.id)
    except StorefrontError as error:
        return _page(form, error.message, error.status)
    flash("From now on, disputes follow this. Nothing is accepted within the next day.", "success")
    return htmx.redirect(url_for("answer_rules.index"))


@blueprint.post("/admin/disputes/answers/<seller_id>/remove")
@policy("operator")
def remove(seller_id: str) -> ResponseReturnValue:
    """Let a seller's disputes follow the platform's rule."""
    with current.store().transaction() as tx:
        rules.forget(tx, seller_id, current_user.id)
    flash("This seller's disputes follow the platform's rule again.", "success")
    return htmx.redirect(url_for("answer_rules.index"))


def _page(sent: RuleForm | None, problem: str, status: int) -> ResponseReturnValue:
    """The page; the form that was sent stays as it was typed."""
    with current.store().read() as tx:
        platform, of_sellers = RuleForm.of(rules.of_platform(tx)), rules.of_sellers(tx)
    seller = RuleForm(shop="")
    if sent is not None and sent.shop is None:
        platform = sent
    elif sent is not None:
        seller = sent
    page = render_template(
        "evidence/rules.html",
        platform=platform,
        seller=seller,
        problem=problem,
        of_sellers=of_sellers,
        currencies=CURRENCIES,
    )
    return page, status
