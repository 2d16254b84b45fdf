"""The page on which sellers take their data with them, or have it deleted."""

from tempfile import SpooledTemporaryFile

from flask import Blueprint, flash, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from storefront import clock, current, htmx
from storefront.errors import StorefrontError
from storefront.media import Media
from storefront.security.policies import policy
from storefront.seller_data import service
from storefront.sellers.views import own_shop

blueprint = Blueprint("seller_data", __name__)

_IN_MEMORY = 8 * 1024 * 1024


@blueprint.get("/sell/data")
@policy("seller")
def index() -> ResponseReturnValue:
    """What the archive holds, and what stands in the way of deleting."""
    return _page("")


@blueprint.get("/sell/data/export")
@policy("seller")
def export() -> ResponseReturnValue:
    """All that is the seller's, as one archive."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with current.store().read() as tx:
        seller = own_shop(tx)
        service.write(tx, _media(), seller, file)
    file.seek(0)
    name = f"{seller.slug}-{clock.timestamp()[:10]}.zip"
    return send_file(file, "application/zip", as_attachment=True, download_name=name)


@blueprint.post("/sell/data/delete")
@policy("seller")
def delete() -> ResponseReturnValue:
    """Delete the shop's data, if nothing is open and the name is typed."""
    try:
        with current.store().transaction() as tx:
            keys = service.delete(tx, own_shop(tx), request.form.get("name", ""))
    except StorefrontError as error:
        return _page(error.message), error.status
    service.discard(_media(), keys)
    flash("Your shop and what was said of it are deleted.", "success")
    return htmx.redirect(url_for("users.account"))


def _media() -> Media:
    return Media(current.config().media_root)


def _page(problem: str) -> str:
    with current.store().read() as tx:
        seller = own_shop(tx)
        context = {"reasons": service.why_not(tx, seller), "plan": service.plan_of(tx, seller)}
    return render_template("seller_data/index.html", seller=seller, problem=problem, **context)
