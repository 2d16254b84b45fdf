"""From the first sale without a plan to the last one after it: what sellers pay, and what for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.fee_rules import service as fee_rules
from storefront.fee_rules.service import NewRule
from storefront.fees import FeeRule
from storefront.reconciliation import service as reconciliation
from storefront.reconciliation.service import COMMAND
from tests.client import Browser
from tests.plans.conftest import PAGE, Market

Work = Callable[[], None]


@pytest.mark.usefixtures("served")
def test_a_plan_sets_the_fee_as_long_as_stripe_collects_for_it(
    market: Market, worker: Work, services: Services, as_user: Callable[[str], Browser]
) -> None:
    assert market.fee() == 100
    pro = market.plan()
    page = market.alice.page(PAGE)
    assert "Your 1 paid order of the last 30 days came to $10.00" in page.text
    assert "$1.00 in fees" in page.text
    assert "$0.50 in fees, $29.50 with a month of the plan" in page.text
    market.subscribe(pro)
    page = market.alice.page(PAGE)
    assert "Paid" in page.text
    order = market.cast.order(market.cast.listing(market.shop))
    assert (order.application_fee_amount, market.status()) == (50, "active")
    assert fee_rules.basis_in_words(order) == "Pro plan: 5% of $10.00"
    market.break_card()
    market.pass_days(32)
    worker()
    assert (market.status(), market.fee()) == ("past_due", 50)
    assert "A payment for your plan is missing" in market.alice.page("/sell").text
    subscribers = as_user("Olga").page("/admin/plans/subscribers?status=past_due").text
    assert "Payment failed" in subscribers
    market.pass_days(4, 6, 8)
    worker()
    assert (market.status(), market.fee()) == ("", 100)
    assert "A payment for your plan is missing" not in market.alice.page("/sell").text
    assert [kind for kind, _ in market.mails()] == ["plan_began", "plan_failed", "plan_ended"]
    assert {state for _, state in market.mails()} == {"sent"}
    run = reconciliation.start(services, COMMAND)
    run = reconciliation.run_to_end(services, run, lambda _: None)
    assert run.differences == 0
    with services.store.read() as tx:
        assert not tx.all("SELECT type FROM webhook_events WHERE state IN ('parked', 'failed')")


@pytest.mark.usefixtures("served")
@pytest.mark.one_database
def test_a_trial_costs_nothing_and_is_had_once(market: Market, worker: Work) -> None:
    pro = market.plan(trial_days=14)
    assert "14 days for free" in market.alice.page(PAGE).text
    market.subscribe(pro)
    worker()
    assert (market.status(), market.fee()) == ("trialing", 50)
    assert not [kind for kind, _ in market.mails() if kind == "plan_trial_ends"]
    market.alice.submit(f"{PAGE}/end", f"{PAGE}/end")
    assert "On trial, ends" in market.alice.page(PAGE).text
    market.alice.submit(PAGE, f"{PAGE}/keep")
    with time_machine.travel(clock.now() + timedelta(days=11, hours=1), tick=True):
        worker()
        assert ("plan_trial_ends", "sent") in market.mails()


@pytest.mark.usefixtures("served")
@pytest.mark.one_database
def test_a_trial_is_had_once(market: Market, worker: Work) -> None:
    pro = market.plan(trial_days=14)
    market.subscribe(pro)
    market.alice.submit(f"{PAGE}/end", f"{PAGE}/end")
    market.pass_days(15)
    worker()
    assert (market.status(), market.fee()) == ("", 100)
    assert "14 days for free" not in market.alice.page(PAGE).text
    market.subscribe(pro)
    assert market.status() == "active"


@pytest.mark.usefixtures("served")
@pytest.mark.one_database
def test_an_unpaid_plan_counts_again_once_it_is_paid(market: Market, worker: Work) -> None:
    market.sandbox.control("switches", dunning_ends="unpaid")
    market.subscribe(market.plan())
    market.break_card()
    market.pass_days(32, 4, 6, 8)
    worker()
    assert (market.status(), market.fee()) == ("unpaid", 100)
    assert "Stripe does not try again by itself" in market.alice.page(PAGE).text
    answer = market.alice.post(f"{PAGE}/portal", data={"only": "card"})
    assert answer.status_code == 303
    assert "/portal/" in answer.location
    market.break_card("pm_card_visa")
    invoice = market.sandbox.get(f"/v1/subscriptions/{market.subscription()}")["latest_invoice"]
    market.sandbox.post(f"/v1/invoices/{invoice}/pay", {})
    worker()
    assert (market.status(), market.fee()) == ("active", 50)


@pytest.mark.one_database
def test_lost_webhooks_are_made_up_for(market: Market, worker: Work) -> None:
    """Nothing is delivered, and Alice never comes back from Checkout."""
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/pay")
    assert "You have begun to pay for Pro" in market.alice.page(PAGE).text
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        worker()
        assert (market.status(), market.fee()) == ("active", 50)
    market.sandbox.post(
        f"/v1/subscriptions/{market.subscription()}", {"cancel_at_period_end": "true"}
    )
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=True):
        worker()
    assert "Keep my plan" in market.alice.page(PAGE).text


@pytest.mark.one_database
def test_precedence_and_a_charge_in_another_currency(market: Market, services: Services) -> None:
    pro = market.plan(currency="eur")
    page = market.alice.page(PAGE)
    assert "Billed in EUR, although your shop sells in USD." in page.text
    market.subscribe(pro)
    assert market.fee() == 50
    for scope, subject, fee in (("category", "kitchen", 50), ("seller", market.shop.seller.id, 20)):
        rule = NewRule(scope, subject, FeeRule(20_000), clock.ago(seconds=1))
        with services.store.transaction() as tx:
            fee_rules.add(tx, rule, None)
        assert market.fee() == fee
    assert "Your fee was agreed with the marketplace" in market.alice.page(PAGE).text
