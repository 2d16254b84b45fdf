"""A marketplace with plans, and Alice who chooses among them."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from storefront.current import Services
from storefront.fees import FeeRule
from storefront.plans import service as plans
from storefront.plans.service import Plan, Terms, Texts
from storefront.stripe_subscriptions import service as stripe_subscriptions
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
PAGE = "/sell/plan"
DAY = 86400


class Market:
    """Alice's shop, and what she does about her plan, through pages and Checkout."""

    def __init__(self, services: Services, sandbox: Stripe, cast: Cast, as_user: AsUser) -> None:
        self.services, self.sandbox, self.cast = services, sandbox, cast
        self.shop: Shop = cast.shop()
        self.alice = as_user("Alice")

    def plan(self, name: str = "Pro", price: int = 2900, percent: int = 5, **terms: Any) -> Plan:
        """A plan as the operator makes it: monthly in US dollars, no trial."""
        given = {"currency": "usd", "interval": "month", "trial_days": 0} | terms
        made = Terms(price, rule=FeeRule(percent * 10_000), **given)
        operator = self.cast.operator().id
        return plans.create(self.services, Texts(name), made, operator)

    def choose(self, plan: Plan, browser: Browser | None = None) -> str:
        """Choose a plan on the page; the id of the Checkout Session to which it leads."""
        browser = browser or self.alice
        browser.page(PAGE)
        answer = browser.post(f"{PAGE}/choose", data={"plan": plan.id})
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(self.sandbox.url), answer.location
        return self.session_of(answer.location)

    def session_of(self, location: str) -> str:
        """The session behind an address at Checkout."""
        with self.services.store.read() as tx:
            row = tx.one(
                "SELECT stripe_checkout_session_id AS id FROM plan_subscriptions"
                " WHERE checkout_url = :url", url=location,
            )  # fmt: skip
        assert row is not None
        return str(row["id"])

    def pay(self, session: str, **how: Any) -> None:
        """Pay at Checkout and come back."""
        self.sandbox.control(f"sessions/{session}/pay", **how)
        self.alice.page(f"{PAGE}/return?session_id={session}")

    def subscribe(self, plan: Plan, **how: Any) -> str:
        """Choose and pay; the id of the subscription."""
        self.pay(self.choose(plan), **how)
        return self.subscription()

    def change(self, plan: Plan, **how: Any) -> TestResponse:
        """Change to a plan after reading what that means."""
        page = self.alice.page(f"{PAGE}/change?plan={plan.id}")
        return self.alice.post(f"{PAGE}/change", data=dict(page.form(f"{PAGE}/change")), **how)

    def subscription(self) -> str:
        """The id of Alice's newest subscription."""
        with self.services.store.read() as tx:
            row = tx.one(
                "SELECT stripe_subscription_id AS id FROM plan_subscriptions"
                " WHERE stripe_subscription_id IS NOT NULL ORDER BY created_at DESC LIMIT 1"
            )
        assert row is not None
        return str(row["id"])

    def status(self) -> str:
        """How it stands, as we know it."""
        with self.services.store.read() as tx:
            held = plans.holding(tx, self.shop.seller.id)
        return held.subscription.status if held else ""

    def fee(self) -> int:
        """The fee of a sale of 10.00 right now, and that it is what Stripe took."""
        order = self.cast.order(self.cast.listing(self.shop))
        assert order.status == "paid"
        return order.application_fee_amount

    def pass_days(self, *days: int) -> None:
        """What falls due at Stripe meanwhile happens, step by step."""
        for count in days:
            self.sandbox.control("clock/advance", seconds=count * DAY)

    def break_card(self, card: str = "pm_card_chargeCustomerFail") -> None:
        """From now on Alice's card pays nothing, or pays again."""
        subscription = self.sandbox.get(f"/v1/subscriptions/{self.subscription()}")
        customer = subscription["customer"]
        attach = f"/v1/payment_methods/{card}/attach"
        saved = self.sandbox.post(attach, {"customer": customer})["id"]
        wanted = {"default_payment_method": saved}
        self.sandbox.post(f"/v1/subscriptions/{subscription['id']}", wanted)

    def bills(self) -> list[int]:
        """What each invoice of Alice's subscription came to, the newest first."""
        listed = self.sandbox.get(f"/v1/invoices?subscription={self.subscription()}")["data"]
        return [each["total"] for each in listed]

    def reads(self) -> None:
        """We learn how Alice's subscription stands."""
        assert stripe_subscriptions.read(self.services, self.subscription())

    def mails(self) -> list[tuple[str, str]]:
        """The mails about plans so far, with the state of each."""
        with self.services.store.read() as tx:
            rows = tx.all("SELECT kind, state FROM mails WHERE kind LIKE 'plan_%' ORDER BY id")
        return [(row["kind"], row["state"]) for row in rows]


@pytest.fixture
def market(services: Services, sandbox: Stripe, cast: Cast, as_user: AsUser) -> Market:
    """Alice's shop is connected, and there is no plan yet."""
    return Market(services, sandbox, cast, as_user)
