"""A seller's earnings: where the money is, what sold when, and what sold best.

Pages read the ledger and the copies; nothing here asks Stripe.
"""

from dataclasses import dataclass

from storefront.debts import service as debts
from storefront.earnings import repository
from storefront.earnings.positions import Position, positions
from storefront.ledger import service as ledger
from storefront.payouts import service as payouts
from storefront.payouts.service import Payout
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount, Seller
from storefront.store import Tx
from storefront.stored_data import service as stored_data
from storefront.stored_data.service import Fetch

BEST = 10

days = repository.days


@dataclass(frozen=True, slots=True)
class Money:
    """A seller's money in each currency, and how far what Stripe has told reaches.

    `unexplained` are payouts of which Stripe has not told yet what they consist of, `by_hand`
    those of which it never tells. `fetch` is that of the connected account.
    """

    account: ConnectedAccount | None
    positions: list[Position]
    payouts: list[Payout]
    fetch: Fetch | None

    @property
    def known(self) -> bool:
        """Whether anything is known of payouts."""
        return any(position.known for position in self.positions)

    @property
    def unexplained(self) -> list[Payout]:
        """Automatic payouts of which the sales are not known yet."""
        return [each for each in self.payouts if each.automatic and not each.explained]

    @property
    def by_hand(self) -> list[Payout]:
        """Payouts that a person started and that have not come back."""
        return [
            each
            for each in self.payouts
            if not each.automatic and not each.original and payouts.state(each) != payouts.BACK
        ]

    @property
    def next_payouts(self) -> list[Payout]:
        """Payouts that are on their way, the first to arrive first."""
        coming = [each for each in self.payouts if payouts.state(each) == payouts.ON_ITS_WAY]
        return sorted(coming, key=lambda each: each.arrives_at or "~")


def of_seller(tx: Tx, seller: Seller) -> Money:
    """Where a seller's money is, the shop's own currency first."""
    account_ids = payouts.accounts(tx, seller.id)
    found = payouts.of_seller(tx, seller.id)
    earned = {seller.currency: 0} | ledger.of_seller(tx, seller.id)
    sums = [each for id_ in account_ids for each in payouts.sums(tx, id_)]
    by_currency = positions(
        earned,
        sums,
        payouts.fates(found, _came_back(tx, account_ids)),
        {each.id: each.arrives_at for each in found},
        _changed(tx, seller, account_ids, sums),
        known=bool(account_ids),
    )
    _add_elsewhere(tx, seller, account_ids, by_currency)
    for currency, amount in debts.owed(tx, seller.id).items():
        by_currency.setdefault(currency, Position(currency)).debt = amount
    account = sellers.account_of(tx, seller.id)
    fetched = stored_data.fetches(tx, account.stripe_account_id) if account else {}
    return Money(account, list(by_currency.values()), found, fetched.get("balance_transactions"))


def _came_back(tx: Tx, account_ids: list[str]) -> dict[str, str | None]:
    return {id_: to for each in account_ids for id_, to in payouts.came_back(tx, each).items()}


def _changed(
    tx: Tx, seller: Seller, account_ids: list[str], sums: list[payouts.Sum]
) -> dict[str, int]:
    """What Stripe has converted, by the currency of the sales; most shops have nothing of it."""
    total: dict[str, int] = {}
    if any(each.currency != each.booked for each in sums):
        for account_id in account_ids:
            for currency, amount in payouts.converted(tx, seller.id, account_id).items():
                total[currency] = total.get(currency, 0) + amount
    return total


def _add_elsewhere(
    tx: Tx, seller: Seller, account_ids: list[str], by_currency: dict[str, Position]
) -> None:
    """What was earned on accounts of which no copies are here; most shops have only one."""
    if not account_ids or repository.accounts(tx, seller.id) == account_ids:
        return
    for account_id, currency, amount in repository.earned_by_account(tx, seller.id):
        if account_id not in account_ids:
            by_currency[currency].elsewhere += amount


def best(tx: Tx, seller: Seller, since: str, currency: str) -> list[repository.Bestseller]:
    """What sold best in a currency since a moment."""
    return repository.best(tx, seller.id, since, currency, BEST)
