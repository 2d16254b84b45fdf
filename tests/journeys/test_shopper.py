"""A guest buys; an operator gives a part of it back; the shop sends the parcel."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys import refund_pages, shopping, stripe_pages
from tests.journeys.visitor import Visitor
from tests.support.mailbox import Message
from tests.support.stripe import Stripe

pytestmark = pytest.mark.browser

Letter = Callable[[str], Message]


@pytest.fixture(autouse=True)
def mug(cast: Cast) -> None:
    """Alice sells a mug for 24.00, and posts it for 5.00."""
    cast.listing(cast.shop(), title="Speckled mug", price_amount=2400, requires_shipping=True)


def test_a_guest_pays_and_watches_the_refund_arrive(
    guest: Visitor,
    signed_in: Callable[..., Visitor],
    sandbox: Stripe,
    worker: Callable[[], None],
    letter: Letter,
) -> None:
    """Refunded in part with a card whose bank is slow; both open pages follow by themselves."""
    shopping.buy(guest, "Speckled mug")
    number = shopping.pay_and_open_order(guest, stripe_pages.SLOW_REFUND)
    guest.sees("$29.00")
    worker()
    assert guest.address in letter(f"Order {number}").text

    olga = signed_in("Olga")
    olga.watch.expected_answers.add(422)  # the preview of a part before its amount is typed
    refund_pages.find_order(olga, number)
    refund_pages.choose_part(olga, "10")
    refund_pages.review_and_confirm(olga, "$10.00")
    olga.sees("On its way")
    guest.sees("Partly refunded")
    guest.sees("−$10.00")
    guest.sees("The handle was chipped.")

    sandbox.control("clock/advance", seconds=3600)
    worker()
    olga.sees("Sent to the bank")
    guest.sees("The money has gone to your bank.")
    assert guest.address in letter("on their way back").text


@pytest.mark.one_database
def test_the_shopper_sees_the_tracking_number(
    guest: Visitor, signed_in: Callable[..., Visitor], worker: Callable[[], None], letter: Letter
) -> None:
    """Alice types it on the order's page, without leaving it."""
    shopping.buy(guest, "Speckled mug")
    number = shopping.pay_and_open_order(guest)

    alice = signed_in("Alice")
    alice.opens("/sell/orders")
    alice.follows("To send 1")
    alice.follows(number)
    alice.sees("5 Harbor Street")
    alice.types("Carrier", "Harbor Post")
    alice.types("Tracking number", "HP 2026 0042")
    alice.presses("Mark as shipped")
    alice.sees("HP 2026 0042")

    guest.sees("Alice's shop has sent your order.")
    guest.sees("Harbor Post HP 2026 0042")
    worker()
    assert "HP 2026 0042" in letter("has been shipped").text
