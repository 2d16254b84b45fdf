"""What a shop that leaves or is deleted has begun to pay is not billed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.leaving import service as leaving
from storefront.seller_data import service as seller_data
from tests.plans.conftest import PAGE, Market

pytestmark = pytest.mark.one_database
Work = Callable[[], None]


def delete_shop(market: Market, *, disconnect: bool = True) -> None:
    if disconnect:
        leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    with market.services.store.transaction() as tx:
        seller_data.delete(tx, market.shop.seller, market.shop.seller.name)


def test_a_plan_paid_after_the_shop_was_deleted_ends_at_once(market: Market, worker: Work) -> None:
    market.cast.operator()
    session = market.choose(market.plan())
    market.sandbox.control(f"sessions/{session}/pay")
    delete_shop(market)
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=True):
        worker()
    listed = market.sandbox.get("/v1/subscriptions?status=all")["data"]
    assert [each["status"] for each in listed] == ["canceled"]
    assert market.mails() == [("plan_extra", "sent")]
    assert market.status() == ""


def test_a_session_that_comes_out_after_the_end_is_not_payable(
    market: Market, worker: Work
) -> None:
    pro = market.plan()
    market.alice.page(PAGE)
    market.sandbox.fault("drop_response", "/v1/checkout/sessions")
    assert market.alice.post(f"{PAGE}/choose", data={"plan": pro.id}).status_code == 503
    delete_shop(market)
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        worker()
    (session,) = market.sandbox.get("/v1/checkout/sessions")["data"]
    assert session["status"] == "expired"


def test_disconnecting_closes_the_open_session(market: Market, worker: Work) -> None:
    pro = market.plan()
    session = market.choose(pro)
    leaving.leave(market.services, market.shop.seller.id, market.shop.owner.id)
    again = market.choose(pro)
    assert again != session
    worker()
    listed = market.sandbox.get("/v1/checkout/sessions")["data"]
    assert {each["id"]: each["status"] for each in listed} == {session: "expired", again: "open"}
