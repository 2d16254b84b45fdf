"""What an operator reads about refunds: why not, what follows, what happened."""

from collections.abc import Mapping
from typing import Any

from storefront.money import display
from storefront.orders.service import PAID, Order
from storefront.orders.words import REFUND_TONE
from storefront.refunds import repository
from storefront.refunds.preview import Effect
from storefront.refunds.repository import Refund, RefundLine, RefundOfOrder
from storefront.stripe_calls.service import StripeCall

STATUS = {
    repository.NEEDS_APPROVAL: "Waits for approval",
    repository.REQUESTED: "On its way to Stripe",
    repository.REJECTED: "Not possible",
    repository.REQUIRES_ACTION: "Waiting for the shopper",
    repository.PENDING: "On its way",
    repository.SUCCEEDED: "Sent to the bank",
    repository.FAILED: "Returned by the bank",
    repository.CANCELED: "Canceled",
}

REASONS = {
    "requested_by_customer": "The shopper asked for it",
    "duplicate": "The shopper paid twice",
    "fraudulent": "The payment was fraudulent",
}
"""Stripe's three reasons. `fraudulent` also puts card and e-mail on Stripe's block lists."""

SHARES = {
    "return_fee": "Pull back, return our fee",
    "keep_fee": "Pull back, keep our fee",
    "platform": "The platform pays",
    "owed": "The platform pays now, the seller owes it",
}

ORIGINS = {
    repository.OPERATOR: "",
    repository.SELLER: "The seller",
    repository.AUTOMATIC: "The storefront",
    repository.EXTERNAL: "Stripe's Dashboard",
}

_DISPUTED = "The shopper's bank disputes this payment, so Stripe made no refund."
_REJECTIONS = {
    "balance_insufficient": (
        "The seller's balance at Stripe is too low to pull the money back, so Stripe made no"
        " refund. Let the seller owe it, or try again after the seller's next sales."
    ),
    "account_invalid": (
        "The seller has disconnected, and Stripe does not pull money back from them any more, so it"
        " made no refund. Let the seller owe it, or let the platform pay."
    ),
    "charge_already_refunded": "Stripe says that this payment has been refunded in full already.",
    "charge_disputed": _DISPUTED,
    "refund_disputed_payment": _DISPUTED,
}

_NO_FUNDS = "insufficient_funds"
_ABANDONED = "Stripe has no trace of this refund: it never arrived there. You can make it again."

_STAYS = "What was pulled back from the seller stays where it is."

_FOLLOW_UPS = {
    "transfer_reversal.create": (
        "Pulling the money back from the seller",
        "the money was not pulled back from the seller",
    ),
    "application_fee_refund.create": (
        "Returning our fee to the seller",
        "our fee did not go back to the seller",
    ),
}

_STATE = {
    repository.NEEDS_APPROVAL: (
        "Another operator must approve it first. The amount is reserved, and nothing has been sent"
        " to Stripe."
    ),
    repository.REQUESTED: "It is on its way to Stripe.",
    repository.PENDING: "Stripe has accepted it; the money is on its way to the shopper's bank.",
    repository.REQUIRES_ACTION: "The shopper must do something first; Stripe has written to them.",
    repository.SUCCEEDED: "Stripe has sent the money. Banks take 5 to 10 business days to show it.",
    repository.CANCELED: f"It was canceled. The money is in the platform's balance. {_STAYS}",
}

_FAILURES = {
    "lost_or_stolen_card": "the card was reported lost or stolen",
    "expired_or_canceled_card": "the card has expired or was canceled",
    "charge_for_pending_refund_disputed": "the shopper disputed the payment meanwhile",
    _NO_FUNDS: "the platform's balance was too low",
    "declined": "the bank declined it",
    "merchant_request": "it was stopped on request",
}

DISCONNECTED = (
    "The seller has disconnected from this marketplace, so nobody can see what they have at Stripe,"
    " and Stripe may refuse to pull money back; then no refund is made. Let the seller owe it"
    " instead: it is taken back if they connect again. Or let the platform pay."
)

ABROAD = (
    "This sale crossed a border in the seller's name. Stripe may refuse to transfer again what is"
    " pulled back now, for instance when the refund fails later."
)

UNKNOWN = (
    "Stripe has not answered, so we do not know yet whether it happened. The amount stays reserved"
    " and the same request is repeated until the answer is certain. Do not refund again."
)


def why_not(order: Order) -> str:
    """Why an order cannot be refunded at all; empty if it can."""
    if order.status != PAID or order.stripe_charge_id is None:
        return "This order is not paid, so there is nothing to refund."
    if order.disputed:
        return (
            "The shopper's bank disputes this payment. The money is with the bank until it decides,"
            " so it cannot be refunded as well."
        )
    if order.refundable_amount == 0:
        return "This order has been refunded in full. Nothing is left to refund."
    return ""


def too_much(order: Order) -> str:
    """Why an amount above what is left is refused."""
    left = display(order.refundable_amount, order.currency)
    return f"Only {left} of this order is left to refund."


