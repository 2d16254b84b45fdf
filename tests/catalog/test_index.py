"""The front page: finding what can be bought."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.catalog import service
from storefront.catalog.browsing import PAGE_SIZE, Filters, browse
from storefront.clock import timestamp
from storefront.current import Services
from storefront.ids import new_id
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.support.pages import Page


def titles(page: Page) -> list[str]:
    return [link.text or "" for link in page.root.iterfind(".//h2[@class='listing-card-title']/a")]


def fill(services: Services, shop: Shop, number: int, **columns: Any) -> None:
    """Write many published listings at once."""
    values = {"category": "kitchen", "price": 1000, "currency": shop.seller.currency} | columns
    with services.store.transaction() as tx:
        for each in range(number):
            tx.run(
                "INSERT INTO listings (id, seller_id, slug, title, category, description,"
                " price_amount, currency, stock, requires_shipping, state, created_at,"
                " updated_at, published_at) VALUES (:id, :seller, :id, :title, :category,"
                " 'of stoneware', :price, :currency, 5, 1, 'published', :at, :at, :at)",
                id=new_id(),
                seller=shop.seller.id,
                title=f"Bowl {each}",
                at=timestamp(),
                **values,
            )


def test_it_shows_what_can_be_bought(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    cast.listing(shop, title="Blue mug")
    cast.listing(shop, title="A draft", publish=False)
    paused = cast.listing(shop, title="Paused vase")
    cast.listing(cast.shop("Dora", ready=False), title="Not yet payable")
    with cast.services.store.transaction() as tx:
        service.pause(tx, paused)
    page = client.page("/")
    assert titles(page) == ["Blue mug"]
    assert "$10.00" in page.text
    assert page.links()["Alice's shop"] == "/shops/alices-shop"


def test_it_says_so_when_there_is_nothing_at_all(client: Browser) -> None:
    page = client.page("/")
    assert "Nothing for sale yet" in page.text
    assert page.links()["Open a shop"] == "/sell"


def test_it_marks_what_is_sold_out_and_what_is_nearly(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    cast.listing(shop, stock=0)
    cast.listing(shop, stock=2)
    cast.listing(shop, stock=None)
    page = client.page("/")
    assert page.text.count("Sold out") == 1
    assert page.text.count("Only 2 left") == 1


def test_it_filters_by_category_and_price(cast: Cast, client: Browser) -> None:
    shop, yen = cast.shop(), cast.shop("Kenji", currency="jpy")
    cast.listing(shop, title="Cheap mug", price_amount=900)
    cast.listing(shop, title="Good mug", price_amount=2000)
    cast.listing(shop, title="Art print", category="art", price_amount=2000)
    cast.listing(yen, title="Tea tin", price_amount=2000)
    assert set(titles(client.page("/?category=art"))) == {"Art print"}
    assert set(titles(client.page("/?currency=jpy&min=1000"))) == {"Tea tin"}
    found = client.page("/?category=kitchen&currency=usd&min=10&max=20")
    assert titles(found) == ["Good mug"]
    assert found.links()["10 to 20 USD (remove filter)"] == "/?category=kitchen&currency=usd"
    swapped = client.page("/?category=kitchen&currency=usd&min=20&max=10")
    assert titles(swapped) == ["Good mug"]


def test_it_says_why_a_price_range_is_not_used(cast: Cast, client: Browser) -> None:
    cast.listing(cast.shop(), title="Mug")
    cast.shop("Kenji", currency="jpy")
    without_currency = client.page("/?min=1")
    assert "Choose a currency" in without_currency.text
    assert titles(without_currency) == ["Mug"]
    nonsense = client.page("/?currency=usd&min=abc")
    assert "is not an amount" in nonsense.text
    assert nonsense.one("input", name="min").get("value") == "abc"


def test_it_sorts_by_newest_and_by_price(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    for title, price in (("First", 2000), ("Second", 3000), ("Third", 1000)):
        cast.listing(shop, title=title, price_amount=price)
    assert titles(client.page("/")) == ["Third", "Second", "First"]
    assert titles(client.page("/?sort=price")) == ["Third", "First", "Second"]
    assert titles(client.page("/?sort=-price")) == ["Second", "First", "Third"]
    assert titles(client.page("/?sort=id;DROP TABLE listings")) == ["Third", "Second", "First"]


def test_it_searches_words_and_beginnings_of_words(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    cast.listing(shop, title="Speckled mug", description="Ash glaze")
    cast.listing(shop, title="Linen apron", category="clothing", description="Washed")
    assert titles(client.page("/?q=SPECK")) == ["Speckled mug"]
    assert titles(client.page("/?q=ash mug")) == ["Speckled mug"]
    assert titles(client.page("/?q=clothing")) == ["Linen apron"]
    assert titles(client.page("/?q=mug linen")) == []
    nothing = client.page("/?q=zebra&sort=price")
    assert "Nothing matches" in nothing.text
    assert nothing.h1 == "Results for “zebra”"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=40) | st.text("\"'()*:-^!&|<>%_\\ aANDORNOT", max_size=30))
def test_no_words_break_the_search(cast: Cast, words: str) -> None:
    filters = Filters.from_address({"q": words, "page": words, "min": words, "max": "1"}, ["usd"])
    with cast.services.store.read() as tx:
        browse(tx, filters)
    assert filters.address().startswith("/")


def test_htmx_gets_the_results_alone_and_the_address(cast: Cast, client: Browser) -> None:
    cast.listing(cast.shop(), title="Blue mug")
    response = client.get("/?q=&category=kitchen&min=&max=&currency=&sort=newest", headers=HTMX)
    fragment = Page(response.text)
    assert fragment.one("section", id="results") is not None
    assert fragment.words("h1", id="listings-title", hx_swap_oob="true") == "Kitchen & table"
    assert response.headers["HX-Push-Url"] == "/?category=kitchen"
    assert "HX-Request" in response.vary


def test_pages_follow_each_other_with_and_without_script(cast: Cast, client: Browser) -> None:
    fill(cast.services, cast.shop(), PAGE_SIZE * 2 + 1)
    first = client.page("/?q=bowl")
    second = client.page(first.links()["Next"])
    third = client.page(second.links()["Next"])
    shown = titles(first) + titles(second) + titles(third)
    assert len(set(shown)) == len(shown) == PAGE_SIZE * 2 + 1
    assert "Next" not in third.links()
    assert titles(client.page("/?q=bowl&page=999")) == titles(third)
    assert titles(client.page("/?q=bowl&page=-1")) == titles(first)
    link = next(each for each in first.all("a", rel="next"))
    assert link.get("hx-target") == "#results"
    assert link.get("hx-get") == link.get("href")


def test_ten_thousand_listings_take_six_statements(cast: Cast, client: Browser) -> None:
    fill(cast.services, cast.shop(), 10_000)
    client.post("/cart/add", data={"listing_id": first_id(cast.services), "quantity": "1"})
    statements: list[str] = []
    cast.services.store.observers.append(statements.append)
    for address in ("/", "/?q=bowl&page=7", "/?category=kitchen&currency=usd&min=5&sort=-price"):
        statements.clear()
        page = client.page(address)
        assert len(titles(page)) == PAGE_SIZE
        assert "More than 2,400 listings" in page.text
        assert len(statements) <= 6, statements


def test_signed_in_people_get_no_more_statements(cast: Cast, as_user: Any) -> None:
    cast.listing(cast.shop())
    bob = as_user("Bob")
    statements: list[str] = []
    cast.services.store.observers.append(statements.append)
    bob.page("/")
    assert len(statements) <= 6, statements


def first_id(services: Services) -> str:
    with services.store.read() as tx:
        return str(tx.value("SELECT id FROM listings ORDER BY id LIMIT 1"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "listings_newest"),
        (Filters(category="kitchen"), "listings_newest|listings_category"),
        (Filters(currency="usd", sort="price"), "listings_price"),
        (Filters(currency="usd", sort="-price", min_amount=500), "listings_price"),
        (Filters(sort="-price"), "listings_price"),
    ],
)
def test_pages_are_read_from_an_index_in_order(cast: Cast, filters: Filters, index: str) -> None:
    fill(cast.services, cast.shop(), 200)
    statements: list[str] = []
    store = cast.services.store
    store.observers.append(statements.append)
    with store.read() as tx:
        browse(tx, filters)
        store.observers.clear()
        sql = next(each for each in statements if "ORDER BY" in each and "title" in each)
        values = dict.fromkeys(re.findall(r":(\w+)", sql), 1)
        plan = " / ".join(row["detail"] for row in tx.all(f"EXPLAIN QUERY PLAN {sql}", **values))
    assert re.search(index, plan), plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN listings" not in plan
