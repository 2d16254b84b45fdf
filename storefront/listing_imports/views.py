"""The seller's pages of imports and exports."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, current, htmx
from storefront.catalog import browsing, bulk
from storefront.errors import Invalid
from storefront.listing_imports import service, words, writing
from storefront.listing_imports.columns import COLUMNS, NEEDED
from storefront.listing_imports.reading import MAX_BYTES, MAX_ROWS
from storefront.listing_imports.service import Import, Upload
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("listing_imports", __name__, url_prefix="/sell/listings")

_SHOWN = 100
_HISTORY = 20

for name, function in words.FILTERS.items():
    blueprint.add_app_template_filter(function, name)


@blueprint.get("/import")
@policy("seller")
def index() -> ResponseReturnValue:
    """Choose a file, and what was imported before."""
    return _index()


def _index(problem: str = "", status: int = 200) -> AnyResponse:
    with current.store().read() as tx:
        shop = own_shop(tx)
        page = render_template(
            "listing_imports/index.html",
            shop=shop,
            ready=sellers.ready_to_sell(sellers.account_of(tx, shop.id)),
            history=service.newest(tx, shop.id, limit=_HISTORY),
            columns=COLUMNS,
            needed=NEEDED,
            kinds=writing.KINDS,
            most_megabytes=MAX_BYTES // 1024**2,
            most_rows=MAX_ROWS,
            problem=problem,
            pasted=request.form.get("pasted", ""),
        )
    return make_response(page, status)


@blueprint.post("/import")
@policy("seller")
def start() -> ResponseReturnValue:
    """Compare a file with the shop. Nothing is written to listings."""
    with current.store().read() as tx:
        shop = own_shop(tx)
    try:
        batch = service.start(current.services(), shop.id, current_user.id, _upload())
    except Invalid as error:
        return _index(error.message, error.status)
    return htmx.redirect(url_for("listing_imports.show", import_id=batch.id))


def _upload() -> Upload:
    file = request.files.get("file")
    if file is not None and file.filename:
        return Upload(file.filename, file.stream.read(MAX_BYTES + 1))
    if pasted := request.form.get("pasted", "").strip():
        return Upload("", pasted.encode())
    raise Invalid("Choose a file, or paste some rows.")


@blueprint.get("/import/template.csv")
@policy("seller")
def template() -> ResponseReturnValue:
    """A file to begin with."""
    with current.store().read() as tx:
        text = writing.template(own_shop(tx).currency)
    return _file("csv", "listings-template", [text])


@blueprint.get("/export")
@policy("seller")
def export() -> ResponseReturnValue:
    """All listings as a file that an import understands."""
    kind = writing.known_kind(request.args.get("format", ""))
    store = current.store()
    with store.read() as tx:
        shop = own_shop(tx)
    parts = writing.written(kind, bulk.every(store, shop.id))
    return _file(kind, f"{shop.slug}-listings-{clock.timestamp()[:10]}", parts)


def _file(kind: str, stem: str, text: Any) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{stem}.{kind}"'}
    return Response(text, content_type=f"{writing.KINDS[kind].mimetype}; charset=utf-8",
                    headers=headers)  # fmt: skip


# One import ---------------------------------------------------------------------------


@blueprint.get("/import/<import_id>")
@policy("seller")
def show(import_id: str) -> ResponseReturnValue:
    """What a file would change, has changed, or what became of it when it was undone."""
    with current.store().read() as tx:
        shop = own_shop(tx)
        batch = service.of_seller(tx, shop.id, import_id)
        context = {} if batch.running else _rows(tx, batch)
        return render_template(
            "listing_imports/show.html",
            batch=batch,
            why_not=service.why_not_commit(batch, batch.comparison),
            ready=sellers.ready_to_sell(sellers.account_of(tx, shop.id)),
            **context,
        )


def _rows(tx: Tx, batch: Import) -> dict[str, Any]:
    column, labels, counts = "outcome", words.VIEWS, batch.counts
    if batch.state == "undone":
        column, labels, counts = "undo", words.UNDONE_VIEWS, batch.undo_counts
    filled = [name for name in labels if counts.get(name)]
    view = request.args.get("view", "")
    view = view if view in labels else (filled or [*labels])[0]
    total = counts.get(view, 0)
    pages = max(1, -(-total // _SHOWN))
    page = min(browsing.page_number(request.args.get("page", "")), pages)
    offset = (page - 1) * _SHOWN
    rows = service.page(tx, batch.id, column, view, limit=_SHOWN, offset=offset)
    return {
        "rows": rows, "view": view, "labels": labels, "counts": counts, "page": page,
        "pages": pages,
    }  # fmt: skip


@blueprint.get("/import/<import_id>/progress")
@policy("seller")
def progress(import_id: str) -> ResponseReturnValue:
    """How far it has come, for htmx; the whole page when it has ended."""
    with current.store().read() as tx:
        batch = service.of_seller(tx, own_shop(tx).id, import_id)
    if not batch.running or not htmx.wanted():
        return htmx.redirect(url_for("listing_imports.show", import_id=import_id))
    return render_template("listing_imports/_progress.html", batch=batch)


@blueprint.post("/import/<import_id>/commit")
@policy("seller")
def commit(import_id: str) -> ResponseReturnValue:
    """Write what was shown."""
    seller_id = _seller_id()
    comparison = request.form.get("comparison", 0, type=int)
    service.commit(current.services(), seller_id, import_id, comparison)
    return _changed(seller_id, import_id, "committed", "Your listings are imported.")


@blueprint.post("/import/<import_id>/undo")
@policy("seller")
def undo(import_id: str) -> ResponseReturnValue:
    """Put everything back that is still as the import has left it."""
    seller_id = _seller_id()
    service.undo(current.services(), seller_id, import_id)
    return _changed(seller_id, import_id, "undone", "The import is undone.")


def _seller_id() -> str:
    with current.store().read() as tx:
        return own_shop(tx).id


def _changed(seller_id: str, import_id: str, state: str, done: str) -> Response:
    with current.store().read() as tx:
        batch = service.of_seller(tx, seller_id, import_id)
    if batch.state == state:
        flash(done, "success")
    return htmx.redirect(url_for("listing_imports.show", import_id=import_id))
