"""Writing what the comparison has shown: all of it, once, and nothing else."""

from collections.abc import Callable

import pytest

from storefront.catalog import repository
from storefront.catalog import service as catalog
from storefront.store import Conflict, Tx
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.listing_imports import files

AsUser = Callable[[str], Browser]
FILE = (
    "sku,title,category,description,price,stock,shipped,state\n"
    "M-1,Green mug,home,**Green**,12.50,unlimited,yes,paused\n"
    "N-1,New bowl,kitchen,,20,3,no,published\n"
    "N-2,New bowl,kitchen,,20,3,no,\n"
).replace(",\n", ",draft\n")


def history(browser: Browser) -> str:
    """The words of the earlier imports."""
    return browser.page(files.IMPORT).words("section", aria_labelledby="history")


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop with a mug, which has an SKU."""
    shop = cast.shop(ready=False)
    cast.listing(shop, sku="M-1", title="Blue mug")
    return shop


@pytest.fixture
def alice(shop: Shop, as_user: AsUser) -> Browser:
    """Its owner."""
    return as_user(shop.owner.name)


def test_everything_is_written_at_once(
    cast: Cast, shop: Shop, alice: Browser, client: Browser
) -> None:
    address = files.imported(alice, FILE)
    mug, bowl, draft = files.listings(cast, shop)
    assert (mug.title, mug.slug, mug.category, mug.state) == (
        "Green mug", "blue-mug", "home", "paused",
    )  # fmt: skip
    assert (mug.description, mug.price_amount, mug.stock) == ("**Green**", 1250, None)
    assert (bowl.sku, bowl.slug, bowl.state) == ("N-1", "new-bowl", "published")
    assert (draft.sku, draft.state, draft.published_at) == ("N-2", "draft", None)
    assert draft.slug.startswith("new-bowl-")
    assert mug.requires_shipping
    assert not bowl.requires_shipping
    page = alice.page(address)
    assert "2 new listings, 1 changed, 0 as they were." in page.text
    assert client.page("/listings/new-bowl").h1 == "New bowl"
    assert "stock.csv Alice 2 1 0 Imported" in history(alice)


def test_the_form_writes_once_however_often_it_is_sent(
    cast: Cast, shop: Shop, alice: Browser, headers: dict[str, str]
) -> None:
    address = files.compare(alice, files.NEW_ROW)
    form = alice.page(address).form(f"{address}/commit")
    for _ in range(3):
        answer = alice.post(f"{address}/commit", data=form, headers=headers)
        there = answer.headers["HX-Redirect"] if headers else answer.location
        assert there == address
    assert [listing.sku for listing in files.listings(cast, shop)] == ["M-1", "N-1"]


def test_what_changed_since_is_shown_again(cast: Cast, shop: Shop, alice: Browser) -> None:
    address = files.compare(alice, "sku,title,category,price,stock\nM-1,A mug,art,9,9\n"
                                   "N-1,New bowl,kitchen,20,3\n")  # fmt: skip
    form = alice.page(address).form(f"{address}/commit")
    (mug,) = files.listings(cast, shop)
    with cast.services.store.transaction() as tx:
        catalog.take_stock(tx, mug.id, 2)
    before = files.listings(cast, shop)
    assert alice.post(f"{address}/commit", data=form).status_code == 303
    assert files.listings(cast, shop) == before
    page = alice.page(address)
    assert "Your listings have changed since you looked" in page.text
    assert "stockfrom 3 to 9" in files.view(alice, address, "changed")
    stale = alice.post(f"{address}/commit", data=form)
    assert stale.status_code == 409
    assert "not the newest one" in stale.text
    assert files.listings(cast, shop) == before
    files.commit(alice, address)
    assert [(each.sku, each.stock) for each in files.listings(cast, shop)] == [
        ("M-1", 9), ("N-1", 3),
    ]  # fmt: skip


def test_an_sku_that_was_given_away_since_is_noticed(
    cast: Cast, shop: Shop, alice: Browser
) -> None:
    address = files.compare(alice, files.NEW_ROW)
    form = alice.page(address).form(f"{address}/commit")
    cast.listing(shop, sku="N-1", title="Old bowl")
    before = files.listings(cast, shop)
    alice.post(f"{address}/commit", data=form)
    assert files.listings(cast, shop) == before
    assert "from Old bowl to New bowl" in files.view(alice, address, "changed")


def test_a_sale_elsewhere_does_not_matter(cast: Cast, shop: Shop, alice: Browser) -> None:
    address = files.compare(alice, "sku,title\nM-1,Green mug\n")
    (mug,) = files.listings(cast, shop)
    with cast.services.store.transaction() as tx:
        catalog.take_stock(tx, mug.id, 2)
    files.commit(alice, address)
    (after,) = files.listings(cast, shop)
    assert (after.title, after.stock) == ("Green mug", 3)


def test_with_errors_nothing_is_written(cast: Cast, shop: Shop, alice: Browser) -> None:
    before = files.listings(cast, shop)
    address = files.compare(alice, files.NEW_ROW + "N-2,New vase,kitchen,free,3\n")
    assert not alice.page(address).all("form", action=f"{address}/commit")
    answer = alice.post(f"{address}/commit", data={"comparison": "1"})
    assert answer.status_code == 409
    assert "Rows have errors" in answer.text
    assert files.listings(cast, shop) == before


def test_a_file_that_changes_nothing_cannot_be_imported(alice: Browser) -> None:
    address = files.compare(alice, "sku,title\nM-1,Blue mug\n")
    assert "Nothing changes" in alice.page(address).text
    assert alice.post(f"{address}/commit", data={"comparison": "1"}).status_code == 409


@pytest.mark.parametrize("comparison", ["", "0", "2", "x", "9" * 30])
@pytest.mark.one_database
def test_only_the_comparison_that_was_seen_is_written(
    cast: Cast, shop: Shop, alice: Browser, comparison: str
) -> None:
    address = files.compare(alice, files.NEW_ROW)
    answer = alice.post(f"{address}/commit", data={"comparison": comparison})
    assert answer.status_code == 409
    assert len(files.listings(cast, shop)) == 1


def test_a_failure_in_the_middle_leaves_nothing_half_written(
    cast: Cast, shop: Shop, alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = files.compare(alice, FILE)
    before = files.listings(cast, shop)
    insert = repository.insert

    def fail(tx: Tx, listing: catalog.Listing) -> None:
        if listing.sku == "N-2":
            raise Conflict("another one has every address")
        insert(tx, listing)

    monkeypatch.setattr(repository, "insert", fail)
    files.commit(alice, address)
    assert files.listings(cast, shop) == before
    monkeypatch.undo()
    files.commit(alice, address)
    assert len(files.listings(cast, shop)) == 3


def test_htmx_is_told_why_not(alice: Browser) -> None:
    address = files.compare(alice, files.NEW_ROW)
    answer = alice.post(f"{address}/commit", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#flash")
