"""Where a shop's money is, for the seller's home; nothing before anything was earned."""

from collections.abc import Iterator

from storefront import clock, money
from storefront.earnings import service, words
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx

_HREF = "/sell/earnings"


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """What is owed and what is on its way, in each currency."""
    for position in service.of_seller(tx, seller).positions:
        if not position.known or not position.earned:
            continue
        currency = position.currency
        yield Tile(
            "Owed to you", money.display(position.owed, currency), words.owed(position), _HREF
        )
        if position.on_its_way:
            when = clock.display_day(position.arrives_at) if position.arrives_at else "soon"
            amount = money.display(position.on_its_way, currency)
            yield Tile("On its way", amount, f"arrives {when}", _HREF)
