"""A seller chooses a plan, pays for it, and looks after the card."""

from collections.abc import Callable

import pytest

from storefront.fees import FeeRule
from storefront.plans import service as plans
from storefront.plans.service import Terms, Texts
from tests.cast import Cast
from tests.journeys import stripe_pages
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_alice_pays_for_a_plan(signed_in: Callable[..., Visitor], cast: Cast) -> None:
    cast.shop()
    terms = Terms(2900, "usd", "month", 0, FeeRule(50_000))
    plans.create(cast.services, Texts("Pro"), terms, cast.operator().id)
    alice = signed_in("Alice")
    alice.opens("/sell/plan")
    alice.presses("Choose Pro")
    alice.page.wait_for_url("**/c/pay/**")
    alice.sees("alice@example.com")
    stripe_pages.type_card(alice, stripe_pages.FINE)
    alice.types("Name on card or account", "Alice")
    stripe_pages.pay(alice)
    alice.sees_heading("Welcome to Pro")
    alice.follows("Your plan")
    alice.presses("Payment details and invoices")
    alice.page.wait_for_url("**/portal/**")
    alice.sees("Pro plan")
