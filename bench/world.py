"""What is measured: a shop with many listings, a cart, and an order under way."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storefront import installation
from storefront.assembly import assemble
from storefront.catalog import service as catalog
from storefront.config import Config
from storefront.current import Services
from storefront.store.migrate import migrate
from tests.cast import Cast, Shop
from tests.support import stripe

LISTINGS = 10_000

_WORDS = ("mug", "bowl", "vase", "print", "notebook", "candle", "basket", "lamp", "ring", "clock")
_KINDS = ("speckled", "tall", "small", "blue", "olive", "linen", "walnut", "brass", "oat", "sea")


@dataclass(frozen=True, slots=True)
class World:
    """Addresses and ids to ask for."""

    listing_slug: str
    listing_id: str
    order_token: str


@contextmanager
def built(folder: Path, port: int) -> Iterator[tuple[Config, World]]:
    """Settings and a filled database in a folder; the sandbox runs as long as the block."""
    with stripe.running() as sandbox:
        public_url = f"http://127.0.0.1:{port}"
        secret, connect_secret = sandbox.register(public_url)
        config = Config(
            secret_key=secrets.token_urlsafe(48),
            public_url=public_url,
            port=port,
            stripe_secret_key=stripe.KEY,
            stripe_client_id=stripe.CLIENT_ID,
            stripe_webhook_secrets=(secret,),
            stripe_connect_webhook_secrets=(connect_secret,),
            database_url=f"sqlite:///{folder / 'bench.db'}",
            stripe_api_base=sandbox.url,
            stripe_connect_base=sandbox.url,
            stripe_files_base=sandbox.url,
            media_root=folder / "media",
            mail_folder=folder / "mail",
        )
        yield config, _fill(config, sandbox)


def _fill(config: Config, sandbox: stripe.Stripe) -> World:
    services = assemble(config)
    migrate(services.store)
    installation.check(services.store, config)
    cast = Cast(services, sandbox)
    shop = cast.shop()
    listing = cast.listing(shop, title="The speckled mug that is measured", stock=None)
    _fill_shelves(services, shop)
    order = cast.order(cast.listing(shop, stock=None))
    services.store.close()
    return World(listing.slug, listing.id, order.token)


def _fill_shelves(services: Services, shop: Shop) -> None:
    with services.store.transaction() as tx:
        for number in range(LISTINGS):
            kind, word = _KINDS[number % 10], _WORDS[number // 10 % 10]
            details = catalog.Details(
                title=f"{kind} {word} {number}".capitalize(),
                category="kitchen",
                description=f"A {kind} {word}, made by hand.",
                price_amount=1000 + number,
                stock=5,
                requires_shipping=False,
            )
            written = catalog.create(tx, shop.seller.id, shop.seller.currency, details)
            catalog.publish(tx, written)
