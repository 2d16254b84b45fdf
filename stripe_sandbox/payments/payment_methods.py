"""Payment methods: test cards and one delayed bank debit."""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
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

FAILING_ACCOUNTS = {
    "AT861904300235473202": "insufficient_funds",
    "IT60X0542811101000000123456": "insufficient_funds",
    "22222227": "debit_not_authorized",
    "111111113": "account_closed",
    "111111116": "no_account",
    "222222227": "insufficient_funds",
    "333333335": "debit_not_authorized",
    "000111111113": "account_closed",
    "000111111116": "no_account",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
"""Test accounts whose debit fails, and why (docs.stripe.com/testing); all others succeed."""

_ACCOUNT_NUMBERS = {
    "sepa_debit": "iban",
    "us_bank_account": "account_number",
    "bacs_debit": "account_number",
    "au_becs_debit": "account_number",
    "acss_debit": "account_number",
}
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
        "customer_account": None,
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


def resolve(call: Call, identifier: str, param: str = "payment_method", status: int = 400) -> JSON:
    """A payment method of the account, or a new one for a ``pm_card_…`` test name."""
    card = cards.by_token(identifier)
    if card is not None:
        return from_card(call.sandbox, call.account, card, billing(None, None))
    found = call.sandbox.store.find(identifier)
    if found is None or found["object"] != "payment_method":
        raise errors.missing("PaymentMethod", identifier, param, status)
    return found


@operation("GET", "/v1/payment_methods/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One payment method."""
    return resolve(call, identifier, status=404)


@operation("POST", "/v1/payment_methods", "PaymentMethodCreateParams")
def create(call: Call) -> JSON:
    """Make a payment method of a test card, by number or ``tok_…``, or of a test bank account."""
    return make(call, call.params)


def make(call: Call, params: JSON) -> JSON:
    """A new payment method of what ``payment_method_data``, or a request, describes."""
    kind, given = params.get("type", "card"), params.get("billing_details", {})
    if kind not in ("card", *BANK_DEBITS.values()):
        raise errors.invalid(f"The sandbox does not offer payment methods of type {kind}.", "type")
    if kind not in params and kind in _ACCOUNT_NUMBERS:
        raise errors.missing_param(kind)
    address = given.get("address") or None
    details = billing(given.get("email"), given.get("name"), address)
    details["phone"] = given.get("phone")
    made = _of_card(call, params, details) if kind == "card" else _of_bank(call, params, details)
    made["metadata"] = metadata(params)
    return call.sandbox.store.save(made)


def _of_card(call: Call, params: JSON, details: JSON) -> JSON:
    entered = params.get("card") or {}
    if "token" not in entered and "number" not in entered:
        raise errors.missing_param("card")
    token, number = entered.get("token"), entered.get("number", "")
    card = cards.by_number(number) if token is None else cards.by_token(token)
    if card is None and token is not None:
        raise errors.missing("token", token, "card[token]", 400)
    if card is None:
        raise errors.ApiError(
            402, "card_error", "Your card number is incorrect.",
            code="incorrect_number", param="number", stored=True,
        )  # fmt: skip
    expiry = (entered.get("exp_month", 12), entered.get("exp_year", 2034))
    return from_card(call.sandbox, call.account, card, details, expiry)


def _of_bank(call: Call, params: JSON, details: JSON) -> JSON:
    kind: str = params["type"]
    number = (params.get(kind) or {}).get(_ACCOUNT_NUMBERS.get(kind, ""), "")
    failure = FAILING_ACCOUNTS.get(number)
    outcome = "fail" if failure else "succeed"
    currency = next(currency for currency, name in BANK_DEBITS.items() if name == kind)
    made = from_bank_debit(call.sandbox, call.account, currency, outcome, details)
    return {**made, "_failure": failure}
