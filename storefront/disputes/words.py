"""What a dispute's status and reason mean, for operator, seller and shopper.

https://docs.stripe.com/disputes/how-disputes-work and https://docs.stripe.com/disputes/categories.
A word of Stripe's that we do not know is shown as it came.
"""

from typing import Final

from storefront import clock
from storefront.disputes.repository import Dispute

STATUS: Final = {
    "warning_needs_response": "Inquiry: answer it",
    "warning_under_review": "Inquiry under review",
    "warning_closed": "Inquiry closed",
    "needs_response": "Needs a response",
    "under_review": "Under review",
    "appeal_needs_response": "Appeal: answer it",
    "appeal_under_review": "Appeal under review",
    "won": "Won",
    "lost": "Lost",
    "prevented": "Prevented",
}
_TONES: Final = {
    "warning_needs_response": "warn",
    "needs_response": "bad",
    "appeal_needs_response": "bad",
    "warning_under_review": "info",
    "under_review": "info",
    "appeal_under_review": "info",
    "won": "good",
    "warning_closed": "good",
    "lost": "bad",
    "prevented": "neutral",
}

REASONS: Final = {
    "bank_cannot_process": "The bank cannot process the payment",
    "check_returned": "The check was returned",
    "credit_not_processed": "A promised refund did not arrive",
    "customer_initiated": "The shopper objected at their bank",
    "debit_not_authorized": "The shopper did not allow the debit",
    "duplicate": "The shopper says they paid twice",
    "fraudulent": "The cardholder says they did not buy this",
    "general": "No particular reason given",
    "incorrect_account_details": "The account details were wrong",
    "insufficient_funds": "The account had too little money",
    "noncompliant": "The payment broke a rule of the card network",
    "product_not_received": "The shopper says nothing arrived",
    "product_unacceptable": "The shopper says it was not as described",
    "subscription_canceled": "The shopper says they had canceled",
    "unrecognized": "The shopper does not recognize the payment",
}

_SENTENCES: Final = {
    "warning_needs_response": "The bank asks about this payment. No money has moved. Answer it, or"
    " refund the order, and it usually ends here.",
    "warning_under_review": "The bank has our answer to its inquiry. No money has moved.",
    "warning_closed": "The inquiry is over, and no money has moved.",
    "needs_response": "The bank has taken the money back from the platform. Answer with evidence"
    " before the deadline, or it is lost.",
    "under_review": "The bank has the evidence and decides, usually within 75 days.",
    "appeal_needs_response": "The bank allows an appeal. Answer once more before the deadline.",
    "appeal_under_review": "The bank has the appeal and decides.",
    "won": "The bank has decided for the seller, and the money is back with the platform.",
    "lost": "The bank has decided for the shopper. The money stays with them; it rarely comes back"
    " later.",
    "prevented": "It was settled with the bank before it became a dispute.",
}

_TO_SHOPPER: Final = {
    "won": "Your bank has looked into this payment and closed the case in the shop's favor.",
    "lost": "Your bank has returned this payment to you.",
    "warning_closed": "Your bank has closed its question about this payment.",
    "prevented": "Your bank has returned this payment to you.",
}
_ASKS_SHOPPER: Final = (
    "You asked your bank about this payment, and it is looking into it. If that was a mistake, tell"
    " your bank, and us: it is the quickest way to sort things out."
)


def status(found: Dispute) -> str:
    """The word of its badge."""
    return STATUS.get(found.status, found.status)


def tone(found: Dispute) -> str:
    """The tone of that badge."""
    return _TONES.get(found.status, "neutral")


def reason(code: str) -> str:
    """Why the bank says that it is disputed."""
    return REASONS.get(code, code)


def sentence(found: Dispute) -> str:
    """What its status means for those who have to act."""
    return _SENTENCES.get(found.status, "Stripe reports a status that is new to us.")


def accepted(who: str, when: str) -> str:
    """The same of one that was given up."""
    return f"{who} accepted it, {when}. It counts as lost, and the money stays with the shopper."


def to_shopper(found: Dispute) -> str:
    """What the shopper reads about it."""
    return _TO_SHOPPER.get(found.status, _ASKS_SHOPPER)


def countdown(text: str) -> str:
    """How long there is until a moment: `in 3 days`, `in 5 hours`, `passed`."""
    left = clock.parse(text) - clock.now()
    if left.total_seconds() <= 0:
        return "passed"
    hours = int(left.total_seconds() // 3600)
    if hours >= 48:
        return f"in {hours // 24} days"
    return f"in {hours} hours" if hours > 1 else "within two hours"
