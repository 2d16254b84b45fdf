"""What an early fraud warning means, and what to do about it.

https://docs.stripe.com/disputes/how-disputes-work#before-the-dispute. A word of Stripe's that we
do not know is shown as it came.
"""

from typing import Final

from storefront.fraud_warnings.repository import DISPUTED, OVER, REFUNDED, TO_DO, FraudWarning

FRAUD_TYPES: Final = {
    "card_never_received": "The card was stolen on its way to the cardholder",
    "fraudulent_card_application": "The card was applied for under a false name",
    "made_with_counterfeit_card": "The card was counterfeit",
    "made_with_lost_card": "The card was lost",
    "made_with_stolen_card": "The card was stolen",
    "misc": "The bank suspects fraud and says no more",
    "unauthorized_use_of_card": "The cardholder did not allow this payment",
}
_STATUS: Final = {
    TO_DO: "Refund or wait",
    REFUNDED: "Refunded",
    DISPUTED: "Disputed",
    OVER: "Nothing to do",
}
_TONES: Final = {TO_DO: "warn", REFUNDED: "good", DISPUTED: "bad", OVER: "neutral"}
_SENTENCES: Final = {
    TO_DO: "The card's bank suspects fraud, and nobody has disputed the payment yet. A full refund"
    " now prevents the dispute and its fee. Has it not been shipped, hold it back.",
    REFUNDED: "The shopper has the money back, so there is nothing left to dispute.",
    DISPUTED: "The payment was disputed. What counts now is the dispute.",
    OVER: "Stripe says that nothing can be done about it any more.",
}


def fraud_type(code: str) -> str:
    """Why the bank suspects fraud."""
    return FRAUD_TYPES.get(code, code)


def status(found: FraudWarning) -> str:
    """The word of its badge."""
    return _STATUS[found.status]


def tone(found: FraudWarning) -> str:
    """The tone of that badge."""
    return _TONES[found.status]


def sentence(found: FraudWarning) -> str:
    """What its status means for an operator."""
    return _SENTENCES[found.status]
