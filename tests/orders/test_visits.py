"""From where an order was placed and looked at: kept for the day when a bank asks."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.evidence import draft
from storefront.orders import service as orders
from storefront.orders import visits
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

HOME, WORK = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "2001:db8::7"}
Log = Callable[[Order], list[str]]


@pytest.fixture
def log(services: Services) -> Log:
    """The lines of an order's log, without their times."""

    def read(order: Order) -> list[str]:
        with services.store.read() as tx:
            return [
                line.partition(" UTC: ")[2].split(", last")[0] for line in visits.log(tx, order)
            ]

    return read


def look(browser: Browser, order: Order, where: dict[str, str]) -> None:
    """Open the order's page as a browser with scripts does."""
    browser.page(f"/orders/{order.token}", environ_overrides=where)
    path = f"/orders/{order.token}/seen"
    assert browser.post(path, headers=HTMX, environ_overrides=where).status_code == 204


def test_an_order_remembers_from_where_it_was_placed(
    services: Services, cast: Cast, client: Browser, log: Log
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    client.post("/cart/add", data={"listing_id": listing.id, "quantity": "1"})
    client.post(f"/checkout/{shop.seller.slug}", environ_overrides=HOME)
    with services.store.read() as tx:
        newest = tx.one("SELECT id FROM orders")
        assert newest is not None
        order = orders.by_id(tx, newest["id"])
        assert order is not None
        assert draft.draft(tx, order)["customer_purchase_ip"] == "192.0.2.7"
    assert log(order) == ["ordered from 192.0.2.7"]


def test_every_visit_counts_and_reaches_the_draft(
    services: Services, cast: Cast, client: Browser, log: Log
) -> None:
    order = cast.order(cast.listing(cast.shop()))
    for where in (HOME, WORK, HOME):
        look(client, order, where)
    assert log(order) == [
        "the order's page was opened from 192.0.2.7, 2 times",
        "the order's page was opened from 2001:db8::7, once",
    ]
    with services.store.read() as tx:
        assert "192.0.2.7, 2 times, last" in draft.draft(tx, order)["access_activity_log"]


def test_a_link_that_has_spread_fills_no_table(cast: Cast, client: Browser, log: Log) -> None:
    order = cast.order(cast.listing(cast.shop()))
    for number in range(visits.MOST_ADDRESSES + 3):
        look(client, order, {"REMOTE_ADDR": f"192.0.2.{number}"})
    look(client, order, {"REMOTE_ADDR": "192.0.2.0"})
    assert len(log(order)) == visits.MOST_ADDRESSES
    assert "192.0.2.0, 2 times" in log(order)[0]


def test_once_disputed_nothing_is_counted_any_more(
    cast: Cast, client: Browser, log: Log, sandbox: Stripe, served: str
) -> None:
    order = cast.order(cast.listing(cast.shop()))
    sandbox.control(f"charges/{order.stripe_charge_id}/dispute")
    sandbox.settle()
    look(client, order, HOME)
    assert log(order) == []


def test_looking_at_the_page_alone_writes_nothing(cast: Cast, client: Browser, log: Log) -> None:
    order = cast.order(cast.listing(cast.shop()))
    client.page(f"/orders/{order.token}")
    assert log(order) == []
    assert client.post("/orders/unknown/seen").status_code == 404
