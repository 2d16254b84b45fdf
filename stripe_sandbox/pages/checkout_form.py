"""Reading the form of hosted Checkout."""

import re

from stripe_sandbox.checkout.payment import Customer
from stripe_sandbox.pages.entry import Entry
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.payment_methods import OUTCOMES
from stripe_sandbox.store import JSON

_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_EXPIRY = re.compile(r"^\s*(\d{1,2})\s*/?\s*(\d{2}|20\d{2})\s*$")
_SHIPPING_REQUIRED = {
    "shipping_name": "Enter the name of the person who receives this.",
    "shipping_line1": "Enter a street and number.",
    "shipping_city": "Enter a town or city.",
    "shipping_postal_code": "Enter a postal code.",
}
_SHIPPING = ("name", "line1", "line2", "city", "state", "postal_code", "country")
TEST_EXPIRY, TEST_CVC = "12 / 34", "123"


def fill_card(values: dict[str, str], number: str) -> dict[str, str]:
    """The form after clicking a test card."""
    card = cards.by_number(number)
    if card is None:
        return values
    kept = {"expiry": values.get("expiry") or TEST_EXPIRY, "cvc": values.get("cvc") or TEST_CVC}
    return {
        **values,
        **kept,
        "name": values.get("name") or "Test Customer",
        "card_number": card.grouped,
        "method": "card",
    }


def known_email(session: JSON) -> str:
    """The address that the page shows and does not ask for: the session's or its customer's."""
    return str(session["customer_email"] or session.get("_email") or "")


def read(session: JSON, values: dict[str, str], now: tuple[int, int]) -> Entry:
    """Check the form; ``now`` is (year, month)."""
    entry = Entry(values)
    if not known_email(session) and not _EMAIL.match(entry.get("email")):
        entry.problems["email"] = "Enter an e-mail address, such as you@example.com."
    if session["shipping_address_collection"]:
        _check_shipping(entry, session["shipping_address_collection"]["allowed_countries"])
    if session["phone_number_collection"]["enabled"] and len(entry.get("phone")) < 6:
        entry.problems["phone"] = "Enter a phone number."
    if entry.get("method") == "bank":
        if entry.get("bank_outcome") not in OUTCOMES:
            entry.problems["bank_outcome"] = "Choose what the bank will say."
    else:
        _check_card(entry, now)
    if not entry.get("name"):
        entry.problems["name"] = "Enter the name of the cardholder."
    return entry


def _check_shipping(entry: Entry, countries: list[str]) -> None:
    for name, message in _SHIPPING_REQUIRED.items():
        if not entry.get(name):
            entry.problems[name] = message
    if entry.get("shipping_country") not in countries:
        entry.problems["shipping_country"] = "Choose one of the countries that this shop ships to."


def _check_card(entry: Entry, now: tuple[int, int]) -> None:
    if cards.by_number(entry.get("card_number")) is None:
        entry.problems["card_number"] = "This is not a test card. Choose one from the list below."
    expiry = expiry_of(entry)
    if expiry is None:
        entry.problems["expiry"] = "Enter the expiry as month and year, such as 12 / 34."
    elif (expiry[1], expiry[0]) < now:
        entry.problems["expiry"] = "Your card's expiration date is in the past."
    if not re.fullmatch(r"\d{3,4}", entry.get("cvc")):
        entry.problems["cvc"] = "Enter the three or four digits of the security code."


def expiry_of(entry: Entry) -> tuple[int, int] | None:
    """(month, year), or None when it cannot be read."""
    match = _EXPIRY.match(entry.get("expiry"))
    if match is None or not 1 <= int(match[1]) <= 12:
        return None
    return int(match[1]), 2000 + int(match[2]) % 100


def customer_of(session: JSON, entry: Entry) -> Customer:
    """The customer of a form without problems."""
    shipping = None
    if session["shipping_address_collection"]:
        shipping = {name: entry.get(f"shipping_{name}") for name in _SHIPPING}
    return Customer(
        email=known_email(session) or entry.get("email"),
        name=entry.get("name"),
        card=entry.get("card_number"),
        expiry=expiry_of(entry) or (12, 2034),
        bank=entry.get("bank_outcome") if entry.get("method") == "bank" else None,
        country=(shipping or {}).get("country") or "US",
        phone=entry.get("phone") or None,
        shipping=shipping,
        shipping_rate=entry.get("shipping_rate") or None,
    )
