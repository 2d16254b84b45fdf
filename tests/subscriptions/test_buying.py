"""Subscribing to a listing: what is offered, what is refused, and one session for two clicks."""

from collections.abc import Callable

import pytest

from storefront.catalog import service as catalog
from storefront.errors import Busy, Refused
from storefront.leaving import service as leaving
from storefront.listing_imports import service as imports
from storefront.merchants import service as merchants
from storefront.merchants.service import MerchantRule
from storefront.orders import service as orders
from storefront.worker import run_once
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.subscriptions.club import Club

pytestmark = pytest.mark.one_database


def _subscribe(browser: Browser, club: Club) -> str:
    page = f"/listings/{club.listing.slug}"
    answer = browser.submit(page, f"/subscribe/{club.listing.slug}")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_guest_subscribes_and_two_clicks_are_one(club: Club, client: Browser) -> None:
    page = client.page(f"/listings/{club.listing.slug}")
    assert "$9.00 a month" in page.text
    assert page.all("meta", itemprop="unitCode", content="MON")
    there = _subscribe(client, club)
    assert "/c/pay/" in there
    assert _subscribe(client, club) == there
    session = club.sandbox.get("/v1/checkout/sessions")["data"]
    assert len(session) == 1
    assert "customer" not in {name for name, value in session[0].items() if value}
    assert "/ month" in client.page("/").text


def test_the_order_is_frozen_as_at_checkout(cast: Cast) -> None:
    club = Club(cast, stock=1, requires_shipping=True)
    order = club.begin(cast.user("Bob"))
    assert (order.shipping_amount, order.destination) == (0, club.shop.account)
    assert cast.stock(club.listing) == 0
    address = {"name": "Bob", "line1": "5 Harbor Street", "city": "Portland", "country": "US"}
    club.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay", shipping=address)
    first = orders.read_payment(cast.services, order)
    club.read(first)
    newest = club.renew(first)
    assert orders.shipping_address(newest) == orders.shipping_address(first) != []
    assert cast.stock(club.listing) == 0
    subscription = cast.sandbox.get("/v1/subscriptions")["data"][0]
    assert subscription["transfer_data"]["destination"] == club.shop.account
    assert subscription["application_fee_percent"] == 10


def test_a_new_price_makes_a_new_session_and_leaves_subscribers_theirs(club: Club) -> None:
    first = club.join()
    waiting = club.begin()
    with club.services.store.transaction() as tx:
        catalog.set_price_and_stock(tx, club.listing, 1200, None, None)
    again = club.begin(cart_id=str(waiting.cart_id))
    assert again.id != waiting.id
    assert club.cast.reread(waiting).status == "expired"
    assert (again.total_amount, club.renew(first).total_amount) == (1200, 900)


def test_what_cannot_be_subscribed_to(
    club: Club, cast: Cast, client: Browser, as_user: Callable[..., Browser]
) -> None:
    once = cast.listing(club.shop)
    client.page(f"/listings/{once.slug}")
    assert client.post(f"/subscribe/{once.slug}").status_code == 409
    in_cart = {"listing_id": club.listing.id, "quantity": "1"}
    for headers in ({}, HTMX):
        answer = client.post("/cart/add", data=in_cart, headers=headers)
        assert answer.status_code == 409
        assert "own page" in answer.text
    many = client.post(f"/subscribe/{club.listing.slug}", data={"quantity": "3"})
    assert many.status_code == 422
    assert client.post("/subscribe/no-such-listing").status_code == 404
    alice = as_user("Alice")
    alice.page("/")
    assert alice.post(f"/subscribe/{club.listing.slug}").status_code == 409
    leaving.leave(club.services, club.shop.seller.id, club.shop.owner.id)
    with pytest.raises(Refused, match="cannot take payments"):
        club.begin()
    assert client.post(f"/subscribe/{club.listing.slug}").status_code == 409


def test_sold_out_is_sold_out(cast: Cast) -> None:
    club = Club(cast, stock=1)
    club.join()
    with pytest.raises(Refused, match="Sold out"):
        club.begin()


def test_how_it_is_paid_stays_once_somebody_subscribed(
    club: Club, as_user: Callable[..., Browser]
) -> None:
    alice, address = as_user("Alice"), f"/sell/listings/{club.listing.id}"
    assert alice.submit(address, address, billing="year").status_code == 303
    assert alice.submit(address, address, billing="never").status_code == 422
    assert alice.submit(address, address, billing="month").status_code == 303
    club.join()
    refused = alice.submit(address, address, billing="once")
    assert refused.status_code == 422
    assert "Somebody has subscribed" in refused.text
    rows = f"handle,billing\n{club.listing.slug},year\n".encode()
    upload = imports.Upload("a.csv", rows)
    batch = imports.start(club.services, club.shop.seller.id, club.shop.owner.id, upload)
    assert "Somebody has subscribed" in alice.page(f"/sell/listings/import/{batch.id}").text


def test_an_answer_that_is_lost_makes_no_second_session(club: Club) -> None:
    club.sandbox.fault("drop_response", "/v1/checkout/sessions")
    with pytest.raises(Busy):
        club.begin()
    run_once(club.services)
    with club.services.store.read() as tx:
        [row] = tx.all("SELECT id, cart_id FROM orders")
    again = club.begin(cart_id=row["cart_id"])
    assert again.id == row["id"]
    assert len(club.sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_the_seller_can_be_the_merchant_of_record(club: Club) -> None:
    rule = MerchantRule(club.shop.seller.id, merchants.SELLER)
    with club.services.store.transaction() as tx:
        merchants.decide(tx, rule, club.cast.operator().id)
    first = club.join()
    assert (first.status, first.on_behalf_of) == (orders.PAID, 1)
    assert club.sandbox.get("/v1/subscriptions")["data"][0]["on_behalf_of"] == club.shop.account
    assert club.renew(first).on_behalf_of == 1
