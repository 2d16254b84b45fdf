"""Paying a Checkout Session, from the hosted page or from a test."""

from dataclasses import dataclass, field

from stripe_sandbox.checkout.modes import begin_subscription, split_of
from stripe_sandbox.checkout.sessions import choose_shipping
from stripe_sandbox.customers import customer_objects, setup_intents
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.attempts import (
    NOT_AUTHENTICATED,
    Decline,
    after_delayed,
    attempt,
    fail_authentication,
    new_intent,
)
from stripe_sandbox.payments.payment_methods import billing, from_bank_debit, from_card
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

_INTENT_MEMBERS = [
    "application_fee_amount",
    "capture_method",
    "description",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
]


@dataclass(frozen=True)
class Customer:
    """What the customer entered. ``bank`` chooses how the delayed method ends (``OUTCOMES``)."""

    email: str
    name: str = "Test Customer"
    card: str = "4242424242424242"
    expiry: tuple[int, int] = (12, 2034)
    bank: str | None = None
    country: str = "US"
    postal_code: str | None = None
    phone: str | None = None
    shipping: JSON | None = None
    shipping_rate: str | None = None
    extra: JSON = field(default_factory=dict)


class NotPayable(Exception):
    """The session is not open, or the entry cannot be used; the text says why."""


def pay(
    sandbox: Sandbox, session: JSON, customer: Customer, method: JSON | None = None
) -> Decline | None:
    """Attempt the payment, with what the customer entered or with a payment method that exists.

    On success the session is complete; a decline leaves it open.
    """
    if session["status"] != "open":
        raise NotPayable(f"This Checkout Session is {session['status']}.")
    if customer.shipping_rate:
        choose_shipping(session, customer.shipping_rate)
    method = method or _method(sandbox, session, customer)
    _collect(session, customer)
    buyer = _buyer(sandbox, session)
    intent = _intent(sandbox, session, customer)
    intent["customer"] = session["_customer"] = buyer
    sandbox.store.save(session)
    decline = _attempt(sandbox, intent, method)
    _finish(sandbox, session, intent)
    return decline


def _attempt(
    sandbox: Sandbox, intent: JSON, method: JSON, *, authenticated: bool = False
) -> Decline | None:
    """Pay with the method, or only save it where nothing is due."""
    if intent["object"] == "setup_intent":
        return setup_intents.attempt(sandbox, intent, method, authenticated=authenticated)
    return attempt(sandbox, intent, method, authenticated=authenticated)


def authenticate(sandbox: Sandbox, session: JSON, *, passed: bool) -> Decline | None:
    """The customer completed or failed the 3-D Secure challenge."""
    intent = sandbox.store.find(session.get("_payment_intent"))
    if session["status"] != "open" or intent is None or intent["status"] != "requires_action":
        raise NotPayable("There is no authentication to complete.")
    if not passed and intent["object"] == "setup_intent":
        return setup_intents.fail(sandbox, intent, NOT_AUTHENTICATED)
    if not passed:
        return fail_authentication(sandbox, intent)
    method = sandbox.store.get(intent["payment_method"])
    decline = _attempt(sandbox, intent, method, authenticated=True)
    _finish(sandbox, session, intent)
    return decline


def _method(sandbox: Sandbox, session: JSON, customer: Customer) -> JSON:
    address = {"country": customer.country, "postal_code": customer.postal_code}
    details = billing(customer.email, customer.name, address)
    if customer.bank is not None:
        if session["payment_method_types"] == ["card"]:
            raise NotPayable("This Checkout Session accepts cards only.")
        return from_bank_debit(
            sandbox, session["_account"], session["currency"], customer.bank, details
        )
    card = cards.by_number(customer.card)
    if card is None or "card" not in session["payment_method_types"]:
        raise NotPayable("Your card number is invalid. Use one of the test cards.")
    return from_card(sandbox, session["_account"], card, details, customer.expiry)


def _buyer(sandbox: Sandbox, session: JSON) -> str | None:
    """The customer who pays: the one that was named, or a new one where that is wanted."""
    known: str | None = session["customer"] or session.get("_customer")
    wanted = (
        session["mode"] == "subscription"
        or session["customer_creation"] == "always"
        or session.get("_intent", {}).get("setup_future_usage")
    )
    if known or not wanted:
        return known
    details = session["customer_details"]
    told = {name: details[name] for name in ("address", "email", "name", "phone")}
    return str(customer_objects.make(sandbox, session["_account"], **told)["id"])


