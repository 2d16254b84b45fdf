"""Who plays in the tests: Alice sells, Bob buys, Charlie is a stranger, Olga operates.

Everything is made the way the product makes it: through the services, through OAuth and
Checkout at the sandbox. Nothing is written into tables behind their backs.
"""

from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storefront.cart import service as cart
from storefront.cart.service import CartLine
from storefront.catalog import service as catalog
from storefront.catalog.service import Listing
from storefront.checkout import service as checkout
from storefront.checkout.service import Shopper
from storefront.current import Services
from storefront.fees import FEE_MODES
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.sellers import connecting
from storefront.sellers import service as sellers
from storefront.sellers.connecting import Traveller
from storefront.sellers.service import Seller
from storefront.users import service as users
from storefront.users.service import User
from tests.support.stripe import Stripe

PASSWORD = "correct horse battery"

both_fee_modes = pytest.mark.parametrize("fee_mode", FEE_MODES)
"""For what must be the same however the platform keeps its fee."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop, its owner, and the account that is paid (empty before connecting)."""

    seller: Seller
    owner: User
    account: str = ""


class Cast:
    """Makes people, shops, listings and orders with sensible defaults."""

    def __init__(self, services: Services, sandbox: Stripe) -> None:
        self.services = services
        self.sandbox = sandbox
        self._numbers = count(1)

    def user(self, name: str = "Bob", *, operator: bool = False) -> User:
        """A person with a confirmed address `<name>@example.com`; the same one when asked again."""
        email = f"{name.lower()}@example.com"
        with self.services.store.transaction() as tx:
            found = users.find_by_email(tx, email)
            return found or users.create(tx, email, name, PASSWORD, operator=operator)

    def operator(self) -> User:
        """Olga, who may see and refund every order."""
        return self.user("Olga", operator=True)

    def shop(
        self,
        owner: str = "Alice",
        *,
        currency: str = "usd",
        country: str = "US",
        ready: bool = True,
        **details: Any,
    ) -> Shop:
        """A shop; `ready` ones are connected to an account that can be paid."""
        user = self.user(owner)
        said = sellers.Details(
            **{"name": f"{owner}'s shop", "countries": ("US", "DE"), "shipping": "5"} | details
        )
        with self.services.store.transaction() as tx:
            seller = sellers.open_shop(tx, user.id, said, currency)
        account = self.connect(user, seller, country=country) if ready else ""
        return Shop(seller, user, account)

    def connect(self, user: User, seller: Seller, account: str = "", country: str = "US") -> str:
        """Through Stripe's consent page without the page; the connected account's id."""
        back = f"{self.services.config.public_url}/oauth/callback"
        there = connecting.start(self.services, user, seller, "browser", back)
        state = parse_qs(urlsplit(there).query)["state"][0]
        new = {"email": user.email, "name": seller.name, "country": country}
        values = {"account": account} if account else new
        code = self.sandbox.control("authorize", currency=seller.currency, **values)["code"]
        traveller = Traveller(user.id, "browser")
        return connecting.finish(self.services, traveller, {"state": state, "code": code})

    def listing(self, shop: Shop, *, publish: bool = True, **details: Any) -> Listing:
        """A listing of 10.00 with five in stock, published and not shipped."""
        defaults: dict[str, Any] = {
            "title": f"Speckled mug {next(self._numbers)}",
            "category": "kitchen",
            "description": "Thrown by *hand*.",
            "price_amount": 1000,
            "stock": 5,
            "requires_shipping": False,
        }
        seller = shop.seller
        with self.services.store.transaction() as tx:
            written = catalog.create(
                tx, seller.id, seller.currency, catalog.Details(**defaults | details)
            )
            if publish:
                catalog.publish(tx, written)
            return catalog.of_seller(tx, seller.id, written.id)

    def cart(self, *listings: Listing, quantity: int = 1, buyer: User | None = None) -> str:
        """A cart with some of each listing; its id."""
        user_id = buyer.id if buyer else None
        with self.services.store.transaction() as tx:
            cart_id = cart.start(tx, user_id)
            for listing in listings:
                cart.add(tx, cart_id, CartLine(listing.id, quantity), user_id)
        return cart_id

    def checkout(self, cart_id: str, shop: Shop, buyer: User | None = None) -> Order:
        """The order of a cart at a shop, with its open Checkout Session."""
        shopper = Shopper(cart_id, buyer.id, buyer.email) if buyer else Shopper(cart_id)
        return checkout.start(self.services, shopper, shop.seller.id)

    def stock(self, listing: Listing) -> int | None:
        """What is left of a listing."""
        with self.services.store.read() as tx:
            return catalog.of_seller(tx, listing.seller_id, listing.id).stock

    def reread(self, order: Order) -> Order:
        """An order as it is stored now."""
        with self.services.store.read() as tx:
            found = orders.by_id(tx, order.id)
        assert found is not None
        return found

    def order(
        self,
        listing: Listing,
        buyer: User | None = None,
        *,
        quantity: int = 1,
        pay: bool = True,
        **payment: Any,
    ) -> Order:
        """An order of a listing, by a guest or a person, paid with the card 4242 by default."""
        cart_id = self.cart(listing, quantity=quantity, buyer=buyer)
        shopper = Shopper(cart_id, buyer.id, buyer.email) if buyer else Shopper(cart_id)
        order = checkout.start(self.services, shopper, listing.seller_id)
        return self.pay(order, **payment) if pay else order

    def pay(self, order: Order, **payment: Any) -> Order:
        """Pay an order at Checkout, and learn of it as the return page does."""
        self.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay", **payment)
        return orders.read_payment(self.services, order)
