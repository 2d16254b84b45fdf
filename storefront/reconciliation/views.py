"""The operator's reconciliation page: the verdict, what differs, and what past nights said."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.reconciliation import service, words
from storefront.reconciliation.plot import bars
from storefront.reconciliation.walk import STAGES
from storefront.security.policies import policy
from storefront.store import Tx

blueprint = Blueprint("reconciliation", __name__)

_SHOWN = 100
_HISTORY = 60

for name, function in words.FILTERS.items():
    blueprint.add_app_template_filter(function, name)


@blueprint.get("/admin/reconciliation")
@policy("operator")
def index() -> ResponseReturnValue:
    """The newest reconciliation, and how the ones before it ended."""
    with current.store().read() as tx:
        history = service.newest(tx, _HISTORY)
        context = _of(tx, history[0].id) if history else {"run": None}
    return render_template(
        "reconciliation/index.html", history=history, bars=bars(history), origins=words.ORIGIN,
        **context,
    )  # fmt: skip


@blueprint.post("/admin/reconciliation")
@policy("operator")
def start() -> ResponseReturnValue:
    """Compare everything now; the worker does it."""
    service.start(current.services(), service.OPERATOR, actor_id=current_user.id)
    return htmx.redirect(url_for("reconciliation.index"))


@blueprint.get("/admin/reconciliation/<reconciliation_id>")
@policy("operator")
def show(reconciliation_id: str) -> ResponseReturnValue:
    """One reconciliation with everything that it found."""
    with current.store().read() as tx:
        context = _of(tx, reconciliation_id)
    return render_template("reconciliation/show.html", **context)


@blueprint.get("/admin/reconciliation/<reconciliation_id>/progress")
@policy("operator")
def progress(reconciliation_id: str) -> ResponseReturnValue:
    """The part of the page that refreshes itself until the comparison has ended."""
    with current.store().read() as tx:
        context = _of(tx, reconciliation_id)
    return render_template("reconciliation/_run.html", **context)


def _of(tx: Tx, reconciliation_id: str) -> dict[str, Any]:
    run = service.of_id(tx, reconciliation_id)
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    offset = (page - 1) * _SHOWN
    return {
        "run": run,
        "differing": service.findings(tx, run.id, repaired=False, limit=_SHOWN, offset=offset),
        "mended": service.findings(tx, run.id, repaired=True, limit=_SHOWN, offset=offset),
        "page": page,
        "size": _SHOWN,
        "stages": words.STAGE,
        "steps": len(STAGES),
    }
