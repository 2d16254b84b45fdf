"""A change bills what its review has said, once, and nothing that cannot be paid."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.leaving import service as leaving
from tests.plans.conftest import PAGE, Market

pytestmark = pytest.mark.one_database
Work = Callable[[], None]


def test_a_declined_card_gets_no_lower_fee(market: Market) -> None:
    basic, pro = market.plan("Basic", 900, 8), market.plan()
    market.subscribe(basic)
    market.break_card()
    answer = market.change(pro)
    assert (answer.status_code, "Nothing was changed. Stripe says" in answer.text) == (409, True)
    assert (market.fee(), market.status(), market.bills()) == (80, "active", [900])
    assert "Stripe did not do that" in market.alice.page(PAGE).text


def test_nothing_is_decided_before_the_change_before_is_read(market: Market) -> None:
    """Two windows with the same review, and Stripe does not answer to reads."""
    basic, pro = market.plan("Basic", 900, 8), market.plan()
    market.subscribe(basic)
    form = dict(market.alice.page(f"{PAGE}/change?plan={pro.id}").form(f"{PAGE}/change"))
    market.sandbox.fault("drop_request", "/v1/subscriptions", method="GET", times=50)
    assert market.alice.post(f"{PAGE}/change", data=form).status_code == 303
    page = market.alice.page(PAGE).text
    assert "It is being confirmed" in page
    assert "You can change in a moment" in page
    for action in ("change", "end"):
        answer = market.alice.post(f"{PAGE}/{action}", data=form)
        assert (answer.status_code, "is being asked" in answer.text) == (503, True), action
    assert market.alice.get(f"{PAGE}/change?plan={pro.id}").status_code == 503
    market.sandbox.control("faults", "DELETE")
    answer = market.alice.post(f"{PAGE}/change", data=form)
    assert (answer.status_code, "are on the plan “Pro” already" in answer.text) == (409, True)
    assert market.bills() == [2900, 900]


def test_what_the_review_promised_holds(market: Market) -> None:
    """The trial was to go on until its end; it is over by the time of the click."""
    basic, pro = market.plan("Basic", 900, 8, trial_days=7), market.plan(trial_days=14)
    market.subscribe(basic)
    page = market.alice.page(f"{PAGE}/change?plan={pro.id}")
    assert "when your trial ends" in page.text
    form = dict(page.form(f"{PAGE}/change"))
    market.pass_days(8)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=True):
        answer = market.alice.post(f"{PAGE}/change", data=form)
        assert (answer.status_code, market.bills()) == (409, [900, 0])
        assert "This has changed since you looked" in answer.text
        assert "Stripe bills <strong>$29.00 now</strong>" in answer.text
        unseen = market.alice.post(f"{PAGE}/change", data={"plan": pro.id})
        assert (unseen.status_code, market.bills()) == (409, [900, 0])
        assert market.change(pro).status_code == 303
    assert market.bills() == [2900, 900, 0]


def test_a_trial_is_no_way_to_a_dearer_plan_for_free(market: Market) -> None:
    basic, pro = market.plan("Basic", 900, 8, trial_days=30), market.plan()
    market.subscribe(basic)
    text = market.alice.page(f"{PAGE}/change?plan={pro.id}").text
    assert "Your trial ends with this change, because Pro has no trial" in text
    assert market.change(pro).status_code == 303
    assert (market.status(), market.fee(), market.bills()) == ("active", 50, [2900, 0])


def test_going_back_within_a_paid_period_is_not_billed_again(market: Market) -> None:
    basic, pro, best = market.plan("Basic", 900, 8), market.plan(), market.plan("Best", 3900, 4)
    market.subscribe(pro)
    assert market.change(basic).status_code == 303
    text = market.alice.page(f"{PAGE}/change?plan={pro.id}").text
    assert "You have paid $29.00 for the current period already" in text
    assert "Nothing is billed now" in text
    assert market.change(pro).status_code == 303
    assert (market.fee(), market.bills()) == (50, [2900])
    assert market.change(basic).status_code == 303
    assert market.change(best).status_code == 303
    assert market.bills() == [3900, 2900]


def test_an_end_that_stripe_sets_by_its_date_alone(market: Market) -> None:
    """As the portal may end a subscription; the event has not come yet."""
    pro, plus = market.plan(), market.plan("Plus", 900)
    path = f"/v1/subscriptions/{market.subscribe(pro)}"
    for action in ("keep", "change"):
        market.sandbox.post(path, {"cancel_at": "min_period_end"})
        market.reads()
        if action == "keep":
            assert market.alice.submit(PAGE, f"{PAGE}/keep").status_code == 303
            assert "Your plan goes on." in market.alice.page(PAGE).text
        else:
            assert market.change(plus).status_code == 303
        assert market.sandbox.get(path)["cancel_at"] is None


def test_coming_back_does_not_undo_what_the_seller_ended(market: Market, worker: Work) -> None:
    path = f"/v1/subscriptions/{market.subscribe(market.plan())}"
    leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    worker()
    assert market.sandbox.get(path)["cancel_at_period_end"]
    assert market.alice.post(f"{PAGE}/end").status_code == 303
    assert "Your plan ends on" in market.alice.page(PAGE).text
    market.cast.connect(market.shop.owner, market.shop.seller, market.shop.account)
    worker()
    assert market.sandbox.get(path)["cancel_at_period_end"]