def _collect(session: JSON, customer: Customer) -> None:
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    session["customer_details"] = {
        "address": {**empty, "country": customer.country, "postal_code": customer.postal_code},
        "business_name": None,
        "email": session["customer_email"] or session.get("_email") or customer.email,
        "individual_name": None,
        "name": customer.name,
        "phone": customer.phone,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    shipping = None
    if customer.shipping is not None:
        address = {name: customer.shipping.get(name) or None for name in empty}
        shipping = {"address": address, "name": customer.shipping.get("name") or customer.name}
    session["collected_information"] = {
        "business_name": None,
        "individual_name": None,
        "shipping_details": shipping,
    }


def _intent(sandbox: Sandbox, session: JSON, customer: Customer) -> JSON:
    """The session's payment or setup intent, made at the first attempt."""
    found = sandbox.store.find(session.get("_payment_intent"))
    if found is not None:
        if found["object"] == "payment_intent":
            found["amount"] = session["amount_total"]
        return found
    if not session["amount_total"]:
        intent = _saving(sandbox, session)
    elif session["mode"] == "subscription":
        intent = _first_payment(sandbox, session)
    else:
        intent = _payment(sandbox, session, customer)
        session["payment_intent"] = intent["id"]
    session["_payment_intent"] = intent["id"]
    return intent


def _saving(sandbox: Sandbox, session: JSON) -> JSON:
    told = session.get("_setup") or {}
    given = {name: told[name] for name in ("description", "on_behalf_of") if name in told}
    intent = setup_intents.make(
        sandbox, session["_account"], metadata=told.get("metadata") or {}, **given
    )
    if session["mode"] == "setup":
        session["setup_intent"] = intent["id"]
    return intent


def _first_payment(sandbox: Sandbox, session: JSON) -> JSON:
    return new_intent(
        sandbox,
        session["_account"],
        session["amount_total"],
        session["currency"],
        description="Subscription creation",
        setup_future_usage="off_session",
        _checkout_session=session["id"],
        **split_of(sandbox, session),
    )


def _payment(sandbox: Sandbox, session: JSON, customer: Customer) -> JSON:
    wanted = session["_intent"]
    given = {name: wanted[name] for name in _INTENT_MEMBERS if wanted.get(name) is not None}
    shipping = (session["collected_information"] or {}).get("shipping_details")
    if shipping and "shipping" not in given:
        given["shipping"] = {
            **shipping,
            "carrier": None,
            "phone": customer.phone,
            "tracking_number": None,
        }
    return new_intent(
        sandbox,
        session["_account"],
        session["amount_total"],
        session["currency"],
        metadata=wanted.get("metadata") or {},
        payment_method_types=session["payment_method_types"],
        _checkout_session=session["id"],
        **given,
    )


def _finish(sandbox: Sandbox, session: JSON, intent: JSON) -> None:
    """Complete the session unless the customer must do something more."""
    if intent["status"] not in ("succeeded", "processing", "requires_capture"):
        return
    status = "paid" if intent["status"] == "succeeded" else "unpaid"
    if intent["object"] == "setup_intent":
        status = "no_payment_required"
    session.update(
        status="complete", payment_status=status, url=None, customer=session["_customer"]
    )
    if session["mode"] == "subscription":
        begin_subscription(sandbox, session, intent)
    sandbox.timers.cancel("expire_session", session["id"])
    sandbox.store.save(session)
    emit(sandbox, "checkout.session.completed", session)


@after_delayed
def _delayed_ended(sandbox: Sandbox, intent: JSON) -> None:
    session = sandbox.store.find(intent.get("_checkout_session"))
    if session is None:
        return
    succeeded = intent["status"] == "succeeded"
    if succeeded:
        session["payment_status"] = "paid"
        sandbox.store.save(session)
    emit(
        sandbox, f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session
    )


def return_address(session: JSON) -> str:
    """Where the customer goes after paying: ``success_url`` with the session's id filled in."""
    address: str = session["success_url"] or "/"
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])
