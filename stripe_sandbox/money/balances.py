"""Balance, balance transactions and payouts, as the API shows them."""

from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.store import JSON


@operation("GET", "/v1/balance")
def retrieve(call: Call) -> JSON:
    """What the account has, per currency."""
    kept = call.sandbox.ledger.balances(call.account)
    if not kept:
        kept = {
            call.sandbox.store.get(call.account)["default_currency"]: {"available": 0, "pending": 0}
        }
    shown: JSON = {
        "object": "balance",
        "available": [_amount(currency, sums["available"]) for currency, sums in kept.items()],
        "instant_available": [
            _amount(currency, sums["available"]) for currency, sums in kept.items()
        ],
        "livemode": False,
        "pending": [_amount(currency, sums["pending"]) for currency, sums in kept.items()],
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    }
    if call.on_platform:
        shown["connect_reserved"] = [{"amount": 0, "currency": currency} for currency in kept]
    return shown


def _amount(currency: str, amount: int) -> JSON:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


@operation("GET", "/v1/balance_transactions/<identifier>")
def retrieve_transaction(call: Call, identifier: str) -> JSON:
    """One balance transaction."""
    return call.fetch("balance_transaction", identifier)


@operation("GET", "/v1/balance_transactions", "BalanceTransactionListParams")
def list_transactions(call: Call) -> JSON:
    """Balance transactions, by type, source and currency."""
    wanted = {name: call.params.get(name) for name in ("type", "source", "currency")}
    return call.page("balance_transaction", "/v1/balance_transactions", wanted)


@operation("GET", "/v1/payouts/<identifier>")
def retrieve_payout(call: Call, identifier: str) -> JSON:
    """One payout."""
    return call.fetch("payout", identifier)


@operation("GET", "/v1/payouts", "PayoutListParams")
def list_payouts(call: Call) -> JSON:
    """Payouts."""
    return call.page("payout", "/v1/payouts", {"status": call.params.get("status")})
