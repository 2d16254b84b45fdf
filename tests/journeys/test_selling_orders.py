"""A seller finds an order while typing, ticks some, and sends them."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_finding_and_sending(
    cast: Cast, signed_in: Callable[..., Visitor], *, scripts: bool
) -> None:
    shop = cast.shop()
    mug = cast.listing(shop, title="Blue mug", requires_shipping=True)
    bowl = cast.listing(shop, title="Oak bowl", requires_shipping=True)
    first, other, last = cast.order(mug), cast.order(bowl), cast.order(mug)
    alice = signed_in("Alice", java_script_enabled=scripts)
    alice.opens("/sell/orders?view=to_ship")
    alice.sees(str(other.number))
    alice.types("Number, shopper, title or tracking number", "mug")
    if not scripts:
        alice.presses("Find")
    alice.page.wait_for_url("**/sell/orders?view=to_ship&q=mug**")
    alice.does_not_see(str(other.number))
    for order in (first, last):
        alice.ticks(f"Choose order {order.number}")
    alice.presses("Mark as sent")
    alice.page.get_by_label("Carrier").first.fill("Harbor Post")
    alice.presses("Review")
    alice.sees("Mark 2 orders as sent?")
    alice.presses("Mark 2 orders as sent")
    alice.sees_heading("2 of 2 orders are marked as sent")
    alice.follows("What is left to send")
    alice.sees(str(other.number))
    alice.does_not_see(str(first.number))
