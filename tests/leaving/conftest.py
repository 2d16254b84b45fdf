"""What the tests about leaving share: Alice's shop with a sale at any point of its life."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from storefront import clock
from storefront.catalog.service import Listing
from storefront.config import Config
from storefront.current import Services
from storefront.disputes import policies
from storefront.disputes.policies import GIVE_UP, DisputePolicy
from storefront.fees import FeeRule
from storefront.ids import new_token
from storefront.ledger import service as ledger
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
Worker = Callable[[], None]
FAILS_LATER, STAYS_PENDING = "4000000000005126", "4000000000007726"
WEALTH = 100_000
PATH = "/sell/connect/disconnect"


@pytest.fixture
def config(config: Config) -> Config:
    """A platform whose fee on 10.00 is 1.23."""
    return replace(config, platform_fee=FeeRule(123_000))


@dataclass
class Stage:
    """Alice's shop, its listing of 10.00, what is sold of it, and the ways to leave and return."""

    cast: Cast
    sandbox: Stripe
    worker: Worker
    alice: Browser
    shop: Shop
    listing: Listing
    order: Order | None = None

    @property
    def services(self) -> Services:
        """The application's."""
        return self.cast.services

    @property
    def sold(self) -> Order:
        """The order as it is now."""
        assert self.order is not None
        return self.cast.reread(self.order)

    def sell(self, card: str = FAILS_LATER) -> Order:
        """A paid order of the listing."""
        self.order = self.cast.order(self.listing, card=card)
        self.worker()
        return self.order

    def refund(self, amount: int, *, owed: bool = False) -> Refund:
        """Make a refund as Olga does."""
        wish = Wish(amount, reverse_transfer=True, return_fee=True, owed=owed)
        author = Author(new_token(), self.cast.operator().id)
        return refunds.request(self.services, self.sold.id, wish, author)

    def fail(self, made: Refund) -> None:
        """Let the bank return a refund."""
        self.sandbox.control(f"refunds/{made.stripe_refund_id}/fail", reason="declined")
        self.worker()

    def dispute(self) -> str:
        """Have the bank dispute the sale; the dispute's id."""
        made = self.sandbox.control(f"charges/{self.sold.stripe_charge_id}/dispute")
        self.worker()
        return str(made["id"])

    def recover_at_once(self) -> None:
        """Let disputed money be taken back from the seller at once."""
        policy = DisputePolicy("", policies.AT_ONCE, GIVE_UP)
        with self.services.store.transaction() as tx:
            policies.decide(tx, policy, self.cast.operator().id)

    def leave(self, way: str) -> None:
        """Disconnect: `in Stripe`, or `from here`."""
        if way == "in Stripe":
            self.sandbox.control(f"accounts/{self.shop.account}/disconnect")
        else:
            answer = self.alice.submit(PATH, PATH, agreed="y")
            assert (answer.status_code, answer.location) == (303, PATH), answer.text
        self.worker()

    def come_back(self) -> None:
        """Connect the same account again, and let an hour pass."""
        self.cast.connect(self.shop.owner, self.shop.seller, self.shop.account)
        self.worker()
        with self.services.store.transaction() as tx:
            for table in ("debts", "repayments"):
                tx.run(
                    f"UPDATE {table} SET next_try_at = :now WHERE next_try_at IS NOT NULL",
                    now=clock.timestamp(),
                )
        self.worker()

    def at_stripe(self) -> int:
        """What the account has at Stripe, connected or not."""
        has = self.sandbox.control("balances", "GET")[self.shop.account]["usd"]
        return int(has["available"] + has["pending"])

    def in_the_books(self) -> tuple[int, int]:
        """What the seller has of the sale in our ledger, and what of it is owed."""
        with self.services.store.read() as tx:
            balances = ledger.balances(ledger.of_order(tx, self.sold.id))
        return balances.get(("seller", "usd"), 0), -balances.get(("seller_debt", "usd"), 0)

    def differences(self) -> int | None:
        """How many things differ between our books and Stripe's."""
        run = reconciling.start(self.services, reconciling.COMMAND)
        return reconciling.run_to_end(self.services, run, lambda _: None).differences


@pytest.fixture
def stage(cast: Cast, sandbox: Stripe, worker: Worker, as_user: AsUser, served: str) -> Stage:
    """Seller and platform have other money; nothing is sold yet."""
    shop = cast.shop()
    listing = cast.listing(shop, requires_shipping=True, title="Speckled mug")
    sandbox.control("topup", amount=WEALTH, currency="usd")
    sandbox.control("topup", account=shop.account, amount=WEALTH, currency="usd")
    return Stage(cast, sandbox, worker, as_user("Alice"), shop, listing)
