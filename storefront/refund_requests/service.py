"""What shopper, seller and operator do about a refund request, apart from accepting it.

Whoever changes a request holds its order's row, so that two people who decide at once take turns.
"""

from storefront import clock
from storefront.audit import service as audit
from storefront.errors import NotFound, Refused
from storefront.money import display
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refund_requests import asking, conversation, repository, words
from storefront.refund_requests.repository import (
    DECLINED,
    ESCALATED,
    PASSED_ON,
    SHOPPER,
    VIEWS,
    WITHDRAWN,
    ListedRequest,
)
from storefront.refund_requests.thread import Thread
from storefront.store import Tx

__all__ = ["VIEWS", "ListedRequest"]

listing = repository.listing
count_for_seller = repository.count_for_seller
count_for_operator = repository.count_for_operator

_KINDS = {
    "answer": "answered",
    "decline": "declined",
    "pass_on": "passed_on",
    "escalate": "escalated",
    "withdraw": "withdrawn",
}
_BECOMES = {
    "decline": DECLINED,
    "pass_on": PASSED_ON,
    "escalate": ESCALATED,
    "withdraw": WITHDRAWN,
}
_NEEDS_WORDS = {"answer", "decline"}


def of_seller(tx: Tx, seller_id: str, request_id: str) -> tuple[Order, Thread]:
    """A request about an order of a shop. Raises NotFound, also for another shop's."""
    found = conversation.thread(tx, request_id)
    order = orders.by_id(tx, found.request.order_id)
    if order is None or order.seller_id != seller_id:
        raise NotFound("There is no such refund request.")
    return order, found


def act(
    tx: Tx, request_id: str, who: str, act: str, message: str = "", actor_id: str | None = None
) -> None:
    """Answer, decline, pass on, escalate or withdraw. The same once more changes nothing.

    Raises NotFound, Invalid for missing words, and Refused for what is not this person's turn.
    """
    order, found = locked(tx, request_id)
    message, kind = conversation.cleaned(message, needed=act in _NEEDS_WORDS), _KINDS[act]
    last = found.steps[-1]
    if (last.who, last.kind, last.message) == (who, kind, message):
        return
    require(found, who, act)
    if act == "escalate" and not found.request.is_open and (why := asking.why_not(tx, order)):
        raise Refused(why)
    repository.update(tx, request_id, state=_BECOMES.get(act, found.request.state))
    conversation.say(tx, order, request_id, who, kind, message)
    if who != SHOPPER:
        detail = f"{display(found.request.amount, order.currency)}, {message or 'no message'}"
        audit.record(tx, actor_id, f"refund_request.{kind}", order.id, detail)


def locked(tx: Tx, request_id: str) -> tuple[Order, Thread]:
    """A request that nobody else changes until this transaction ends. Raises NotFound."""
    order = orders.lock(tx, conversation.thread(tx, request_id).request.order_id)
    return order, conversation.thread(tx, request_id)


def require(found: Thread, who: str, act: str) -> None:
    """Raise Refused, in words, if somebody may not do this now."""
    if found.allows(who, act):
        return
    moment = found.escalates_at
    if act == "escalate" and moment is not None:
        raise Refused(f"Please give the shop until {clock.display_time(moment)} to decide.")
    raise Refused(words.not_now(found.request, act))
