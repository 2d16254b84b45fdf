"""A seller leaves the marketplace, changes their mind, and goes on as before."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_leaving_and_coming_back(
    signed_in: Callable[..., Visitor],
    guest: Visitor,
    cast: Cast,
    worker: Callable[[], None],
    scripts: bool,
) -> None:
    shop = cast.shop("Alice", name="Otter & Oak")
    mug = cast.listing(shop, title="Speckled mug", requires_shipping=True)
    order = cast.order(mug)
    alice = signed_in("Alice", java_script_enabled=scripts)
    alice.opens("/sell/connect")
    alice.follows("disconnect Storefront here")
    alice.sees("Orders to ship")
    alice.sees(str(order.number))
    alice.ticks("I have read what happens to what is open")
    alice.presses("Disconnect from Stripe")
    alice.sees_heading("You are not connected to Stripe")
    guest.opens(f"/listings/{mug.slug}")
    guest.sees("The shop has paused this listing")
    worker()
    alice.follows("Connect")
    alice.sees("Your shop is not connected any more")
    alice.presses("Connect with Stripe")
    alice.page.wait_for_url("**/oauth/authorize?*")
    alice.presses("Connect this account")
    alice.sees("Your Stripe account is connected.")
    worker()
    guest.opens(f"/listings/{mug.slug}")
    guest.presses("Add to cart")
    guest.sees("In your cart")
