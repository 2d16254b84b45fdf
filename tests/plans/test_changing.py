"""A seller changes the plan, ends it, keeps it; and what leaving does to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.leaving import service as leaving
from storefront.plans import service as plans
from storefront.seller_data import service as seller_data
from tests.client import HTMX
from tests.plans.conftest import PAGE, Market

pytestmark = pytest.mark.one_database
Work = Callable[[], None]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_dearer_plan_begins_a_period_at_once(market: Market, headers: dict[str, str]) -> None:
    basic, pro = market.plan("Basic", 900, 8), market.plan()
    market.subscribe(basic)
    assert market.fee() == 80
    answer = market.alice.post(f"{PAGE}/choose", data={"plan": pro.id})
    assert answer.location == f"{PAGE}/change?plan={pro.id}"
    page = market.alice.page(answer.location)
    assert "Stripe bills $29.00 now" in page.text
    assert "8%" in page.text
    answer = market.change(pro, headers=headers)
    assert answer.status_code in {200, 303}
    assert (market.fee(), market.bills()) == (50, [2900, 900])
    again = market.alice.post(f"{PAGE}/change", data={"plan": pro.id})
    assert (again.status_code, market.bills()) == (409, [2900, 900])


def test_a_cheaper_plan_counts_from_the_next_invoice(market: Market, worker: Work) -> None:
    basic, pro = market.plan("Basic", 900, 8), market.plan()
    market.subscribe(pro)
    page = market.alice.page(f"{PAGE}/change?plan={basic.id}")
    assert "Nothing is billed now" in page.text
    market.alice.post(f"{PAGE}/change", data={"plan": basic.id})
    assert (market.fee(), market.bills()) == (80, [2900])
    market.pass_days(32)
    worker()
    assert market.bills() == [900, 2900]


def test_another_currency_needs_an_end_first(market: Market) -> None:
    pro, euro = market.plan(), market.plan("Euro", 2500, currency="eur")
    market.subscribe(pro)
    answer = market.alice.get(f"{PAGE}/change?plan={euro.id}")
    assert answer.status_code == 409
    assert "Stripe bills one subscription in one currency" in answer.text


def test_it_ends_with_its_period_or_goes_on_after_all(market: Market) -> None:
    market.subscribe(market.plan())
    text = market.alice.page(f"{PAGE}/end").text
    assert "nothing more is billed, and nothing is given back" in text
    for _ in range(2):
        assert market.alice.post(f"{PAGE}/end").status_code == 303
    assert "Keep my plan" in market.alice.page(PAGE).text
    assert market.fee() == 50
    assert market.alice.submit(PAGE, f"{PAGE}/keep").status_code == 303
    assert market.alice.post(f"{PAGE}/keep").status_code == 409
    assert "Next payment" in market.alice.page(PAGE).text


def test_without_a_plan_there_is_nothing_to_change(market: Market) -> None:
    market.alice.page(PAGE)
    for action in ("end", "keep", "portal", "change"):
        answer = market.alice.post(f"{PAGE}/{action}", data={"plan": market.plan().id})
        assert answer.status_code == 409, action
    assert market.alice.get(f"{PAGE}/end").status_code == 303


def test_disconnecting_ends_it_later_and_coming_back_keeps_it(market: Market, worker: Work) -> None:
    market.subscribe(market.plan())
    text = market.alice.page("/sell/connect/disconnect").text
    assert "It ends with its period, and nothing more is billed" in text
    leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    worker()
    path = f"/v1/subscriptions/{market.subscription()}"
    assert market.sandbox.get(path)["cancel_at_period_end"]
    market.cast.connect(market.shop.owner, market.shop.seller, market.shop.account)
    worker()
    assert not market.sandbox.get(path)["cancel_at_period_end"]
    assert market.fee() == 50


def test_a_change_under_way_does_not_keep_the_plan_of_a_shop_that_leaves(
    market: Market, worker: Work
) -> None:
    pro, plus = market.plan(), market.plan("Plus", 900)
    market.subscribe(pro)
    market.alice.page(PAGE)
    market.sandbox.fault("drop_response", "/v1/subscriptions")
    answer = market.alice.post(f"{PAGE}/change", data={"plan": plus.id})
    assert (answer.status_code, "has not answered" in answer.text) == (503, True)
    assert market.alice.post(f"{PAGE}/end").status_code == 503
    leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    path = f"/v1/subscriptions/{market.subscription()}"
    assert not market.sandbox.get(path)["cancel_at_period_end"]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        worker()
    changed = market.sandbox.get(path)
    assert changed["cancel_at_period_end"]
    assert changed["items"]["data"][0]["price"]["id"] == plus.stripe_price_id


def test_deleting_the_shop_ends_it_at_once(market: Market, worker: Work) -> None:
    market.subscribe(market.plan())
    leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    worker()
    assert "It ends at once with your shop" in market.alice.page("/sell/data").text
    with market.services.store.transaction() as tx:
        seller_data.delete(tx, market.shop.seller, market.shop.seller.name)
    worker()
    assert market.sandbox.get(f"/v1/subscriptions/{market.subscription()}")["status"] == "canceled"
    assert market.status() == ""
    with market.services.store.read() as tx:
        assert plans.in_force(tx, market.shop.seller.id) is None
