"""A shop that has left its account may be paid into another one, once its seller has agreed.

Orders keep the account that they were paid into: their refunds and reversals go by it, and what is
due to it waits there. Nothing of them ever moves to the other account.
"""

from storefront.clock import ago, timestamp
from storefront.errors import Refused
from storefront.sellers.account_changes import repository
from storefront.sellers.repository import stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Tx

HOURS = 1
"""How long an agreement holds: long enough for the way to Stripe and back."""

AGREE_FIRST = (
    "Your shop was paid into another account before. Please read what changing it means on the"
    " Stripe page of your shop, agree there, and start again."
)


def last(tx: Tx, seller_id: str) -> ConnectedAccount | None:
    """The account that a shop was paid into until it left; None if it has one, or never had."""
    if stripe_accounts.connected_account(tx, seller_id) is not None:
        return None
    usable = (
        known for known in stripe_accounts.accounts_of(tx, seller_id) if known.details_submitted
    )
    return next(usable, None)


def agree(tx: Tx, seller_id: str) -> None:
    """The seller has read what another account means. Raises Refused if none was left."""
    left = last(tx, seller_id)
    if left is None:
        raise Refused("Your shop has no account that another one could take the place of.")
    repository.agree(tx, seller_id, left.stripe_account_id, timestamp())


def agreed(tx: Tx, seller_id: str) -> bool:
    """Whether another account may be connected now."""
    left = last(tx, seller_id)
    if left is None:
        return True
    return repository.has_agreed(tx, seller_id, left.stripe_account_id, ago(hours=HOURS))


def is_unexpected(tx: Tx, seller_id: str, account_id: str) -> bool:
    """Whether an account is another one than before, without a word of the seller's."""
    left = last(tx, seller_id)
    another = left is not None and left.stripe_account_id != account_id
    return another and not agreed(tx, seller_id)
