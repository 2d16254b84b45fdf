"""The operator's refund pages, with and without htmx."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from storefront.current import Services
from storefront.ids import new_id
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


@pytest.fixture
def olga(as_user: AsUser) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.fixture
def made(services: Services) -> Callable[[Order], list[Refund]]:
    """An order's refunds in the database."""

    def read(order: Order) -> list[Refund]:
        with services.store.read() as tx:
            return refunds.of_order(tx, order.id)

    return read


Made = Callable[[Order], list[Refund]]

PART = {"scope": "amount", "amount": "4.00", "share": "return_fee"}
WHY = {"reason": "duplicate", "message": "You paid twice."}


def path(order: Order, *more: str) -> str:
    return "/".join(["/admin/refunds", order.id, *more])


def confirmed(browser: Browser, order: Order, **changes: str) -> dict[str, str]:
    """The fields of the confirm page after choosing a part."""
    browser.page(path(order))
    answer = browser.post(path(order, "confirm"), data=PART | WHY | changes)
    assert answer.status_code == 200, Page(answer.text).text
    return Page(answer.text).form(path(order))


@pytest.mark.parametrize(
    "words", ["number", "email", "stripe_charge_id", "stripe_payment_intent_id", "destination"]
)
def test_an_order_is_found_by_what_people_have(paid: Order, olga: Browser, words: str) -> None:
    page = olga.page(f"/admin/refunds?q={getattr(paid, words)}")
    assert page.links()[str(paid.number)] == path(paid)


def test_nothing_found_is_said(paid: Order, olga: Browser) -> None:
    assert "No order matches" in olga.page("/admin/refunds?q=absent").text


