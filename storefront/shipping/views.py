"""Marking many orders as sent: choose or list them, review, and see what became of each."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from storefront import current, htmx
from storefront.errors import Invalid
from storefront.orders.service import Order
from storefront.security.policies import policy
from storefront.sellers.views import own_shop
from storefront.shipping import page, pasted, service

blueprint = Blueprint("shipping", __name__)

Left = list[tuple[str, str]]


@blueprint.get("/sell/shipping")
@policy("seller")
def form() -> ResponseReturnValue:
    """A row for each chosen order; without any the way to paste or upload a list."""
    found = _chosen(request.args.getlist("order"))
    return _form(page.rows(found, MultiDict()), page.left_out(found))


@blueprint.post("/sell/shipping/list")
@policy("seller")
def read_list() -> ResponseReturnValue:
    """Review a pasted or uploaded list; what is wrong with it keeps none of the rest."""
    text = request.form.get("list", "")
    try:
        if upload := request.files.get("file"):
            text = pasted.text_of(upload.read()) or text
        with current.store().read() as tx:
            lines, wrong = service.match(tx, own_shop(tx).id, pasted.read(text))
    except Invalid as error:
        return _form([], [], text=text, problem=error.message, status=422)
    return _review(_chosen(list(lines)), page.typed(lines), wrong, text=text)


@blueprint.post("/sell/shipping/review")
@policy("seller")
def review() -> ResponseReturnValue:
    """What will be sent, before it is; or the form again, to change it."""
    found = _chosen(request.form.getlist("order"))
    if request.form.get("step") == "change":
        return _form(page.rows(found, request.form), page.left_out(found))
    return _review(found, request.form, [])


@blueprint.post("/sell/shipping")
@policy("seller")
def send() -> ResponseReturnValue:
    """Mark the orders as sent, once, however often the form comes."""
    found = _chosen(request.form.getlist("order"))
    rows = page.rows(found, request.form)
    if page.wrong(rows):
        return _form(rows, page.left_out(found), status=422)
    with current.store().read() as tx:
        seller_id = own_shop(tx).id
    service.send(current.store(), seller_id, [row.parcel for row in rows])
    return htmx.redirect(url_for("shipping.outcome", order=[order.id for order in found]))


@blueprint.get("/sell/shipping/outcome")
@policy("seller")
def outcome() -> ResponseReturnValue:
    """What became of each order."""
    found = _chosen(request.args.getlist("order"))
    sent = [order for order in found if order.shipped_at]
    waiting = [order for order in found if not order.shipped_at]
    return render_template("shipping/outcome.html", sent=sent, left_out=page.left_out(waiting))


def _chosen(order_ids: list[str]) -> list[Order]:
    with current.store().read() as tx:
        return service.chosen(tx, own_shop(tx).id, order_ids)


def _review(
    found: list[Order], typed: MultiDict[str, str], wrong: Left, text: str = ""
) -> ResponseReturnValue:
    rows, left_out = page.rows(found, typed), wrong + page.left_out(found)
    if page.wrong(rows):
        return _form(rows, left_out, text=text, status=422)
    if not rows:
        problem = "None of these orders can be sent." if left_out else "Choose at least one order."
        return _form(rows, left_out, text=text, problem=problem, status=422)
    return render_template("shipping/review.html", rows=rows, left_out=left_out)


def _form(
    rows: list[page.Row], left_out: Left, *, text: str = "", problem: str = "", status: int = 200
) -> ResponseReturnValue:
    shown = render_template(
        "shipping/form.html", rows=rows, left_out=left_out, text=text, problem=problem
    )
    return shown, status
