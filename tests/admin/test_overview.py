"""The operator's overview."""

from collections.abc import Callable

import pytest

from storefront.orders.service import Order
from tests.client import Browser


def test_an_empty_marketplace_says_so_and_what_is_wrong(olga: Browser) -> None:
    text = olga.page("/admin").text
    assert "Nobody has ordered yet" in text
    assert "The worker has never run" in text


def test_it_shows_fees_and_the_newest_orders(paid: Order, olga: Browser) -> None:
    page = olga.page("/admin")
    assert "USD$1.00" in page.text
    assert page.links()[str(paid.number)] == f"/admin/orders/{paid.id}"


@pytest.mark.parametrize(
    "address",
    ["/admin", "/admin/orders", "/admin/events", "/admin/calls", "/admin/orders/{id}"],
)
def test_only_operators_see_these_pages(
    paid: Order, as_user: Callable[[str], Browser], client: Browser, address: str
) -> None:
    address = address.format(id=paid.id)
    assert as_user("Alice").get(address).status_code == 404
    assert "/sign-in" in (client.get(address).location or "")
