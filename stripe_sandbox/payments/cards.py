"""Test cards and what they do (docs.stripe.com/testing)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Card:
    """A test card. ``decline`` is (code, decline_code); ``dispute`` a reason or ``inquiry``."""

    number: str
    token: str
    says: str
    brand: str = "visa"
    decline: tuple[str, str] | None = None
    challenge: bool = False
    dispute: str | None = None
    refund: str | None = None
    bypass_pending: bool = False
    blocked: bool = False
    warns: bool = False
    can_be_saved: bool = False

    @property
    def last4(self) -> str:
        """The last four digits."""
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        """The number as people read it."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


def _declined(number: str, token: str, says: str, code: str, decline_code: str = "") -> Card:
    return Card(number, token, says, decline=(code, decline_code or code))


CARDS = (
    Card("4242424242424242", "pm_card_visa", "Payment succeeds"),
    Card(
        "5555555555554444",
        "pm_card_mastercard",
        "Payment succeeds (Mastercard)",
        brand="mastercard",
    ),
    Card("378282246310005", "pm_card_amex", "Payment succeeds (American Express)", brand="amex"),
    Card(
        "4000002500003155",
        "pm_card_authenticationRequiredOnSetup",
        "Asks for 3-D Secure",
        challenge=True,
    ),
    Card(
        "4000002760003184",
        "pm_card_authenticationRequired",
        "Always asks for 3-D Secure",
        challenge=True,
    ),
    Card(
        "4000000000003220",
        "pm_card_threeDSecure2Required",
        "Must ask for 3-D Secure 2",
        challenge=True,
    ),
    Card(
        "4000008400001629",
        "pm_card_threeDSecureRequiredChargeDeclined",
        "3-D Secure, then declined",
        decline=("card_declined", "generic_decline"),
        challenge=True,
    ),
    Card(
        "4000008260003178",
        "pm_card_threeDSecureInsufficientFunds",
        "3-D Secure, then insufficient funds",
        decline=("card_declined", "insufficient_funds"),
        challenge=True,
    ),
    _declined(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "Insufficient funds",
        "card_declined",
        "insufficient_funds",
    ),
    _declined(
        "4000000000000002",
        "pm_card_visa_chargeDeclined",
        "Declined",
        "card_declined",
        "generic_decline",
    ),
    _declined(
        "4000000000009987",
        "pm_card_visa_chargeDeclinedLostCard",
        "Lost card",
        "card_declined",
        "lost_card",
    ),
    _declined(
        "4000000000009979",
        "pm_card_visa_chargeDeclinedStolenCard",
        "Stolen card",
        "card_declined",
        "stolen_card",
    ),
    _declined(
        "4000000000000069", "pm_card_chargeDeclinedExpiredCard", "Expired card", "expired_card"
    ),
    _declined(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "Wrong security code",
        "incorrect_cvc",
    ),
    _declined(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "Processing error",
        "processing_error",
    ),
    _declined(
        "4000000000006975",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        "Too many payments",
        "card_declined",
        "card_velocity_exceeded",
    ),
    Card(
        "4000000000000341",
        "pm_card_chargeCustomerFail",
        "Can be saved, then every charge fails",
        decline=("card_declined", "generic_decline"),
        can_be_saved=True,
    ),
    Card(
        "4100000000000019",
        "pm_card_radarBlock",
        "Blocked as fraudulent",
        decline=("card_declined", "fraudulent"),
        blocked=True,
    ),
    Card("6200000000000005", "pm_card_unionpay", "UnionPay succeeds", brand="unionpay"),
    Card(
        "6205500000000000004",
        "pm_card_unionpay19",
        "UnionPay with 19 digits succeeds",
        brand="unionpay",
    ),
    Card(
        "4000000000000259",
        "pm_card_createDispute",
        "Succeeds, then disputed as fraudulent",
        dispute="fraudulent",
    ),
    Card(
        "4000000000002685",
        "pm_card_createDisputeProductNotReceived",
        "Succeeds, then disputed: not received",
        dispute="product_not_received",
    ),
    Card(
        "4000000000001976",
        "pm_card_createDisputeInquiry",
        "Succeeds, then an inquiry",
        dispute="inquiry",
    ),
    Card(
        "4000000000005423",
        "pm_card_createIssuerFraudRecord",
        "Succeeds, with an early fraud warning",
        warns=True,
    ),
    Card(
        "4000000404000079",
        "pm_card_createMultipleDisputes",
        "Succeeds, then disputed twice",
        dispute="multiple",
    ),
    Card(
        "4000000000005126", "pm_card_refundFail", "Succeeds; a refund fails later", refund="fails"
    ),
    Card(
        "4000000000007726",
        "pm_card_pendingRefund",
        "Succeeds; a refund stays pending for a while",
        refund="pending",
    ),
    Card(
        "4000000000000077",
        "pm_card_bypassPending",
        "Succeeds; the funds are available at once",
        bypass_pending=True,
    ),
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_TOKEN = {card.token: card for card in CARDS}
_BY_TOKEN["pm_card_us"] = _BY_NUMBER["4242424242424242"]

MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "fraudulent": "Your card was declined.",
    "card_velocity_exceeded": (
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit."
    ),
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def by_number(number: str) -> Card | None:
    """The test card with that number; spaces and dashes do not matter."""
    return _BY_NUMBER.get(number.replace(" ", "").replace("-", ""))


def of_method(method: dict[str, Any]) -> Card:
    """The test card behind a payment method."""
    return by_number(method.get("_number", "")) or CARDS[0]


def by_token(token: str) -> Card | None:
    """The card behind ``pm_card_…``; ``tok_…`` names work too, and both without ``visa_``."""
    name = token.removeprefix("tok_").removeprefix("pm_card_")
    if name == token:
        return None
    return _BY_TOKEN.get(f"pm_card_{name}") or _BY_TOKEN.get(f"pm_card_visa_{name}")
