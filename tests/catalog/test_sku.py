"""A seller's own numbers of articles: optional, and unique in a shop."""

from collections.abc import Callable

from storefront.catalog import service
from storefront.catalog.service import Listing
from tests.cast import Cast
from tests.client import Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]
TAKEN = "Another listing of your shop has the SKU “MUG-1”."


def sku_of(cast: Cast, listing: Listing) -> str:
    with cast.services.store.read() as tx:
        return service.of_seller(tx, listing.seller_id, listing.id).sku


def save(browser: Browser, listing: Listing, sku: str) -> int:
    address = f"/sell/listings/{listing.id}"
    return browser.submit(address, address, sku=sku).status_code


def test_it_is_unique_in_a_shop_and_free_in_another(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop("Alice", ready=False)
    mug, bowl = cast.listing(shop), cast.listing(shop)
    print_ = cast.listing(cast.shop("Dora", ready=False))
    alice = as_user("Alice")
    assert save(alice, mug, " MUG-1 ") == save(as_user("Dora"), print_, "MUG-1") == 303
    assert save(alice, bowl, "MUG-1") == 422
    assert save(alice, mug, "MUG-1") == 303
    assert [sku_of(cast, each) for each in (mug, bowl, print_)] == ["MUG-1", "", "MUG-1"]


def test_a_taken_one_is_named_at_its_field(cast: Cast, as_user: AsUser) -> None:
    cast.listing(cast.shop(ready=False), sku="MUG-1", title="Blue mug")
    new = "/sell/listings/new"
    typed = {"title": "Blue mug", "category": "kitchen", "price": "9", "sku": "MUG-1"}
    answer = as_user("Alice").submit(new, new, **typed)
    assert answer.status_code == 422
    assert TAKEN in Page(answer.text).words("p", id="sku-error")
    assert typed.items() <= Page(answer.text).form(new).items()


def test_it_is_short(cast: Cast, as_user: AsUser) -> None:
    mug = cast.listing(cast.shop(ready=False), sku="MUG-1")
    assert save(as_user("Alice"), mug, "x" * 65) == 422
    assert save(as_user("Alice"), mug, "") == 303
    assert sku_of(cast, mug) == ""
