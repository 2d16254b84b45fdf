"""The cast itself: what other tests stand on."""

from collections.abc import Callable

from tests.cast import Cast
from tests.client import Browser


def test_a_paid_order_of_a_connected_shop(cast: Cast, worker: Callable[[], None]) -> None:
    shop = cast.shop()
    order = cast.order(cast.listing(shop), cast.user("Bob"))
    assert shop.account.startswith("acct_")
    assert order.status == "paid"
    assert order.destination == shop.account
    worker()


def test_people_sign_in(as_user: Callable[[str], Browser]) -> None:
    assert "Bob" in as_user("Bob").page("/account").text
