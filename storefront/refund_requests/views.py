"""The shopper's side, behind the order's unguessable link: asking for a refund, and talking."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import Invalid, NotFound, Refused, StorefrontError
from storefront.ids import new_token
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refund_requests import asking, conversation, service, words
from storefront.refund_requests.forms import AMOUNT, ITEMS, MessageForm, RequestForm, quantities
from storefront.refund_requests.repository import SHOPPER
from storefront.refund_requests.thread import Thread
from storefront.refunds import lines as pieces
from storefront.security.policies import policy
from storefront.security.rate_limit import limit
from storefront.store import Tx

blueprint = Blueprint("refund_requests", __name__)

_STEPS_AN_HOUR = 20

blueprint.add_app_template_filter(words.reason, "request_reason")
blueprint.add_app_template_filter(words.status, "request_status")
blueprint.add_app_template_filter(words.tone, "request_tone")
blueprint.add_app_template_filter(words.title, "step_title")
blueprint.add_app_template_filter(words.text, "step_text")
blueprint.add_app_template_filter(words.sentence, "request_sentence")


@blueprint.app_template_global()
def requests_for_seller() -> int:
    """How many requests wait for whoever is signed in to decide as a seller."""
    with current.store().read() as tx:
        return service.count_for_seller(tx, current_user.id)


@blueprint.app_template_global()
def requests_for_operator() -> int:
    """How many requests wait for an operator."""
    with current.store().read() as tx:
        return service.count_for_operator(tx)


@blueprint.get("/orders/<token>/request")
@policy("link")
def new(token: str) -> ResponseReturnValue:
    """The form in which a shopper asks for a refund."""
    return _form(token, RequestForm(form_token=new_token()), 200)


@blueprint.post("/orders/<token>/request")
@policy("link")
def ask(token: str) -> ResponseReturnValue:
    """Ask for a refund, once, however often the form is sent."""
    form = RequestForm(request.form)
    order = _order(token)
    if not form.validate():
        return _form(token, form, 422)
    _limit(order)
    try:
        asking.ask(current.services(), order.id, form.asking(order, request.form))
    except (Invalid, Refused) as error:
        form.form_errors.append(error.message)
        return _form(token, form, error.status)
    return _back(token)


@blueprint.get("/orders/<token>/requests/<request_id>/status")
@policy("link")
def status(token: str, request_id: str) -> ResponseReturnValue:
    """How a request stands; nothing (204) while it stands as `seen` says."""
    with current.store().read() as tx:
        order = _by_token(tx, token)
        thread = _of_order(tx, order, request_id)
    if request.args.get("seen") == thread.version:
        return Response(status=204)
    return render_template("refund_requests/_request.html", order=order, thread=thread)


@blueprint.post("/orders/<token>/requests/<request_id>/answer")
@policy("link")
def answer(token: str, request_id: str) -> ResponseReturnValue:
    """Write to the shop, or to the marketplace once it decides."""
    return _act(token, request_id, "answer")


@blueprint.post("/orders/<token>/requests/<request_id>/withdraw")
@policy("link")
def withdraw(token: str, request_id: str) -> ResponseReturnValue:
    """Ask for nothing any more."""
    return _act(token, request_id, "withdraw")


@blueprint.post("/orders/<token>/requests/<request_id>/escalate")
@policy("link")
def escalate(token: str, request_id: str) -> ResponseReturnValue:
    """Ask the marketplace to decide."""
    return _act(token, request_id, "escalate")


def _act(token: str, request_id: str, act: str) -> ResponseReturnValue:
    with current.store().read() as tx:
        order = _by_token(tx, token)
        _of_order(tx, order, request_id)
    _limit(order)
    message = MessageForm(request.form).said()
    with current.store().transaction() as tx:
        service.act(tx, request_id, SHOPPER, act, message)
    return _back(token)


def _back(token: str) -> ResponseReturnValue:
    return htmx.redirect(url_for("orders.show", token=token, _anchor="refund-requests"))


def _limit(order: Order) -> None:
    """Each step sends mails, so nobody takes many of them. Raises TooMany."""
    limit(current.store(), f"refund-request:{order.id}", _STEPS_AN_HOUR, 3600)


def _form(token: str, form: RequestForm, status: int) -> ResponseReturnValue:
    """The form. Raises Refused, in words, if nothing can be asked for."""
    with current.store().read() as tx:
        order = _by_token(tx, token)
        if reason := asking.why_not(tx, order):
            raise Refused(reason)
        lines = [each for each in pieces.left(tx, order).lines if each.quantity]
    first = request.method == "GET"
    if first:
        form.what.data = ITEMS if lines else AMOUNT
    return htmx.render(
        "refund_requests/ask.html",
        partial="refund_requests/_ask.html",
        status=status,
        order=order,
        lines=lines,
        form=form,
        wanted={each.line.position: each.quantity for each in lines} if first else _typed(),
    )


def _typed() -> dict[int, int]:
    try:
        return quantities(request.form)
    except StorefrontError:
        return {}


def _order(token: str) -> Order:
    with current.store().read() as tx:
        return _by_token(tx, token)


def _by_token(tx: Tx, token: str) -> Order:
    order = orders.by_token(tx, token)
    if order is None:
        raise NotFound("We could not find that order. Please check the link in your mail.")
    return order


def _of_order(tx: Tx, order: Order, request_id: str) -> Thread:
    thread = conversation.thread(tx, request_id)
    if thread.request.order_id != order.id:
        raise NotFound("There is no such refund request.")
    return thread
