"""Writing and changing a listing."""

from collections.abc import Callable
from typing import Any

import pytest

from storefront.catalog import service
from storefront.catalog.service import Listing
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]

TYPED = {
    "title": "Blue mug",
    "category": "kitchen",
    "description": "Thrown by *hand*.",
    "price": "24.50",
    "stock": "3",
    "stock_seen": "",
    "requires_shipping": "y",
}


def listings(cast: Cast, seller_id: str) -> list[Listing]:
    with cast.services.store.read() as tx:
        rows = tx.all("SELECT id FROM listings WHERE seller_id = :id ORDER BY id", id=seller_id)
        return [service.of_seller(tx, seller_id, row["id"]) for row in rows]


def stored(cast: Cast, listing: Listing) -> Listing:
    with cast.services.store.read() as tx:
        return service.of_seller(tx, listing.seller_id, listing.id)


def typed(listing: Listing, **changed: str) -> dict[str, str]:
    stock = "" if listing.stock is None else str(listing.stock)
    return {**TYPED, "stock": stock, "stock_seen": stock, **changed}


def test_a_new_listing_is_a_draft_with_an_address(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    alice = as_user("Alice")
    answer = alice.submit("/sell/listings/new", "/sell/listings/new", **TYPED)
    assert answer.status_code == 303
    (listing,) = listings(cast, shop.seller.id)
    assert answer.location == f"/sell/listings/{listing.id}"
    assert (listing.title, listing.slug, listing.state) == ("Blue mug", "blue-mug", "draft")
    assert (listing.price_amount, listing.currency, listing.stock) == (2450, "usd", 3)
    assert listing.requires_shipping
    assert "Saved as a draft" in alice.page(answer.location).text


def test_nothing_that_was_typed_is_lost(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    wrong = {**TYPED, "title": "x", "category": "cars", "price": "free", "stock": "-1"}
    answer = as_user("Alice").submit("/sell/listings/new", "/sell/listings/new", **wrong)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert not listings(cast, shop.seller.id)
    again = page.form("/sell/listings/new")
    assert {name: again[name] for name in ("title", "description", "price", "stock")} == {
        name: wrong[name] for name in ("title", "description", "price", "stock")
    }
    for said in ("3 to 80 characters", "choose a category", "not an amount", "whole number"):
        assert said in page.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", "0", "smallest possible"),
        ("price", "-5", "not an amount"),
        ("price", "0.10", "smallest possible"),
        ("price", "1e3", "not an amount"),
        ("price", "9999999", "largest possible"),
        ("price", "1.005", "decimals"),
        ("price", "", "enter a price"),
        ("stock", "1.5", "whole number"),
        ("stock", "١٢", "whole number"),
        ("stock", "100000", "whole number"),
        ("title", "x" * 81, "3 to 80 characters"),
        ("description", "x" * 10_001, "at most 10,000 characters"),
    ],
)
@pytest.mark.one_database
def test_it_says_what_is_wrong(
    cast: Cast, as_user: AsUser, field: str, value: str, said: str
) -> None:
    cast.shop(ready=False)
    answer = as_user("Alice").post("/sell/listings/new", data={**TYPED, field: value})
    assert answer.status_code == 422
    assert said in Page(answer.text).text


def test_a_yen_shop_has_no_decimals(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop("Kenji", currency="jpy", ready=False)
    kenji = as_user("Kenji")
    refused = kenji.post("/sell/listings/new", data={**TYPED, "price": "24.50"})
    assert refused.status_code == 422
    kenji.post("/sell/listings/new", data={**TYPED, "price": "2450"})
    assert listings(cast, shop.seller.id)[0].price_amount == 2450


def test_a_change_is_saved_and_the_address_stays(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), title="Blue mug")
    address = f"/sell/listings/{listing.id}"
    answer = as_user("Alice").submit(
        address, address, title="Green mug", price="30", unlimited="y", category="home"
    )
    assert answer.status_code == 303
    after = stored(cast, listing)
    assert (after.title, after.slug, after.category) == ("Green mug", "blue-mug", "home")
    assert (after.price_amount, after.stock) == (3000, None)


def test_only_the_fields_of_the_form_can_be_changed(cast: Cast, as_user: AsUser) -> None:
    other = cast.shop("Charlie")
    listing = cast.listing(cast.shop("Alice"))
    extra = {
        "seller_id": other.seller.id,
        "currency": "jpy",
        "slug": "stolen",
        "state": "paused",
        "id": "other",
        "price_amount": "1",
        "published_at": "",
    }
    as_user("Alice").post(f"/sell/listings/{listing.id}", data=typed(listing) | extra)
    after = stored(cast, listing)
    assert after.title == "Blue mug"
    kept = ("id", "seller_id", "currency", "slug", "state", "published_at", "created_at")
    assert [getattr(after, name) for name in kept] == [getattr(listing, name) for name in kept]


def test_saving_the_old_stock_does_not_undo_a_sale(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), stock=5)
    alice, address = as_user("Alice"), f"/sell/listings/{listing.id}"
    form = alice.page(address).form(address)
    with cast.services.store.transaction() as tx:
        service.take_stock(tx, listing.id, 2)
    assert alice.post(address, data=form | {"title": "Other title"}).status_code == 303
    after = stored(cast, listing)
    assert (after.title, after.stock) == ("Other title", 3)


