"""Mails about refund requests: whatever one of the three says or does, the others are told."""

from collections.abc import Iterator

from storefront.mail import service as mail
from storefront.orders.service import Order
from storefront.refund_requests import words
from storefront.refund_requests.repository import OPERATOR, SELLER, SHOPPER
from storefront.refund_requests.thread import Thread
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.users import service as users


def tell(tx: Tx, order: Order, thread: Thread) -> None:
    """Write to everybody whom the newest step concerns, once, however often this is called."""
    step = thread.steps[-1]
    for reader in _readers(thread):
        context = {
            "title": words.title(step, order.shop_name, reader),
            "amount": thread.request.amount,
            "reason": words.reason(thread.request.reason),
            "message": words.text(step, reader),
            "sentence": words.sentence(thread, order.shop_name, reader),
            "path": _path(order, thread, reader),
        }
        for subject, recipient in _addresses(tx, order, reader):
            mail.enqueue(tx, "request_step", f"{step.id}:{subject}", recipient, context, order.id)


def _readers(thread: Thread) -> Iterator[str]:
    """Everybody but who did it; a shopper gets a copy of what was asked, to have the link.

    What only stopped for now is told to those who can do something about it. Operators hear of
    what was brought to them.
    """
    step = thread.steps[-1]
    if step.kind != "not_refunded" and (step.who != SHOPPER or step.kind == "asked"):
        yield SHOPPER
    if step.who != SELLER:
        yield SELLER
    if step.who != OPERATOR and thread.brought:
        yield OPERATOR


def _addresses(tx: Tx, order: Order, reader: str) -> Iterator[tuple[str, str]]:
    """What tells the mails apart, and where they go; the shopper's address is the order's."""
    if reader == SHOPPER:
        yield SHOPPER, ""
    elif reader == OPERATOR:
        yield from ((user.id, user.email) for user in users.operators(tx))
    elif seller := sellers.seller_by_id(tx, order.seller_id):
        owner = users.by_id(tx, seller.user_id)
        if owner is not None:
            yield SELLER, owner.email


def _path(order: Order, thread: Thread, reader: str) -> str:
    if reader == SHOPPER:
        return f"/orders/{order.token}"
    return f"/{'sell' if reader == SELLER else 'admin'}/requests/{thread.request.id}"
