"""The seller and the operator decide: answers, 48 hours, and who hears of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.refund_requests.conftest import BOB, Letters, Made, Shopper, admin, sold, titles
from tests.support.pages import Page


def test_what_is_declined_goes_to_the_operator_who_chooses_who_pays(
    paid: Order,
    shopper: Shopper,
    alice: Browser,
    olga: Browser,
    made: Made,
    letters: Letters,
) -> None:
    asked = shopper.asks(paid)
    assert alice.post(sold(asked, "decline"), data={"message": ""}).status_code == 422
    assert alice.post(sold(asked, "decline"), data={"message": "It was fine."}).status_code == 303
    assert "If you do not agree, ask the marketplace to decide." in shopper.reads(paid)
    shopper.does(paid, "answer", "It was not!", status=409)
    shopper.does(paid, "escalate", "It was not!")
    assert olga.page("/admin/requests").links()[str(paid.number)] == admin(asked)
    assert olga.page("/admin/requests?view=waiting").links()[str(paid.number)] == admin(asked)
    page = olga.page(admin(asked))
    for words in ("Alice's shop declined", "It was fine.", "The shopper asked the marketplace"):
        assert words in page.text
    assert page.links()["Refund page of the order"] == f"/admin/refunds/{paid.id}"
    olga.post(admin(asked, "answer"), data={"message": "Do you have a photo?"})
    shopper.does(paid, "answer", "Sent by mail.")
    confirm = olga.page(admin(asked, "accept"))
    assert "Pull back, return our feeThe platform's policy +$25.00 −$22.50 −$2.50" in confirm.text
    assert "The platform pays +$25.00 $0.00 −$25.00" in confirm.text
    fields = confirm.form(admin(asked, "accept")) | {"share": "platform", "message": "On us."}
    for _ in range(2):
        assert olga.post(admin(asked, "accept"), data=fields).status_code == 303
    [refund] = made(paid)
    assert (refund.amount, refund.reverse_transfer, refund.return_fee) == (2500, False, False)
    assert shopper.newest(paid).request.state == "accepted"
    assert "The marketplace accepted" in shopper.reads(paid)
    assert titles(letters(BOB)) == [
        "You asked for a refund",
        "Alice's shop declined",
        "The marketplace wrote",
        "The marketplace accepted",
    ]
    assert titles(letters("alice@example.com")) == [
        "The shopper asked for a refund",
        "The shopper asked the marketplace to decide",
        "The marketplace wrote",
        "The shopper wrote",
        "The marketplace accepted",
    ]
    assert titles(letters("olga@example.com")) == [
        "The shopper asked the marketplace to decide",
        "The shopper wrote",
    ]
    assert "Refund request accepted by Olga" in olga.page(f"/admin/orders/{paid.id}").text


@pytest.mark.one_database
def test_what_the_operator_declines_is_over(
    paid: Order, shopper: Shopper, olga: Browser, letters: Letters
) -> None:
    asked = shopper.asks(paid)
    assert olga.post(admin(asked, "decline"), data={"message": ""}).status_code == 422
    assert olga.post(admin(asked, "decline"), data={"message": "Too late."}).status_code == 303
    assert "The marketplace has declined it for good." in shopper.reads(paid)
    shopper.does(paid, "escalate", status=409)
    assert olga.post(admin(asked, "accept"), data={"share": "platform"}).status_code == 409
    assert olga.page("/admin/requests?view=closed").links()[str(paid.number)] == admin(asked)
    assert "declined it for good" in letters(BOB)[-1].text
    assert "Too late." in letters("alice@example.com")[-1].text


def test_after_48_hours_without_a_decision_the_shopper_asks_the_operator(
    paid: Order, shopper: Shopper, alice: Browser, letters: Letters
) -> None:
    """An answer is no decision, so nobody can be put off with words."""
    asked = shopper.asks(paid)
    moment = asked.escalates_at
    assert moment is not None
    assert f"From {clock.display_time(moment)} on you can ask" in shopper.reads(paid)
    assert f"You have until {clock.display_time(moment)}" in alice.page(sold(asked)).text
    shopper.does(paid, "escalate", status=409)
    alice.post(sold(asked, "answer"), data={"message": "I will look at it."})
    assert "I will look at it." in letters(BOB)[-1].text
    with time_machine.travel(clock.now() + timedelta(hours=47)):
        shopper.does(paid, "escalate", status=409)
        shopper.does(paid, "answer", "Are you there?")
        assert "Are you there?" in letters("alice@example.com")[-1].text
    with time_machine.travel(clock.now() + timedelta(hours=49)):
        assert "has not decided. You can ask the marketplace" in shopper.reads(paid)
        assert "by now the shopper can ask the marketplace" in alice.page(sold(asked)).text
        assert shopper.does(paid, "escalate").request.state == "escalated"


@pytest.mark.one_database
def test_the_pages_of_seller_and_operator_ask_for_news(
    paid: Order, shopper: Shopper, alice: Browser, olga: Browser
) -> None:
    asked = shopper.asks(paid)
    for browser, path in ((alice, sold(asked)), (olga, admin(asked))):
        address = browser.page(path).one("div", id="refund-request").get("hx-get") or ""
        assert browser.get(address, headers=HTMX).status_code == 204
        assert browser.get(address).status_code == 200
        shopper.does(paid, "answer", f"News for {path}")
        news = Page(browser.get(address, headers=HTMX).text)
        assert (news.is_document, f"News for {path}" in news.text) == (False, True)


def test_a_request_of_another_shop_is_not_found(
    paid: Order, shopper: Shopper, cast: Cast, as_user: Callable[[str], Browser]
) -> None:
    asked = shopper.asks(paid)
    cast.shop("Dora")
    dora = as_user("Dora")
    assert "Nobody asks for a refund" in dora.page("/sell/requests").text
    for rest in ((), ("accept",)):
        assert dora.get(sold(asked, *rest)).status_code == 404
    addresses = (sold(asked), "/sell/requests/01ABSENT")
    found, absent = (re.sub("01[0-9A-Z]{24}", "", dora.get(path).text) for path in addresses)
    assert found == absent
    for act in ("answer", "decline", "pass-on", "accept"):
        assert dora.post(sold(asked, act), data={"message": "Mine."}).status_code == 404
    assert len(shopper.newest(paid).steps) == 1


@pytest.mark.parametrize("view", ["none", ""])
@pytest.mark.one_database
def test_a_view_that_does_not_exist_is_not_found(
    paid: Order, alice: Browser, olga: Browser, view: str
) -> None:
    assert alice.get(f"/sell/requests?view={view}").status_code == 404
    assert olga.get(f"/admin/requests?view={view}").status_code == 404


def test_what_was_said_cannot_be_changed(paid: Order, shopper: Shopper, services: Services) -> None:
    shopper.asks(paid, message="Once.")
    for sql in ("UPDATE refund_request_steps SET message = ''", "DELETE FROM refund_request_steps"):
        with pytest.raises(Exception, match="append-only"), services.store.transaction() as tx:
            tx.run(sql)


@pytest.mark.one_database
def test_the_same_said_twice_is_said_once(
    paid: Order, shopper: Shopper, alice: Browser, letters: Letters
) -> None:
    asked = shopper.asks(paid)
    for _ in range(2):
        answer = alice.post(sold(asked, "decline"), data={"message": "It was fine."})
        assert answer.status_code == 303
    assert len(shopper.newest(paid).steps) == 2
    assert Page(alice.get(sold(asked)).text).text.count("You declined") == 1
