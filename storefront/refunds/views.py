"""The operator's refund pages: find an order, see what a refund does, confirm, watch it."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.ids import new_token
from storefront.orders import service as orders
from storefront.refunds import approvals, page, service, words
from storefront.refunds.forms import ConfirmedForm, OfOrder, RefundForm
from storefront.refunds.service import Author
from storefront.security.policies import policy

blueprint = Blueprint("refunds", __name__)

PAGE_SIZE = 25

blueprint.add_app_template_filter(words.status, "refund_status")
blueprint.add_app_template_filter(words.tone, "refund_tone")
blueprint.add_app_template_filter(words.sentence, "refund_sentence")
blueprint.add_app_template_filter(words.SHARES.get, "refund_share_words")
blueprint.add_app_template_filter(words.maker, "refund_maker")
blueprint.add_app_template_filter(words.reason, "refund_reason")
blueprint.add_app_template_filter(words.parties, "parties")


@blueprint.get("/admin/refunds")
@policy("operator")
def index() -> ResponseReturnValue:
    """Find an order to refund; the newest refunds, those that went wrong on top."""
    sought = request.args.get("q", "").strip()
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = orders.search(tx, sought, "", PAGE_SIZE, 0) if sought else []
        newest = service.newest(tx, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return render_template(
        "refunds/index.html",
        sought=sought,
        found=found,
        newest=newest[:PAGE_SIZE],
        page=number,
        more=len(newest) > PAGE_SIZE,
    )


@blueprint.get("/admin/refunds/<order_id>")
@policy("operator")
def order(order_id: str) -> ResponseReturnValue:
    """The refund page of an order; `reason` proposes one."""
    with current.store().read() as tx:
        found = service.order_of(tx, order_id)
        context = page.of_order(tx, found, request.args.get("reason", ""))
    return render_template("refunds/order.html", **context)


@blueprint.get("/admin/refunds/<order_id>/seller-balance")
@policy("operator")
def seller_balance(order_id: str) -> ResponseReturnValue:
    """What the seller has at Stripe now; asked for by the page, since Stripe may be slow."""
    with current.store().read() as tx:
        found = service.order_of(tx, order_id)
    balance = page.seller_balance(current.gateway(), found)
    return render_template("refunds/_seller_balance.html", order=found, balance=balance)


@blueprint.post("/admin/refunds/<order_id>/preview")
@policy("operator")
def preview(order_id: str) -> ResponseReturnValue:
    """What the choices in the form would do, to the cent. Nothing happens."""
    context = _context(_form(order_id, RefundForm))
    return htmx.render("refunds/order.html", partial="refunds/_preview.html", **context)


@blueprint.post("/admin/refunds/<order_id>/confirm")
@policy("operator")
def confirm(order_id: str) -> ResponseReturnValue:
    """The last page before money moves; it repeats the cents."""
    form = _form(order_id, RefundForm)
    context = _context(form)
    if not form.validate() or context["problem"]:
        return _correct(context)
    wish, shown = form.wish(), context["shown"]
    if warning := page.balance_warning(current.gateway(), form.order, shown):
        context["warnings"] = [*context["warnings"], warning]
    return htmx.render(
        "refunds/confirm.html",
        partial="refunds/_confirm.html",
        fields=page.fields(form, wish, shown, new_token()),
        wish=wish,
        **context,
    )


@blueprint.post("/admin/refunds/<order_id>")
@policy("operator")
def create(order_id: str) -> ResponseReturnValue:
    """Make the refund that was confirmed, once, however often the form is sent."""
    form = _form(order_id, ConfirmedForm)
    if not form.validate():
        return _correct(_context(form))
    author = Author(form.form_token.data, current_user.id)
    made = service.request(current.services(), order_id, form.wish(), author)
    return htmx.redirect(url_for("refunds.show", order_id=order_id, refund_id=made.id))


@blueprint.get("/admin/refunds/<order_id>/<refund_id>")
@policy("operator")
def show(order_id: str, refund_id: str) -> ResponseReturnValue:
    """One refund and what became of it."""
    return render_template("refunds/show.html", **_of_refund(order_id, refund_id), age=0)


@blueprint.get("/admin/refunds/<order_id>/<refund_id>/status")
@policy("operator")
def status(order_id: str, refund_id: str) -> ResponseReturnValue:
    """The part of that page that keeps itself up to date; `age` counts the refreshes."""
    age = min(max(0, request.args.get("age", 0, type=int)), 100)
    return render_template("refunds/_status.html", **_of_refund(order_id, refund_id), age=age)


@blueprint.post("/admin/refunds/<order_id>/<refund_id>/approve")
@policy("operator")
def approve(order_id: str, refund_id: str) -> ResponseReturnValue:
    """Agree to a colleague's refund."""
    approvals.approve(current.services(), order_id, refund_id, current_user.id)
    return htmx.redirect(url_for("refunds.show", order_id=order_id, refund_id=refund_id))


@blueprint.post("/admin/refunds/<order_id>/<refund_id>/decline")
@policy("operator")
def decline(order_id: str, refund_id: str) -> ResponseReturnValue:
    """Say no to a refund that waits, or take one's own back."""
    approvals.decline(current.services(), order_id, refund_id, current_user.id, current_user.name)
    flash("The refund will not be made. Its amount can be refunded again.", "success")
    return htmx.redirect(url_for("refunds.show", order_id=order_id, refund_id=refund_id))


def _form(order_id: str, kind: type[OfOrder]) -> OfOrder:
    """The form that was sent. Raises NotFound."""
    with current.store().read() as tx:
        return page.form_of(tx, service.order_of(tx, order_id), kind, request.form)


def _context(form: RefundForm) -> dict[str, Any]:
    with current.store().read() as tx:
        return page.of_form(tx, form.order, form)


def _of_refund(order_id: str, refund_id: str) -> dict[str, Any]:
    with current.store().read() as tx:
        return page.of_refund(tx, service.order_of(tx, order_id), refund_id)


def _correct(context: dict[str, Any]) -> ResponseReturnValue:
    """The form again, with what is wrong."""
    return htmx.render("refunds/order.html", partial="refunds/_refund.html", status=422, **context)
