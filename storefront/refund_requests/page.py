"""What order pages, home pages and request pages show about refund requests."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from storefront import htmx
from storefront.config import Config
from storefront.orders.panels import Panel
from storefront.orders.service import Order
from storefront.refund_requests import accepting, asking, conversation, service, words
from storefront.refund_requests.thread import HOURS_TO_DECIDE, Thread
from storefront.refunds import service as refunds
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx

Context = dict[str, Any]


def panel_of_shopper(tx: Tx, order: Order) -> Panel | None:
    """What the shopper has asked, and the way to ask; nothing while there is nothing to ask."""
    threads = conversation.of_order(tx, order.id)
    may_ask = not asking.why_not(tx, order)
    if not threads and not may_ask:
        return None
    return Panel("refund_requests/_panel.html", {"threads": threads, "may_ask": may_ask})


def panel_of_seller(tx: Tx, order: Order) -> Panel | None:
    """The requests about a sold order."""
    return _links(tx, order, "seller_requests.show")


def panel_of_operator(tx: Tx, order: Order) -> Panel | None:
    """The requests about an order."""
    return _links(tx, order, "admin_requests.show")


def _links(tx: Tx, order: Order, endpoint: str) -> Panel | None:
    threads = conversation.of_order(tx, order.id)
    shown = {"threads": threads, "endpoint": endpoint}
    return Panel("refund_requests/_links.html", shown) if threads else None


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """What waits for the seller's decision, if anything does."""
    if waiting := service.count_for_seller(tx, seller.user_id):
        note = f"decide within {HOURS_TO_DECIDE} hours"
        yield Tile("Refund requests", str(waiting), note, "/sell/requests", "warn")


def of_request(tx: Tx, config: Config, order: Order, thread: Thread, reader: str) -> Context:
    """A request for whoever decides about it."""
    acts = thread.acts_of(reader)
    accepts = "accept" in acts
    return {
        "order": order,
        "thread": thread,
        "request_": thread.request,
        "reader": reader,
        "history": refunds.history(tx, order.id),
        "acts": acts,
        "sentence": words.sentence(thread, order.shop_name, reader),
        "problem": accepting.why_not(tx, config, order, thread, reader) if accepts else "",
    }


def listed(found: list[service.ListedRequest], size: int, number: int) -> Context:
    """A page of a list, and whether there are more."""
    return {"requests": found[:size], "page": number, "more": len(found) > size}


def fresh(whole: str, part: str, context: Context) -> ResponseReturnValue:
    """A page, or the part of it that keeps itself up to date; nothing (204) if that was `seen`."""
    if htmx.wanted() and request.args.get("seen") == context["thread"].version:
        return Response(status=204)
    return htmx.render(whole, partial=part, **context)


def outcome(thread: Thread, reader: str) -> tuple[str, str]:
    """What to say after accepting, and in which tone."""
    if thread.request.is_open:
        return f"Nothing was refunded. {words.text(thread.steps[-1], reader)}", "error"
    return words.sentence(thread, "", reader), "success"
