"""Two windows, late payments, lost answers, old pages, other people's addresses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.plans import buying, repository
from storefront.plans import service as plans
from storefront.plans.service import Plan
from storefront.stripe_calls import service as stripe_calls
from tests.client import Browser
from tests.plans.conftest import PAGE, Market

pytestmark = pytest.mark.one_database
AsUser = Callable[[str], Browser]
Work = Callable[[], None]


def statuses_at_stripe(market: Market) -> list[str]:
    """How every subscription at Stripe stands."""
    listed = market.sandbox.get("/v1/subscriptions?status=all")["data"]
    return sorted(each["status"] for each in listed)


def test_a_double_click_gets_the_same_session(market: Market) -> None:
    pro = market.plan()
    assert market.choose(pro) == market.choose(pro)
    assert len(market.sandbox.get("/v1/checkout/sessions")["data"]) == 1
    assert len(market.sandbox.get("/v1/customers")["data"]) == 1


def test_two_windows_choose_two_plans_and_one_can_be_paid(market: Market, as_user: AsUser) -> None:
    pro, plus = market.plan(), market.plan("Plus", 900)
    first = market.choose(pro)
    second = market.choose(plus, as_user("Alice"))
    assert market.sandbox.get(f"/v1/checkout/sessions/{first}")["status"] == "expired"
    market.pay(second)
    assert statuses_at_stripe(market) == ["active"]
    assert "Nothing was paid" in market.alice.page(f"{PAGE}/return?session_id={first}").text
    assert "Yours" in market.alice.page(PAGE).text


def test_what_was_paid_meanwhile_counts(market: Market) -> None:
    """Paid in the other window, whose event has not come: the new choice finds that out."""
    pro, plus = market.plan(), market.plan("Plus", 900)
    first = market.choose(pro)
    market.sandbox.control(f"sessions/{first}/pay")
    answer = market.alice.post(f"{PAGE}/choose", data={"plan": plus.id})
    assert answer.status_code == 409
    assert "You have a plan already" in answer.text
    assert statuses_at_stripe(market) == ["active"]
    assert market.status() == "active"


def test_a_second_payment_is_ended_at_once(market: Market, worker: Work) -> None:
    """It takes a session that we did not expire; the first one goes on."""
    pro, plus = market.plan(), market.plan("Plus", 900)
    first = market.choose(pro)
    with market.services.store.transaction() as tx:
        found = repository.by_session(tx, first)
        assert found is not None
        repository.set_state(tx, found.id, repository.GONE)
    market.subscribe(plus)
    market.sandbox.control(f"sessions/{first}/pay")
    assert "You had a plan already" in market.alice.page(f"{PAGE}/return?session_id={first}").text
    worker()
    assert statuses_at_stripe(market) == ["active", "canceled"]
    with market.services.store.read() as tx:
        holding = plans.holding(tx, market.shop.seller.id)
        ended = plans.subscribers(tx, "canceled")
    assert holding is not None
    assert holding.plan == plans_now(market, plus)
    assert [each.extra for each in ended] == [True]


def plans_now(market: Market, plan: Plan) -> Plan:
    """A plan as it is stored."""
    with market.services.store.read() as tx:
        return plans.plan(tx, plan.id)


def test_another_sellers_session_changes_nothing(market: Market, as_user: AsUser) -> None:
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/pay")
    market.cast.shop("Dora")
    dora = as_user("Dora")
    assert dora.get(f"{PAGE}/return?session_id={session}").status_code == 404
    assert dora.get(f"{PAGE}/return?session_id=cs_test_none").status_code == 404
    assert market.status() == ""
    assert "Welcome to Pro" in market.alice.page(f"{PAGE}/return?session_id={session}").text


def test_an_unfinished_payment_is_no_plan(market: Market) -> None:
    session = market.choose(market.plan())
    text = market.alice.page(f"{PAGE}/return?session_id={session}").text
    assert "Nothing is paid yet" in text
    market.sandbox.control(f"sessions/{session}/pay", card="4000000000000002")
    assert market.status() == ""
    assert market.fee() == 100


def test_an_old_page_offers_an_archived_plan(market: Market) -> None:
    pro = market.plan()
    market.alice.page(PAGE)
    with market.services.store.transaction() as tx:
        plans.archive(tx, pro.id, market.cast.operator().id)
    answer = market.alice.post(f"{PAGE}/choose", data={"plan": pro.id})
    assert answer.status_code == 409
    assert "is not offered any more" in answer.text
    assert market.alice.post(f"{PAGE}/choose", data={"plan": "01ABSENT"}).status_code == 404


def test_an_archived_plan_stays_with_those_who_have_it(market: Market) -> None:
    pro = market.plan()
    market.subscribe(pro)
    with market.services.store.transaction() as tx:
        plans.archive(tx, pro.id, market.cast.operator().id)
    assert market.fee() == 50
    assert "Not offered any more" not in market.alice.page(PAGE).text


def test_a_price_whose_answer_was_lost_is_found(market: Market) -> None:
    market.sandbox.fault("drop_response", "/v1/prices")
    pro = market.plan()
    assert not pro.offered
    with market.services.store.read() as tx:
        call = plans.price_call(tx, pro.id)
    assert call is not None
    assert call.state == "unknown"
    with time_machine.travel(clock.now() + timedelta(hours=24), tick=True):
        assert stripe_calls.execute(market.services, call.id).state == "confirmed"
    assert plans_now(market, pro).offered
    assert len(market.sandbox.get("/v1/prices")["data"]) == 1


def test_stripe_is_silent(market: Market) -> None:
    pro = market.plan()
    for path in ("/v1/customers", "/v1/checkout/sessions"):
        market.sandbox.fault("drop_request", path)
        market.alice.page(PAGE)
        answer = market.alice.post(f"{PAGE}/choose", data={"plan": pro.id})
        assert (answer.status_code, "has not answered" in answer.text) == (503, True)
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
            stripe_calls.resume_due(market.services)
    market.pay(market.choose(pro))
    assert market.status() == "active"
    assert len(market.sandbox.get("/v1/customers")["data"]) == 1


@pytest.mark.parametrize("mode", ["reverse", "duplicate"])
@pytest.mark.usefixtures("served")
def test_the_order_of_events_does_not_matter(market: Market, worker: Work, mode: str) -> None:
    session = market.choose(market.plan())
    market.sandbox.control("deliveries/mode", mode=mode)
    market.sandbox.control(f"sessions/{session}/pay")
    market.sandbox.control("deliveries/flush", order="reverse")
    worker()
    assert (market.status(), market.mails()) == ("active", [("plan_began", "sent")])
    with market.services.store.read() as tx:
        assert not tx.all("SELECT id FROM webhook_events WHERE state IN ('parked', 'failed')")


def test_one_session_that_nobody_looks_at_expires(market: Market, worker: Work) -> None:
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/expire")
    with market.services.store.read() as tx:
        assert buying.open_choice(tx, market.shop.seller.id)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        worker()
    with market.services.store.read() as tx:
        assert buying.open_choice(tx, market.shop.seller.id) is None
