"""The operator's reconciliation page."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.reconciliation import service as reconciling
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.reconciliation.conftest import Reconcile

PAGE = "/admin/reconciliation"


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


def test_before_the_first_there_is_something_to_do(olga: Browser) -> None:
    page = olga.page(PAGE)
    assert "Nothing has been compared yet" in page.text
    assert page.all("form", action=PAGE)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_operator_starts_one_and_watches_it(
    olga: Browser, services: Services, cast: Cast, shop: Shop, headers: dict[str, str]
) -> None:
    cast.order(cast.listing(shop))
    olga.page(PAGE)
    answer = olga.post(PAGE, headers=headers)
    assert (answer.location or answer.headers["HX-Redirect"]) == PAGE
    page = olga.page(PAGE)
    assert "Checkout Sessions: 0 looked at" in page.text
    assert not page.all("form", action=PAGE)
    assert olga.post(PAGE).status_code == 409  # one at a time
    with services.store.read() as tx:
        run = reconciling.running(tx)
    assert run is not None
    progress = f"{PAGE}/{run.id}/progress"
    assert "hx-get" in olga.get(progress, headers=HTMX).text
    while reconciling.run_due(services):
        pass
    ended = olga.get(progress, headers=HTMX).text
    assert "Our books match Stripe to the cent." in ended
    assert "hx-get" not in ended


def test_what_differs_is_shown_with_what_to_do(
    olga: Browser, services: Services, cast: Cast, shop: Shop, reconcile: Reconcile
) -> None:
    order = cast.order(cast.listing(shop))
    with services.store.transaction() as tx:
        tx.run("UPDATE orders SET application_fee_amount = application_fee_amount + 1")
    run = reconcile()
    for path in (PAGE, f"{PAGE}/{run.id}"):
        page = olga.page(path)
        assert "One row differs from Stripe." in page.text
        assert "somebody has edited the database" in page.text
        assert page.links()[f"Order {order.number}"] == f"/admin/orders/{order.id}"
    assert "Differences from Stripe" in olga.page("/admin").text


def test_an_absent_one_is_not_found(olga: Browser) -> None:
    assert olga.get(f"{PAGE}/absent").status_code == 404
