"""What the tests about sellers' money share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest
import time_machine

from storefront import clock
from storefront.config import Config
from storefront.current import Services
from storefront.disputes import recovery
from storefront.earnings import service
from storefront.earnings.positions import Position
from storefront.earnings.service import Money
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from storefront.stored_data import service as stored_data
from tests.cast import Cast, Shop
from tests.support.stripe import Stripe

PAID = {"confirm": "true", "payment_method": "pm_card_visa",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never"}  # fmt: skip


@pytest.fixture
def config(config: Config) -> Config:
    """Settings that let a fetch go as fast as it can."""
    return replace(config, fetch_per_second=100)


@dataclass(frozen=True, slots=True)
class Life:
    """What happens to a shop, and what its pages then know."""

    services: Services
    cast: Cast
    sandbox: Stripe
    shop: Shop
    settle: Callable[[], None]
    fetches: Iterator[int] = field(default_factory=lambda: count(1))

    def sale(self, amount: int) -> Order:
        """A sale, in minor units."""
        return self.cast.order(self.cast.listing(self.shop, price_amount=amount))

    def refund(
        self, order: Order, amount: int, *, return_fee: bool = True, owed: bool = False
    ) -> Refund:
        """The seller pays for a refund, now or as soon as there is money."""
        wish = Wish(amount, reverse_transfer=True, return_fee=return_fee, owed=owed)
        author = Author(new_token(), self.cast.operator().id)
        return refunds.request(self.services, order.id, wish, author)

    def own_sale(self, amount: int) -> None:
        """A sale of the account's own, outside of the marketplace."""
        sold = {"amount": amount, "currency": self.shop.seller.currency, **PAID}
        self.sandbox.post("/v1/payment_intents", sold, account=self.shop.account)

    def payout(self) -> dict[str, object]:
        """Stripe pays out everything that is available, as its schedule would."""
        currency = self.shop.seller.currency
        return self.sandbox.control(
            "payouts/automatic", account=self.shop.account, currency=currency
        )

    def fetch(self) -> None:
        """Look at everything that the account has at Stripe, surely later than before."""
        with time_machine.travel(clock.now() + timedelta(seconds=30 * next(self.fetches))):
            with self.services.store.transaction() as tx:
                stored_data.start(tx, self.shop.account, list(stored_data.KINDS))
            stored_data.run_to_end(self.services, [self.shop.account], lambda _: None)

    def dispute(self, order: Order) -> str:
        """The shopper's bank takes everything back, and the operator takes it from the seller."""
        dispute = self.sandbox.control(f"charges/{order.stripe_charge_id}/dispute")
        self.settle()
        recovery.by_hand(self.services, dispute["id"], self.cast.operator().id)
        self.settle()
        return str(dispute["id"])

    def money(self) -> Money:
        """What the seller's pages say."""
        with self.services.store.read() as tx:
            return service.of_seller(tx, self.shop.seller)

    def position(self) -> Position:
        """The same in the shop's own currency."""
        return self.money().positions[0]


@pytest.fixture
def life(
    services: Services, cast: Cast, sandbox: Stripe, served: str, worker: Callable[[], None]
) -> Life:
    """Alice's shop at a platform that has enough money for refunds."""
    sandbox.control("topup", amount=1_000_000, currency="usd")
    return Life(services, cast, sandbox, cast.shop(), worker)
