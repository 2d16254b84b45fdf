"""The banks and debit cards that payouts go to.

Numbers and tokens that fail: docs.stripe.com/connect/testing#account-numbers.
"""

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.connect.account_objects import currency_of, requirements
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

KINDS = ("bank_account", "card")
_US_FAILURES = {
    "000111111116": "no_account",
    "000111111113": "account_closed",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
_IBAN_FAILURES = {
    "3001": "no_account",
    "3002": "account_closed",
    "3003": "insufficient_funds",
    "3004": "debit_not_authorized",
    "3005": "invalid_currency",
}
_TOKENS = {
    "btok_us": "000123456789",
    "btok_us_verified": "000123456789",
    "btok_us_verified_noAccount": "000111111116",
    "btok_us_verified_accountClosed": "000111111113",
    "btok_us_verified_insufficientFunds": "000222222227",
    "btok_us_verified_debitNotAuthorized": "000333333335",
    "btok_us_verified_invalidCurrency": "000444444440",
}
_CARD_TOKENS = {"tok_visa_debit": "Visa", "tok_mastercard_debit": "MasterCard"}


def external_accounts(sandbox: Sandbox, account: str) -> list[JSON]:
    """All external accounts of an account, newest first."""
    found = [each for kind in KINDS for each in sandbox.store.select(kind, account)]
    return sorted(found, key=lambda each: each["_order"], reverse=True)


def default_of(sandbox: Sandbox, account: JSON, currency: str) -> JSON | None:
    """Where payouts in that currency go.

    Who has told Stripe everything that was due has entered a bank there; None for others.
    """
    known = external_accounts(sandbox, account["id"])
    for each in known:
        if each["currency"] == currency and each["default_for_currency"]:
            return each
    controlled = account["controller"]["type"] == "application"
    if controlled and (known or "external_account" in account["requirements"]["currently_due"]):
        return None
    bank = {"account_number": "000123456789", "country": account["country"], "currency": currency}
    return keep(sandbox, account, {"object": "bank_account", **bank})


def keep(sandbox: Sandbox, account: JSON, given: JSON, *, default: bool = False) -> JSON:
    """Keep a new external account; the first of its currency is the default."""
    number = str(given.get("account_number") or given.get("number", ""))
    is_card = given["object"] == "card"
    currency = given.get("currency") or currency_of(given.get("country", "US"))
    kept: JSON = _card(given) if is_card else _bank(given)
    others = [
        each for each in external_accounts(sandbox, account["id"]) if each["currency"] == currency
    ]
    kept.update(
        account=account["id"],
        created=sandbox.clock.now(),
        currency=currency,
        customer=None,
        fingerprint=ids.token(16),
        last4=number[-4:],
        metadata=given.get("metadata") or {},
        default_for_currency=default or not others,
        _fails=_US_FAILURES.get(number) or _IBAN_FAILURES.get(number[-4:]),
        _order=len(external_accounts(sandbox, account["id"])),
    )
    sandbox.store.add(kept, account["id"])
    if kept["default_for_currency"]:
        undefault(sandbox, others)
    return kept


def undefault(sandbox: Sandbox, others: list[JSON]) -> None:
    for each in others:
        if each["default_for_currency"]:
            sandbox.store.save({**each, "default_for_currency": False})


def _bank(given: JSON) -> JSON:
    return {
        "id": ids.new("ba"),
        "object": "bank_account",
        "account_holder_name": given.get("account_holder_name"),
        "account_holder_type": given.get("account_holder_type"),
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": given.get("country", "US").upper(),
        "future_requirements": requirements(),
        "requirements": requirements(),
        "routing_number": given.get("routing_number")
        or ("110000000" if given.get("country", "US") == "US" else None),
        "status": "new",
    }


def _card(given: JSON) -> JSON:
    nothing = (
        "address_city address_country address_line1 address_line1_check address_line2 "
        "address_state address_zip address_zip_check dynamic_last4 name tokenization_method"
    )
    return {
        **dict.fromkeys(nothing.split()),
        "id": ids.new("card"),
        "object": "card",
        "allow_redisplay": "unspecified",
        "available_payout_methods": ["standard", "instant"],
        "brand": given.get("brand", "Visa"),
        "country": "US",
        "cvc_check": "pass",
        "exp_month": int(given.get("exp_month", 12)),
        "exp_year": int(given.get("exp_year", 2034)),
        "funding": "debit",
        "networks": None,
        "regulated_status": "unregulated",
        "status": "new",
    }


def add(sandbox: Sandbox, account: JSON, given: str | JSON, **more: object) -> JSON:
    """Keep what a token or ``external_account`` describes; it is not due any more."""
    described = _of_token(given) if isinstance(given, str) else dict(given)
    if "currency" in described:
        described["currency"] = currencies.check(
            described["currency"], "external_account[currency]"
        )
    kept = keep(
        sandbox, account, {**described, **more}, default=bool(more.get("default_for_currency"))
    )
    due = account["requirements"]
    for name in ("currently_due", "eventually_due", "past_due"):
        due[name] = [each for each in due[name] if each != "external_account"]
    sandbox.store.save(account)
    emit(sandbox, "account.external_account.created", kept)
    return kept


def _of_token(token: str) -> JSON:
    if token in _TOKENS:
        number = _TOKENS[token]
        return {"object": "bank_account", "account_number": number, "currency": "usd"}
    if token in _CARD_TOKENS:
        brand = _CARD_TOKENS[token]
        return {"object": "card", "number": "5556", "brand": brand, "currency": "usd"}
    raise errors.missing("token", token, "external_account", 400)
