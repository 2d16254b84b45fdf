"""Balance and balance transactions, as the API shows them."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, operation, page_of
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON


@operation("GET", "/v1/balance")
def retrieve(call: Call) -> JSON:
    """What the account has, per currency."""
    return balance_of(call.sandbox, call.account)


def balance_of(sandbox: Sandbox, identifier: str) -> JSON:
    """The balance of an account, per currency (minor units)."""
    kept = sandbox.ledger.balances(identifier)
    kept = kept or {
        sandbox.store.get(identifier)["default_currency"]: {"available": 0, "pending": 0}
    }
    available = [_amount(currency, sums["available"]) for currency, sums in kept.items()]
    shown: JSON = {
        "object": "balance",
        "available": available,
        "instant_available": [{**each, "net_available": None} for each in available],
        "issuing": None,
        "livemode": False,
        "pending": [_amount(currency, sums["pending"]) for currency, sums in kept.items()],
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    }
    if identifier == sandbox.platform_id:
        shown["connect_reserved"] = [
            _amount(currency, _reserved(sandbox, currency)) for currency in kept
        ]
    return shown


def _reserved(sandbox: Sandbox, currency: str) -> int:
    """What accounts that the platform answers for owe. It is shown, but not held back."""
    accounts = [
        account["id"]
        for account in sandbox.store.select("account")
        if account["controller"].get("losses", {}).get("payments") == "application"
    ]
    return sum(max(0, -sandbox.ledger.available(account, currency)) for account in accounts)


def _amount(currency: str, amount: int) -> JSON:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


@operation("GET", "/v1/balance_transactions/<identifier>")
def retrieve_transaction(call: Call, identifier: str) -> JSON:
    """One balance transaction."""
    return call.fetch("balance_transaction", identifier)


@operation("GET", "/v1/balance_transactions", "BalanceTransactionListParams")
def list_transactions(call: Call) -> JSON:
    """Balance transactions, by type, source and currency, or what an automatic payout settles."""
    wanted = {name: call.params.get(name) for name in ("type", "source", "currency")}
    if "payout" not in call.params:
        return call.page("balance_transaction", "/v1/balance_transactions", wanted)
    payout = call.fetch("payout", call.params["payout"], "payout")
    if not payout["automatic"]:
        message = (
            "Balance transaction history can only be filtered on automatic transfers, not manual."
        )
        raise errors.invalid(message, "payout")
    chosen = {name: value for name, value in wanted.items() if value is not None}
    found = call.sandbox.store.select(
        "balance_transaction",
        call.account,
        {**chosen, "_payout": payout["id"]},
        created_filter(call.params),
    )
    own = None if call.sandbox.switches.payout_lists_itself else payout["balance_transaction"]
    return page_of(call, "/v1/balance_transactions", [each for each in found if each["id"] != own])
