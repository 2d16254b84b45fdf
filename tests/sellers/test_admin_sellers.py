"""The operator's view of all shops."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.sellers import directory
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


def test_every_shop_is_listed_with_its_account(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    ready = cast.shop("Alice", name="Otter & Oak")
    cast.shop("Dora", name="Dora's", ready=False)
    troubled = cast.shop("Emil", name="Emil's")
    sandbox.control(f"accounts/{troubled.account}/requirements", currently_due=["external_account"])
    sandbox.control(f"accounts/{troubled.account}/capabilities", transfers="inactive")
    olga = as_user("Olga")
    olga.submit(
        f"/admin/sellers/{troubled.seller.id}", f"/admin/sellers/{troubled.seller.id}/refresh"
    )
    page = olga.page("/admin/sellers")
    assert ready.account in page.text
    for words in ("Otter & Oak", "Ready", "Not connected", "Restricted", "emil@example.com"):
        assert words in page.text


def test_a_shop_is_found_by_what_one_knows_of_it(as_user: AsUser, cast: Cast) -> None:
    shop = cast.shop("Alice", name="Otter & Oak")
    cast.shop("Dora", name="100% Dora", ready=False)
    olga = as_user("Olga")

    def found(words: str) -> set[str]:
        text = olga.get("/admin/sellers", query_string={"q": words}).text
        return {name for name in ("Otter", "100%") if name in text.split("sellers-results")[-1]}

    assert found("otter") == {"Otter"}
    assert found("OTTER") == {"Otter"}
    assert found("alice@") == {"Otter"}
    assert found(shop.account) == {"Otter"}
    assert found(shop.account[:-1]) == set()
    assert found("100%") == {"100%"}
    assert found("0% ") == {"100%"}
    assert found("_") == set()
    assert found("' OR 1=1 --") == set()


@pytest.mark.one_database
def test_htmx_gets_the_results_alone(as_user: AsUser, cast: Cast) -> None:
    cast.shop("Alice", name="Otter & Oak")
    answer = as_user("Olga").get("/admin/sellers?q=otter", headers=HTMX)
    assert answer.text.lstrip().startswith('<div id="sellers-results"')


def test_long_lists_come_in_pages(
    as_user: AsUser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "PAGE_SIZE", 2)
    for name in ("Alice", "Dora", "Emil"):
        cast.shop(name, name=f"Shop of {name}", ready=False)
    olga = as_user("Olga")
    first = olga.page("/admin/sellers")
    assert "Shop of Emil" in first.text
    assert "Shop of Alice" not in first.text
    second = olga.page(first.links()["Older"])
    assert "Shop of Alice" in second.text
    assert "Shop of Emil" not in second.text


def test_the_list_takes_one_query(as_user: AsUser, cast: Cast, services: Services) -> None:
    for name in ("Alice", "Dora", "Emil"):
        cast.shop(name, ready=False)
    olga = as_user("Olga")
    statements: list[str] = []
    services.store.observers.append(statements.append)
    olga.page("/admin/sellers")
    assert len([sql for sql in statements if "FROM sellers s" in sql]) == 1


def test_one_shop_shows_what_stripe_wants_and_what_was(as_user: AsUser, cast: Cast) -> None:
    shop = cast.shop("Alice", name="Otter & Oak")
    page = as_user("Olga").page(f"/admin/sellers/{shop.seller.id}")
    assert page.h1 == "Otter & Oak"
    for words in (shop.account, "alice@example.com", "US, USD", shop.seller.id):
        assert words in page.text


@pytest.mark.one_database
def test_a_shop_without_an_account_has_nothing_to_ask(as_user: AsUser, cast: Cast) -> None:
    shop = cast.shop("Alice", ready=False)
    olga = as_user("Olga")
    assert "Not connected" in olga.page(f"/admin/sellers/{shop.seller.id}").text
    assert olga.post(f"/admin/sellers/{shop.seller.id}/refresh").status_code == 409


@pytest.mark.one_database
def test_an_absent_shop(as_user: AsUser) -> None:
    olga = as_user("Olga")
    assert olga.get("/admin/sellers/absent").status_code == 404
    assert olga.post("/admin/sellers/absent/refresh").status_code == 404
