"""Every order, and everything about one."""

import pytest

from storefront.ids import new_id
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import Browser
from tests.support.stripe import Stripe


@pytest.mark.parametrize("words", ["number", "email", "stripe_charge_id", "id"])
def test_orders_are_found(cast: Cast, paid: Order, olga: Browser, words: str) -> None:
    other = cast.order(cast.listing(cast.shop("Ann")), pay=False)
    links = olga.page(f"/admin/orders?q={getattr(paid, words)}").links()
    assert str(paid.number) in links
    assert str(other.number) not in links


def test_orders_are_filtered_by_state(cast: Cast, paid: Order, olga: Browser) -> None:
    other = cast.order(cast.listing(cast.shop("Ann")), pay=False)
    links = olga.page("/admin/orders?status=awaiting_payment").links()
    assert (str(other.number) in links, str(paid.number) in links) == (True, False)
    assert olga.get("/admin/orders?status=nonsense").status_code == 404


def test_a_page_behind_the_last_one_is_empty(paid: Order, olga: Browser) -> None:
    assert "No orders here" in olga.page("/admin/orders?page=99").text
    assert "No order matches" in olga.page("/admin/orders?q=absent").text


def test_an_order_shows_where_its_money_is(paid: Order, olga: Browser) -> None:
    text = olga.page(f"/admin/orders/{paid.id}").text
    assert "Shopper−$10.00Platform+$0.41Seller+$9.00Stripe's fees+$0.59In all$0.00" in text
    for stripe_id in (paid.stripe_charge_id, paid.stripe_transfer_id, paid.destination):
        assert str(stripe_id) in text


def test_an_order_shows_its_mails_calls_events_and_refunds(
    served: str, paid: Order, olga: Browser, sandbox: Stripe
) -> None:
    sandbox.settle()
    fields = {"scope": "whole", "share": "return_fee", "form_token": "t"}
    why = {"reason": "duplicate", "shown_amount": "1000", "fee_amount": "100"}
    olga.page(f"/admin/refunds/{paid.id}")
    olga.post(f"/admin/refunds/{paid.id}", data=fields | why)
    sandbox.settle()
    text = olga.page(f"/admin/orders/{paid.id}").text
    for expected in (
        "Order confirmed",
        "Make a Checkout Session",
        "checkout.session.completed",
        "Refund requested by Olga",
        "Our fee, returned to the seller",
        "charge.refunded",
    ):
        assert expected in text


def test_an_order_without_money_says_so(cast: Cast, olga: Browser) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    assert "No money has moved yet" in olga.page(f"/admin/orders/{order.id}").text


def test_an_absent_order_is_not_found(olga: Browser) -> None:
    assert olga.get(f"/admin/orders/{new_id()}").status_code == 404
