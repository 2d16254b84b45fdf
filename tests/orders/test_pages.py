"""Order pages of the shopper and of the seller."""

from collections.abc import Callable

import pytest

from storefront.catalog.service import Listing
from storefront.current import Services
from storefront.orders import service as orders
from storefront.orders.page import refresh_after
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page

SignIn = Callable[[str], Browser]


@pytest.fixture
def listing(cast: Cast) -> Listing:
    return cast.listing(cast.shop(), title="Blue mug", requires_shipping=True, stock=3)


_ADDRESS = {
    "name": "Bob Example",
    "line1": "1 Main St",
    "city": "Springfield",
    "postal_code": "12345",
    "state": "IL",
    "country": "US",
}


def test_an_order_is_shown_behind_its_link_only(client: Browser, cast: Cast) -> None:
    order = cast.order(cast.listing(cast.shop()))
    assert f"Order {order.number}" in client.page(f"/orders/{order.token}").text
    for wrong in (order.id, str(order.number), order.token[:-1], order.token.swapcase()):
        assert client.get(f"/orders/{wrong}").status_code == 404
        assert client.get(f"/orders/{wrong}/status").status_code == 404


def test_the_page_keeps_looking_until_nothing_can_change(
    client: Browser, cast: Cast, listing: Listing, sandbox_expire: Callable[[str], None]
) -> None:
    order = cast.order(listing, pay=False)
    fragment = client.get(f"/orders/{order.token}/status?age=3", headers=HTMX).text
    assert f"/orders/{order.token}/status?age=4" in fragment
    assert f"delay:{refresh_after(3)}s" in fragment
    sandbox_expire(order.id)
    fragment = client.get(f"/orders/{order.token}/status?age=4", headers=HTMX).text
    assert "hx-get" not in fragment
    assert "Not paid in time" in Page(fragment).text


@pytest.fixture
def sandbox_expire(cast: Cast, services: Services) -> Callable[[str], None]:
    def expire(order_id: str) -> None:
        with services.store.read() as tx:
            order = orders.by_id(tx, order_id)
        assert order is not None
        cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/expire")
        orders.read_payment(services, order)

    return expire


@pytest.mark.one_database
@pytest.mark.parametrize("age", ["", "-5", "x", "99999999999999999999"])
def test_a_strange_age_does_no_harm(client: Browser, cast: Cast, age: str) -> None:
    order = cast.order(cast.listing(cast.shop()))
    assert client.get(f"/orders/{order.token}/status?age={age}").status_code == 200


def test_a_person_sees_his_orders_and_nobody_elses(as_user: SignIn, cast: Cast) -> None:
    mine = cast.order(cast.listing(cast.shop()), cast.user("Bob"))
    assert str(mine.number) in as_user("Bob").page("/orders").text
    assert "No orders yet" in as_user("Charlie").page("/orders").text


def test_orders_as_a_guest_appear_for_the_confirmed_address(as_user: SignIn, cast: Cast) -> None:
    order = cast.order(cast.listing(cast.shop()), email="Bob@Example.com")
    assert str(order.number) in as_user("Bob").page("/orders").text


def test_the_order_page_needs_few_statements(
    client: Browser, cast: Cast, services: Services, listing: Listing
) -> None:
    order = cast.order(listing)
    statements: list[str] = []
    services.store.observers.append(statements.append)
    client.page(f"/orders/{order.token}")
    assert len(statements) <= 8, statements


def test_the_seller_sees_what_was_sold(as_user: SignIn, cast: Cast, listing: Listing) -> None:
    order = cast.order(listing, shipping=_ADDRESS, email="bob@example.com")
    alice = as_user("Alice")
    assert str(order.number) in alice.page("/sell/orders?view=to_ship").text
    page = alice.page(f"/sell/orders/{order.id}")
    address = ("1 Main St", "Springfield, IL 12345", "United States")
    for expected in ("$15.00", "−$1.50", "$13.50", *address):
        assert expected in page.text, page.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_seller_ships(
    as_user: SignIn, cast: Cast, listing: Listing, client: Browser, headers: dict[str, str]
) -> None:
    order = cast.order(listing, shipping=_ADDRESS)
    alice = as_user("Alice")
    alice.page(f"/sell/orders/{order.id}")
    answer = alice.post(
        f"/sell/orders/{order.id}/ship",
        data={"carrier": "Post", "tracking_number": "T-1"},
        headers=headers,
    )
    assert answer.status_code == (200 if headers else 303)
    assert "T-1" in client.page(f"/orders/{order.token}").text
    assert "T-1" in alice.page(f"/sell/orders/{order.id}").text
    again = alice.post(f"/sell/orders/{order.id}/ship", headers=headers)
    assert again.status_code == 409


def test_too_long_a_tracking_number_is_kept_and_explained(
    as_user: SignIn, cast: Cast, listing: Listing
) -> None:
    order = cast.order(listing)
    alice = as_user("Alice")
    alice.page(f"/sell/orders/{order.id}")
    answer = alice.post(f"/sell/orders/{order.id}/ship", data={"tracking_number": "9" * 81})
    assert answer.status_code == 422
    assert "9" * 81 in answer.text


def test_what_is_not_paid_is_not_shipped(as_user: SignIn, cast: Cast, listing: Listing) -> None:
    order = cast.order(listing, bank="succeed")
    alice = as_user("Alice")
    assert "Wait for the payment" in alice.page(f"/sell/orders/{order.id}").text
    assert alice.post(f"/sell/orders/{order.id}/ship").status_code == 409


def test_another_shops_order_is_not_found(as_user: SignIn, cast: Cast, listing: Listing) -> None:
    order = cast.order(listing)
    cast.shop("Charlie")
    charlie = as_user("Charlie")
    assert charlie.get(f"/sell/orders/{order.id}").status_code == 404
    assert charlie.post(f"/sell/orders/{order.id}/ship").status_code == 404
    assert "No orders here" in charlie.page("/sell/orders").text
