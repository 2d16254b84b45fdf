"""What a file would change is shown before anything is written."""

from collections.abc import Callable

import pytest

from tests.cast import Cast, Shop
from tests.client import Browser
from tests.listing_imports import files

AsUser = Callable[[str], Browser]
HEADER = "handle,sku,title,category,description,price,currency,stock,shipped,state"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop, not connected to Stripe."""
    return cast.shop(ready=False)


def test_it_tells_new_from_changed_and_unchanged(cast: Cast, shop: Shop, as_user: AsUser) -> None:
    cast.listing(shop, sku="M-1", title="Blue mug", price_amount=1000)
    cast.listing(shop, title="Low bowl")
    before = files.listings(cast, shop)
    alice = as_user("Alice")
    address = files.compare(
        alice,
        "handle,sku,title,category,price,stock\n"
        ",M-1,Green mug,Home & living,“12,50”,unlimited\n".replace("“", '"').replace("”", '"')
        + "low-bowl,,Low bowl,kitchen,10,5\n"
        ",N-1,New vase,art,30,0\n",
    )
    assert files.counts(alice, address) == {"Changed": 1, "New": 1, "Unchanged": 1}
    assert files.view(alice, address, "changed") == (
        "2Green mug titlefrom Blue mug to Green mug categoryfrom Kitchen & table to Home & living"
        " pricefrom $10.00 to $12.50 stockfrom 5 to no limit"
    )
    assert files.view(alice, address, "new") == "4 New vase N-1 $30.00 0 Art & prints draft"
    assert files.view(alice, address, "unchanged") == "3Low bowl"
    assert files.listings(cast, shop) == before
    assert "Nothing written yet" in alice.page(files.IMPORT).text


def test_columns_that_are_not_there_stay_as_they_are(
    cast: Cast, shop: Shop, as_user: AsUser
) -> None:
    cast.listing(shop, sku="M-1", stock=5)
    alice = as_user("Alice")
    assert files.view(alice, files.compare(alice, "sku,stock\nM-1,7\n"), "changed").endswith(
        "stockfrom 5 to 7"
    )
    assert files.counts(alice, files.compare(alice, "sku\nM-1\n")) == {"Unchanged": 1}


def test_an_empty_cell_empties_what_may_be_empty(cast: Cast, shop: Shop, as_user: AsUser) -> None:
    cast.listing(shop, sku="M-1", title="Blue mug")
    alice = as_user("Alice")
    address = files.compare(alice, "handle,sku,description\nblue-mug,,\n")
    assert files.view(alice, address, "changed").endswith(
        "skufrom M-1 to (empty) descriptionfrom Thrown by *hand*. to (empty)"
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",A,x,art,,9,,1,,", "title", "3 to 80 characters"),
        (",A,Mug,cars,,9,,1,,", "category", "choose a category"),
        (",A,Mug,art,,free,,1,,", "price", "“free” is not an amount"),
        (",A,Mug,art,,0.10,,1,,", "price", "smallest possible"),
        (",A,Mug,art,,1.005,,1,,", "price", "2 decimals"),
        (",A,Mug,art,,9,EUR,1,,", "currency", "not the currency of your shop, which is USD"),
        (",A,Mug,art,,9,,1.5,,", "stock", "whole number from 0 to 99,999. For no limit write"),
        (",A,Mug,art,,9,,,,", "stock", "whole number"),
        (",A,Mug,art,,9,,1,maybe,", "shipped", "neither yes nor no"),
        (",A,Mug,art,,9,,1,yes,sold", "state", "is no state"),
        (",A,Mug,art,,9,,1,yes,paused", "state", "nothing to pause"),
        ("blue-mug,,Mug,art,,9,,1,yes,draft", "state", "cannot be a draft again"),
        ("no-such-mug,,Mug,art,,9,,1,yes,draft", "handle", "no listing with this handle"),
        ("blue-mug,B-1,Mug,art,,9,,1,yes,paused", "sku", "“Low bowl” has this SKU."),
        (f",{'x' * 65},Mug,art,,9,,1,yes,draft", "sku", "at most 64 characters"),
        (",A,Mug,art,,9,,1,yes,draft,more", "", "more cells than there are columns"),
        (",A,Mug,art,,9", "currency", "ends before this column"),
    ],
)
def test_it_says_what_is_wrong_with_a_row(
    cast: Cast, shop: Shop, as_user: AsUser, row: str, column: str, said: str
) -> None:
    cast.listing(shop, title="Blue mug")
    cast.listing(shop, title="Low bowl", sku="B-1")
    cast.listing(cast.shop("Dora", ready=False), title="No such mug", sku="A")
    alice = as_user("Alice")
    good = ",G,Good vase,art,,9,usd,1,yes,draft"
    address = files.compare(alice, f"{HEADER}\n{good}\n{row}\n")
    assert files.counts(alice, address) == {"Errors": 1, "New": 1}
    words = files.view(alice, address, "wrong")
    assert words.startswith("3")
    assert f"{column} " in words
    assert said in words
    assert "Nothing can be imported yet" in alice.page(address).text


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (",A", ",A", "sku Row 2 has the same sku."),
        ("blue-mug,", "blue-mug,", "handle Row 2 has the same handle."),
        (",M-1", "blue-mug,", "Row 2 is about the same listing."),
    ],
)
def test_a_listing_stands_in_a_file_once(
    cast: Cast, shop: Shop, as_user: AsUser, first: str, second: str, said: str
) -> None:
    cast.listing(shop, title="Blue mug", sku="M-1")
    alice = as_user("Alice")
    rows = f"{first},Mug,art,9,1\n{second},Mug,art,9,1\n"
    address = files.compare(alice, f"handle,sku,title,category,price,stock\n{rows}")
    assert files.counts(alice, address)["Errors"] == 1
    words = files.view(alice, address, "wrong")
    assert words.startswith("3")
    assert said in words


@pytest.mark.one_database
def test_json_has_its_own_mistakes(shop: Shop, as_user: AsUser) -> None:
    alice = as_user("Alice")
    rows = '[{"title": "Mug", "category": "art", "price": 9.5, "stock": [1], "sku": "a\\ud800"}]'
    words = files.view(alice, files.compare(alice, rows), "wrong")
    assert "price Write numbers with decimals as text" in words
    assert "stock This is a list" in words
    assert "sku This has characters that are no text." in words


@pytest.mark.one_database
def test_a_yen_shop_has_no_decimals(cast: Cast, as_user: AsUser) -> None:
    cast.shop("Kenji", currency="jpy", ready=False)
    kenji = as_user("Kenji")
    file = "title,category,price,stock,currency\nMug,art,{},1,JPY\n"
    assert "¥2,450" in files.view(kenji, files.compare(kenji, file.format("2450")), "new")
    address = files.compare(kenji, file.format("24.50"))
    assert "JPY has 0 decimals" in files.view(kenji, address, "wrong")


@pytest.mark.one_database
def test_the_template_is_a_file_without_errors(cast: Cast, as_user: AsUser) -> None:
    for owner, currency in (("Alice", "usd"), ("Kenji", "jpy")):
        cast.shop(owner, currency=currency, ready=False)
        browser = as_user(owner)
        template = browser.get(f"{files.IMPORT}/template.csv")
        assert template.headers["Content-Disposition"].startswith("attachment")
        assert files.counts(browser, files.compare(browser, template.data)) == {"New": 1}


def test_imports_of_others_look_like_absent_ones(cast: Cast, shop: Shop, as_user: AsUser) -> None:
    address = files.compare(as_user("Alice"), files.NEW_ROW)
    cast.shop("Dora", ready=False)
    dora = as_user("Dora")
    for method, path in (("GET", ""), ("GET", "/progress"), ("POST", "/commit"), ("POST", "/undo")):
        assert dora.open(address + path, method=method).status_code == 404
    assert "Nothing imported yet" in dora.page(files.IMPORT).text
