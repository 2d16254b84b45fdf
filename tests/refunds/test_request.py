"""Refunds through Stripe's API, read back from both sets of books."""

from collections.abc import Callable

import pytest

from storefront.orders.service import Order
from storefront.refunds.service import Refund
from tests.refunds.conftest import Books

Make = Callable[..., Refund]


@pytest.mark.parametrize(
    ("reverse_transfer", "return_fee", "seller", "platform"),
    [
        (False, False, 877, -936),
        (True, False, -123, 64),
        (True, True, 0, -59),
    ],
)
def test_a_full_refund_leaves_what_stripe_documents(
    paid: Order,
    refund: Make,
    books: Books,
    enrich: Callable[[Order], None],
    reverse_transfer: bool,
    return_fee: bool,
    seller: int,
    platform: int,
) -> None:
    """https://docs.stripe.com/connect/destination-charges: 10.00 charged, fee 1.23, Stripe 0.59."""
    enrich(paid)
    before = books.stripe(paid.destination), books.stripe(None)
    made = refund(paid, 1000, reverse_transfer=reverse_transfer, return_fee=return_fee)
    assert made.state == "succeeded"
    assert books.ledger(paid) == {
        "shopper": 0,
        "seller": seller,
        "platform": platform,
        "stripe_fees": 59,
    }
    assert books.stripe(paid.destination) - before[0] == seller - 877
    assert books.stripe(None) - before[1] == platform - 64
