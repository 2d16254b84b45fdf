"""What shopper, seller and operator read about refund requests."""

from storefront.clock import display_time
from storefront.money import display
from storefront.refund_requests.repository import (
    ACCEPTED,
    DECLINED,
    ESCALATED,
    OPEN,
    OPERATOR,
    PASSED_ON,
    SELLER,
    SETTLED,
    SHOPPER,
    STOREFRONT,
    WITHDRAWN,
    RefundRequest,
    Step,
)
from storefront.refund_requests.thread import HOURS_TO_DECIDE, Thread

REASONS = {
    "not_as_described": "It is not as described",
    "damaged": "It arrived damaged",
    "not_arrived": "It did not arrive",
    "changed_mind": "I changed my mind",
    "ordered_twice": "I ordered twice",
    "other": "Something else",
}

STATUS = {
    OPEN: "With the shop",
    PASSED_ON: "With the marketplace",
    ESCALATED: "With the marketplace",
    ACCEPTED: "Accepted",
    DECLINED: "Declined",
    WITHDRAWN: "Withdrawn",
    SETTLED: "Settled",
}

TONE = {
    OPEN: "info",
    PASSED_ON: "warn",
    ESCALATED: "warn",
    ACCEPTED: "good",
    DECLINED: "bad",
    WITHDRAWN: "neutral",
    SETTLED: "good",
}

_STEPS = {
    "asked": "asked for a refund",
    "answered": "wrote",
    "accepted": "accepted",
    "not_refunded": "The refund was not made yet",
    "declined": "declined",
    "passed_on": "passed it on to the marketplace",
    "escalated": "asked the marketplace to decide",
    "withdrawn": "withdrew the request",
    "settled": "The order was refunded in another way",
}

_WHO = {SHOPPER: "The shopper", OPERATOR: "The marketplace"}

_ACTS = {
    "answer": "write about",
    "accept": "accept",
    "decline": "decline",
    "pass_on": "pass on",
    "escalate": "bring to the marketplace",
    "withdraw": "withdraw",
}

_CLOSED = {
    ACCEPTED: "It was accepted, and the money goes back the way it was paid.",
    WITHDRAWN: "It was withdrawn.",
    SETTLED: "The whole order was refunded in another way, so nothing is left to decide.",
}

_RETURNED = "It was accepted, but the bank returned the money. The marketplace sees to it."
_REFUNDS = {
    "needs_approval": (
        "It was accepted. The marketplace checks it once more before the money goes back."
    ),
    "requested": "It was accepted, and the refund is on its way to Stripe.",
    "failed": _RETURNED,
    "canceled": _RETURNED,
}
"""How an accepted request stands while, or because, its refund is not done."""

_NOT_REFUNDED = {
    SHOPPER: "Something is in the way. The shop or the marketplace will see to it.",
    SELLER: (
        "If your Stripe balance is too low, try again after your next sales, or pass the request"
        " on to the marketplace."
    ),
}
"""Why there is no refund is for the operator alone: it may be about the seller's money."""

WITH_MARKETPLACE = "The marketplace decides about it now."


def reason(code: str) -> str:
    """Why the shopper wants money back."""
    return REASONS[code]


def status(request: RefundRequest) -> str:
    """The word of a request's badge."""
    return STATUS[request.state]


def tone(request: RefundRequest) -> str:
    """The tone of that badge."""
    return TONE[request.state]


def title(step: Step, shop_name: str, reader: str) -> str:
    """A step as the heading of a part of the conversation."""
    if step.who == STOREFRONT:
        return _STEPS[step.kind]
    names = {**_WHO, SELLER: shop_name, reader: "You"}
    return f"{names[step.who]} {_STEPS[step.kind]}"


def text(step: Step, reader: str) -> str:
    """What was said with a step."""
    if step.kind == "not_refunded":
        return _NOT_REFUNDED.get(reader, step.message)
    return step.message


def not_now(request: RefundRequest, act: str) -> str:
    """Why something cannot be done about a request."""
    return f"You cannot {_ACTS[act]} this request any more: it is {status(request).lower()}."


def sentence(thread: Thread, shop_name: str, reader: str) -> str:
    """How a request stands, and what its reader can do or wait for."""
    request = thread.request
    if request.state in _CLOSED:
        held_up = _REFUNDS.get(thread.refund_state) if request.state == ACCEPTED else None
        return held_up or _CLOSED[request.state]
    if request.state in {PASSED_ON, ESCALATED}:
        return "You decide about it." if reader == OPERATOR else WITH_MARKETPLACE
    if request.state == DECLINED:
        return _declined(thread, shop_name, reader)
    return _waiting(thread, shop_name, reader)


def _declined(thread: Thread, shop_name: str, reader: str) -> str:
    if not thread.declined_by_seller:
        return "The marketplace has declined it for good."
    if reader == SHOPPER:
        return f"{shop_name} declined it. If you do not agree, ask the marketplace to decide."
    return "Declined. The shopper may still ask the marketplace to decide."


def _waiting(thread: Thread, shop_name: str, reader: str) -> str:
    moment = display_time(str(thread.escalates_at))
    if reader == SHOPPER and thread.may_escalate:
        return f"{shop_name} has not decided. You can ask the marketplace to decide."
    if reader == SHOPPER:
        return (
            f"{shop_name} has {HOURS_TO_DECIDE} hours to decide. From {moment} on you can ask the"
            " marketplace to decide."
        )
    shop, marketplace = ("The shop", "you") if reader == OPERATOR else ("You", "the marketplace")
    if thread.may_escalate:
        return f"{shop} had until {moment} to decide; by now the shopper can ask {marketplace}."
    verb = "has" if reader == OPERATOR else "have"
    return f"{shop} {verb} until {moment} to decide; then the shopper can ask {marketplace}."


def over_limit(limit: int, used: int, currency: str) -> str:
    """Why a seller may not accept an amount; both in minor units, no limit is 0."""
    if not limit:
        return "Refunds are made by the marketplace. Pass this request on if you agree to it."
    so_far = f", of which you have refunded {display(used, currency)}" if used else ""
    return (
        f"You can refund up to {display(limit, currency)} of an order yourself{so_far}. Pass this"
        " request on, and the marketplace decides."
    )
