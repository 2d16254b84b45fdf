"""What an operator says of a refund that was made elsewhere, and what follows from it."""

import threading
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from werkzeug.test import TestResponse

from storefront.catalog.service import Listing
from storefront.current import Services
from storefront.errors import StorefrontError
from storefront.external_refunds import service
from storefront.external_refunds.forms import guess
from storefront.orders.service import Order, OrderLine
from storefront.refunds import lines
from storefront.refunds import service as refunds
from storefront.refunds.lines import Left, LineLeft
from storefront.refunds.service import Refund, RefundLine
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.external_refunds.conftest import Elsewhere
from tests.external_refunds.test_inbox import path
from tests.refunds.conftest import Books
from tests.support.pages import Page
from tests.support.stripe import Stripe

PENDING, FAILS_LATER = "4000000000007726", "4000000000005126"
NOTE = {"note": "Made by Oscar in the Dashboard"}
PIECE = {"scope": "lines", "quantity_1": "1", "restock_1": "y"}


@pytest.fixture
def mug(cast: Cast) -> Listing:
    """Five mugs of 10.00."""
    return cast.listing(cast.shop(), stock=5)


@pytest.fixture
def three(cast: Cast, mug: Listing) -> Order:
    """A paid order of three of them; two are left in stock."""
    return cast.order(mug, quantity=3)


def reread(services: Services, refund: Refund) -> tuple[Refund, list[RefundLine], int]:
    """A refund, its lines, and how many pieces of the first line of its order are left."""
    with services.store.read() as tx:
        found = refunds.one_of(tx, refund.order_id, refund.id).refund
        left = lines.left(tx, refunds.order_of(tx, refund.order_id)).quantity(1)
        return found, refunds.lines_of(tx, refund.id), left


def audited(services: Services) -> list[str]:
    with services.store.read() as tx:
        rows = tx.all("SELECT detail FROM audit_log WHERE action = 'refund.reviewed'")
    return [row["detail"] for row in rows]


def fail(sandbox: Stripe, refund: Refund) -> None:
    sandbox.control(f"refunds/{refund.stripe_refund_id}/fail", reason="lost_or_stolen_card")
    sandbox.settle()


PULLED = {"reverse_transfer": "true"}


@pytest.mark.parametrize(
    ("flags", "seller", "platform", "said"),
    [
        (
            {}, 0, -250,
            ["Alice's shop: keeps what it earned", "−$2.50", "The seller has not paid for it",
             "Reverse up to $2.50 of the transfer in Stripe's Dashboard"],
        ),
        (
            PULLED, -250, 0,
            ["Alice's shop: $2.50 is pulled back", "gets $2.50 from the seller",
             "our fee stayed with the platform. Return up to $1.23 of it"],
        ),
        (
            PULLED | {"refund_application_fee": "true"}, -220, -30,
            ["$2.50 is pulled back, $0.30 of our fee returned", "−$2.20", "−$0.30"],
        ),
    ],
    ids=["the platform pays", "pulled back", "with our fee"],
)  # fmt: skip
def test_the_page_shows_to_the_cent_what_stripe_has_moved(
    paid: Order, elsewhere: Elsewhere, olga: Browser, books: Books, flags: dict[str, str],
    seller: int, platform: int, said: list[str],
) -> None:  # fmt: skip
    before = books.ledger(paid)
    made = elsewhere(paid, 250, **flags)
    after = books.ledger(paid)
    assert (after["seller"] - before["seller"], after["platform"] - before["platform"]) == (
        seller, platform,
    )  # fmt: skip
    page = olga.page(path(made))
    assert [words for words in said if words not in page.text] == []
    assert f"/admin/orders/{paid.id}/funds" in page.links().values()


def test_a_refund_that_completes_the_charge_may_pull_back_more_than_it_pays(
    paid: Order, refund: Callable[..., Refund], elsewhere: Elsewhere, olga: Browser, books: Books
) -> None:
    refund(paid, 400, reverse_transfer=False, return_fee=False)
    before = books.ledger(paid)["seller"]
    made = elsewhere(paid, 600, **PULLED)
    assert books.ledger(paid)["seller"] - before == -1000
    page = olga.page(path(made))
    assert "Alice's shop: $10.00 is pulled back" in page.text
    assert "gets $10.00 from the seller" in page.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_pieces_go_back_on_sale_once_however_often_it_is_said(
    services: Services, cast: Cast, mug: Listing, three: Order, elsewhere: Elsewhere,
    olga: Browser, headers: dict[str, str],
) -> None:  # fmt: skip
    made = elsewhere(three, 2000, **PULLED)
    fields = Page(olga.get(path(made)).text).form(path(made))
    assert (fields["scope"], fields["quantity_1"]) == ("lines", "2")
    for _ in range(2):
        answer = olga.post(path(made), data=fields | NOTE, headers=headers)
        assert answer.status_code == (200 if headers else 303)
        assert (answer.headers.get("HX-Redirect") or answer.location or "").endswith(path(made))
    found, said, left = reread(services, made)
    assert said == [RefundLine(1, 2, True)]
    assert (cast.stock(mug), left, found.updated_at) == (4, 1, made.updated_at)
    assert audited(services) == ["$20.00, 2 pieces, 2 on sale again: " + NOTE["note"]]
    page = olga.page(path(made))
    assert f"2 × {mug.title}, on sale again" in page.text
    assert "Reviewed" in page.text
    assert not page.all("textarea")
    assert NOTE["note"] in olga.page(f"/admin/orders/{three.id}").text