def test_the_page_opens_with_a_full_refund_worked_out(paid: Order, olga: Browser) -> None:
    text = olga.page(path(paid)).text
    assert "Alice's shop: $10.00 is pulled back, $1.23 of our fee returned" in text
    assert "−$8.77" in text
    assert "Pays $10.00, gets $10.00 from the seller, returns $1.23 of its fee" in text
    assert "Stripe's own fee of $0.59" in text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_preview_follows_the_choices(
    paid: Order, olga: Browser, made: Made, headers: dict[str, str]
) -> None:
    olga.page(path(paid))
    answer = olga.post(path(paid, "preview"), data=PART | WHY, headers=headers)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.is_document is not bool(headers)
    assert "Refund of $4.00" in page.text
    assert "$4.00 is pulled back, $0.49 of our fee returned" in page.text
    assert "−$3.51" in page.text
    assert not made(paid)


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ({"amount": "10.01"}, "Only $10.00 of this order is left"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "-1"}, "not an amount"),
        ({"amount": "1.234"}, "2 decimals"),
        ({"amount": "much"}, "not an amount"),
        ({"amount": ""}, "enter the amount"),
        ({"scope": "half"}, ""),
        ({"reason": "spite"}, "one of the reasons"),
        ({"message": "x" * 1001}, "1000 characters"),
        ({"share": ""}, "choose who pays"),
        ({"share": "nobody"}, "choose who pays"),
        ({"scope": "lines"}, "at least one piece"),
        ({"scope": "lines", "quantity_1": "2"}, "Only $10.00 of this order is left"),
        ({"scope": "lines", "quantity_1": "-1"}, "not a number of pieces"),
        ({"scope": "lines", "quantity_1": "1.5"}, "not a number of pieces"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_impossible_choices_come_back_with_the_reason(
    paid: Order, olga: Browser, headers: dict[str, str], choices: dict[str, str], why: str
) -> None:
    olga.page(path(paid))
    sent = {name: value for name, value in (PART | WHY | choices).items() if value}
    answer = olga.post(path(paid, "confirm"), data=sent, headers=headers)
    assert answer.status_code == 422
    assert why in Page(answer.text).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_confirming_repeats_the_cents_and_then_does_it(
    paid: Order, olga: Browser, made: Made, headers: dict[str, str]
) -> None:
    olga.page(path(paid))
    answer = olga.post(path(paid, "confirm"), data=PART | WHY, headers=headers)
    page = Page(answer.text)
    assert "Refund $4.00 of order" in page.text
    assert "You paid twice." in page.text
    assert not made(paid)
    done = olga.post(path(paid), data=page.form(path(paid)), headers=headers)
    [refund] = made(paid)
    assert (refund.amount, refund.fee_amount, refund.reason) == (400, 49, "duplicate")
    assert leads_to(done) == path(paid, refund.id)
    shown = olga.page(path(paid, refund.id)).text
    assert "Sent to the bank" in shown
    assert "ByOlga" in shown


def leads_to(answer: TestResponse) -> str:
    """Where an answer sends the browser, whoever asked."""
    return answer.location or answer.headers["HX-Redirect"]


def test_the_same_confirmation_twice_is_one_refund(paid: Order, olga: Browser, made: Made) -> None:
    fields = confirmed(olga, paid)
    first, second = (olga.post(path(paid), data=fields) for _ in range(2))
    assert first.location == second.location
    assert len(made(paid)) == 1


def test_a_confirmation_that_is_no_longer_true_is_refused(
    paid: Order, olga: Browser, made: Made
) -> None:
    stale = confirmed(olga, paid, amount="3.33")
    olga.post(path(paid), data=confirmed(olga, paid, amount="3.34"))
    answer = olga.post(path(paid), data=stale)
    assert answer.status_code == 409
    assert "changed meanwhile" in Page(answer.text).text
    assert len(made(paid)) == 1


def test_the_slower_of_two_operators_is_told_what_is_left(
    paid: Order, olga: Browser, made: Made
) -> None:
    stale = confirmed(olga, paid, amount="6.00", share="keep_fee")
    olga.post(path(paid), data=confirmed(olga, paid, amount="5.00", share="keep_fee"))
    answer = olga.post(path(paid), data=stale)
    assert answer.status_code == 409
    assert "Only $5.00 of this order is left" in Page(answer.text).text


@pytest.mark.parametrize(
    "broken",
    [
        {"form_token": ""},
        {"fee_amount": "x"},
        {"fee_amount": "²"},
        {"amount": "1e9"},
        {"shown_amount": "5"},
        {"shown_amount": ""},
    ],
)
def test_a_confirmation_that_was_tampered_with_does_nothing(
    paid: Order, olga: Browser, made: Made, broken: dict[str, str]
) -> None:
    fields = confirmed(olga, paid) | broken
    assert olga.post(path(paid), data=fields).status_code in {409, 422}
    assert not made(paid)


def test_changing_something_brings_the_choices_back(paid: Order, olga: Browser) -> None:
    fields = confirmed(olga, paid)
    page = Page(olga.post(path(paid, "preview"), data=fields).text)
    form = page.form(path(paid, "confirm"))
    assert (form["amount"], form["message"], form["reason"]) == (
        "4.00",
        "You paid twice.",
        "duplicate",
    )


def test_an_unpaid_order_says_why_there_is_no_form(cast: Cast, olga: Browser) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    page = olga.page(path(order))
    assert "not paid" in page.text
    assert not page.all("form", method="post", action=path(order, "confirm"))
    answer = olga.post(path(order, "preview"), data=PART)
    assert (answer.status_code, "not paid" in answer.text) == (409, True)


def test_a_disputed_order_says_why_there_is_no_form(
    paid: Order, olga: Browser, served: str, sandbox: Stripe
) -> None:
    sandbox.control(f"charges/{paid.stripe_charge_id}/dispute")
    sandbox.settle()
    assert "disputes this payment" in olga.page(path(paid)).text
    assert olga.post(path(paid, "confirm"), data=PART | WHY).status_code == 409


def test_a_refunded_order_says_that_nothing_is_left(
    paid: Order, olga: Browser, refund: Callable[..., Refund]
) -> None:
    refund(paid, 1000)
    assert "Nothing is left to refund" in olga.page(path(paid)).text


def test_what_went_wrong_stands_on_top(
    paid: Order, olga: Browser, refund: Callable[..., Refund], sandbox: Stripe
) -> None:
    sandbox.control("payout", account=paid.destination, currency="usd")
    refund(paid, 100)
    refund(paid, 200, reverse_transfer=False, return_fee=False)
    amounts = re.findall(r"\$[12]\.00", olga.page("/admin/refunds").text)
    assert amounts == ["$1.00", "$2.00"]


def test_a_refused_refund_says_why_and_offers_another(
    paid: Order, olga: Browser, refund: Callable[..., Refund], sandbox: Stripe
) -> None:
    sandbox.control("payout", account=paid.destination, currency="usd")
    page = olga.page(path(paid, refund(paid, 100).id))
    assert "balance at Stripe is too low" in page.text
    assert page.links()["Refund again"] == path(paid)


def test_a_refund_under_way_asks_for_itself_until_it_has_arrived(
    cast: Cast,
    olga: Browser,
    refund: Callable[..., Refund],
    enrich: Callable[[Order], None],
    served: str,
    sandbox: Stripe,
) -> None:
    order = cast.order(cast.listing(cast.shop()), card="4000000000007726")
    enrich(order)
    pending = refund(order, 1000)
    status = olga.page(path(order, pending.id, "status?age=3"))
    assert status.one("section").get("hx-get") == path(order, pending.id, "status?age=4")
    assert status.links()["Refresh"] == path(order, pending.id)
    sandbox.control(f"refunds/{pending.stripe_refund_id}/settle")
    sandbox.settle()
    status = olga.page(path(order, pending.id, "status?age=4"))
    assert status.one("section").get("hx-get") is None
    assert "Sent to the bank" in status.text


def test_an_unanswered_refund_is_never_called_failed(
    paid: Order, olga: Browser, refund: Callable[..., Refund], sandbox: Stripe
) -> None:
    sandbox.control("faults", kind="drop_response", method="POST", path="/v1/refunds")
    text = olga.page(path(paid, refund(paid, 400).id)).text
    assert "Not known yet" in text
    assert "Do not refund again" in text


def test_a_refund_of_another_order_is_not_found(
    cast: Cast, paid: Order, olga: Browser, refund: Callable[..., Refund]
) -> None:
    other = cast.order(cast.listing(cast.shop("Ann")))
    foreign = refund(other, 100)
    assert olga.get(path(paid, foreign.id)).status_code == 404
    assert olga.get(path(paid, foreign.id, "status")).status_code == 404


@pytest.mark.parametrize("rest", ["", "/preview", "/confirm"])
def test_an_absent_order_is_not_found(olga: Browser, rest: str) -> None:
    address = f"/admin/refunds/{new_id()}{rest}"
    assert olga.post(address, data=PART | {"form_token": "x"}).status_code in {404, 422}


@pytest.mark.parametrize("name", ["Alice", "Bob"])
def test_nobody_else_sees_or_makes_refunds(paid: Order, as_user: AsUser, name: str) -> None:
    browser = as_user(name)
    for address in ("/admin/refunds", path(paid)):
        assert browser.get(address).status_code == 404
    for address in (path(paid), path(paid, "preview"), path(paid, "confirm")):
        assert browser.post(address, data=PART | WHY).status_code == 404


def test_a_guest_is_asked_to_sign_in(paid: Order, client: Browser) -> None:
    assert "/sign-in" in (client.get(path(paid)).location or "")
