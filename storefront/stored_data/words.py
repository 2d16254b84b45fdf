"""What is said about fetching."""

from typing import Final

from storefront.stored_data.repository import FINISHED, STOPPED, WALKING, Fetch
from storefront.stripe_gateway.failures import StripeFailure, TryLater

KIND: Final = {
    "payment_intents": "Payment intents",
    "charges": "Charges",
    "transfers": "Transfers",
    "application_fees": "Application fees",
    "payouts": "Payouts",
    "customers": "Customers",
    "balance_transactions": "Balance transactions",
}

KIND_OF_ONE: Final = {
    "payment_intents": "Payment intent",
    "charges": "Charge",
    "transfers": "Transfer",
    "application_fees": "Application fee",
    "payouts": "Payout",
    "customers": "Customer",
    "balance_transactions": "Balance transaction",
}

STATE: Final = {WALKING: "Fetching", FINISHED: "Complete", STOPPED: "Stopped"}
TONE: Final = {WALKING: "info", FINISHED: "good", STOPPED: "bad"}

NO_ACCESS: Final = frozenset({"account_invalid", "platform_api_key_expired"})
"""What Stripe answers about an account that has left us."""

DISCONNECTED: Final = (
    "Stripe gives no access to this account any more: its seller has disconnected. What was"
    " fetched before is still here. Fetch again when the seller has reconnected."
)


def waiting(failure: StripeFailure) -> str:
    """Why a walk waits."""
    if isinstance(failure, TryLater):
        return "Stripe has asked to go slower. It goes on by itself."
    return "Stripe did not answer. It goes on by itself."


def refused(failure: StripeFailure) -> str:
    """Why a walk has stopped."""
    return f"Stripe refused: {failure.message} Correct this, then fetch again."


def progress(found: Fetch) -> str:
    """How far one kind has come, for the command line."""
    return f"{KIND[found.kind]}: {found.seen:,} looked at. {found.problem or STATE[found.state]}"
