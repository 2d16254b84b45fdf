"""Payment methods: test cards and one delayed bank debit."""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.payments import cards
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

BANK_DEBITS = {
    "usd": "us_bank_account",
    "eur": "sepa_debit",
    "gbp": "bacs_debit",
    "aud": "au_becs_debit",
    "cad": "acss_debit",
    "jpy": "konbini",
}
OUTCOMES = {
    "succeed": "Succeeds after three minutes",
    "fail": "Fails after three minutes",
    "wait": "Waits until somebody decides in the control room",
}
"""What the bank of a delayed payment will say."""

_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def bank_debit_type(currency: str) -> str:
    """Stripe's name of the delayed method that stands for all of them here."""
    return BANK_DEBITS.get(currency, "customer_balance")


def billing(email: str | None, name: str | None, address: JSON | None = None) -> JSON:
    """Billing details with every member."""
    full = {**_NO_ADDRESS, **(address or {})}
    return {"address": full, "email": email, "name": name, "phone": None, "tax_id": None}


def _keep(sandbox: Sandbox, account: str, kind: str, details: JSON, billing_details: JSON) -> JSON:
    method: JSON = {
        "id": ids.new("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details,
        "created": sandbox.clock.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        kind: details,
    }
    return sandbox.store.add(method, account)


def from_card(
    sandbox: Sandbox,
    account: str,
    card: cards.Card,
    billing_details: JSON,
    expiry: tuple[int, int] = (12, 2034),
) -> JSON:
    """A card payment method; the number itself stays private to the sandbox."""
    details = {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "CN" if card.brand == "unionpay" else "US",
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": f"sandbox{card.last4}{card.number[:5]}",
        "funding": "credit",
        "last4": card.last4,
        "three_d_secure": None,
        "wallet": None,
    }
    method = _keep(sandbox, account, "card", details, billing_details)
    method["_number"] = card.number
    return sandbox.store.save(method)


def from_bank_debit(
    sandbox: Sandbox, account: str, currency: str, outcome: str, billing_details: JSON
) -> JSON:
    """The delayed method; ``outcome`` (of ``OUTCOMES``) is known only to the sandbox."""
    details = {
        "bank_name": "TEST BANK",
        "last4": "1113" if outcome == "fail" else "6789",
        "fingerprint": "sandboxbank",
    }
    method = _keep(sandbox, account, bank_debit_type(currency), details, billing_details)
    method["_outcome"] = outcome
    return sandbox.store.save(method)


def resolve(call: Call, identifier: str, param: str = "payment_method") -> JSON:
    """A payment method of the account, or a new one for a ``pm_card_…`` test name."""
    card = cards.by_token(identifier)
    if card is not None:
        return from_card(call.sandbox, call.account, card, billing(None, None))
    found = call.sandbox.store.find(identifier)
    if found is None or found["object"] != "payment_method":
        raise errors.missing("PaymentMethod", identifier, param, 400)
    return found


@operation("GET", "/v1/payment_methods/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One payment method."""
    return resolve(call, identifier, "payment_method")