def too_low(has: int, needed: int, currency: str, *, apart: bool) -> str:
    """What to expect of pulling back more than the seller has at Stripe.

    `apart`: pulling back is a call of its own, which comes after the refund.
    """
    then = (
        "The refund is made all the same, and if Stripe cannot pull back that much, the seller owes"
        " it. You can also wait for the seller's next sales."
        if apart
        else "Stripe then makes no refund, unless it may debit the seller's bank. The platform can"
        " pay instead, or you wait for the seller's next sales."
    )
    return (
        f"The seller has {display(has, currency)} at Stripe, and {display(needed, currency)}"
        f" would be pulled back: the rest has probably been paid out. {then}"
    )


def line(of: RefundLine, title: str) -> str:
    """A line of a refund."""
    return f"{of.quantity} × {title}" + (", on sale again" if of.restock else "")


def rejection(call: StripeCall) -> str:
    """Why Stripe made no refund."""
    if call.state == "abandoned":
        return _ABANDONED
    return _REJECTIONS.get(call.error_code) or f"Stripe made no refund: {call.error_message}"


def follow_up(call: StripeCall | None) -> str:
    """What became of pulling back, or of the fee, where that is a call of its own."""
    if call is None or call.state == "confirmed":
        return ""
    what, done = _FOLLOW_UPS[call.operation]
    if call.error_code == "balance_insufficient":
        return "The seller had too little at Stripe to pull the money back at once."
    if call.open:
        return f"{what} is under way."
    why = call.error_message or "Stripe has no trace of it."
    return f"The refund was made, but {done}: {why}"


def trouble(facts: Mapping[str, Any]) -> str:
    """What is wrong with a refund that Stripe has; empty if nothing is."""
    if facts["status"] == repository.FAILED:
        why = _FAILURES.get(facts.get("failure_reason", ""), "the bank did not say why")
        return f"The money came back to the platform's balance: {why}. {_STAYS}"
    if facts["status"] == repository.PENDING and facts.get("pending_reason") == _NO_FUNDS:
        return "The platform's balance is too low; it goes out by itself once there is enough."
    return ""


def status(refund: Refund, call: StripeCall | None = None) -> str:
    """The word of a refund's badge; what is unknown is never called failed."""
    if refund.state == repository.REQUESTED and call is not None and call.state == "unknown":
        return "Not known yet"
    return STATUS[refund.state]


def tone(refund: Refund, call: StripeCall | None = None) -> str:
    """The tone of that badge."""
    if refund.state == repository.REQUESTED and call is not None and call.state == "unknown":
        return "warn"
    return REFUND_TONE[refund.state]


def sentence(refund: Refund, call: StripeCall | None) -> str:
    """What a refund's state means for the operator."""
    if refund.state in {repository.REJECTED, repository.FAILED}:
        return refund.failure
    waiting = _waiting(call) if refund.state == repository.REQUESTED and call else ""
    return waiting or " ".join(filter(None, (_STATE[refund.state], refund.failure)))


def _waiting(call: StripeCall) -> str:
    """Why a refund has no answer after it was sent; empty if it is being sent."""
    if call.state == "unknown":
        return UNKNOWN
    if call.error_code == "key_refused":
        return "Stripe refuses our API key. The refund waits until the key is corrected."
    if call.state == "prepared" and call.attempts:
        return "Stripe is busy. The refund waits and is sent again by itself."
    return ""


def parties(of: Effect, shop_name: str) -> list[dict[str, Any]]:
    """The rows of a money matrix: each party, what happens to it, and what that comes to."""
    notes = (_shopper(of), f"{shop_name}: {_seller(of)}", _platform(of))
    totals = (of.shopper, of.seller, of.platform)
    names = ("Shopper", "Seller", "Platform")
    return [
        {"party": name, "note": note, "amounts": [], "total": total}
        for name, note, total in zip(names, notes, totals, strict=True)
    ]


def _shopper(of: Effect) -> str:
    return "Gets the money back" if of.refunded_amount else "Got nothing of it"


def _seller(of: Effect) -> str:
    if of.owed_amount:
        pulled = f"owes {display(of.owed_amount, of.currency)}"
    elif of.reversed_amount:
        pulled = f"{display(of.reversed_amount, of.currency)} is pulled back"
    else:
        return "keeps what it earned"
    if not of.fee_amount:
        return pulled
    fee = display(of.fee_amount, of.currency)
    if not of.returned_amount:
        return f"{pulled}, {fee} less for our fee"
    return f"{pulled}, {fee} of our fee returned"


def _platform(of: Effect) -> str:
    parts = []
    if of.refunded_amount:
        parts.append(f"pays {display(of.refunded_amount, of.currency)}")
    if of.reversed_amount:
        parts.append(f"gets {display(of.reversed_amount, of.currency)} from the seller")
    if of.fee_amount:
        verb = "returns" if of.returned_amount else "gives up"
        parts.append(f"{verb} {display(of.fee_amount, of.currency)} of its fee")
    if of.owed_amount:
        parts.append(f"is owed {display(of.owed_amount, of.currency)}")
    text = ", ".join(parts) or "nothing changes"
    return text[0].upper() + text[1:]


def maker(found: RefundOfOrder) -> str:
    """Who made a refund."""
    return found.actor or ORIGINS[found.refund.origin] or "An operator"


def reason(code: str) -> str:
    """A reason in words; Stripe's Dashboard knows more of them than we do."""
    return REASONS.get(code) or code.replace("_", " ").capitalize() or "None given"
