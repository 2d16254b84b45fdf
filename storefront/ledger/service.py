"""An append-only double-entry ledger for each order.

Accounts: `shopper`, `platform`, `seller`, `stripe_fees`, `dispute`; and of what is owed but has
not moved, `seller_debt` and `platform_claim`. A balance is what an account
has received minus what it has given; over all accounts of an order it sums to zero for every
currency. Doc B's example: 10.00 charged, fee 1.23, Stripe's fee 0.59 leaves the platform +0.64
and the seller +8.77 (https://docs.stripe.com/connect/destination-charges#flow-of-funds).
"""

from collections import defaultdict
from collections.abc import Iterable

from storefront.ledger import repository
from storefront.ledger.repository import Entry
from storefront.store import Tx

__all__ = ["ACCOUNTS", "Entry", "balances", "book", "of_order", "of_seller"]

ACCOUNTS = ("shopper", "platform", "seller", "stripe_fees", "dispute",
            "seller_debt", "platform_claim")  # fmt: skip

of_order = repository.of_order
of_seller = repository.of_seller


def book(tx: Tx, order_id: str, entries: Iterable[Entry]) -> int:
    """Append the entries that are not there yet; how many were new."""
    return sum(repository.append(tx, order_id, entry) for entry in entries)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """What each account has, by (account, currency), in minor units."""
    totals: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        totals[entry.debit_account, entry.currency] -= entry.amount
        totals[entry.credit_account, entry.currency] += entry.amount
    return dict(totals)
