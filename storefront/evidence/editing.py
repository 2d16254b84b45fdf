"""The editor of evidence, which operator and seller share."""

from dataclasses import dataclass

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.disputes.service import Dispute
from storefront.errors import Invalid, StorefrontError
from storefront.evidence import files, forms, page, service
from storefront.evidence.fields import FILES
from storefront.evidence.files import MAX_BYTES, Upload
from storefront.evidence.forms import EvidenceForm
from storefront.evidence.service import Author, ChangedMeanwhile
from storefront.stripe_gateway.failures import StripeFailure

_AGAIN = " Nothing is saved yet; please choose the files again."


@dataclass(frozen=True, slots=True)
class Side:
    """Whose pages these are: `seller` or `operator`, and where the dispute's own page is."""

    role: str
    show: str
    edit: str


def show(side: Side, dispute: Dispute) -> ResponseReturnValue:
    """The form with what is there."""
    return _page(side, dispute, None, 200)


def save(side: Side, dispute: Dispute) -> ResponseReturnValue | None:
    """Save what was sent; None once it is saved, else the form with everything that was typed."""
    form = EvidenceForm(request.form)
    valid = form.validate()
    uploads = _uploads(form)
    if not valid or form.errors:
        return _page(side, dispute, form, 422)
    author = Author(side.role, current_user.id)
    try:
        service.save(current.services(), dispute.id, form.change(uploads), author)
    except StorefrontError as error:
        form.form_errors.append(f"{error.message}{_AGAIN if uploads else ''}")
        return _page(side, dispute, form, error.status, anew=isinstance(error, ChangedMeanwhile))
    except StripeFailure as failure:
        form.form_errors.append(f"Stripe did not take a file: {failure.message}{_AGAIN}")
        return _page(side, dispute, form, 502)
    flash("The evidence is saved. The bank has not got it yet.", "success")
    return None


def _uploads(form: EvidenceForm) -> dict[str, Upload]:
    """The files that were chosen; what is wrong with one stands below its field."""
    found = {}
    for name in FILES:
        sent = request.files.get(name)
        if sent is None or not sent.filename:
            continue
        try:
            found[name] = files.checked(sent.filename, sent.stream.read(MAX_BYTES + 1))
        except Invalid as error:
            form[name].errors = [f"{error.message} Please choose the file again."]
    return found


def _page(
    side: Side, dispute: Dispute, form: EvidenceForm | None, status: int, *, anew: bool = False
) -> Response:
    with current.store().read() as tx:
        context = page.of_dispute(tx, dispute)
    if form is None:
        form = forms.filled(context["evidence"])
    if anew:
        form.version.data = context["evidence"].version
    return htmx.render(
        f"evidence/edit_{side.role}.html",
        partial="evidence/_edit.html",
        status=status,
        form=form,
        side=side.role,
        accept=files.ACCEPT,
        action=url_for(side.edit, dispute_id=dispute.id),
        back=url_for(side.show, dispute_id=dispute.id),
        **context,
    )
