"""The conversation about a request: reading it, and adding to it."""

from storefront.errors import Invalid, NotFound
from storefront.orders.service import Order
from storefront.refund_requests import notices, repository
from storefront.refund_requests.repository import RefundRequest
from storefront.refund_requests.thread import Thread
from storefront.refunds import service as refunds
from storefront.security import typed_text
from storefront.store import Tx

MESSAGE_LENGTH = 1000


def thread(tx: Tx, request_id: str) -> Thread:
    """A request and all that was said about it. Raises NotFound."""
    request = repository.by_id(tx, request_id)
    if request is None:
        raise NotFound("There is no such refund request.")
    return _thread(tx, request)


def of_order(tx: Tx, order_id: str) -> list[Thread]:
    """Everything that was asked about an order, the newest first."""
    return [_thread(tx, request) for request in repository.of_order(tx, order_id)]


def _thread(tx: Tx, request: RefundRequest) -> Thread:
    return Thread(
        request,
        repository.lines(tx, request.id),
        repository.steps(tx, request.id),
        refunds.by_id(tx, request.refund_id) if request.refund_id else None,
    )


def say(tx: Tx, order: Order, request_id: str, who: str, kind: str, message: str = "") -> None:
    """Add a step, and tell everybody else about it."""
    repository.add_step(tx, request_id, who, kind, message)
    notices.tell(tx, order, thread(tx, request_id))


def cleaned(text: str, *, needed: bool) -> str:
    """A message as it is kept. Raises Invalid if it is missing or too long."""
    message = typed_text.many_lines(text)
    if needed and not message:
        raise Invalid("Please say it in a sentence or two.")
    if len(message) > MESSAGE_LENGTH:
        raise Invalid(f"Please keep the message under {MESSAGE_LENGTH} characters.")
    return message
