"""The board of disputes and one dispute, for operators."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.disputes import page, service, words
from storefront.security.policies import policy

blueprint = Blueprint("disputes", __name__)

blueprint.add_app_template_filter(words.status, "dispute_status")
blueprint.add_app_template_filter(words.tone, "dispute_tone")
blueprint.add_app_template_filter(words.reason, "dispute_reason")
blueprint.add_app_template_filter(words.sentence, "dispute_sentence")
blueprint.add_app_template_filter(words.to_shopper, "dispute_to_shopper")
blueprint.add_app_template_filter(words.countdown, "countdown")


@blueprint.get("/admin/disputes")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every dispute by what it needs, the nearest deadline first."""
    with current.store().read() as tx:
        context = page.board(tx, request.args)
        at_risk = service.at_risk(tx)
    return render_template("disputes/index.html", at_risk=at_risk, **context)


@blueprint.get("/admin/disputes/<dispute_id>")
@policy("operator")
def show(dispute_id: str) -> ResponseReturnValue:
    """One dispute: where it stands, until when to answer, and the money on every side."""
    with current.store().read() as tx:
        context = page.of_dispute(tx, service.by_id(tx, dispute_id))
    return render_template("disputes/show.html", **context)
