"""The seller's list of listings, with price and stock edited in its rows."""

from collections.abc import Callable

import pytest

from storefront.catalog import service
from storefront.catalog.service import Listing
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]


def stored(cast: Cast, listing: Listing) -> Listing:
    with cast.services.store.read() as tx:
        return service.of_seller(tx, listing.seller_id, listing.id)


def test_it_lists_everything_of_the_own_shop(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop("Alice", ready=False)
    cast.listing(shop, title="Blue mug")
    cast.listing(shop, title="Green jug", publish=False, stock=None)
    cast.listing(cast.shop("Charlie", ready=False), title="Elsewhere")
    alice = as_user("Alice")
    page = alice.page("/sell/listings")
    assert "Blue mug" in page.text
    assert "Green jug" in page.text
    assert "No limit" in page.text
    assert "Elsewhere" not in page.text
    assert page.links()["Drafts 1"] == "/sell/listings?state=draft"
    drafts = alice.page("/sell/listings?state=draft").text
    assert "Green jug" in drafts
    assert "Blue mug" not in drafts
    found = alice.page("/sell/listings?q=mug").text
    assert "Blue mug" in found
    assert "Green jug" not in found
    assert "No listing like this" in alice.page("/sell/listings?q=!!!&state=paused").text


def test_an_empty_shop_is_invited_to_begin(cast: Cast, as_user: AsUser) -> None:
    cast.shop(ready=False)
    page = as_user("Alice").page("/sell/listings")
    assert page.links()["Write it"] == "/sell/listings/new"


def test_many_listings_come_in_pages(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    for _ in range(25):
        cast.listing(shop)
    page = as_user("Alice").page("/sell/listings?q=mug&state=published")
    assert page.links()["Next"] == "/sell/listings?state=published&q=mug&page=2"


def test_a_row_opens_for_editing_and_closes_again(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), title="Blue mug")
    alice, address = as_user("Alice"), f"/sell/listings/{listing.id}"
    opened = alice.get(f"{address}/price", headers=HTMX).text
    assert opened.strip().startswith(f'<tr id="listing-{listing.id}">')
    assert 'value="10.00"' in opened
    closed = alice.get(f"{address}/row", headers=HTMX).text
    assert closed.strip().startswith(f'<tr id="listing-{listing.id}">')
    assert "<input" not in closed.replace('<input type="hidden"', "")
    assert alice.get(f"{address}/row").location == "/sell/listings"
    assert alice.page(f"{address}/price").form(f"{address}/price")["price"] == "10.00"


def test_price_and_stock_are_changed_in_place(
    cast: Cast, as_user: AsUser, headers: dict[str, str]
) -> None:
    listing = cast.listing(cast.shop(ready=False))
    sent = {"price": "12.50", "stock": "7", "stock_seen": "5"}
    answer = as_user("Alice").post(f"/sell/listings/{listing.id}/price", data=sent, headers=headers)
    after = stored(cast, listing)
    assert (after.price_amount, after.stock, after.title) == (1250, 7, listing.title)
    if headers:
        assert "$12.50" in answer.text
        assert "Saved" in answer.text
    else:
        assert (answer.status_code, answer.location) == (303, "/sell/listings")


def test_a_row_without_limit_keeps_it(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), stock=None)
    alice, address = as_user("Alice"), f"/sell/listings/{listing.id}/price"
    fields = Page(alice.get(address, headers=HTMX).text).form(address) | {"price": "9"}
    assert alice.post(address, data=fields, headers=HTMX).status_code == 200
    assert (stored(cast, listing).stock, stored(cast, listing).price_amount) == (None, 900)


@pytest.mark.parametrize(
    ("price", "stock", "said"),
    [("", "1", "enter a price"), ("x", "1", "not an amount"), ("5", "many", "whole number")],
)
def test_a_wrong_entry_is_said_in_the_row(
    cast: Cast, as_user: AsUser, headers: dict[str, str], price: str, stock: str, said: str
) -> None:
    listing = cast.listing(cast.shop(ready=False))
    sent = {"price": price, "stock": stock, "stock_seen": "5"}
    answer = as_user("Alice").post(f"/sell/listings/{listing.id}/price", data=sent, headers=headers)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{stock}"' in answer.text
    assert stored(cast, listing) == listing


def test_a_row_notices_that_something_was_sold_meanwhile(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), stock=5)
    alice, address = as_user("Alice"), f"/sell/listings/{listing.id}/price"
    with cast.services.store.transaction() as tx:
        service.take_stock(tx, listing.id, 1)
    sent = {"price": "10", "stock": "9", "stock_seen": "5"}
    answer = alice.post(address, data=sent, headers=HTMX)
    assert answer.status_code == 422
    assert "It is now 4." in answer.text
    assert 'name="stock_seen" value="4"' in answer.text
    assert stored(cast, listing).stock == 4
    assert alice.post(address, data=sent | {"stock_seen": "4"}, headers=HTMX).status_code == 200
    assert stored(cast, listing).stock == 9
