"""How a connected account stands, derived from what Stripe says of it; stored nowhere.

https://docs.stripe.com/connect/account-capabilities and
https://docs.stripe.com/connect/handling-api-verification
"""

from typing import Final

from storefront.sellers import countries, requirements
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.sellers.requirements import Requirements

ACTIVE = "active"
PENDING, READY, RESTRICTED = "pending", "ready", "restricted"
DISCONNECTED, REJECTED = "disconnected", "rejected"
_IN_REVIEW = frozenset({"requirements.pending_verification", "under_review"})

WORDS: Final = {
    "": ("Not connected", "neutral"),
    PENDING: ("Being set up", "info"),
    READY: ("Ready", "good"),
    RESTRICTED: ("Restricted", "bad"),
    DISCONNECTED: ("Disconnected", "bad"),
    REJECTED: ("Rejected by Stripe", "bad"),
}
"""A few words for each state, and their tone; the first is a shop that never had an account."""


def ready_to_sell(account: ConnectedAccount | None) -> bool:
    """Whether a destination charge can pay this account: connected, transfers allowed, in reach.

    `charges_enabled` alone does not say that.
    """
    return account is not None and account.payable


def state_of(account: ConnectedAccount | None) -> str:
    """One of the states above, whichever way the account came; empty without an account."""
    if account is None:
        return ""
    if not account.connected:
        return DISCONNECTED
    if ready_to_sell(account):
        return READY
    reason = str(account.requirements.get("disabled_reason") or "")
    if reason.startswith("rejected."):
        return REJECTED
    if _is_on_the_way(account, reason):
        return PENDING
    return RESTRICTED


def _is_on_the_way(account: ConnectedAccount, reason: str) -> bool:
    if reason == requirements.NO_ACCESS:
        return False
    checking = account.transfers_capability == "pending" or reason in _IN_REVIEW
    return checking or not account.details_submitted


def requirements_of(account: ConnectedAccount) -> Requirements:
    """What Stripe still wants, in words."""
    return requirements.from_stripe(account.requirements)


def why_not(account: ConnectedAccount | None) -> str:
    """Why a shop cannot sell yet, in words for its seller; empty if it can."""
    if account is None or not account.connected:
        return "Your shop is not connected to Stripe, so shoppers cannot pay you yet."
    if ready_to_sell(account):
        return ""
    needed = requirements_of(account)
    if state_of(account) == PENDING and not account.details_submitted:
        return "You have not finished at Stripe yet. Go on where you stopped; nothing is lost."
    if needed.disabled:
        return needed.disabled
    if needed.missing:
        return "Stripe needs more information before it can pay you."
    if account.transfers_capability == ACTIVE:
        return (
            f"Your Stripe account is in {countries.name(account.country)}, and Stripe moves no"
            " money there from this marketplace's country. It can if you sell in your own name:"
            " ask the marketplace to make you the merchant of record."
        )
    if account.transfers_capability == "pending":
        return "Stripe is checking your account. This takes minutes, sometimes days."
    return "Stripe does not allow transfers to your account at the moment."