def test_two_operators_at_once_put_pieces_on_sale_once(
    services: Services, cast: Cast, mug: Listing, three: Order, elsewhere: Elsewhere
) -> None:
    made, start, first = elsewhere(three, 1000), threading.Barrier(4), []
    meaning = service.Meaning("Both saw it", (RefundLine(1, 1, True),))
    olga = cast.operator()

    def review() -> None:
        start.wait()
        first.append(service.review(services, three.id, made.id, meaning, olga.id))

    threads = [threading.Thread(target=review) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first) == [False, False, False, True]
    assert cast.stock(mug) == 3
    assert len(audited(services)) == 1


@pytest.mark.parametrize("restock", [True, False])
def test_its_pieces_count_as_those_of_our_own_refunds_do(
    services: Services, cast: Cast, mug: Listing, three: Order, elsewhere: Elsewhere,
    refund: Callable[..., Refund], olga: Browser, restock: bool,
) -> None:  # fmt: skip
    made = elsewhere(three, 2000)
    sent = {"scope": "lines", "quantity_1": "2", **({"restock_1": "y"} if restock else {})}
    olga.post(path(made), data=sent | NOTE)
    assert cast.stock(mug) == (4 if restock else 2)
    with pytest.raises(StorefrontError, match=r"Only 1 of “.+” can still be refunded"):
        refund(three, 500, lines=(RefundLine(1, 2, False),))
    refund(three, 500, lines=(RefundLine(1, 1, False),))
    again = elsewhere(three, 100)
    answer = olga.post(path(again), data=PIECE | NOTE)
    assert (answer.status_code, "has been refunded already" in answer.text) == (422, True)


@pytest.mark.one_database
def test_what_cannot_be_is_said_in_words_and_changes_nothing(
    services: Services, cast: Cast, mug: Listing, three: Order, elsewhere: Elsewhere, olga: Browser
) -> None:
    made = elsewhere(three, 1000)
    for sent, why in {
        ("quantity_1=4", "Only 3 of “"),
        ("quantity_1=-1", "is not a number of pieces"),
        ("quantity_1=1.5", "is not a number of pieces"),
        ("quantity_1=0", "choose at least one piece"),
        ("quantity_1=1&includes_shipping=y", "or it was free"),
        ("scope=half", "Not a valid choice"),
        ("scope=", "Not a valid choice"),
        ("scope=amount&note=++", "for the record"),
        ("scope=amount&note=" + "x" * 201, "At most 200 characters"),
        ("scope=amount&message=" + "x" * 1001, "At most 1000 characters"),
    }:
        data = PIECE | NOTE | dict(parse_qsl(sent, keep_blank_values=True))
        for headers in ({}, HTMX):
            answer = olga.post(path(made), data=data, headers=headers)
            page = Page(answer.text)
            assert (answer.status_code, why in page.text) == (422, True), sent
            assert page.is_document is not bool(headers)
    assert reread(services, made)[1:] == ([], 3)
    assert (cast.stock(mug), audited(services)) == (2, [])


def test_the_shopper_reads_the_message_and_shipping_counts(
    services: Services, cast: Cast, elsewhere: Elsewhere, olga: Browser, client: Browser
) -> None:
    order = cast.order(cast.listing(cast.shop(), requires_shipping=True), shipping={
        "name": "Bob", "line1": "1 Road", "city": "Berlin", "postal_code": "1", "country": "DE",
    })  # fmt: skip
    made = elsewhere(order, order.total_amount)
    fields = Page(olga.get(path(made)).text).form(path(made))
    assert (fields["scope"], fields["quantity_1"]) == ("lines", "1")
    assert fields["includes_shipping"]
    olga.post(path(made), data=fields | NOTE | {"message": "The parcel\u200b was lost."})
    found = reread(services, made)[0]
    assert (found.includes_shipping, found.message) == (True, "The parcel was lost.")
    assert audited(services) == [f"$15.00, 1 piece and shipping, 1 on sale again: {NOTE['note']}"]
    assert "The parcel was lost." in client.page(f"/orders/{order.token}").text


