"""The calls by which the command-line client pays a Checkout Session.

Stripe does not document them; they are what ``stripe trigger checkout.session.completed`` sends.
The session stands for its page, so both have one id.
"""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.checkout.payment import Customer, NotPayable, pay
from stripe_sandbox.payments.attempts import card_error
from stripe_sandbox.payments.payment_methods import resolve
from stripe_sandbox.store import JSON

_KNOWN = ("payment_method", "expected_amount", "eid", "key")


@operation("GET", "/v1/payment_pages/<identifier>", None, _KNOWN)
@operation("POST", "/v1/payment_pages/<identifier>/init", None, _KNOWN)
def retrieve(call: Call, identifier: str) -> JSON:
    """The page of a session (the command-line client's; undocumented)."""
    return call.fetch("checkout.session", identifier, "session")


@operation("POST", "/v1/payment_pages/<identifier>/confirm", None, _KNOWN)
def confirm(call: Call, identifier: str) -> JSON:
    """Pay a session with a payment method (the command-line client's; undocumented)."""
    session = retrieve(call, identifier)
    if "payment_method" not in call.params:
        raise errors.missing_param("payment_method")
    expected = call.params.get("expected_amount")
    if expected is not None and expected != str(session["amount_total"]):
        raise errors.invalid("The amount of the session is another one.", "expected_amount")
    return _paid(call, session, resolve(call, call.params["payment_method"]))


def _paid(call: Call, session: JSON, method: JSON) -> JSON:
    if method["type"] not in session["payment_method_types"]:
        message = f"This Checkout Session does not accept {method['type']}."
        raise errors.invalid(message, "payment_method")
    try:
        decline = pay(call.sandbox, session, _customer(method["billing_details"]), method)
    except NotPayable as error:
        raise errors.refused(str(error)) from error
    if decline is not None:
        raise card_error(call.sandbox, call.sandbox.store.get(session["payment_intent"]), decline)
    return session


def _customer(details: JSON) -> Customer:
    return Customer(
        details["email"] or "buyer@example.com",
        details["name"] or "Test Customer",
        country=details["address"]["country"] or "US",
        postal_code=details["address"]["postal_code"],
        phone=details["phone"],
    )
