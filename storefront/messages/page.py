"""What order pages and the seller's home show of messages."""

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.errors import Invalid, Refused, TooMany
from storefront.ids import new_token
from storefront.messages import service
from storefront.messages.forms import MessageForm
from storefront.messages.service import SELLER, SHOPPER
from storefront.orders.panels import Panel
from storefront.orders.service import Order
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx

Context = dict[str, Any]
_WHOLE, _PART, _LIST = "messages/show.html", "messages/_conversation.html", "messages/_list.html"


def panel_of_shopper(tx: Tx, order: Order) -> Panel | None:
    """The conversation, from the payment on."""
    return _panel(tx, order, SHOPPER)


def panel_of_seller(tx: Tx, order: Order) -> Panel | None:
    """The same for the seller."""
    return _panel(tx, order, SELLER)


def panel_of_operator(tx: Tx, order: Order) -> Panel | None:
    """What the two wrote, to read along."""
    shown = _context(tx, order, "operator", None)
    return Panel("messages/_panel.html", shown) if shown["messages"] else None


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """Orders with something that the seller has not read, if there are any."""
    if unread := service.count_unread(tx, seller.id):
        note = "order with news" if unread == 1 else "orders with news"
        yield Tile("New messages", str(unread), note, "/sell/orders?view=unread", "warn")


def _panel(tx: Tx, order: Order, reader: str) -> Panel | None:
    shown = _context(tx, order, reader, _fresh_form())
    return Panel("messages/_panel.html", shown) if shown["is_open"] or shown["messages"] else None


def _fresh_form() -> MessageForm:
    return MessageForm(form_token=new_token())


def _context(tx: Tx, order: Order, reader: str, form: MessageForm | None) -> Context:
    messages = service.of_order(tx, order.id)
    unread = [each for each in messages if each.read_at is None]
    return {
        "messages": messages,
        "reader": reader,
        "form": form,
        "is_open": service.is_open(order),
        "unread": [each for each in unread if each.who != reader],
        "version": f"{len(messages)}-{len(unread)}",
        "most": service.MOST_CHARACTERS,
    }


def show(tx: Tx, order: Order, reader: str) -> ResponseReturnValue:
    """The conversation; to htmx its list, or nothing (204) if that was `seen`."""
    shown = _context(tx, order, reader, _fresh_form())
    if htmx.wanted() and request.args.get("seen") == shown["version"]:
        return Response(status=204)
    return htmx.render(_WHOLE, partial=_LIST, order=order, conversation=shown)


def say(order: Order, reader: str, there: str) -> ResponseReturnValue:
    """Send what was typed. What goes wrong is said above it, and it stays in its field."""
    form, status = MessageForm(request.form), 422
    if form.validate():
        status = _send(order, reader, form)
    if status != 200:
        return _conversation(order, reader, form, status)
    if htmx.wanted():
        return _conversation(order, reader, _fresh_form(), 200)
    flash("Sent.", "success")
    return htmx.redirect(there)


def _send(order: Order, reader: str, form: MessageForm) -> int:
    """The status of the answer: 200, or that of what is wrong, which the form then says."""
    try:
        service.say(
            current.store(), order, reader, form.text.data or "", form.form_token.data or ""
        )
    except (Invalid, Refused, TooMany) as error:
        form.form_errors.append(error.message)
        return error.status
    return 200


def _conversation(order: Order, reader: str, form: MessageForm, status: int) -> ResponseReturnValue:
    with current.store().read() as tx:
        shown = _context(tx, order, reader, form)
    return htmx.render(_WHOLE, partial=_PART, status=status, order=order, conversation=shown)


def read(tx: Tx, order: Order, reader: str, there: str) -> ResponseReturnValue:
    """Note that everything up to what was shown has been read."""
    service.read(tx, order, reader, request.form.get("up_to", "")[:40])
    if not htmx.wanted():
        return htmx.redirect(there)
    shown = _context(tx, order, reader, None)
    return htmx.render(_WHOLE, partial=_LIST, order=order, conversation=shown)
