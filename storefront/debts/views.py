"""What sellers owe, for the operator: who, for which order, what was taken back, and forgiving."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.debts import service
from storefront.debts.forms import WriteOffForm
from storefront.errors import StorefrontError
from storefront.security.policies import policy
from storefront.sellers import service as sellers

blueprint = Blueprint("debts", __name__)

PAGE_SIZE = 25


@blueprint.get("/admin/debts")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every debt, those that are still owed first, and what is owed in each currency."""
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.page(tx, None, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        owed = service.owed(tx, None)
    return render_template(
        "debts/index.html",
        found=found[:PAGE_SIZE],
        owed=owed,
        page=number,
        more=len(found) > PAGE_SIZE,
    )


@blueprint.get("/admin/debts/<debt_id>")
@policy("operator")
def show(debt_id: str) -> ResponseReturnValue:
    """One debt with each part of it that was taken back."""
    return _page(debt_id, WriteOffForm())


@blueprint.post("/admin/debts/<debt_id>/write-off")
@policy("operator")
def write_off(debt_id: str) -> ResponseReturnValue:
    """Forgive what is left of a debt."""
    form = WriteOffForm(request.form)
    if not form.validate():
        return _page(debt_id, form), 422
    try:
        with current.store().transaction() as tx:
            service.write_off(tx, debt_id, form.note.data, current_user.id)
    except StorefrontError as error:
        form.form_errors.append(error.message)
        return _page(debt_id, form), error.status
    flash("Forgiven. Nothing more is taken back for it.", "success")
    return htmx.redirect(url_for("debts.show", debt_id=debt_id))


def _page(debt_id: str, form: WriteOffForm) -> str:
    with current.store().read() as tx:
        debt = service.by_id(tx, debt_id)
        parts = service.settlements(tx, debt.id)
        account = sellers.account_by_id(tx, debt.destination)
    return render_template("debts/show.html", debt=debt, parts=parts, form=form, account=account)
