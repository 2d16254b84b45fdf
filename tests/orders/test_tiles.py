"""The numbers on the seller's home."""

from collections.abc import Callable

from tests.cast import Cast
from tests.client import Browser


def test_the_home_shows_what_to_ship_and_what_was_earned(
    as_user: Callable[[str], Browser], cast: Cast
) -> None:
    shop = cast.shop()
    assert "$0.00" in as_user("Alice").page("/sell").text
    cast.order(cast.listing(shop, requires_shipping=True))
    cast.order(cast.listing(shop))
    cast.order(cast.listing(cast.shop("Charlie")))
    page = as_user("Alice").page("/sell")
    assert "To ship 1" in page.text
    assert "Sold 2" in page.text
    assert "$22.50" in page.text  # 15.00 and 10.00, less ten percent each
