"""What a shop owes, for the seller's home; nothing while nothing is owed."""

from collections.abc import Iterator

from storefront import money
from storefront.debts import repository
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """What is owed in each currency."""
    for currency, amount in repository.owed(tx, seller.id).items():
        yield Tile(
            "You owe", money.display(amount, currency), "to the marketplace", "/sell/debts", "warn"
        )
