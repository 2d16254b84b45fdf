"""How far it is from the first page to a paid order, and to one that is refunded.

The numbers are printed at the end of the test run. They are a browser's, which neither reads
nor thinks; what a person has to do stands beside them.
"""

import time
from collections.abc import Callable

import pytest

from tests.cast import PASSWORD, Cast
from tests.journeys import refund_pages, shopping, stripe_pages
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.usefixtures("at_work")
def test_a_newcomer_buys_and_gets_a_refund(
    guest: Visitor,
    visitor: Callable[..., Visitor],
    cast: Cast,
    record_property: Callable[[str, object], None],
) -> None:
    """With the test cards of the payment page, as somebody trying the product would."""
    cast.listing(cast.shop(), title="Speckled mug", price_amount=2400, requires_shipping=True)
    started = time.monotonic()
    guest.opens("/")
    guest.follows("Speckled mug")
    shopping.put_into_cart(guest)
    shopping.check_out(guest)
    guest.types("Email", "bob@example.com")
    stripe_pages.type_address(guest)
    guest.presses("4242 4242 4242 4242")
    stripe_pages.pay(guest)
    guest.sees_heading("Thank you, it is paid")
    paid = time.monotonic()
    number = shopping.open_order(guest)

    olga = visitor()
    olga.watch.expected_answers.add(422)
    olga.opens("/sign-in?next=/admin/refunds")
    olga.types("E-mail", cast.operator().email)
    olga.types("Password", PASSWORD)
    olga.presses("Sign in")
    olga.types("Order number, e-mail or Stripe id", number)
    olga.presses("Find order")
    olga.follows(number)
    refund_pages.review_and_confirm(olga, "$29.00")
    guest.sees("We have returned the whole amount.")
    refunded = time.monotonic()

    for name, until, people in (
        ("a paid order", paid, [guest]),
        ("a refunded order", refunded, [guest, olga]),
    ):
        clicks, fields = (
            sum(getattr(who, what) for who in people) for what in ("clicks", "fields")
        )
        record_property(
            "measured",
            f"From the first page to {name}: {until - started:.1f} s in Chromium,"
            f" {clicks} clicks, {fields} fields",
        )
