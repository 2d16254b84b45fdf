"""The seller's list of orders: views, search, periods, and pages that keep their place."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storefront import clock
from storefront.catalog.service import Listing
from storefront.orders.service import Order
from storefront.refund_requests import asking
from storefront.refund_requests.asking import Asking
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.sales import service as sales
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.support.pages import Page

SignIn = Callable[[str], Browser]


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def mug(cast: Cast, shop: Shop) -> Listing:
    return cast.listing(shop, title="Blue mug", requires_shipping=True, stock=40)


@pytest.fixture
def alice(shop: Shop, as_user: SignIn) -> Browser:
    return as_user(shop.owner.name)


def numbers(alice: Browser, query: str) -> list[int]:
    """The orders on a page of the list."""
    return listed(alice.page(f"/sell/orders{query}"))


def listed(page: Page) -> list[int]:
    """The numbers that lead to orders."""
    links = page.links().items()
    return [int(text) for text, there in links if there.startswith("/sell/orders/")]


def test_each_view_shows_its_orders_and_how_many_there_are(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    waiting, sent, refunded, disputed, asked = (cast.order(mug) for _ in range(5))
    alice.submit(f"/sell/orders/{sent.id}", f"/sell/orders/{sent.id}/ship")
    _refund(cast, refunded)
    _dispute(cast, disputed)
    asking.ask(cast.services, asked.id, Asking("damaged", "", "t" * 24, {}, amount=100))
    everything = [order.number for order in (asked, disputed, refunded, sent, waiting)]
    for view, expected in (
        ("", everything),
        ("?view=to_ship", [asked.number, disputed.number, waiting.number]),
        ("?view=shipped", [sent.number]),
        ("?view=refunded", [refunded.number]),
        ("?view=disputed", [disputed.number]),
        ("?view=requested", [asked.number]),
    ):
        assert numbers(alice, view) == expected, view
    text = alice.page("/sell/orders").text
    for said in ("All 5", "To send 3", "Sent 1", "Refunded 1", "Disputed 1", "With a request 1"):
        assert said in text, text
    assert alice.get("/sell/orders?view=unheard").status_code == 404


def _refund(cast: Cast, order: Order) -> None:
    wish = Wish(order.total_amount, reverse_transfer=True, return_fee=True)
    refunds.request(cast.services, order.id, wish, Author("a" * 24, cast.operator().id))


def _dispute(cast: Cast, order: Order) -> None:
    made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute", inquiry=True)
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)


def test_words_are_looked_for_wherever_they_may_stand(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    ship_to = {"name": "Ayla ünal Yilmaz", "line1": "1 Main St", "city": "Bonn", "country": "DE"}
    order = cast.order(mug, email="ayla@example.com", name="Ayla ünal Yilmaz", shipping=ship_to)
    form = {"carrier": "Harbor Post", "tracking_number": "HP 2026 0042"}
    alice.submit(f"/sell/orders/{order.id}", f"/sell/orders/{order.id}/ship", **form)
    for words in (
        "ünal", "YILMAZ ünal", "ayla@", "AYLA@EXAMPLE.COM", "blue", "mug yilmaz", "hp+2026",
    ):  # fmt: skip
        assert numbers(alice, f"?q={words}") == [order.number], words
    for words in ("red", "mug red", "%", "_", "100%25", "'", "!", "b_ue", "post"):
        assert numbers(alice, f"?q={words}") == [], words
        assert "Nothing found" in alice.page(f"/sell/orders?q={words}").text


def test_a_number_finds_its_order_alone(alice: Browser, cast: Cast, mug: Listing) -> None:
    first, _ = cast.order(mug), cast.order(mug)
    assert numbers(alice, f"?q={first.number}") == [first.number]
    assert "All 1" in alice.page(f"/sell/orders?q={first.number}").text


def test_a_period_holds_its_first_and_its_last_day(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    order, day = cast.order(mug), clock.now().date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for period, found in (
        (f"?from={day}&to={day}", True),
        (f"?from={after}&to={before}", True),
        (f"?from={after}", False),
        (f"?to={before}", False),
    ):
        assert numbers(alice, period) == ([order.number] if found else []), period
    for strange in ("yesterday", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert "Please write days like" in alice.page(f"/sell/orders?from={strange}").text


@pytest.mark.one_database
def test_pages_keep_their_place_and_what_was_asked_for(
    alice: Browser, cast: Cast, mug: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales, "PAGE_SIZE", 2)
    orders = [cast.order(mug).number for _ in range(5)]
    first = alice.page("/sell/orders?q=mug&view=to_ship")
    older = first.links()["Older"]
    assert "q=mug" in older
    assert "view=to_ship" in older
    newest = cast.order(mug).number
    assert numbers(alice, older.removeprefix("/sell/orders")) == orders[2:0:-1]
    second = alice.page(older)
    last = second.links()["Older"]
    assert numbers(alice, last.removeprefix("/sell/orders")) == orders[:1]
    assert "Older" not in alice.page(last).links()
    back = alice.page(alice.page(last).links()["Newer"])
    assert listed(back) == orders[2:0:-1]
    newer = alice.page(back.links()["Newer"])
    assert listed(newer) == orders[:2:-1]
    assert numbers(alice, "?q=mug")[0] == newest


@pytest.mark.one_database
def test_htmx_gets_the_list_alone_and_an_address_to_share(
    alice: Browser, cast: Cast, mug: Listing
) -> None:
    order = cast.order(mug)
    answer = alice.get("/sell/orders?q=mug&from=&to=&view=to_ship", headers=HTMX)
    assert answer.headers["HX-Replace-Url"] == "/sell/orders?view=to_ship&q=mug"
    assert answer.text.startswith('<div id="sold-orders"')
    assert str(order.number) in answer.text


@pytest.mark.one_database
def test_empty_views_say_what_will_appear_there(alice: Browser) -> None:
    for view, words in (
        ("to_ship", "Every paid order has left"),
        ("shipped", "when you mark them as sent"),
        ("refunded", "when all or a part of them is refunded"),
        ("disputed", "when a shopper's bank disputes"),
        ("requested", "when their shopper asks"),
    ):
        assert words in alice.page(f"/sell/orders?view={view}").text


def test_another_shops_orders_are_neither_shown_nor_counted(
    as_user: SignIn, cast: Cast, mug: Listing
) -> None:
    order = cast.order(mug)
    cast.shop("Charlie")
    charlie = as_user("Charlie")
    for query in ("", "?q=mug", f"?q={order.number}", "?view=to_ship"):
        assert numbers(charlie, query) == []
        assert "All 0" in charlie.page(f"/sell/orders{query}").text
