"""What the tests about refunds share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from storefront.config import Config
from storefront.current import Services
from storefront.fees import FeeRule
from storefront.ids import new_token
from storefront.ledger import service as ledger
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from tests.cast import Cast
from tests.support.stripe import Stripe

PARTIES = ("shopper", "seller", "platform", "stripe_fees")


class Books:
    """The same money, seen by Stripe and by our ledger."""

    def __init__(self, services: Services, sandbox: Stripe) -> None:
        self._services = services
        self._sandbox = sandbox

    def ledger(self, order: Order) -> dict[str, int]:
        """Each party's balance in our ledger, in minor units."""
        with self._services.store.read() as tx:
            balances = ledger.balances(ledger.of_order(tx, order.id))
        return {party: balances.get((party, order.currency), 0) for party in PARTIES}

    def claims(self, order: Order) -> tuple[int, int]:
        """What the seller owes in our ledger, and what is owed to the platform."""
        with self._services.store.read() as tx:
            balances = ledger.balances(ledger.of_order(tx, order.id))
        return (
            balances.get(("seller_debt", order.currency), 0),
            balances.get(("platform_claim", order.currency), 0),
        )

    def stripe(self, account: str | None, currency: str = "usd") -> int:
        """An account's balance at Stripe; None is the platform."""
        balance = self._sandbox.get("/v1/balance", account=account)
        parts = balance["available"] + balance["pending"]
        return sum(part["amount"] for part in parts if part["currency"] == currency)


@pytest.fixture
def books(services: Services, sandbox: Stripe) -> Books:
    """Read balances from both sides."""
    return Books(services, sandbox)


@pytest.fixture
def config(config: Config) -> Config:
    """A platform whose fee on 10.00 is 1.23, as in Stripe's example."""
    return replace(config, platform_fee=FeeRule(123_000))


@pytest.fixture
def paid(cast: Cast) -> Order:
    """A paid order of 10.00 at Alice's shop; of the fee of 1.23 Stripe takes 0.59."""
    return cast.order(cast.listing(cast.shop()))


@pytest.fixture
def enrich(sandbox: Stripe) -> Callable[[Order], None]:
    """Give seller and platform money of their own, so that neither is short of it."""

    def top_up(order: Order, amount: int = 1_000_000) -> None:
        sandbox.control("topup", amount=amount, currency=order.currency)
        sandbox.control("topup", account=order.destination, amount=amount, currency=order.currency)

    return top_up


@pytest.fixture
def refund(services: Services, cast: Cast) -> Callable[..., Refund]:
    """Make a refund as Olga does: `refund(order, 400, return_fee=False)`."""
    olga = cast.operator()

    def make(order: Order, amount: int, token: str = "", **flags: Any) -> Refund:
        wish = Wish(amount, **{"reverse_transfer": True, "return_fee": True} | flags)
        author = Author(token or new_token(), olga.id)
        return refunds.request(services, order.id, wish, author)

    return make


@pytest.fixture
def now(services: Services) -> Callable[[Order], Order]:
    """An order as it is in the database now."""

    def read(order: Order) -> Order:
        with services.store.read() as tx:
            found = orders.by_id(tx, order.id)
        assert found is not None
        return found

    return read
