"""The board of disputes and one dispute, for operators."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.disputes import page, recovery, service, words
from storefront.security.policies import policy

blueprint = Blueprint("disputes", __name__)

blueprint.add_app_template_filter(words.status, "dispute_status")
blueprint.add_app_template_filter(words.tone, "dispute_tone")
blueprint.add_app_template_filter(words.reason, "dispute_reason")
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
        context = page.of_dispute(tx, service.by_id(tx, dispute_id), to_operator=True)
    return render_template("disputes/show.html", **context)


@blueprint.post("/admin/disputes/<dispute_id>/recover")
@policy("operator")
def recover(dispute_id: str) -> ResponseReturnValue:
    """Take back from the seller what the bank has taken, once, however often this is sent."""
    recovery.by_hand(current.services(), dispute_id, current_user.id)
    flash("It is taken back as soon as the seller has it at Stripe.", "success")
    return htmx.redirect(url_for("disputes.show", dispute_id=dispute_id))
