"""The page of the cart: groups by shop, totals, conflicts, changes."""

from collections.abc import Callable

import pytest

from storefront.catalog import service as catalog
from storefront.catalog.service import Listing
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]


def put(browser: Browser, listing: Listing, quantity: int = 1) -> None:
    data = {"listing_id": listing.id, "quantity": str(quantity)}
    assert browser.post("/cart/add", data=data).status_code == 303


def group(page: Page, shop: str) -> str:
    return page.words("section", aria_label=f"From {shop}")


def test_an_empty_cart_invites_to_look_around(client: Browser) -> None:
    page = client.page("/cart")
    assert "Your cart is empty" in page.text
    assert page.links()["Look around"] == "/"
    assert page.one("span", id="cart-count").get("hidden") is not None


def test_one_shop_is_one_checkout(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    put(client, cast.listing(shop, price_amount=1000, requires_shipping=True), 2)
    put(client, cast.listing(shop, price_amount=550))
    page = client.page("/cart")
    assert "pay each shop separately" not in page.text
    assert "Items$25.50" in group(page, "Alice's shop")
    assert "Shipping$5.00" in group(page, "Alice's shop")
    assert "Total$30.50" in group(page, "Alice's shop")
    form = page.one("form", action="/checkout/alices-shop")
    assert "Checkout with Alice's shop" in "".join(form.itertext())
    assert not [name for name in form.attrib if name.startswith("hx-")]


def test_several_shops_are_paid_separately(cast: Cast, client: Browser) -> None:
    put(client, cast.listing(cast.shop("Alice"), price_amount=1000))
    put(client, cast.listing(cast.shop("Charlie"), price_amount=500, requires_shipping=True))
    put(client, cast.listing(cast.shop("Kenji", currency="jpy"), price_amount=3000))
    page = client.page("/cart")
    assert "You pay each shop separately" in page.text
    assert len([form for form in page.all("form") if "/checkout/" in form.get("action", "")]) == 3
    assert "No shipping needed" in group(page, "Alice's shop")
    assert "Total in USD$20.00" in page.text
    assert "Total in JPY¥3,000" in page.text


def test_quantities_are_changed_in_place(
    cast: Cast, client: Browser, headers: dict[str, str]
) -> None:
    listing = cast.listing(cast.shop(), stock=5)
    put(client, listing)
    address = f"/cart/lines/{listing.id}"
    for sent, expected in (
        ({"quantity": "3"}, "3"),
        ({"quantity": "3", "step": "1"}, "4"),
        ({"quantity": "4", "step": "-1"}, "3"),
        ({"quantity": "3", "step": "99"}, "3"),
    ):
        answer = client.post(address, data=sent, headers=headers)
        if headers:
            fragment = Page(answer.text)
            assert fragment.one("div", id="cart") is not None
            assert fragment.words("span", id="cart-count", hx_swap_oob="true") == expected
        else:
            assert (answer.status_code, answer.location) == (303, "/cart")
        assert client.page("/cart").one("input", name="quantity").get("value") == expected


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"quantity": "6"}, "Only 5 left."),
        ({"quantity": "5", "step": "1"}, "Only 5 left."),
        ({"quantity": "0"}, "from 1 to 99"),
        ({"quantity": "1", "step": "-1"}, "from 1 to 99"),
        ({"quantity": "two"}, "You typed “two”."),
        ({}, "from 1 to 99"),
    ],
)
def test_a_wrong_quantity_is_said_at_the_line(
    cast: Cast, client: Browser, headers: dict[str, str], sent: dict[str, str], said: str
) -> None:
    listing = cast.listing(cast.shop(), stock=5)
    put(client, listing, 2)
    answer = client.post(f"/cart/lines/{listing.id}", data=sent, headers=headers)
    assert answer.status_code == 422
    assert said in Page(answer.text).text
    assert client.page("/cart").one("input", name="quantity").get("value") == "2"


def test_lines_are_removed(cast: Cast, client: Browser, headers: dict[str, str]) -> None:
    listing = cast.listing(cast.shop())
    put(client, listing)
    for _ in range(2):
        answer = client.post(f"/cart/lines/{listing.id}/remove", headers=headers)
        if headers:
            assert "Your cart is empty" in answer.text
        else:
            assert answer.location == "/cart"
    assert "Your cart is empty" in client.page("/cart").text


