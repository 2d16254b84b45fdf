"""Where a shop's money is, for the seller's home; nothing before anything was earned."""

from collections.abc import Iterator

from storefront import money
from storefront.earnings import service, words
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx

_HREF = "/sell/earnings"


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """What is owed and what is on its way, in each currency."""
    for position in service.of_seller(tx, seller).positions:
        if not position.known or not position.moved:
            continue
        currency = position.currency
        owed = money.display(position.owed, currency)
        tone = "warn" if position.owed < 0 else ""
        yield Tile("Owed to you", owed, words.owed(position), _HREF, tone)
        if position.on_its_way:
            amount = money.display(position.on_its_way, currency)
            yield Tile("On its way", amount, words.on_its_way(position), _HREF)
