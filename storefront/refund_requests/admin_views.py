"""The operator's side: the queue of refund requests, and deciding about one."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import NotFound
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.refund_requests import accepting, conversation, page, service
from storefront.refund_requests.forms import MessageForm, OperatorAcceptForm
from storefront.refund_requests.repository import OPERATOR
from storefront.refund_requests.thread import Thread
from storefront.refunds import page as refund_page
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.preview import RETURN_FEE
from storefront.security.policies import policy
from storefront.store import Tx

blueprint = Blueprint("admin_requests", __name__)

PAGE_SIZE = 50


@blueprint.get("/admin/requests")
@policy("operator")
def index() -> ResponseReturnValue:
    """Every refund request: those that wait for the operator, all that are open, the closed."""
    view = request.args.get("view", "open")
    if view not in service.VIEWS:
        raise NotFound
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.listing(tx, view, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
    return render_template(
        "refund_requests/queue.html", view=view, **page.listed(found, PAGE_SIZE, number)
    )


@blueprint.get("/admin/requests/<request_id>")
@policy("operator")
def show(request_id: str) -> ResponseReturnValue:
    """One request with everything that was said."""
    with current.store().read() as tx:
        order, thread = _found(tx, request_id)
        context = page.of_request(tx, current.config(), order, thread, OPERATOR)
    return page.fresh("refund_requests/decide.html", "refund_requests/_decide.html", context)


@blueprint.post("/admin/requests/<request_id>/answer")
@policy("operator")
def answer(request_id: str) -> ResponseReturnValue:
    """Write to the shopper."""
    return _act(request_id, "answer", "Sent. Shopper and shop get a mail.")


@blueprint.post("/admin/requests/<request_id>/decline")
@policy("operator")
def decline(request_id: str) -> ResponseReturnValue:
    """Say no for good, and why."""
    return _act(request_id, "decline", "Declined for good. Shopper and shop get a mail.")


@blueprint.get("/admin/requests/<request_id>/accept")
@policy("operator")
def confirm(request_id: str) -> ResponseReturnValue:
    """The last page before money moves: who pays, and what it does to everybody."""
    return _confirm(request_id, OperatorAcceptForm(form_token=new_token()), 200)


@blueprint.post("/admin/requests/<request_id>/accept")
@policy("operator")
def accept(request_id: str) -> ResponseReturnValue:
    """Refund what is asked for, once, however often the form is sent."""
    form = OperatorAcceptForm(request.form)
    with current.store().read() as tx:
        _found(tx, request_id)
    if not form.validate():
        return _confirm(request_id, form, 422)
    thread = accepting.accept(current.services(), request_id, form.acceptance(current_user.id))
    flash(*page.outcome(thread, OPERATOR))
    return htmx.redirect(url_for("admin_requests.show", request_id=request_id))


def _confirm(request_id: str, form: OperatorAcceptForm, status: int) -> ResponseReturnValue:
    with current.store().read() as tx:
        order, thread = _found(tx, request_id)
        service.require(thread, OPERATOR, "accept")
        options = accepting.shares(tx, order, thread)
        form.share.data = form.share.data or accepting.proposed_share(tx, order, options)
        standard = policies.of_seller(tx, order.seller_id)
        warnings = refund_page.warnings(tx, order)
    with_fee = options[RETURN_FEE].preview
    form.fee_amount.data = str(with_fee.fee_amount if with_fee else 0)
    return htmx.render(
        "refund_requests/admin_accept.html",
        partial="refund_requests/_admin_accept.html",
        status=status,
        order=order,
        request_=thread.request,
        options=options.values(),
        shown=options[form.share.data].preview if form.share.data in options else None,
        standard=standard,
        warnings=warnings,
        form=form,
    )


def _act(request_id: str, act: str, said: str) -> ResponseReturnValue:
    message = MessageForm(request.form).said()
    with current.store().transaction() as tx:
        service.act(tx, request_id, OPERATOR, act, message, current_user.id)
    flash(said, "success")
    return htmx.redirect(url_for("admin_requests.show", request_id=request_id))


def _found(tx: Tx, request_id: str) -> tuple[Order, Thread]:
    thread = conversation.thread(tx, request_id)
    return refunds.order_of(tx, thread.request.order_id), thread
