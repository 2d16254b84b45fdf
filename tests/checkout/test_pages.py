"""The way to Checkout and back, as browsers go it."""

from collections.abc import Callable

import pytest

from storefront.catalog.service import Listing
from storefront.orders import service as orders
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

SHOP = "alices-shop"


def _fill(browser: Browser, listing: Listing, quantity: str = "1") -> None:
    page = browser.page(f"/listings/{listing.slug}")
    assert listing.title in page.text
    answer = browser.post("/cart/add", data={"listing_id": listing.id, "quantity": quantity})
    assert answer.status_code == 303, answer.text


def _start(browser: Browser, cast: Cast, slug: str) -> Order:
    answer = browser.post(f"/checkout/{slug}")
    assert answer.status_code == 303, answer.text
    session_id = answer.location.rpartition("/")[2].partition("#")[0]
    with cast.services.store.read() as tx:
        found = orders.by_session(tx, session_id)
    assert found is not None
    return found


@pytest.fixture
def listing(cast: Cast) -> Listing:
    return cast.listing(cast.shop(), title="Blue mug", stock=3)


def test_a_guest_is_sent_to_checkout_and_sees_what_he_paid(
    client: Browser, cast: Cast, listing: Listing, sandbox: Stripe
) -> None:
    _fill(client, listing, "2")
    order = _start(client, cast, SHOP)
    sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay", email="bob@example.com")
    page = client.page(f"/checkout/return?session_id={order.stripe_checkout_session_id}")
    assert page.h1 == "Thank you, it is paid"
    shown = client.page(f"/orders/{order.token}")
    assert "Blue mug" in shown.text
    assert "$20.00" in shown.text
    assert "bob@example.com" in shown.text
    assert "Your cart is empty" in client.page("/cart").text


def test_returning_without_having_paid_is_not_called_paid(
    client: Browser, cast: Cast, listing: Listing
) -> None:
    _fill(client, listing)
    order = _start(client, cast, SHOP)
    page = client.page(f"/checkout/return?session_id={order.stripe_checkout_session_id}")
    assert page.h1 == "We are checking your payment"
    assert "Blue mug" in client.page("/cart").text


def test_the_return_page_says_so_when_stripe_is_silent(
    client: Browser, cast: Cast, listing: Listing, sandbox: Stripe
) -> None:
    _fill(client, listing)
    order = _start(client, cast, SHOP)
    sandbox.fault("status", "/v1/checkout/sessions", status=503, times=9)
    page = client.page(f"/checkout/return?session_id={order.stripe_checkout_session_id}")
    assert "Stripe has not answered yet" in page.text


def test_a_delayed_payment_is_processing(
    client: Browser, cast: Cast, listing: Listing, sandbox: Stripe
) -> None:
    _fill(client, listing)
    order = _start(client, cast, SHOP)
    session = order.stripe_checkout_session_id
    sandbox.control(f"sessions/{session}/pay", bank="fail", email="bob@example.com")
    page = client.page(f"/checkout/return?session_id={session}")
    assert page.h1 == "Your payment is being processed"
    assert "safe to close" in page.text
    sandbox.control(f"sessions/{session}/settle", outcome="fail")
    page = client.page(f"/checkout/return?session_id={session}")
    assert page.h1 == "The payment did not go through"
    assert "Blue mug" in client.page("/cart").text


def test_somebody_else_with_the_address_sees_nothing_of_the_order(
    client: Browser, cast: Cast, listing: Listing, as_user: Callable[[str], Browser]
) -> None:
    order = cast.order(listing, email="bob@example.com")
    address = f"/checkout/return?session_id={order.stripe_checkout_session_id}"
    for browser in (client, as_user("Charlie")):
        page = browser.page(address)
        assert "another browser" in page.text
        for secret in (order.token, "bob@example.com", "Blue mug", "$"):
            assert secret not in page.html


def test_an_unknown_session_is_not_found(client: Browser) -> None:
    assert client.get("/checkout/return?session_id=cs_test_unknown").status_code == 404
    assert client.get("/checkout/return").status_code == 404


@pytest.mark.one_database
def test_an_empty_cart_cannot_be_checked_out(client: Browser, listing: Listing) -> None:
    answer = client.post(f"/checkout/{SHOP}")
    assert answer.status_code == 409
    assert "Your cart is empty" in answer.text


@pytest.mark.one_database
def test_an_unknown_shop_is_not_found(client: Browser, listing: Listing) -> None:
    _fill(client, listing)
    assert client.post("/checkout/nobody").status_code == 404


@pytest.mark.one_database
def test_the_shop_itself_cannot_buy(
    as_user: Callable[[str], Browser], cast: Cast, listing: Listing
) -> None:
    answer = as_user("Alice").post("/cart/add", data={"listing_id": listing.id, "quantity": "1"})
    assert answer.status_code == 409


def test_silence_of_stripe_is_busy_and_the_next_click_goes_on(
    client: Browser, cast: Cast, listing: Listing, sandbox: Stripe
) -> None:
    _fill(client, listing)
    sandbox.fault("drop_response", "/v1/checkout/sessions")
    answer = client.post(f"/checkout/{SHOP}")
    assert answer.status_code == 503
    assert "try again" in answer.text
    _start(client, cast, SHOP)
    assert len(sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_the_back_button_finds_the_same_session_and_the_last_piece(
    client: Browser, cast: Cast
) -> None:
    """What the shopper's own open order holds is not sold out for him."""
    _fill(client, cast.listing(cast.shop(), stock=1))
    first = _start(client, cast, SHOP)
    assert "Sold out" not in client.page("/cart").text
    assert _start(client, cast, SHOP).id == first.id


def test_what_failed_can_be_ordered_again(
    client: Browser, cast: Cast, listing: Listing, sandbox: Stripe
) -> None:
    order = cast.order(listing, pay=False)
    sandbox.control(f"sessions/{order.stripe_checkout_session_id}/expire")
    orders.read_payment(cast.services, order)
    page = client.page(f"/orders/{order.token}")
    assert "Not paid in time" in page.text
    answer = client.submit(f"/orders/{order.token}", f"/orders/{order.token}/again")
    assert answer.status_code == 303
    assert "Blue mug" in client.page("/cart").text
    again = client.post(f"/orders/{order.token}/again", headers=HTMX)
    assert again.headers["HX-Redirect"] == "/cart"
