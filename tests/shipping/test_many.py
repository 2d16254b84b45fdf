"""Marking many orders as sent: by ticking them, and from a list."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from storefront.catalog.service import Listing
from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from tests.cast import Cast
from tests.client import Browser
from tests.support import mailbox
from tests.support.pages import Page

SignIn = Callable[[str], Browser]

FORM, REVIEW, LIST = "/sell/shipping", "/sell/shipping/review", "/sell/shipping/list"


@pytest.fixture
def mug(cast: Cast) -> Listing:
    return cast.listing(cast.shop(), title="Blue mug", requires_shipping=True, stock=40)


@pytest.fixture
def sold(cast: Cast, mug: Listing) -> list[Order]:
    """Three orders that wait for shipping."""
    return [cast.order(mug, email=f"bob{number}@example.com") for number in range(3)]


@pytest.fixture
def alice(mug: Listing, as_user: SignIn) -> Browser:
    assert mug
    return as_user("Alice")


def typed(orders: list[Order], **changes: str) -> dict[str, Any]:
    """What a seller sends who has typed a carrier and a number for each."""
    values: dict[str, Any] = {"order": [order.id for order in orders]}
    for order in orders:
        values[f"{order.id}-carrier"] = "Harbor Post"
        values[f"{order.id}-tracking_number"] = f"HP {order.number}"
    return values | changes


def refund(cast: Cast, order: Order) -> None:
    wish = Wish(order.total_amount, reverse_transfer=True, return_fee=True)
    refunds.request(cast.services, order.id, wish, Author("a" * 24, cast.operator().id))


def letters(services: Services) -> list[str]:
    """Who has been told that something is on its way."""
    for job in services.jobs:
        if job.name == "mail":
            job.run(services)
    return [each.to for each in mailbox.collect(services) if "has been shipped" in each.subject]


def test_what_was_ticked_is_reviewed_and_sent_once(
    alice: Browser, cast: Cast, sold: list[Order], services: Services
) -> None:
    first, second, other = sold
    chosen = f"?order={first.id}&order={second.id}"
    fields = alice.page(FORM + chosen).form(REVIEW)
    assert f"{first.id}-carrier" in fields
    assert f"{other.id}-carrier" not in fields
    shown = Page(alice.post(REVIEW, data=typed([first, second])).text)
    assert "Mark 2 orders as sent?" in shown.text
    assert shown.form(FORM)[f"{first.id}-carrier"] == "Harbor Post"
    assert cast.reread(first).shipped_at is None
    changed = Page(alice.post(REVIEW, data=typed([first, second], step="change")).text)
    assert changed.form(REVIEW)[f"{second.id}-tracking_number"] == f"HP {second.number}"
    for _ in range(2):
        answer = alice.post(FORM, data=typed([first, second]))
        assert answer.status_code == 303
        assert "2 of 2 orders are marked as sent" in alice.page(answer.location).text
        assert letters(services) == ["bob0@example.com", "bob1@example.com"]
    after = cast.reread(second)
    assert (after.carrier, after.tracking_number) == ("Harbor Post", f"HP {second.number}")
    assert cast.reread(other).shipped_at is None


def test_one_that_was_refunded_meanwhile_is_refused_while_the_rest_goes_on(
    alice: Browser, cast: Cast, sold: list[Order], services: Services
) -> None:
    first, gone, last = sold
    assert "Mark 3 orders as sent?" in Page(alice.post(REVIEW, data=typed(sold)).text).text
    refund(cast, gone)
    text = alice.page(alice.post(FORM, data=typed(sold)).location).text
    assert "2 of 3 orders are marked as sent" in text
    assert f"Order {gone.number}: This order was refunded in full" in text
    assert cast.reread(gone).shipped_at is None
    assert cast.reread(first).shipped_at
    assert cast.reread(last).shipped_at
    assert letters(services) == ["bob0@example.com", "bob2@example.com"]
    answer = alice.post(f"/sell/orders/{gone.id}/ship")
    assert answer.status_code == 409


@pytest.mark.one_database
def test_a_row_that_is_wrong_is_explained_and_nothing_is_lost(
    alice: Browser, cast: Cast, sold: list[Order]
) -> None:
    first, second, _ = sold
    data = typed([first, second], **{f"{second.id}-tracking_number": "9" * 81})
    for path in (REVIEW, FORM):
        answer = alice.post(path, data=data)
        assert answer.status_code == 422
        page = Page(answer.text)
        assert f"Order {second.number}, tracking number" in page.text
        fields = page.form(REVIEW)
        assert fields[f"{second.id}-tracking_number"] == "9" * 81
        assert fields[f"{first.id}-tracking_number"] == f"HP {first.number}"
    assert cast.reread(first).shipped_at is None


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.one_database
def test_a_pasted_list_is_reviewed_and_what_is_wrong_is_left_out(
    alice: Browser, cast: Cast, sold: list[Order], separator: str
) -> None:
    first, refunded, last = sold
    refund(cast, refunded)
    rows = [
        ["Number", "Note", "Carrier", "Tracking number"],
        [f"#{first.number}", "x", "Harbor Post", "HP 1"],
        [str(refunded.number), "", "", ""],
        ["999999", "", "", ""],
        [str(first.number), "", "", ""],
        ["", "", "", ""],
        [str(last.number)],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    page = Page(alice.post(LIST, data={"list": text}).text)
    assert "Mark 2 orders as sent?" in page.text
    for words in (
        f"Order {refunded.number}: This order was refunded in full",
        "Line 4: There is no order “999999” in your shop",
        f"Line 5: Order {first.number} is listed twice",
    ):
        assert words in page.text
    data = typed([first, last]) | page.form(FORM) | {"order": [first.id, last.id]}
    assert alice.post(FORM, data=data).status_code == 303
    assert cast.reread(first).tracking_number == "HP 1"
    assert cast.reread(last).tracking_number == ""


@pytest.mark.one_database
def test_an_uploaded_list_counts_as_a_pasted_one(alice: Browser, sold: list[Order]) -> None:
    content = f"\ufefforder,tracking\n{sold[0].number},HP 7\n".encode()
    answer = alice.post(LIST, data={"list": "", "file": (io.BytesIO(content), "parcels.csv")})
    assert "HP 7" in Page(answer.text).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "between 1 and 100 orders"),
        ("number,carrier", "between 1 and 100 orders"),
        ("carrier,tracking\nPost,1", "must name the columns"),
        ("number,carrier\n" + "\n".join(str(place) for place in range(101)), "between 1 and 100"),
        ('number,carrier\n1,"Post', "quotation mark"),
        ("number\n77", "Line 2: There is no order"),
        ("number\n٣", "There is no order"),
    ],
)
@pytest.mark.one_database
def test_a_list_that_cannot_be_used_is_kept_and_explained(
    alice: Browser, text: str, words: str
) -> None:
    answer = alice.post(LIST, data={"list": text})
    assert answer.status_code == 422
    assert words in Page(answer.text).text
    assert Page(answer.text).form(LIST)["list"].replace("\r\n", "\n").strip() == text


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_list_is_read_whatever_wrote_it(alice: Browser, sold: list[Order], encoding: str) -> None:
    content = f"order;carrier\r\n{sold[0].number};Österreichische Post\r\n".encode(encoding)
    answer = alice.post(LIST, data={"file": (io.BytesIO(content), "parcels.csv")})
    assert "Österreichische Post" in Page(answer.text).text


@pytest.mark.one_database
def test_a_file_in_no_known_encoding_is_refused_in_words(alice: Browser) -> None:
    content = io.BytesIO(b"number,carrier\n1,\xfc\x81")
    answer = alice.post(LIST, data={"list": "mine", "file": (content, "parcels.csv")})
    assert answer.status_code == 422
    assert "UTF-8" in answer.text
    assert "mine" in answer.text


def test_another_shops_orders_are_not_found(as_user: SignIn, cast: Cast, sold: list[Order]) -> None:
    cast.shop("Charlie")
    charlie, first = as_user("Charlie"), sold[0]
    charlie.page(FORM)
    for path in (FORM, "/sell/shipping/outcome", "/sell/slips"):
        assert charlie.get(f"{path}?order={first.id}").status_code == 404
    for path in (FORM, REVIEW):
        assert charlie.post(path, data=typed([first])).status_code == 404
    text = f"number\n{first.number}"
    assert "There is no order" in charlie.post(LIST, data={"list": text}).text
    assert cast.reread(first).shipped_at is None


@pytest.mark.one_database
def test_too_many_at_once_and_none_at_all_are_refused_in_words(alice: Browser) -> None:
    many = "&".join(f"order={number}" for number in range(101))
    assert "at most 100 orders" in alice.get(f"{FORM}?{many}").text
    answer = alice.post(REVIEW)
    assert answer.status_code == 422
    assert "Choose at least one order" in answer.text
