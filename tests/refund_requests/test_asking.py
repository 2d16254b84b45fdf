"""The shopper asks: what can be asked for, what is refused and how, and that it happens once."""

import threading

import pytest

from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, RefundLine, Wish
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.refund_requests.conftest import Letters, Shopper
from tests.support.pages import Page
from tests.support.stripe import Stripe


@pytest.mark.parametrize(
    ("changes", "amount", "lines"),
    [
        ({}, 2500, [2]),
        ({"quantity-1": "1"}, 1000, [1]),
        ({"what": "amount", "amount": "7.50"}, 750, []),
        ({"what": "amount", "amount": "25"}, 2500, []),
    ],
    ids=["all", "one", "an amount", "everything as an amount"],
)
def test_items_are_worth_their_price_and_all_of_them_all_that_is_left(
    paid: Order, shopper: Shopper, changes: dict[str, str], amount: int, lines: list[int]
) -> None:
    assert shopper.browser.page(f"/orders/{paid.token}").links()["Ask for a refund"]
    asked = shopper.asks(paid, message="One is cracked.", **changes)
    assert asked.request.amount == amount
    assert [line.quantity for line in asked.lines] == lines
    text = shopper.reads(paid)
    assert "You asked for a refund" in text
    assert "One is cracked." in text
    assert "Alice's shop has 48 hours to decide. From" in text


@pytest.mark.one_database
def test_a_single_piece_has_a_box_that_can_be_cleared(cast: Cast, shopper: Shopper) -> None:
    shop = cast.shop()
    listings = [cast.listing(shop, title=title) for title in ("Mug", "Jug")]
    cart_id = cast.cart(*listings)
    order = cast.pay(cast.checkout(cart_id, shop))
    fields = shopper.fields(order)
    first, second = sorted(name for name in fields if name.startswith("quantity-"))
    del fields[second]
    shopper.browser.post(shopper.path(order), data=fields)
    assert shopper.newest(order).request.amount == 1000
    assert len(shopper.newest(order).lines) == 1
    assert first != second


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"quantity-1": "3"}, 409, "Only 2 of “Mug” can still be refunded."),
        ({"quantity-1": "-1"}, 422, "how many"),
        ({"quantity-1": "one"}, 422, "how many"),
        ({"quantity-1": "²"}, 422, "how many"),
        ({"quantity-1": "0"}, 422, "choose at least one item"),
        ({"quantity-7": "1"}, 409, "no such line"),
        ({"quantity-x": "1"}, 422, "how many"),
        ({"what": "amount", "amount": "25.01"}, 409, "Only $25.00 of this order is left"),
        ({"what": "amount", "amount": "0"}, 422, "more than nothing"),
        ({"what": "amount", "amount": ""}, 422, "enter the amount"),
        ({"what": "amount", "amount": "1.234"}, 422, "2 decimals"),
        ({"what": "amount", "amount": "much"}, 422, "is not an amount"),
        ({"what": "everything"}, 422, "What would you like back?"),
        ({"reason": ""}, 422, "choose a reason"),
        ({"reason": "spite"}, 422, "Not a valid choice"),
        ({"reason": "other"}, 422, "say it in a sentence"),
        ({"reason": "other", "message": " \u200b "}, 422, "say it in a sentence"),
        ({"message": "x" * 1001}, 422, "1000 characters"),
        ({"form_token": ""}, 422, "start again"),
    ],
)
@pytest.mark.one_database
def test_what_makes_no_sense_comes_back_with_the_reason(
    paid: Order,
    shopper: Shopper,
    headers: dict[str, str],
    changes: dict[str, str],
    status: int,
    why: str,
) -> None:
    fields = shopper.fields(paid, **changes)
    answer = shopper.browser.post(shopper.path(paid), data=fields, headers=headers)
    page = Page(answer.text)
    assert (answer.status_code, page.is_document) == (status, not headers)
    assert why in page.text
    assert not shopper.all(paid)


