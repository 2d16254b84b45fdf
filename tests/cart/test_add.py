"""Putting something into a cart."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.cart import service
from storefront.catalog import service as catalog
from storefront.errors import Invalid
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]


def put(browser: Browser, listing_id: str, quantity: str = "1", **headers: str) -> int:
    data = {"listing_id": listing_id, "quantity": quantity}
    return browser.post("/cart/add", data=data, headers=headers).status_code


def in_cart(browser: Browser) -> int:
    return int(browser.page("/").words("span", id="cart-count"))


@pytest.mark.parametrize("who", ["guest", "Bob"])
def test_guests_and_people_put_things_in(
    cast: Cast, client: Browser, as_user: AsUser, headers: dict[str, str], who: str
) -> None:
    listing = cast.listing(cast.shop(), title="Blue mug")
    browser = client if who == "guest" else as_user(who)
    answer = browser.submit(f"/listings/{listing.slug}", "/cart/add", quantity="2")
    assert (answer.status_code, answer.location) == (303, "/cart")
    data = {"listing_id": listing.id, "quantity": "1"}
    answer = browser.post("/cart/add", data=data, headers=headers)
    if headers:
        fragment = Page(answer.text)
        assert "1 × Blue mug" in fragment.text
        assert fragment.words("span", id="cart-count", hx_swap_oob="true") == "3"
    else:
        assert answer.location == "/cart"
    assert in_cart(browser) == 3
    assert "Blue mug" in browser.page("/cart").text


def test_a_guest_has_no_session_before_there_is_a_cart(cast: Cast, client: Browser) -> None:
    listing = cast.listing(cast.shop())
    for address in ("/", f"/listings/{listing.slug}", "/shops/alices-shop", "/cart"):
        assert "Set-Cookie" not in client.get(address).headers
    answer = client.post("/cart/add", data={"listing_id": listing.id, "quantity": "1"})
    assert "Set-Cookie" in answer.headers


def test_carts_of_two_guests_are_two(cast: Cast, client: Browser) -> None:
    listing = cast.listing(cast.shop())
    other = client.application.test_client()
    assert isinstance(other, Browser)
    put(client, listing.id)
    assert in_cart(client) == 1
    assert in_cart(other) == 0


@pytest.mark.parametrize(
    "quantity",
    ["0", "-1", "1.5", "1e3", "100", "1000000000", "", " 1", "1 ", "+1", "0x1", "٣", "１"],
)
@pytest.mark.one_database
def test_quantities_are_small_whole_numbers(cast: Cast, client: Browser, quantity: str) -> None:
    listing = cast.listing(cast.shop(), stock=None)
    assert put(client, listing.id, quantity) == 422
    assert put(client, listing.id, quantity, **HTMX) == 422
    assert in_cart(client) == 0


@given(st.text(max_size=6) | st.integers(-200, 200).map(str))
def test_nothing_but_1_to_99_is_a_quantity(text: str) -> None:
    if text in {str(number) for number in range(1, 100)}:
        assert service.parse_quantity(text) == int(text)
    else:
        with pytest.raises(Invalid, match="from 1 to 99"):
            service.parse_quantity(text)


def test_a_cart_takes_no_more_than_there_is(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    few, endless = cast.listing(shop, stock=3), cast.listing(shop, stock=None)
    assert put(client, few.id, "4") == 409
    assert put(client, few.id, "2") == 303
    refused = client.post("/cart/add", data={"listing_id": few.id, "quantity": "2"}, headers=HTMX)
    assert refused.status_code == 409
    assert "Only 3 left. Your cart has 2." in refused.text
    assert refused.headers["HX-Retarget"] == "#flash"
    assert put(client, endless.id, "99") == 303
    assert put(client, endless.id, "1") == 409
    assert in_cart(client) == 101


def test_what_is_not_for_sale_does_not_get_in(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    draft, gone = cast.listing(shop, publish=False), cast.listing(shop, stock=0)
    paused, closed = cast.listing(shop), cast.listing(cast.shop("Dora", ready=False))
    with cast.services.store.transaction() as tx:
        catalog.pause(tx, paused)
    answers = [put(client, each.id) for each in (draft, gone, paused, closed)]
    assert answers == [409] * 4
    assert put(client, "absent") == 404
    assert put(client, "'; DROP TABLE carts; --") == 404
    assert in_cart(client) == 0


def test_nobody_buys_from_the_own_shop(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop("Alice"))
    alice = as_user("Alice")
    alice.page("/cart")
    answer = alice.post("/cart/add", data={"listing_id": listing.id, "quantity": "1"})
    assert answer.status_code == 409
    assert "your own shop" in answer.text


def test_price_and_seller_are_not_the_shoppers_to_choose(cast: Cast, client: Browser) -> None:
    listing = cast.listing(cast.shop(), price_amount=1000)
    extra = {"price": "1", "price_amount": "1", "seen_amount": "1", "currency": "jpy", "stock": "9"}
    client.post("/cart/add", data={"listing_id": listing.id, "quantity": "1"} | extra)
    page = client.page("/cart")
    assert "$10.00" in page.text
    assert "has changed" not in page.text
