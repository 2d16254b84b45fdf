"""The calls that create or move money."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.ids import new_id
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe


@pytest.fixture
def unanswered(services: Services, paid: Order, sandbox: Stripe) -> str:
    """The page of a refund's call whose answer was lost on the way."""
    sandbox.control("faults", kind="drop_response", method="POST", path="/v1/refunds")
    wish = Wish(400, reverse_transfer=True, return_fee=True)
    return address_of(services, refunds.request(services, paid.id, wish, Author("form")))


def address_of(services: Services, refund: Refund) -> str:
    with services.store.read() as tx:
        call = refunds.call_of(tx, refunds.CREATE, refund.id)
    assert call is not None
    return f"/admin/calls/{call.id}"


def test_nothing_waiting_is_good_news(olga: Browser, paid: Order) -> None:
    assert "Nothing is waiting" in olga.page("/admin/calls").text
    assert "Make a Checkout Session" in olga.page("/admin/calls?view=all").text
    assert olga.get("/admin/calls?view=nonsense").status_code == 404


def test_a_call_without_answer_is_waiting_and_unknown(olga: Browser, unanswered: str) -> None:
    for view in ("waiting", "unknown"):
        assert olga.page(f"/admin/calls?view={view}").links()["Refund"] == unanswered
    text = olga.page(unanswered).text
    assert "it cannot happen twice" in text
    assert '"reverse_transfer": true' in text


def test_calls_are_found_by_what_they_are_for(olga: Browser, paid: Order, unanswered: str) -> None:
    assert "Make a Checkout" in olga.page(f"/admin/calls?view=all&q={paid.id}").text
    assert "No call matches" in olga.page("/admin/calls?view=all&q=absent").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_trying_now_makes_it_certain(
    olga: Browser, unanswered: str, services: Services, sandbox: Stripe, headers: dict[str, str]
) -> None:
    olga.page(unanswered)
    answer = olga.post(f"{unanswered}/try", headers=headers)
    assert (answer.location or answer.headers["HX-Redirect"]) == unanswered
    page = olga.page(unanswered)
    assert "Tried. Stripe has done it." in page.text
    assert not page.all("form", action=f"{unanswered}/try")
    assert len(sandbox.get("/v1/refunds")["data"]) == 1
    assert olga.post(f"{unanswered}/try").status_code == 409


def test_a_refused_call_shows_stripes_words(
    olga: Browser, paid: Order, services: Services, sandbox: Stripe
) -> None:
    sandbox.control("payout", account=paid.destination, currency="usd")
    wish = Wish(400, reverse_transfer=True, return_fee=True)
    refund = refunds.request(services, paid.id, wish, Author("form"))
    assert "balance_insufficient" in olga.page(address_of(services, refund)).text
    assert "Insufficient funds" in olga.page("/admin/calls?view=rejected").text


def test_an_absent_call_is_not_found(olga: Browser, as_user: Callable[[str], Browser]) -> None:
    address = f"/admin/calls/{new_id()}"
    assert olga.get(address).status_code == 404
    assert olga.post(f"{address}/try").status_code == 404
    assert as_user("Bob").post(f"{address}/try").status_code == 404
