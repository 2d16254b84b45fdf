"""An operator's part: review the evidence, save it at Stripe, submit it once, or give in."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.disputes import service as disputes
from storefront.disputes.service import Dispute
from storefront.errors import Refused
from storefront.evidence import editing, page, sending
from storefront.evidence.editing import Side
from storefront.evidence.fields import FIELDS
from storefront.evidence.service import ChangedMeanwhile
from storefront.security.policies import policy
from storefront.stripe_calls.service import StripeCall

blueprint = Blueprint("evidence", __name__)

_SIDE = Side("operator", "disputes.show", "evidence.save")


@blueprint.app_template_filter("evidence_field")
def field_label(name: str) -> str:
    """What a field of Stripe's evidence is called."""
    return FIELDS[name].label


@blueprint.app_template_filter("evidence_help")
def field_help(name: str) -> str:
    """What belongs into it."""
    return FIELDS[name].help


@blueprint.app_template_global()
def evidence_of(dispute: Dispute) -> dict[str, Any]:
    """What the card on a dispute's page shows."""
    with current.store().read() as tx:
        return page.of_dispute(tx, dispute)


@blueprint.get("/admin/disputes/<dispute_id>/evidence")
@policy("operator")
def edit(dispute_id: str) -> ResponseReturnValue:
    """The editor."""
    return editing.show(_SIDE, _dispute(dispute_id))


@blueprint.post("/admin/disputes/<dispute_id>/evidence")
@policy("operator")
def save(dispute_id: str) -> ResponseReturnValue:
    """Keep it, and save it at Stripe too if that was chosen."""
    refused = editing.save(_SIDE, _dispute(dispute_id))
    if refused is None and "at_stripe" in request.form:
        call = sending.save(current.services(), dispute_id, current_user.id)
        _tell(call, "Stripe has it as well, not submitted yet.")
    return refused or _back(dispute_id)


@blueprint.get("/admin/disputes/<dispute_id>/submit")
@policy("operator")
def confirm(dispute_id: str) -> ResponseReturnValue:
    """Everything that would be sent, before it is final. Raises Refused if nothing can be."""
    return _confirm(dispute_id)


@blueprint.post("/admin/disputes/<dispute_id>/submit")
@policy("operator")
def submit(dispute_id: str) -> ResponseReturnValue:
    """Submit what was shown, once, however often this is sent."""
    version = request.form.get("version", "")
    try:
        call = sending.submit(current.services(), dispute_id, version, current_user.id)
    except ChangedMeanwhile as error:
        return _confirm(dispute_id, error)
    _tell(call, "The evidence is submitted. Now the bank decides.")
    return _back(dispute_id)


@blueprint.get("/admin/disputes/<dispute_id>/accept")
@policy("operator")
def consider(dispute_id: str) -> ResponseReturnValue:
    """What accepting means, before it is final. Raises Refused if it is not possible."""
    context = _context(dispute_id)
    if reason := context["why_not_accept"]:
        raise Refused(reason)
    return render_template("evidence/accept.html", **context)


@blueprint.post("/admin/disputes/<dispute_id>/accept")
@policy("operator")
def accept(dispute_id: str) -> ResponseReturnValue:
    """Give the dispute up, once, however often this is sent."""
    call = sending.accept(current.services(), dispute_id, current_user.id)
    _tell(call, "The dispute is accepted. The shopper keeps the money.")
    return _back(dispute_id)


def _context(dispute_id: str) -> dict[str, Any]:
    with current.store().read() as tx:
        return page.of_dispute(tx, disputes.by_id(tx, dispute_id))


def _confirm(dispute_id: str, error: Refused | None = None) -> Response:
    context = _context(dispute_id)
    if context["why_not"]:
        raise Refused(context["why_not"])
    evidence = context["evidence"]
    more = sending.only_at_stripe(current.gateway(), context["dispute"], evidence)
    shown = render_template("evidence/submit.html", error=error, more=more, **context)
    return make_response(shown, error.status if error else 200)


def _tell(call: StripeCall, done: str) -> None:
    if call.state == "confirmed":
        flash(done, "success")
    elif call.open:
        flash("Stripe has not answered yet. It goes on by itself, and happens once.", "info")
    else:
        flash(f"Stripe refused: {call.error_message or 'it has no trace of it.'}", "error")


def _dispute(dispute_id: str) -> Dispute:
    with current.store().read() as tx:
        return disputes.by_id(tx, dispute_id)


def _back(dispute_id: str) -> Response:
    return htmx.redirect(url_for("disputes.show", dispute_id=dispute_id))
