"""The seller's side: what shoppers ask back, answering it, and accepting within the limit."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import NotFound
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.refund_requests import accepting, page, service
from storefront.refund_requests.forms import AcceptForm, MessageForm
from storefront.refund_requests.repository import SELLER
from storefront.refund_requests.thread import Thread
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.store import Tx

blueprint = Blueprint("seller_requests", __name__)

PAGE_SIZE = 20
VIEWS = ("open", "closed")

_SAID = {
    "answer": "Sent. The shopper gets a mail.",
    "decline": "Declined. The shopper gets a mail, and may ask the marketplace.",
    "pass_on": "Passed on. The marketplace decides now.",
}


@blueprint.get("/sell/requests")
@policy("seller")
def index() -> ResponseReturnValue:
    """The refund requests of a shop, those that wait for its decision on top."""
    view = request.args.get("view", "open")
    if view not in VIEWS:
        raise NotFound
    number = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    with current.store().read() as tx:
        found = service.listing(tx, view, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE, _seller_id(tx))
    return render_template(
        "refund_requests/of_shop.html", view=view, **page.listed(found, PAGE_SIZE, number)
    )


@blueprint.get("/sell/requests/<request_id>")
@policy("seller")
def show(request_id: str) -> ResponseReturnValue:
    """One request: what is asked, what was said, what the seller can do."""
    with current.store().read() as tx:
        order, thread = _found(tx, request_id)
        context = page.of_request(tx, current.config(), order, thread, SELLER)
    return page.fresh("refund_requests/sold.html", "refund_requests/_sold.html", context)


@blueprint.post("/sell/requests/<request_id>/answer")
@policy("seller")
def answer(request_id: str) -> ResponseReturnValue:
    """Write to the shopper."""
    return _act(request_id, "answer")


@blueprint.post("/sell/requests/<request_id>/decline")
@policy("seller")
def decline(request_id: str) -> ResponseReturnValue:
    """Say no, and why."""
    return _act(request_id, "decline")


@blueprint.post("/sell/requests/<request_id>/pass-on")
@policy("seller")
def pass_on(request_id: str) -> ResponseReturnValue:
    """Let the operator decide."""
    return _act(request_id, "pass_on")


@blueprint.get("/sell/requests/<request_id>/accept")
@policy("seller")
def confirm(request_id: str) -> ResponseReturnValue:
    """The last page before money moves: what leaves the seller's balance."""
    return _confirm(request_id, AcceptForm(form_token=new_token()), 200)


@blueprint.post("/sell/requests/<request_id>/accept")
@policy("seller")
def accept(request_id: str) -> ResponseReturnValue:
    """Refund what is asked for, once, however often the form is sent."""
    form = AcceptForm(request.form)
    with current.store().read() as tx:
        _found(tx, request_id)
    if not form.validate():
        return _confirm(request_id, form, 422)
    thread = accepting.accept(current.services(), request_id, form.acceptance(current_user.id))
    flash(*page.outcome(thread, SELLER))
    return htmx.redirect(url_for("seller_requests.show", request_id=request_id))


def _confirm(request_id: str, form: AcceptForm, status: int) -> ResponseReturnValue:
    with current.store().read() as tx:
        order, thread = _found(tx, request_id)
        service.require(thread, SELLER, "accept")
        _, shown = accepting.share_of_seller(tx, current.config(), order, thread)
    form.fee_amount.data = str(shown.fee_amount)
    return htmx.render(
        "refund_requests/accept.html",
        partial="refund_requests/_accept.html",
        status=status,
        order=order,
        request_=thread.request,
        shown=shown,
        form=form,
    )


def _act(request_id: str, act: str) -> ResponseReturnValue:
    message = MessageForm(request.form).said()
    with current.store().transaction() as tx:
        _found(tx, request_id)
        service.act(tx, request_id, SELLER, act, message, current_user.id)
    flash(_SAID[act], "success")
    return htmx.redirect(url_for("seller_requests.show", request_id=request_id))


def _found(tx: Tx, request_id: str) -> tuple[Order, Thread]:
    return service.of_seller(tx, _seller_id(tx), request_id)


def _seller_id(tx: Tx) -> str:
    seller = sellers.seller_of_user(tx, current_user.id)
    if seller is None:
        raise NotFound
    return seller.id
