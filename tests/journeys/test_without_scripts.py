"""The whole way to money and back with plain links and forms."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys import refund_pages, shopping
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_buying_and_refunding_need_no_script(
    visitor: Callable[..., Visitor],
    signed_in: Callable[..., Visitor],
    cast: Cast,
) -> None:
    """What scripts do by themselves, a link or a button does."""
    cast.listing(cast.shop(), title="Speckled mug", price_amount=2400, requires_shipping=True)
    guest = visitor(java_script_enabled=False)
    shopping.buy(guest, "Speckled mug")
    number = shopping.pay_and_open_order(guest)

    olga = signed_in("Olga", java_script_enabled=False)
    refund_pages.find_order(olga, number)
    refund_pages.choose_part(olga, "10")
    olga.presses("Preview")
    olga.sees("−$9.00")
    refund_pages.review_and_confirm(olga, "$10.00")
    olga.sees("Sent to the bank")

    guest.follows("Refresh")
    guest.sees("Partly refunded")
    guest.sees("−$10.00")


def test_cart_and_filters_need_no_script(visitor: Callable[..., Visitor], cast: Cast) -> None:
    """Numbers change with a button, filters apply with another."""
    shop = cast.shop()
    cast.listing(shop, title="Speckled mug", price_amount=2400)
    cast.listing(shop, title="Harbor print", category="art")
    guest = visitor(java_script_enabled=False)
    guest.opens("/")
    guest.ticks("Art & prints")
    guest.presses("Apply")
    guest.sees_heading("Art & prints")
    guest.does_not_see("Speckled mug")
    guest.follows("Harbor print")
    shopping.put_into_cart(guest)
    guest.presses("One more")
    guest.sees("$20.00")
    guest.presses("Remove Harbor print")
    guest.sees("Your cart is empty")


def test_shipping_needs_no_script(signed_in: Callable[..., Visitor], cast: Cast) -> None:
    """A seller can work from any browser."""
    mug = cast.listing(cast.shop(), title="Speckled mug", requires_shipping=True)
    order = cast.order(mug)
    alice = signed_in("Alice", java_script_enabled=False)
    alice.opens(f"/sell/orders/{order.id}")
    alice.types("Tracking number", "HP 2026 0042")
    alice.presses("Mark as shipped")
    alice.sees("HP 2026 0042")
