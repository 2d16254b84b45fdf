"""A shop with a clay club, and somebody who joins it: the ground of the tests here."""

from typing import Any

from storefront.cart import service as cart
from storefront.catalog.service import Listing
from storefront.checkout.service import Shopper
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.subscriptions import renewals, repository, starting
from storefront.subscriptions.repository import Subscription
from storefront.users.service import User
from tests.cast import Cast, Shop

DAY = 86400
MONTH = 32 * DAY
BROKE = "pm_card_chargeCustomerFail"
"""A card that can be saved and then pays nothing."""


class Club:
    """Sells a listing by the month; `join` is what a shopper does, `renew` what Stripe does."""

    def __init__(self, cast: Cast, shop: Shop | None = None, **details: Any) -> None:
        self.cast, self.services, self.sandbox = cast, cast.services, cast.sandbox
        self.shop = shop or cast.shop()
        said = {"title": "Clay club", "billing": "month", "price_amount": 900, "stock": None}
        self.listing: Listing = cast.listing(self.shop, **said | details)

    def begin(self, buyer: User | None = None, cart_id: str = "") -> Order:
        """The first order with its open session."""
        if not cart_id:
            with self.services.store.transaction() as tx:
                cart_id = cart.start(tx, buyer.id if buyer else None)
        shopper = Shopper(cart_id, buyer.id, buyer.email) if buyer else Shopper(cart_id)
        return starting.start(self.services, shopper, self.listing.slug)

    def join(self, buyer: User | None = None, **payment: Any) -> Order:
        """A paid first order, and everything read that Stripe knows of it."""
        order = self.begin(buyer)
        self.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay", **payment)
        paid = orders.read_payment(self.services, order)
        self.read(paid)
        return self.cast.reread(paid)

    def of(self, order: Order) -> Subscription:
        """The subscription that an order is a period of."""
        with self.services.store.read() as tx:
            found = repository.by_id(tx, order.subscription_id or "")
        assert found is not None
        return found

    def read(self, order: Order) -> None:
        """Read subscription and invoices now."""
        ours = self.of(order)
        stripe_subscriptions.read(self.services, str(ours.stripe_subscription_id))
        renewals.read(self.services, ours)

    def pass_time(self, seconds: int = MONTH) -> None:
        """What falls due at Stripe meanwhile happens."""
        self.sandbox.control("clock/advance", seconds=seconds)

    def change_card(self, order: Order, card: str = BROKE) -> None:
        """The shopper pays with another card from now on."""
        stripe_id = self.of(order).stripe_subscription_id
        customer = self.sandbox.get(f"/v1/subscriptions/{stripe_id}")["customer"]
        where = f"/v1/payment_methods/{card}/attach"
        saved = self.sandbox.post(where, {"customer": customer})["id"]
        terms = {"default_payment_method": saved}
        self.sandbox.post(f"/v1/subscriptions/{stripe_id}", terms)

    def renew(self, order: Order) -> Order:
        """A month later: the newest order, paid."""
        self.pass_time()
        self.read(order)
        return orders.read_payment(self.services, self.orders(order)[0])

    def orders(self, order: Order) -> list[Order]:
        """The orders of a subscription, the newest first."""
        with self.services.store.read() as tx:
            ids = repository.order_ids(tx, str(order.subscription_id))
            return [found for found in (orders.by_id(tx, id_) for id_ in ids) if found]
