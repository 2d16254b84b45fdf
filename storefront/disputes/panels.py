"""What order pages and the seller's home show about disputes."""

from collections.abc import Iterator

from storefront.disputes import service
from storefront.orders.panels import Panel
from storefront.orders.service import Order
from storefront.sellers.dashboard import Tile
from storefront.sellers.service import Seller
from storefront.store import Tx


def of_shopper(tx: Tx, order: Order) -> Panel | None:
    """That the bank is looking into it, gently."""
    found = service.of_order(tx, order.id)
    return Panel("disputes/_to_shopper.html", {"disputes": found}) if found else None


def of_seller(tx: Tx, order: Order) -> Panel | None:
    """The disputes of a sold order."""
    return _links(tx, order, "seller_disputes.show")


def of_operator(tx: Tx, order: Order) -> Panel | None:
    """The disputes of an order."""
    return _links(tx, order, "disputes.show")


def _links(tx: Tx, order: Order, endpoint: str) -> Panel | None:
    found = service.of_order(tx, order.id)
    return (
        Panel("disputes/_links.html", {"disputes": found, "endpoint": endpoint}) if found else None
    )


def tiles(tx: Tx, seller: Seller) -> Iterator[Tile]:
    """Disputes of the shop that wait for evidence, if any do."""
    counts = service.counted(tx, seller.id)
    if waiting := counts["needs_response"]:
        yield Tile("Disputes", str(waiting), "need a response", "/sell/disputes", "bad")
    elif open_ := counts["under_review"] + counts["inquiries"]:
        yield Tile("Disputes", str(open_), "nothing to do now", "/sell/disputes")