def test_a_new_stock_is_not_taken_when_the_old_has_changed(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False), stock=5)
    alice, address = as_user("Alice"), f"/sell/listings/{listing.id}"
    form = alice.page(address).form(address) | {"stock": "9", "title": "Typed title"}
    with cast.services.store.transaction() as tx:
        service.take_stock(tx, listing.id, 2)
    answer = alice.post(address, data=form)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "The stock has changed" in page.text
    assert "now 3" in page.text
    assert stored(cast, listing) == stored(cast, listing)
    assert (stored(cast, listing).stock, stored(cast, listing).title) == (3, listing.title)
    assert alice.post(address, data=page.form(address)).status_code == 303
    assert (stored(cast, listing).stock, stored(cast, listing).title) == (9, "Typed title")


def test_the_preview_shows_what_shoppers_will_see(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    fragment = alice.post(
        "/sell/listings/preview", data={"description": "**bold** <script>"}, headers=HTMX
    )
    assert "<strong>bold</strong>" in fragment.text
    assert "<script>" not in fragment.text
    for address in ("/sell/listings/new", f"/sell/listings/{listing.id}"):
        answer = alice.post(address, data=typed(listing, description="**bold**") | {"preview": "1"})
        assert answer.status_code == 200
        assert [each.text for each in Page(answer.text).all("strong")].count("bold") == 1
    assert stored(cast, listing) == listing


def test_save_and_publish(cast: Cast, as_user: AsUser, client: Browser) -> None:
    draft = cast.listing(cast.shop(), publish=False)
    alice = as_user("Alice")
    alice.post(f"/sell/listings/{draft.id}", data=typed(draft) | {"then": "publish"})
    assert stored(cast, draft).state == "published"
    assert "Blue mug" in client.page("/").text


def test_a_listing_is_published_paused_and_published_again(
    cast: Cast, as_user: AsUser, headers: dict[str, str]
) -> None:
    draft = cast.listing(cast.shop(ready=False), publish=False)
    alice, address = as_user("Alice"), f"/sell/listings/{draft.id}"
    moments = set()
    for action, state in (("publish", "published"), ("pause", "paused"), ("publish", "published")):
        answer = alice.post(f"{address}/{action}", headers=headers)
        after = stored(cast, draft)
        moments.add(after.published_at)
        assert after.state == state
        if headers:
            assert f'id="listing-{draft.id}"' in answer.text
        else:
            assert (answer.status_code, answer.location) == (303, "/sell/listings")
    assert len(moments) == 1
    from_editor = alice.post(f"{address}/pause", data={"back": "editor"})
    assert from_editor.location == address


def test_a_draft_cannot_be_paused(cast: Cast, as_user: AsUser) -> None:
    draft = cast.listing(cast.shop(ready=False), publish=False)
    assert as_user("Alice").post(f"/sell/listings/{draft.id}/pause").status_code == 409


def test_only_drafts_can_be_deleted(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    draft, published = cast.listing(shop, publish=False), cast.listing(shop)
    alice = as_user("Alice")
    assert alice.post(f"/sell/listings/{published.id}/delete").status_code == 409
    assert alice.post(f"/sell/listings/{draft.id}/delete").location == "/sell/listings"
    assert [listing.id for listing in listings(cast, shop.seller.id)] == [published.id]


def test_it_says_that_nothing_can_be_bought_before_stripe(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    for address in ("/sell/listings", f"/sell/listings/{listing.id}"):
        page = alice.page(address)
        assert "Visible, but not for sale" in page.text
        assert page.links()["Go to Stripe"] == "/sell/connect"


ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "", {}),
    ("GET", "/row", {}),
    ("GET", "/price", {}),
    ("POST", "", TYPED),
    ("POST", "/price", {"price": "1", "stock": "1", "stock_seen": "5"}),
    ("POST", "/publish", {}),
    ("POST", "/pause", {}),
    ("POST", "/delete", {}),
    ("POST", "/pictures", {}),
]


def test_listings_of_others_look_like_absent_ones(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop("Alice", ready=False))
    cast.shop("Charlie", ready=False)
    charlie = as_user("Charlie")

    def ask(listing_id: str, method: str, path: str, data: dict[str, Any]) -> tuple[int, str]:
        address = f"/sell/listings/{listing_id}{path}"
        answer = charlie.open(address, method=method, data=dict(data), headers=HTMX)
        return answer.status_code, answer.text.replace(listing_id, "")

    for route in ROUTES:
        foreign, absent = ask(listing.id, *route), ask("absent", *route)
        assert foreign == absent, route
        assert foreign[0] == 404, route
    assert stored(cast, listing) == listing


def test_guests_and_shoppers_do_not_get_in(cast: Cast, client: Browser, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop("Alice", ready=False))
    bob = as_user("Bob")
    for method, path, data in ROUTES:
        address = f"/sell/listings/{listing.id}{path}"
        guest = client.open(address, method=method, data=dict(data))
        shopper = bob.open(address, method=method, data=dict(data))
        assert guest.location.startswith("/sign-in")
        assert shopper.location == "/sell/open"
    assert stored(cast, listing) == listing