def test_one_that_has_failed_can_be_dismissed_and_nothing_else(
    services: Services, cast: Cast, mug: Listing, elsewhere: Elsewhere, olga: Browser,
    sandbox: Stripe,
) -> None:  # fmt: skip
    order = cast.order(mug, card=FAILS_LATER)
    made = elsewhere(order, 1000, **PULLED)
    fields = Page(olga.get(path(made)).text).form(path(made))
    fail(sandbox, made)
    answer = olga.post(path(made), data=fields | NOTE)  # the page was opened before it failed
    assert (answer.status_code, "It can only be dismissed" in answer.text) == (422, True)
    page = Page(answer.text)
    assert "quantity_1" not in page.form(path(made))
    assert page.links()["Pay the seller back"].endswith(f"{made.id}/repayment")
    assert "Returned by the bank" in olga.page("/admin/refunds/external").text
    olga.post(path(made), data=page.form(path(made)) | NOTE)
    assert (cast.stock(mug), reread(services, made)[1:]) == (4, ([], 1))
    assert audited(services) == ["$10.00, dismissed: " + NOTE["note"]]
    assert "Dismissed" in olga.page(path(made)).text


def test_one_that_fails_after_its_review_says_what_stays(
    services: Services, cast: Cast, mug: Listing, elsewhere: Elsewhere, olga: Browser,
    sandbox: Stripe,
) -> None:  # fmt: skip
    made = elsewhere(cast.order(mug, card=FAILS_LATER), 1000)
    olga.post(path(made), data=PIECE | NOTE)
    fail(sandbox, made)
    assert reread(services, made)[1:] == ([RefundLine(1, 1, True)], 1)
    page = olga.page(path(made))
    assert "correct the stock of the listing" in page.text
    assert cast.stock(mug) == 5


def test_a_transfer_that_is_reversed_by_hand_is_booked(
    paid: Order, elsewhere: Elsewhere, olga: Browser, books: Books, sandbox: Stripe
) -> None:
    made = elsewhere(paid, 600)
    before = books.ledger(paid)["seller"]
    assert "Reverse up to $6.00" in olga.page(path(made)).text
    sandbox.post(f"/v1/transfers/{paid.stripe_transfer_id}/reversals", {"amount": 600})
    sandbox.settle()
    assert books.ledger(paid)["seller"] == before - 600
    assert "Reverse up to $4.00" in olga.page(path(made)).text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.one_database
def test_only_refunds_that_were_made_elsewhere_are_reviewed(
    paid: Order, refund: Callable[..., Refund], elsewhere: Elsewhere, cast: Cast, olga: Browser,
    method: str,
) -> None:  # fmt: skip
    own, other = refund(paid, 100), elsewhere(paid, 100)

    def ask(order_id: str, refund_id: str) -> TestResponse:
        send = {"get": olga.get, "post": olga.post}[method]
        return send(f"/admin/refunds/{order_id}/{refund_id}/review")

    answer = ask(paid.id, own.id)
    assert (answer.status_code, "was made here" in answer.text) == (409, True)
    foreign = cast.order(cast.listing(cast.shop("Dora")))
    for absent in ((paid.id, "absent"), ("absent", other.id), (foreign.id, other.id)):
        assert ask(*absent).status_code == 404
    link = f"/admin/refunds/{paid.id}"
    assert path(other) in olga.page(f"{link}/{other.id}").links().values()
    assert path(own) not in olga.page(f"{link}/{own.id}").links().values()


def _left(*prices: tuple[int, int], shipping: int = 0) -> Left:
    bought = [
        LineLeft(OrderLine("order", position, "listing", "Mug", price, quantity, None), quantity)
        for position, (price, quantity) in enumerate(prices, 1)
    ]
    return Left(bought, shipping)


@pytest.mark.parametrize(
    ("left", "amount", "pieces", "with_shipping"),
    [
        (_left((1000, 3)), 2000, {1: 2}, False),
        (_left((1000, 3)), 1500, {}, False),
        (_left((1000, 3)), 4000, {}, False),
        (_left((1000, 1), (700, 2), shipping=500), 2400, {1: 1, 2: 2}, False),
        (_left((1000, 1), (700, 2), shipping=500), 2900, {1: 1, 2: 2}, True),
        (_left((1000, 1), (700, 2), shipping=500), 1200, {2: 1}, True),
        (_left((1000, 1), (1000, 1)), 1000, {}, False),
        (_left((1000, 1), (500, 3), shipping=500), 1000, {}, False),
        (_left((1000, 0), shipping=500), 500, {}, False),
    ],
)
def test_pieces_are_proposed_only_where_the_amount_leaves_no_choice(
    left: Left, amount: int, pieces: dict[int, int], with_shipping: bool
) -> None:
    lines, includes_shipping = guess(left, amount)
    assert {line.position: line.quantity for line in lines} == pieces
    assert includes_shipping is with_shipping
