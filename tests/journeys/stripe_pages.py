"""What people do on Stripe's own pages: Checkout, and the question whether to connect."""

from tests.journeys.visitor import Visitor

FINE = "4242424242424242"
CHALLENGE = "4000002760003184"
NO_FUNDS = "4000000000009995"
SLOW_REFUND = "4000000000007726"
UNIONPAY = "6200000000000005"


def fill_in(shopper: Visitor, card: str = FINE, email: str = "bob@example.com") -> None:
    """Who pays, with which card, and where the parcel goes if there is one."""
    shopper.page.wait_for_url("**/c/pay/**")
    shopper.types("Email", email)
    if shopper.asked_for("Full name"):
        type_address(shopper)
    type_card(shopper, card)
    shopper.types("Name on card or account", "Bob Buyer")


def type_card(shopper: Visitor, card: str) -> None:
    """A card with any expiry and code."""
    shopper.types("Card number", card)
    shopper.types("Expiry", "12 / 34")
    shopper.types("CVC", "123")


def type_address(shopper: Visitor) -> None:
    """Where Bob lives."""
    shopper.types("Full name", "Bob Buyer")
    shopper.selects("Country or region", "United States")
    shopper.types("Address", "5 Harbor Street")
    shopper.types("Postal code", "04101")
    shopper.types("City", "Portland")


def choose_bank_debit(shopper: Visitor, outcome: str) -> None:
    """A debit about which the bank decides days later."""
    shopper.types("Email", "bob@example.com")
    shopper.ticks("Bank debit (test)")
    shopper.ticks(outcome)
    shopper.types("Name on card or account", "Bob Buyer")


def pay(shopper: Visitor) -> None:
    """Press the button with the amount on it."""
    shopper.presses_with_value("pay")
