"""Exports, and that importing one changes nothing."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.catalog import details as accepted
from storefront.catalog import service as catalog
from storefront.catalog.categories import CATEGORIES
from storefront.errors import Invalid
from storefront.listing_imports.formulas import guarded, unguarded
from storefront.listing_imports.writing import KINDS
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.listing_imports import files
from tests.support.scale import scaled

AsUser = Callable[[str], Browser]
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''=1", "'plain", "\t=1", "＝1", '"=1', "")


def text(max_size: int) -> st.SearchStrategy[str]:
    """Anything, often what a spreadsheet would run."""
    anything = st.text(st.characters(codec="utf-8"), max_size=max_size)
    return st.builds("{}{}".format, st.sampled_from(DANGEROUS), anything)


def or_unlimited() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, accepted.MAX_STOCK)


LISTINGS = st.builds(
    catalog.Details,
    title=st.builds("{}abc".format, text(60)),
    category=st.sampled_from(sorted(CATEGORIES)),
    description=text(200),
    price_amount=st.integers(50, 99_999_999),
    stock=or_unlimited(),
    requires_shipping=st.booleans(),
    sku=text(30),
)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop with a listing, the same for all examples of a property."""
    shop = cast.shop(ready=False)
    cast.listing(shop)
    return shop


@pytest.fixture
def alice(shop: Shop, as_user: AsUser) -> Browser:
    """Its owner."""
    return as_user(shop.owner.name)


@settings(
    max_examples=scaled(12, 200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    written=st.lists(LISTINGS, min_size=1, max_size=3), states=st.lists(st.booleans(), min_size=3)
)
def test_importing_an_export_changes_nothing(
    cast: Cast, shop: Shop, alice: Browser, written: list[catalog.Details], states: list[bool]
) -> None:
    for details, is_published in zip(written, states, strict=False):
        # What is too long once it is clean, or has an SKU twice, is not written.
        with suppress(Invalid), cast.services.store.transaction() as tx:
            listing = catalog.create(tx, shop.seller.id, "usd", details)
            if is_published:
                catalog.publish(tx, listing)
    count = len(files.listings(cast, shop))
    for kind in KINDS:
        exported = alice.get(f"{files.EXPORT}?format={kind}").data
        address = files.compare(alice, exported, f"listings.{kind}")
        assert files.counts(alice, address) == {"Unchanged": count}, exported


@given(st.one_of(text(20), st.text("'=+-@\ta")))
def test_a_formula_is_guarded_and_comes_back(typed: str) -> None:
    cell = guarded(typed)
    assert unguarded(cell) == typed
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_no_cell_of_a_table_is_a_formula(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    cast.listing(shop, title="=HYPERLINK(1)", description="@SUM(1)", sku="-1")
    alice = as_user("Alice")
    for kind, separator in (("csv", ","), ("tsv", "\t")):
        exported = alice.get(f"{files.EXPORT}?format={kind}").data.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(exported), delimiter=separator)
        assert row["title"] == "'=HYPERLINK(1)"
        assert row["description"] == "'@SUM(1)"
        assert row["sku"] == "'-1"
        assert (row["price"], row["currency"], row["stock"]) == ("10.00", "USD", "5")
    (raw,) = json.loads(alice.get(f"{files.EXPORT}?format=json").text)
    assert (raw["title"], raw["sku"]) == ("=HYPERLINK(1)", "-1")
    assert (raw["price"], raw["stock"], raw["shipped"]) == ("10.00", 5, False)


def test_it_is_a_file_with_a_name(cast: Cast, as_user: AsUser) -> None:
    cast.shop(ready=False)
    alice = as_user("Alice")
    for kind in KINDS:
        answer = alice.get(f"{files.EXPORT}?format={kind}")
        assert answer.content_type == f"{KINDS[kind].mimetype}; charset=utf-8"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith('attachment; filename="alices-shop-listings-20')
        assert disposition.endswith(f'.{kind}"')
    assert alice.get(f"{files.EXPORT}?format=xlsx").status_code == 422


@pytest.mark.one_database
def test_a_shop_without_listings_exports_the_columns(cast: Cast, as_user: AsUser) -> None:
    cast.listing(cast.shop("Dora", ready=False), title="Not yours")
    cast.shop(ready=False)
    alice = as_user("Alice")
    assert alice.get(files.EXPORT).text.startswith("\ufeffhandle,sku,title")
    assert json.loads(alice.get(f"{files.EXPORT}?format=json").text) == []
    assert alice.get(f"{files.EXPORT}?format=ndjson").text == ""
    assert "columns but no rows" in files.refusal(alice, alice.get(files.EXPORT).data)


@pytest.mark.one_database
def test_many_listings_are_all_there_in_their_order(cast: Cast, as_user: AsUser) -> None:
    shop = cast.shop(ready=False)
    with cast.services.store.transaction() as tx:
        for number in range(1001):
            said = catalog.Details(f"Mug {number}", "art", "", 1000, 1, True, str(number))
            catalog.create(tx, shop.seller.id, "usd", said)
    lines = as_user("Alice").get(f"{files.EXPORT}?format=ndjson").text.splitlines()
    assert [json.loads(line)["sku"] for line in lines] == [str(each) for each in range(1001)]
