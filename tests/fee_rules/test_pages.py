"""The operator's fee pages."""

import csv
import io
from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.ids import new_token
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from tests.cast import Cast
from tests.client import HTMX, Browser

PAGE = "/admin/fees"


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_rule_is_added_tried_and_ended(
    olga: Browser, cast: Cast, headers: dict[str, str]
) -> None:
    shop = cast.shop()
    assert "PLATFORM_FEE" in olga.page(PAGE).text
    fields = dict(olga.page(PAGE).form(PAGE)) | {
        "scope": "seller",
        "shop": shop.seller.slug,
        "percent": "12.5",
        "fixed": "usd 0.30",
        "maximum": "usd 20",
    }
    added = olga.post(PAGE, data=fields, headers=headers)
    assert added.status_code in {200, 303}
    page = olga.page(PAGE)
    assert "12.5% + usd 0.30, at most usd 20.00" in page.text
    tried = {"shop": shop.seller.slug, "category": "art", "currency": "usd", "amount": "100"}
    for how in ({}, HTMX):
        assert "$87.20" in olga.get(f"{PAGE}/try", query_string=tried, headers=how).text
    (form,) = [found for found in page.all("form") if found.get("action", "").endswith("/end")]
    assert olga.post(str(form.get("action")), headers=headers).status_code in {200, 303}
    assert "The rule has ended" in olga.page(PAGE).text
    assert olga.post(str(form.get("action"))).status_code == 409


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"percent": "a tenth"}, "is not a percentage"),
        ({"percent": "10", "fixed": "30 cents"}, "is not like “usd 0.30”"),
        ({"percent": "10", "scope": "category"}, "Please choose a category."),
        ({"percent": "10", "scope": "seller", "shop": "nobody"}, "No shop has this address"),
        ({"percent": "10", "starts_on": "tomorrow"}, "Not a valid date"),
        ({"percent": "10", "ends_on": "2020-01-01"}, "must end after it begins"),
    ],
)
def test_a_wrong_rule_comes_back_with_the_reason(
    olga: Browser, changes: dict[str, str], words: str
) -> None:
    fields = dict(olga.page(PAGE).form(PAGE)) | changes
    answer = olga.post(PAGE, data=fields)
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("amount", ["", "-5", "lots", "1.234"])
def test_a_sale_that_is_none_is_said_in_words(olga: Browser, amount: str) -> None:
    sale = {"category": "art", "currency": "usd", "amount": amount}
    answer = olga.get(f"{PAGE}/try", query_string=sale, headers=HTMX)
    assert 'data-tone="warn"' in answer.text


def test_the_report_adds_up_and_comes_as_csv(olga: Browser, services: Services, cast: Cast) -> None:
    shop = cast.shop(name="=Otter & Oak")
    first, second = (cast.order(cast.listing(shop, price_amount=price)) for price in (1000, 2500))
    wish = Wish(500, reverse_transfer=True, return_fee=True)
    refunds.request(services, second.id, wish, Author(new_token()))
    text = olga.page(f"{PAGE}/report").text
    assert "$3.50" in text  # fees
    assert "$0.50" in text  # returned
    assert "$3.00" in text  # kept
    answer = olga.get(f"{PAGE}/report.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["order"] for row in rows] == [str(second.number), str(first.number)]
    assert rows[0]["application_fee"] == cast.reread(second).stripe_application_fee_id
    assert (rows[0]["amount"], rows[0]["refunded"], rows[0]["kept"]) == ("2.50", "0.50", "2.00")
    assert rows[0]["shop"] == "'=Otter & Oak"
    empty = f"{PAGE}/report?since=2020-01-01&until=2020-12-31"
    assert "No fees in this time" in olga.page(empty).text
    assert olga.get(f"{PAGE}/report?since=nonsense").status_code == 200
