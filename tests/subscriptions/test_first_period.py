"""The first period by a delayed payment: it fails, is paid late, is too late for the last piece."""

from functools import reduce
from itertools import permutations
from typing import Any

import pytest

from storefront.orders import service as orders
from storefront.orders.payment_facts import of_first_period
from storefront.orders.projection import Payment, project
from storefront.orders.service import Order
from storefront.stripe_objects import facts
from storefront.stripe_objects.service import StripeObject
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.worker import run_once
from tests.cast import Cast
from tests.subscriptions.club import Club

SESSION = {"object": "checkout.session", "id": "cs_1", "status": "complete", "invoice": "in_1",
           "payment_status": "unpaid", "amount_total": 900, "currency": "usd"}  # fmt: skip
INTENT = {"status": "paid", "payment": {"payment_intent": "pi_1"}}
INVOICES: list[dict[str, Any]] = [
    {"object": "invoice", "id": "in_1", "status": "open"},
    {"object": "invoice", "id": "in_1", "status": "void"},
    {"object": "invoice", "id": "in_1", "status": "paid", "payments": {"data": [INTENT]}},
]
FAILED = {**SESSION, "async_failed": True}
CHARGE = StripeObject("ch_1", "charge", "pi_1", {
    "status": "succeeded", "amount": 900, "currency": "usd", "created": 1,
    "destination": "acct_1", "application_fee_amount": 90,
})  # fmt: skip


def _status(told: tuple[dict[str, Any], ...], subscription_status: str) -> str:
    def merged(kind: str) -> dict[str, Any]:
        found = [facts.facts(each) for each in told if each["object"] == kind]
        return reduce(lambda left, right: facts.merge(kind, left, right), found, {})

    invoice = merged("invoice")
    known = of_first_period(merged("checkout.session"), invoice, subscription_status)
    charge = CHARGE if known.get("payment_intent") else None
    order = Order(
        id="o", number=1, token="t", seller_id="s", user_id=None, cart_id=None, fingerprint="",
        currency="usd", items_amount=900, shipping_amount=0, total_amount=900,
        application_fee_amount=90, destination="acct_1", shop_name="", refund_policy="",
        requires_shipping=0, created_at="", expires_at="", subscription_id="s", fee_percent=1000,
        stripe_checkout_session_id="cs_1",
    )  # fmt: skip
    return str(project(order, Payment(known, charge)).columns["status"])


@pytest.mark.parametrize("stripe_says", ["active", "incomplete", "incomplete_expired", "canceled"])
def test_a_paid_invoice_is_a_paid_period_in_any_order(stripe_says: str) -> None:
    for told in permutations((SESSION, FAILED, INVOICES[0], INVOICES[2])):
        assert _status(told, stripe_says) == orders.PAID


@pytest.mark.parametrize("stripe_says", ["incomplete_expired", "canceled", "unpaid"])
def test_a_failure_that_nothing_tells_of_is_derived(stripe_says: str) -> None:
    for told in permutations((SESSION, *INVOICES[:2])):
        assert _status(told, stripe_says) == orders.FAILED
        assert _status(told, "incomplete") == orders.PROCESSING
    assert _status((SESSION,), stripe_says) == orders.PROCESSING


@pytest.mark.one_database
def test_the_order_fails_with_the_subscription_and_is_paid_with_its_invoice(club: Club) -> None:
    order = club.begin()
    there = f"/v1/checkout/sessions/{order.stripe_checkout_session_id}"
    club.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    session = club.sandbox.get(there)
    invoice = club.sandbox.get(f"/v1/invoices/{session['invoice']}")
    with club.services.store.transaction() as tx:
        for told in ({**session, "payment_status": "unpaid"}, {**invoice, "status": "open"}):
            club.services.settlement.fold(tx, told)
    assert club.cast.reread(order).status == orders.PROCESSING
    club.services.gateway.send("subscription.cancel", session["subscription"], {}, "a key")
    stripe_subscriptions.read(club.services, session["subscription"])
    assert club.cast.reread(order).status == orders.FAILED
    club.read(order)
    assert orders.read_payment(club.services, order).status == orders.PAID


@pytest.mark.one_database
def test_what_is_paid_too_late_for_the_last_piece_ends(cast: Cast) -> None:
    club = Club(cast, stock=1)
    order = club.begin()
    there = f"/v1/checkout/sessions/{order.stripe_checkout_session_id}"
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, {**cast.sandbox.get(there), "status": "expired"})
    assert club.join().problem == ""
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    late = orders.read_payment(cast.services, order)
    assert (late.status, late.problem) == (orders.PAID, "out_of_stock")
    for _ in range(4):
        run_once(cast.services)
    club.read(order)
    assert cast.reread(order).refunded_amount == 900
    canceled = cast.sandbox.get("/v1/subscriptions?status=canceled")["data"]
    assert [each["id"] for each in canceled] == [club.of(order).stripe_subscription_id]
