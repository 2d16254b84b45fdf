"""What a person or a test may make happen: used by ``/_sandbox`` and by the control room."""

from typing import Any

from stripe_sandbox import currencies
from stripe_sandbox.api.rendering import render
from stripe_sandbox.banking import payout_schedule, payout_states, topups
from stripe_sandbox.banking.payout_states import Order, pay_out
from stripe_sandbox.checkout.payment import Customer, authenticate, return_address
from stripe_sandbox.checkout.payment import pay as pay_session
from stripe_sandbox.checkout.sessions import close_expired
from stripe_sandbox.connect.banks import add, default_of
from stripe_sandbox.payments import fraud_warnings, refund_states
from stripe_sandbox.payments.attempts import Decline, attempt, fail_authentication, settle_delayed
from stripe_sandbox.payments.dispute_states import decide as decide_dispute
from stripe_sandbox.payments.dispute_states import open_dispute
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON


def _account(sandbox: Sandbox, given: JSON) -> str:
    identifier = given.get("account") or sandbox.platform_id
    found = sandbox.store.find(identifier)
    if found is None or found["object"] != "account":
        raise LookupError(f"there is no account {identifier}")
    return str(identifier)


def topup(sandbox: Sandbox, given: JSON) -> JSON:
    """Bring own money into an account's balance."""
    account, currency = (
        _account(sandbox, given),
        currencies.check(str(given["currency"]), "currency"),
    )
    amount = int(given["amount"])
    if amount <= 0:
        raise ValueError("amount is a positive integer of minor units")
    topups.arrive(sandbox, topups.begin(sandbox, account, amount, currency))
    return sandbox.ledger.balances(account)


def payout(sandbox: Sandbox, given: JSON) -> JSON:
    """Send available money to the account's bank."""
    account, currency = _account(sandbox, given), str(given["currency"]).lower()
    available = sandbox.ledger.available(account, currency)
    amount = int(given.get("amount", available))
    if not 0 < amount <= available:
        raise ValueError(f"only {available} {currency} can be paid out")
    target = default_of(sandbox, sandbox.store.get(account), currency)
    kept = pay_out(sandbox, account, Order(amount, currency, target))
    payout_states.arrive(sandbox, kept)
    return render(sandbox, kept)


def pay_automatically(sandbox: Sandbox, given: JSON) -> JSON:
    """Pay out what an account has, as its schedule would."""
    account = sandbox.store.get(_account(sandbox, given))
    currency = str(given.get("currency") or account["default_currency"]).lower()
    made = payout_schedule.pay_automatically(sandbox, account, currency)
    if made is None:
        raise ValueError(f"{account['id']} has no {currency} to pay out, or no bank to take it")
    return render(sandbox, made)


def arrive_payout(sandbox: Sandbox, found: JSON) -> JSON:
    """A payout reaches the bank."""
    payout_states.arrive(sandbox, found)
    return render(sandbox, found)


def fail_payout(sandbox: Sandbox, found: JSON, code: str) -> JSON:
    """The bank sends a payout back."""
    payout_states.fail(sandbox, found, code)
    return render(sandbox, found)


def enter_bank(sandbox: Sandbox, account: JSON, given: JSON) -> JSON:
    """The account's owner enters another bank account."""
    bank = {
        "object": "bank_account",
        "account_number": str(given.get("number", "000123456789")),
        "country": account["country"],
        "currency": given.get("currency", account["default_currency"]),
    }
    return render(sandbox, add(sandbox, account, bank, default_for_currency=True))


def arrive_topup(sandbox: Sandbox, found: JSON) -> JSON:
    """A top-up arrives."""
    topups.arrive(sandbox, found)
    return render(sandbox, found)


def fail_topup(sandbox: Sandbox, found: JSON, code: str) -> JSON:
    """The bank refuses a top-up."""
    topups.fail(sandbox, found, code)
    return render(sandbox, found)