def test_a_form_sent_twice_is_one_request(
    paid: Order, shopper: Shopper, cast: Cast, letters: Letters
) -> None:
    fields = shopper.fields(paid)
    first, second = (shopper.browser.post(shopper.path(paid), data=fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(shopper.all(paid)) == 1
    assert len(letters("alice@example.com")) == 1
    other = cast.order(cast.listing(cast.shop("Ann")))
    foreign = shopper.fields(other) | {"form_token": fields["form_token"]}
    answer = shopper.browser.post(shopper.path(other), data=foreign)
    assert (answer.status_code, "another order" in answer.text) == (409, True)
    assert not shopper.all(other)


def test_one_request_is_open_at_a_time(paid: Order, shopper: Shopper) -> None:
    late = shopper.fields(paid)
    shopper.asks(paid)
    answer = shopper.browser.post(shopper.path(paid), data=late)
    assert (answer.status_code, "a request about this order already" in answer.text) == (409, True)
    assert shopper.browser.get(shopper.path(paid)).status_code == 409
    shopper.does(paid, "withdraw")
    assert "Withdrawn" in shopper.reads(paid)
    shopper.asks(paid)
    assert [thread.request.state for thread in shopper.all(paid)] == ["open", "withdrawn"]


def test_of_two_at_once_one_is_made(paid: Order, shopper: Shopper) -> None:
    forms = [shopper.fields(paid) for _ in range(2)]
    answers: list[int] = []

    def send(fields: dict[str, str]) -> None:
        browser = shopper.browser.application.test_client()
        answers.append(browser.post(shopper.path(paid), data=fields).status_code)

    threads = [threading.Thread(target=send, args=(fields,)) for fields in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert len(shopper.all(paid)) == 1


@pytest.mark.one_database
def test_an_order_that_is_not_paid_cannot_be_asked_about(cast: Cast, shopper: Shopper) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    assert "Ask for a refund" not in shopper.reads(order)
    for answer in (
        shopper.browser.get(shopper.path(order)),
        shopper.browser.post(shopper.path(order), data={"reason": "damaged", "form_token": "x"}),
    ):
        assert (answer.status_code, "not paid" in answer.text) == (409, True)


@pytest.mark.one_database
def test_a_disputed_order_cannot_be_asked_about(
    paid: Order, shopper: Shopper, served: str, sandbox: Stripe
) -> None:
    sandbox.control(f"charges/{paid.stripe_charge_id}/dispute")
    sandbox.settle()
    answer = shopper.browser.get(shopper.path(paid))
    assert (answer.status_code, "Your bank disputes" in answer.text) == (409, True)


@pytest.mark.one_database
def test_of_a_refunded_order_nothing_is_left_to_ask_for(
    paid: Order, shopper: Shopper, services: Services
) -> None:
    refunds.request(services, paid.id, Wish(2500, True, True), Author("other"))
    answer = shopper.browser.get(shopper.path(paid))
    assert (answer.status_code, "refunded in full" in answer.text) == (409, True)


def test_what_was_refunded_before_is_not_offered_again(
    paid: Order, shopper: Shopper, services: Services
) -> None:
    one = (RefundLine(1, 1, restock=False),)
    refunds.request(services, paid.id, Wish(1000, True, True, lines=one), Author("one"))
    assert shopper.fields(paid)["quantity-1"] == "1"
    late = shopper.fields(paid, **{"quantity-1": "2"})
    answer = shopper.browser.post(shopper.path(paid), data=late)
    assert (answer.status_code, "Only 1 of “Mug”" in answer.text) == (409, True)
    last = (RefundLine(1, 1, restock=False),)
    refunds.request(services, paid.id, Wish(1000, True, True, lines=last), Author("two"))
    fields = shopper.fields(paid, amount="5")
    assert (fields["what"], "quantity-1" in fields) == ("amount", False)
    assert shopper.asks(paid, amount="5").request.amount == 500


@pytest.mark.one_database
def test_all_that_is_left_is_less_after_a_refund_of_a_part(
    paid: Order, shopper: Shopper, services: Services
) -> None:
    refunds.request(services, paid.id, Wish(500, True, True), Author("other"))
    assert shopper.asks(paid).request.amount == 2000


@pytest.mark.one_database
def test_the_page_asks_for_news_and_gets_only_news(
    paid: Order, shopper: Shopper, alice: Browser
) -> None:
    request = shopper.asks(paid).request
    page = shopper.browser.page(f"/orders/{paid.token}")
    address = page.one("div", id="refund-request").get("hx-get") or ""
    assert shopper.browser.get(address).status_code == 204
    alice.post(f"/sell/requests/{request.id}/answer", data={"message": "May I send another?"})
    news = Page(shopper.browser.get(address).text)
    assert "Alice's shop wrote" in news.text
    assert "May I send another?" in news.text
    assert news.one("div", id="refund-request").get("hx-get") != address
    ended = shopper.does(paid, "withdraw").version
    status = f"/orders/{paid.token}/requests/{request.id}/status"
    last = shopper.browser.page(status)
    assert last.one("div", id="refund-request").get("hx-get") is None
    assert shopper.browser.get(f"{status}?seen={ended}").status_code == 204


def test_another_orders_link_is_no_key_to_a_request(
    paid: Order, cast: Cast, shopper: Shopper
) -> None:
    request = shopper.asks(paid).request
    other = cast.order(cast.listing(cast.shop("Ann")))
    start = f"/orders/{other.token}/requests/{request.id}"
    assert shopper.browser.get(f"{start}/status").status_code == 404
    for act in ("answer", "withdraw", "escalate"):
        answer = shopper.browser.post(f"{start}/{act}", data={"message": "Mine."})
        assert answer.status_code == 404
    assert shopper.newest(paid).version == "1"


@pytest.mark.one_database
def test_nobody_floods_a_seller_with_mails(paid: Order, shopper: Shopper) -> None:
    shopper.asks(paid)
    for number in range(19):
        shopper.does(paid, "answer", f"And {number}?")
    assert len(shopper.does(paid, "answer", "And?", status=429).steps) == 20