def test_nobody_changes_the_cart_of_somebody_else(
    cast: Cast, client: Browser, as_user: AsUser
) -> None:
    listing = cast.listing(cast.shop())
    put(client, listing, 2)
    for stranger in (client.application.test_client(), as_user("Charlie")):
        assert isinstance(stranger, Browser)
        stranger.page("/cart")
        changed = stranger.post(f"/cart/lines/{listing.id}", data={"quantity": "5"})
        assert changed.status_code == 404
        stranger.post(f"/cart/lines/{listing.id}/remove")
    assert client.page("/cart").one("input", name="quantity").get("value") == "2"


def test_too_little_stock_is_said_and_can_be_put_right(cast: Cast, client: Browser) -> None:
    listing = cast.listing(cast.shop(), stock=5)
    put(client, listing, 4)
    with cast.services.store.transaction() as tx:
        catalog.take_stock(tx, listing.id, 3)
    page = client.page("/cart")
    assert "Only 2 left. Please choose fewer." in page.text
    assert "Checkout is not possible here yet" in page.text
    assert not page.all("form", action="/checkout/alices-shop")
    client.post(f"/cart/lines/{listing.id}", data={"quantity": "2"})
    assert client.page("/cart").one("form", action="/checkout/alices-shop") is not None


def test_a_new_price_is_said_and_asked_for(cast: Cast, client: Browser) -> None:
    listing = cast.listing(cast.shop(), price_amount=1000)
    put(client, listing)
    with cast.services.store.transaction() as tx:
        catalog.set_price_and_stock(tx, listing, 1250, 5, 5)
    page = client.page("/cart")
    assert "has changed from $10.00 to $12.50" in page.text
    assert "Total$12.50" in group(page, "Alice's shop")
    client.post(f"/cart/lines/{listing.id}", data={"quantity": "2"})
    assert "has changed" not in client.page("/cart").text


def test_a_shop_that_cannot_sell_does_not_hold_up_the_others(cast: Cast, client: Browser) -> None:
    closing, other = cast.shop("Dora"), cast.shop("Alice")
    put(client, cast.listing(closing, title="Blanket", price_amount=700))
    put(client, cast.listing(other, title="Mug", price_amount=1000))
    with cast.services.store.transaction() as tx:
        tx.run(
            "UPDATE connected_accounts SET transfers_capability = 'inactive' WHERE seller_id = :id",
            id=closing.seller.id,
        )
    page = client.page("/cart")
    assert "Dora's shop cannot take payments at the moment" in group(page, "Dora's shop")
    assert not page.all("form", action="/checkout/dora-s-shop")
    assert page.one("form", action="/checkout/alices-shop") is not None
    assert "Total$10.00" in page.words("aside")


def test_paused_listings_block_their_shop_until_they_are_removed(
    cast: Cast, client: Browser
) -> None:
    shop = cast.shop()
    paused = cast.listing(shop)
    put(client, paused)
    put(client, cast.listing(shop))
    with cast.services.store.transaction() as tx:
        catalog.pause(tx, paused)
    page = client.page("/cart")
    assert "The shop has paused this listing." in page.text
    assert "Nothing in your cart can be paid just now" in page.text
    client.post(f"/cart/lines/{paused.id}/remove", headers=HTMX)
    assert client.page("/cart").one("form", action="/checkout/alices-shop") is not None


def test_a_guests_cart_follows_into_the_account(
    cast: Cast, client: Browser, as_user: AsUser
) -> None:
    shop = cast.shop()
    mug, jug = cast.listing(shop, title="Mug"), cast.listing(shop, title="Jug")
    earlier = as_user("Bob")
    put(earlier, mug, 2)
    put(client, mug, 1)
    put(client, jug, 1)
    client.submit("/sign-in", "/sign-in", email="bob@example.com", password="correct horse battery")
    for browser in (client, earlier):
        page = browser.page("/cart")
        assert page.words("span", id="cart-count") == "4"
        assert "Jug" in page.text


def test_an_own_listing_that_came_in_as_a_guest_cannot_be_bought(
    cast: Cast, client: Browser
) -> None:
    put(client, cast.listing(cast.shop("Alice")))
    form = {"email": "alice@example.com", "password": "correct horse battery"}
    client.submit("/sign-in", "/sign-in", **form)
    page = client.page("/cart")
    assert "from your own shop" in page.text
    assert not page.all("form", action="/checkout/alices-shop")


def test_a_full_cart_takes_few_statements(cast: Cast, client: Browser) -> None:
    for name in ("Alice", "Charlie", "Dora"):
        shop = cast.shop(name)
        for _ in range(3):
            put(client, cast.listing(shop))
    statements: list[str] = []
    cast.services.store.observers.append(statements.append)
    client.page("/cart")
    assert len(statements) <= 6, statements