def _customer(given: JSON) -> Customer:
    known = {
        "email",
        "name",
        "card",
        "bank",
        "country",
        "postal_code",
        "phone",
        "shipping",
        "shipping_rate",
        "expiry",
    }
    unknown = given.keys() - known - {"authenticate"}
    if unknown:
        raise ValueError(f"unknown members: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {name: value for name, value in given.items() if name in known}
    return Customer(**{"email": "buyer@example.com", **values})


def pay(sandbox: Sandbox, session: JSON, given: JSON) -> JSON:
    """Pay a session as its page would; ``authenticate`` answers 3-D Secure (default: pass)."""
    decline = pay_session(sandbox, session, _customer(given))
    intent = sandbox.store.get(session["_payment_intent"])
    if intent["status"] == "requires_action" and given.get("authenticate", True) is not None:
        decline = authenticate(sandbox, session, passed=bool(given.get("authenticate", True)))
    return _paid(sandbox, sandbox.store.get(session["id"]), decline)


def _paid(sandbox: Sandbox, session: JSON, decline: Decline | None) -> JSON:
    intent = sandbox.store.get(session["_payment_intent"])
    return {
        "session": session["id"],
        "status": session["status"],
        "payment_status": session["payment_status"],
        "payment_intent": intent["id"],
        "payment_intent_status": intent["status"],
        "charge": intent.get("latest_charge"),
        "decline": None
        if decline is None
        else {
            "code": decline.code,
            "decline_code": decline.decline_code,
            "message": decline.message,
        },
        "return_url": return_address(session) if session["status"] == "complete" else None,
    }


def authenticate_intent(sandbox: Sandbox, intent: JSON, *, passed: bool) -> JSON:
    """3-D Secure of an intent that no session made."""
    if intent["status"] != "requires_action" or intent.get("_checkout_session"):
        raise ValueError(f"{intent['id']} does not wait for an authentication of its own")
    if passed:
        method = sandbox.store.get(intent["payment_method"])
        attempt(sandbox, intent, method, authenticated=True)
    else:
        fail_authentication(sandbox, intent)
    return render(sandbox, intent)


def expire(sandbox: Sandbox, session: JSON) -> JSON:
    """An open session expires now."""
    if session["status"] != "open":
        raise ValueError(f"the session is {session['status']}")
    close_expired(sandbox, session)
    return render(sandbox, session)


def settle(sandbox: Sandbox, session: JSON, outcome: str) -> JSON:
    """A delayed payment ends."""
    if outcome not in ("succeed", "fail"):
        raise ValueError("outcome is succeed or fail")
    if not session.get("_payment_intent"):
        raise ValueError("nothing was paid yet")
    settle_delayed(sandbox, session["_payment_intent"], succeed=outcome == "succeed")
    return render(sandbox, sandbox.store.get(session["id"]))


def dispute(sandbox: Sandbox, charge: JSON, given: JSON) -> JSON:
    """A cardholder disputes a charge."""
    _refuse_unpaid(charge)
    status = "warning_needs_response" if given.get("inquiry") else "needs_response"
    opened = open_dispute(
        sandbox,
        charge,
        amount=given.get("amount"),
        reason=given.get("reason", "fraudulent"),
        status="prevented" if given.get("prevented") else status,
        answerable=bool(given.get("answerable", True)),
    )
    return render(sandbox, opened)


def _refuse_unpaid(charge: JSON) -> None:
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise ValueError(f"the charge is {charge['status']}, nothing was taken")


def warn(sandbox: Sandbox, charge: JSON, fraud_type: str) -> JSON:
    """The issuer suspects fraud."""
    _refuse_unpaid(charge)
    return render(sandbox, fraud_warnings.warn(sandbox, charge, fraud_type))


def decide(sandbox: Sandbox, found: JSON, outcome: str) -> JSON:
    """The issuer decides a dispute."""
    decide_dispute(sandbox, found, outcome)
    return render(sandbox, found)


def fail_refund(sandbox: Sandbox, refund: JSON, reason: str) -> JSON:
    """A refund comes back."""
    refund_states.fail(sandbox, refund["id"], reason)
    return render(sandbox, sandbox.store.get(refund["id"]))


def settle_refund(sandbox: Sandbox, refund: JSON) -> JSON:
    """A pending refund arrives."""
    if refund["status"] not in ("pending", "requires_action"):
        raise ValueError(f"the refund is {refund['status']}")
    refund_states.settle(sandbox, refund["id"])
    return render(sandbox, sandbox.store.get(refund["id"]))
