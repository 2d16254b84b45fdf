"""A shop's sales in a few numbers, for the seller's home."""

from collections.abc import Iterator

from storefront import money
from storefront.ledger import service as ledger
from storefront.orders import repository
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """What has to be shipped, and what was earned in each currency."""
    waiting = repository.count_to_ship(tx, seller.id)
    note = "paid and waiting" if waiting else "nothing is waiting"
    yield Tile(
        "To ship", str(waiting), note, "/sell/orders?view=to_ship", "warn" if waiting else ""
    )
    sold = repository.count_sold(tx, seller.id)
    yield Tile("Sold", str(sold), "paid orders", "/sell/orders")
    earned = ledger.of_seller(tx, seller.id) or {seller.currency: 0}
    for currency, amount in earned.items():
        yield Tile("Earned", money.display(amount, currency), "after fees and refunds")
