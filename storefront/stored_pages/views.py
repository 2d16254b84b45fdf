"""What is stored of sellers' Stripe data, for the operator."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import Refused
from storefront.security.policies import policy
from storefront.store import Tx
from storefront.stored_data import service as stored_data
from storefront.stored_data import words
from storefront.stored_pages import service

blueprint = Blueprint("stored_pages", __name__)


def page_number() -> int:
    """The page that the address asks for."""
    return min(max(1, request.args.get("page", 1, type=int)), 10_000)


def wanted() -> service.Wanted:
    """The list that the address asks for."""
    arguments = request.args
    return service.Wanted(
        arguments.get("kind", "charges"),
        arguments.get("q", "").strip()[:200],
        arguments.get("status", "")[:50],
        page_number(),
    )


def context_of(tx: Tx, account_id: str) -> dict[str, Any]:
    """What the page of an account shows."""
    asked = wanted()
    return {
        "stored": service.stored(tx, account_id, asked),
        "wanted": asked,
        "kinds": words.KIND,
        "states": words.STATE,
        "tones": words.TONE,
    }


@blueprint.get("/admin/stored")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every account, what is stored of it, and how far fetching is."""
    size, number = service.PAGE_SIZE, page_number()
    with current.store().read() as tx:
        found = service.accounts(tx, size + 1, (number - 1) * size)
    return render_template(
        "stored_pages/index.html", accounts=found[:size], page=number, more=len(found) > size
    )


@blueprint.post("/admin/stored")
@policy("operator")
def fetch_all() -> ResponseReturnValue:
    """Fetch what is not here yet of every connected account; the worker does it."""
    with current.store().transaction() as tx:
        connected = stored_data.connected(tx)
        for account_id in connected:
            _start(tx, account_id)
    flash(f"The worker fetches {len(connected)} accounts. You can leave this page.", "success")
    return htmx.redirect(url_for("stored_pages.index"))


@blueprint.get("/admin/stored/<account_id>")
@policy("operator")
def account(account_id: str) -> ResponseReturnValue:
    """One account: how far each kind is, and its objects."""
    with current.store().read() as tx:
        context = context_of(tx, account_id)
    return render_template("stored_pages/account.html", **context)


@blueprint.get("/admin/stored/<account_id>/progress")
@policy("operator")
def progress(account_id: str) -> ResponseReturnValue:
    """The part of the page that refreshes itself until everything is fetched."""
    with current.store().read() as tx:
        context = context_of(tx, account_id)
    return render_template("stored_pages/_progress.html", **context)


@blueprint.post("/admin/stored/<account_id>/fetch")
@policy("operator")
def fetch(account_id: str) -> ResponseReturnValue:
    """Fetch what is not here yet; the worker does it."""
    with current.store().transaction() as tx:
        if not service.account(tx, account_id).connected:
            raise Refused("The seller has disconnected this account, so nothing can be fetched.")
        _start(tx, account_id)
    return htmx.redirect(url_for("stored_pages.account", account_id=account_id))


@blueprint.post("/admin/stored/<account_id>/delete")
@policy("operator")
def delete(account_id: str) -> ResponseReturnValue:
    """Delete the copies of an account that has left."""
    with current.store().transaction() as tx:
        service.delete(tx, account_id, current_user.id)
    flash("Deleted. Nothing of this account is stored any more.", "success")
    return htmx.redirect(url_for("stored_pages.index"))


@blueprint.get("/admin/stored/<account_id>/<object_id>")
@policy("operator")
def show(account_id: str, object_id: str) -> ResponseReturnValue:
    """One object as Stripe told it."""
    with current.store().read() as tx:
        of = service.account(tx, account_id)
        shown = service.shown(tx, of, object_id)
    return render_template(
        "stored_pages/object.html", account=of, shown=shown, kinds=words.KIND_OF_ONE
    )


def _start(tx: Tx, account_id: str) -> None:
    stored_data.start(tx, account_id, list(stored_data.KINDS), actor_id=current_user.id)
