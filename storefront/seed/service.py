"""Fill a catalogue. Nothing is paid, nobody is connected: that needs Stripe."""

from storefront.catalog import details as accepted
from storefront.catalog import service as catalog
from storefront.current import Services
from storefront.errors import Refused
from storefront.seed.catalogue import Item, Shop, shops
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Tx
from storefront.users import service as users


def plant(services: Services, password: str) -> list[str]:
    """Make the shops that are not there yet; their owners' addresses, who get this password.

    Raises Refused in live mode: made-up listings have no place beside real money.
    """
    if services.config.livemode:
        raise Refused("Made-up listings are for test mode. This installation has a live key.")
    planted = []
    for shop in shops():
        with services.store.transaction() as tx:
            if users.find_by_email(tx, shop.email) is None:
                _plant(tx, shop, password)
                planted.append(shop.email)
    return planted


def _plant(tx: Tx, shop: Shop, password: str) -> None:
    owner = users.create(tx, shop.email, shop.owner, password)
    said = sellers.Details(
        name=shop.name,
        story=shop.story,
        primary_color=shop.primary_color,
        secondary_color=shop.secondary_color,
        refund_policy=shop.refund_policy,
        countries=shop.countries,
        shipping=shop.shipping,
    )
    seller = sellers.open_shop(tx, owner.id, said, shop.currency)
    for item in shop.listings:
        catalog.publish(tx, catalog.create(tx, seller.id, seller.currency, _details(item, seller)))


def _details(item: Item, seller: Seller) -> catalog.Details:
    return catalog.Details(
        title=item.title,
        category=item.category,
        description=item.description,
        price_amount=accepted.price(item.price, seller.currency),
        stock=accepted.stock(item.stock) if item.stock else None,
        requires_shipping=item.shipped,
        billing=item.billing,
    )
