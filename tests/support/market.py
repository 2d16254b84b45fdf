"""A small market for tests: shops with real accounts at the sandbox, listings, carts, orders.

Rows of people and shops are written directly; from the cart on everything goes the way that a
shopper's does, through the services, the `stripe` SDK and the sandbox.
"""

from dataclasses import dataclass
from typing import Any

from storefront import clock
from storefront.cart import service as cart
from storefront.cart.service import CartLine
from storefront.checkout import service as checkout
from storefront.checkout.service import Shopper
from storefront.current import Services
from storefront.ids import new_id
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.store import Tx
from tests.support.stripe import Stripe


@dataclass(frozen=True)
class Shop:
    """A shop and who runs it."""

    seller_id: str
    user_id: str
    slug: str
    account: str
    currency: str


class Market:
    """Makes what a test needs, with defaults for what it does not care about."""

    def __init__(self, services: Services, stripe: Stripe) -> None:
        self.services = services
        self.stripe = stripe

    def user(self, name: str, **columns: Any) -> str:
        """A person with a confirmed address; the id."""
        user_id = new_id()
        values = {
            "id": user_id,
            "email": f"{name.lower()}@example.com",
            "name": name,
            "password_hash": "unusable",
            "email_verified_at": clock.timestamp(),
            "created_at": clock.timestamp(),
            **columns,
        }
        with self.services.store.transaction() as tx:
            _insert(tx, "users", values)
        return user_id

    def shop(self, name: str = "Alice", *, currency: str = "usd", country: str = "US") -> Shop:
        """A shop whose connected account can receive transfers."""
        account = self.stripe.control(
            "accounts", country=country, currency=currency, name=name, connected=True
        )["id"]
        user_id, seller_id, now = self.user(name), new_id(), clock.timestamp()
        with self.services.store.transaction() as tx:
            _insert(
                tx,
                "sellers",
                {
                    "id": seller_id,
                    "user_id": user_id,
                    "slug": name.lower(),
                    "name": f"{name}'s shop",
                    "primary_color": "#1f4d3a",
                    "secondary_color": "#8a3b12",
                    "refund_policy": "Send it back within 30 days.",
                    "currency": currency,
                    "shipping_countries": "US,DE,JP",
                    "shipping_amount": 0,
                    "created_at": now,
                    "updated_at": now,
                },
            )
            _insert(
                tx,
                "connected_accounts",
                {
                    "stripe_account_id": account,
                    "seller_id": seller_id,
                    "connected": 1,
                    "charges_enabled": 1,
                    "payouts_enabled": 1,
                    "details_submitted": 1,
                    "transfers_capability": "active",
                    "card_payments_capability": "active",
                    "country": country,
                    "default_currency": currency,
                    "read_at": now,
                    "connected_at": now,
                },
            )
        return Shop(seller_id, user_id, name.lower(), account, currency)

    def listing(self, shop: Shop, title: str = "T-shirt", **columns: Any) -> str:
        """A published listing; the id. 10.00 and unlimited unless said otherwise."""
        listing_id, now = new_id(), clock.timestamp()
        values = {
            "id": listing_id,
            "seller_id": shop.seller_id,
            "slug": f"{title.lower().replace(' ', '-')}-{listing_id[-6:].lower()}",
            "title": title,
            "category": "clothing",
            "price_amount": 1000,
            "currency": shop.currency,
            "stock": None,
            "requires_shipping": 0,
            "state": "published",
            "created_at": now,
            "updated_at": now,
            "published_at": now,
            **columns,
        }
        with self.services.store.transaction() as tx:
            _insert(tx, "listings", values)
        return listing_id

    def stock(self, listing_id: str) -> int | None:
        """What is left of a listing."""
        with self.services.store.read() as tx:
            stock: int | None = tx.value("SELECT stock FROM listings WHERE id = :id", id=listing_id)
        return stock

    def cart(self, *listing_ids: str, quantity: int = 1, user_id: str | None = None) -> str:
        """A cart with some of each listing; the id."""
        with self.services.store.transaction() as tx:
            cart_id = cart.start(tx, user_id)
            for listing_id in listing_ids:
                cart.add(tx, cart_id, CartLine(listing_id, quantity), user_id)
        return cart_id

    def order(self, shop: Shop, *listing_ids: str, cart_id: str = "", quantity: int = 1) -> Order:
        """An order with an open Checkout Session."""
        wanted = listing_ids or (self.listing(shop),)
        cart_id = cart_id or self.cart(*wanted, quantity=quantity)
        return checkout.start(self.services, Shopper(cart_id), shop.seller_id)

    def pay(self, order: Order, **how: Any) -> Order:
        """Pay at Checkout, then let everything that Stripe reports arrive by reading it."""
        session = order.stripe_checkout_session_id
        self.stripe.control(f"sessions/{session}/pay", **{"email": "bob@example.com", **how})
        return orders.read_payment(self.services, order)

    def paid_order(self, shop: Shop | None = None, *, price: int = 1000, **how: Any) -> Order:
        """An order that has been paid with a card (4242…)."""
        shop = shop or self.shop()
        return self.pay(self.order(shop, self.listing(shop, price_amount=price)), **how)

    def reread(self, order: Order) -> Order:
        """The order as it is stored now."""
        with self.services.store.read() as tx:
            found = orders.by_id(tx, order.id)
        assert found is not None
        return found


def _insert(tx: Tx, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    tx.run(f"INSERT INTO {table} ({names}) VALUES ({places})", **values)
