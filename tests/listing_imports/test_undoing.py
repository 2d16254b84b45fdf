"""Undoing an import: what is still as it left it goes back, the rest is named."""

from collections.abc import Callable

import pytest

from storefront.catalog import bulk
from storefront.catalog import service as catalog
from storefront.catalog.service import Listing
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.listing_imports import files

AsUser = Callable[[str], Browser]
HEADER = "sku,title,category,description,price,stock,shipped,state\n"
NEW = "N-1,New bowl,kitchen,,20,3,no,published\n"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop, which can be paid."""
    return cast.shop()


@pytest.fixture
def alice(shop: Shop, as_user: AsUser) -> Browser:
    """Its owner."""
    return as_user(shop.owner.name)


def found(cast: Cast, shop: Shop, sku: str) -> Listing:
    return next(each for each in files.listings(cast, shop) if each.sku == sku)


def without_moment(listings: list[Listing]) -> list[dict[str, object]]:
    return [
        {name: getattr(each, name) for name in each.__slots__ if name != "updated_at"}
        for each in listings
    ]


def test_every_listing_is_as_it_was(cast: Cast, shop: Shop, alice: Browser) -> None:
    cast.listing(shop, sku="M-1", title="Blue mug")
    cast.listing(shop, sku="D-1", title="A draft", publish=False)
    paused = cast.listing(shop, sku="P-1", title="A paused one", stock=None)
    alice.post(f"/sell/listings/{paused.id}/pause")
    before = without_moment(files.listings(cast, shop))
    address = files.imported(
        alice,
        f"{HEADER}M-1,Green mug,home,Green,12.50,unlimited,yes,paused\n"
        "D-1,Draft no more,home,Green,12.50,2,yes,published\n"
        f"P-1,Sold again,home,Green,12.50,0,yes,published\n{NEW}",
    )
    assert len(files.listings(cast, shop)) == 4
    files.undone(alice, address)
    assert without_moment(files.listings(cast, shop)) == before
    assert files.counts(alice, address) == {"Put back": 3, "Deleted": 1}
    assert "3 listings are as before, 1 deleted, 0 paused" in alice.page(address).text


def test_undoing_twice_undoes_once(
    cast: Cast, shop: Shop, alice: Browser, headers: dict[str, str]
) -> None:
    mug = cast.listing(shop, sku="M-1", title="Blue mug")
    address = files.imported(alice, "sku,title\nM-1,Green mug\n")
    for _ in range(2):
        alice.post(f"{address}/undo", headers=headers)
    with cast.services.store.transaction() as tx:
        bulk.put_back(tx, mug, "paused")
    alice.post(f"{address}/undo", headers=headers)
    alice.post(f"{address}/commit", data={"comparison": "1"}, headers=headers)
    after = found(cast, shop, "M-1")
    assert (after.title, after.state) == ("Blue mug", "paused")


def test_what_was_changed_since_stays(cast: Cast, shop: Shop, alice: Browser) -> None:
    mug = cast.listing(shop, sku="M-1", title="Blue mug")
    cast.listing(shop, sku="B-1", title="Low bowl", stock=5)
    rows = "M-1,Green mug,home,,12.50,7,yes,published\nB-1,Low bowl,kitchen,,10,9,no,published\n"
    address = files.imported(alice, HEADER + rows + NEW)
    edit = f"/sell/listings/{mug.id}"
    alice.submit(edit, edit, title="My own mug", price="15")
    with cast.services.store.transaction() as tx:
        catalog.take_stock(tx, found(cast, shop, "B-1").id, 1)
    new = found(cast, shop, "N-1")
    alice.submit(f"/sell/listings/{new.id}", f"/sell/listings/{new.id}", title="Newer bowl")
    before = files.listings(cast, shop)
    files.undone(alice, address)
    assert files.listings(cast, shop) == before
    kept = files.view(alice, address, "kept")
    assert "Changed or sold since: title, price. It stays as it is now." in kept
    assert "Changed or sold since: stock." in kept
    assert "Changed since: title." in kept


def test_a_new_listing_that_was_ordered_is_paused(cast: Cast, shop: Shop, alice: Browser) -> None:
    address = files.imported(alice, HEADER + NEW)
    cast.order(found(cast, shop, "N-1"))
    files.undone(alice, address)
    assert found(cast, shop, "N-1").state == "paused"
    assert "It was ordered, so it is not deleted but paused." in files.view(
        alice, address, "paused"
    )


def test_a_new_listing_in_a_cart_is_paused(cast: Cast, shop: Shop, alice: Browser) -> None:
    address = files.imported(alice, HEADER + NEW)
    cast.cart(found(cast, shop, "N-1"))
    files.undone(alice, address)
    assert found(cast, shop, "N-1").state == "paused"
    assert "It lies in a cart" in files.view(alice, address, "paused")


def test_a_draft_that_was_published_and_ordered_does_not_vanish(
    cast: Cast, shop: Shop, alice: Browser
) -> None:
    cast.listing(shop, sku="D-1", title="A draft", stock=None, publish=False)
    address = files.imported(alice, "sku,state\nD-1,published\n")
    cast.order(found(cast, shop, "D-1"))
    files.undone(alice, address)
    assert found(cast, shop, "D-1").state == "paused"
    assert "paused instead of a draft" in files.view(alice, address, "restored")


def test_what_was_deleted_since_is_named(cast: Cast, shop: Shop, alice: Browser) -> None:
    address = files.imported(alice, files.NEW_ROW)
    alice.post(f"/sell/listings/{found(cast, shop, 'N-1').id}/delete")
    files.undone(alice, address)
    assert "It was deleted since." in files.view(alice, address, "kept")


def test_an_sku_that_is_taken_meanwhile_is_not_taken_back(
    cast: Cast, shop: Shop, alice: Browser
) -> None:
    cast.listing(shop, sku="M-1", title="Blue mug")
    address = files.imported(alice, "handle,sku\nblue-mug,M-2\n")
    cast.listing(shop, sku="M-1", title="Another mug")
    files.undone(alice, address)
    assert "has the SKU “M-1”. It stays as it is now." in files.view(alice, address, "kept")
    assert found(cast, shop, "M-2").title == "Blue mug"


def test_pictures_are_not_deleted(cast: Cast, shop: Shop, as_user: AsUser, png: bytes) -> None:
    alice = as_user(shop.owner.name)
    address = files.imported(alice, files.NEW_ROW)
    new = found(cast, shop, "N-1")
    alice.post(f"/sell/listings/{new.id}/pictures", data={"pictures": files.file(png, "bowl.png")})
    files.undone(alice, address)
    assert found(cast, shop, "N-1") == new
    assert "It has got pictures since." in files.view(alice, address, "kept")


def test_what_was_never_imported_cannot_be_undone(alice: Browser) -> None:
    address = files.compare(alice, files.NEW_ROW)
    assert alice.post(f"{address}/undo").status_code == 409
