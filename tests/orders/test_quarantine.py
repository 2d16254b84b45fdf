"""A payment counts only if it is the one that was asked for."""

from collections.abc import Callable

import pytest

from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from tests.cast import Cast, both_fee_modes
from tests.client import Browser


def _foreign_payment(cast: Cast, order_id: str, account: str) -> None:
    """A genuine payment of 1.00 that claims, in every field it can, to be for an order."""
    session = cast.sandbox.post(
        "/v1/checkout/sessions",
        {
            "mode": "payment",
            "line_items[0][price_data][currency]": "usd",
            "line_items[0][price_data][product_data][name]": "Cheap",
            "line_items[0][price_data][unit_amount]": "100",
            "line_items[0][quantity]": "1",
            "client_reference_id": order_id,
            "metadata[order_id]": order_id,
            "payment_intent_data[metadata][order_id]": order_id,
            "payment_intent_data[transfer_data][destination]": account,
            "success_url": "https://shop.example/",
        },
    )
    cast.sandbox.control(f"sessions/{session['id']}/pay")


def test_another_payment_that_claims_to_be_for_an_order_does_not_pay_it(
    cast: Cast, served: str, worker: Callable[[], None]
) -> None:
    shop = cast.shop()
    order = cast.order(cast.listing(shop, price_amount=200_000), pay=False)
    _foreign_payment(cast, order.id, shop.account)
    worker()
    assert cast.reread(order).status == "awaiting_payment"
    with cast.services.store.read() as tx:
        states = tx.all(
            "SELECT state FROM webhook_events WHERE type = 'checkout.session.completed'"
        )
        assert [row["state"] for row in states] == ["parked"]
        assert tx.value("SELECT COUNT(*) FROM ledger") == 0


def test_a_payment_of_another_amount_waits_for_a_person(
    cast: Cast, client: Browser, as_user: Callable[[str], Browser]
) -> None:
    """Whatever made the difference, nothing is shipped before somebody has looked at it."""
    order = cast.order(cast.listing(cast.shop(), requires_shipping=True), pay=False)
    with cast.services.store.transaction() as tx:
        tx.run(
            "UPDATE orders SET items_amount = 5000, total_amount = 5000 + shipping_amount"
            " WHERE id = :id",
            id=order.id,
        )
    after = cast.pay(order)
    assert after.status == "quarantined"
    assert "the session's total is 1500 instead of 5500" in after.problem
    assert "Being checked" in client.page(f"/orders/{order.token}").text
    assert "No orders here" in as_user("Alice").page("/sell/orders").text
    assert "1500 instead of 5500" in as_user("Olga").page(f"/admin/orders/{order.id}").text
    with cast.services.store.read() as tx:
        kinds = {row["kind"] for row in tx.all("SELECT kind FROM mails")}
    assert "order_confirmed" not in kinds


@both_fee_modes
@pytest.mark.one_database
def test_a_payment_that_is_shared_otherwise_waits_for_a_person(cast: Cast, fee_mode: str) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    with cast.services.store.transaction() as tx:
        tx.run("UPDATE orders SET application_fee_amount = 200 WHERE id = :id", id=order.id)
    after = cast.pay(order)
    assert (after.status, after.problem) == (
        "quarantined",
        {
            APPLICATION_FEE: "the application fee is 100 instead of 200",
            TRANSFER_AMOUNT: "the transfer is 900 instead of 800",
        }[fee_mode],
    )
