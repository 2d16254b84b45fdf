"""The calls about subscriptions, and how each is found again when its outcome is unknown."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_subscriptions import service as stripe_subscriptions
from tests.stripe_subscriptions.billing import follow, known, pass_days, price, subscribe
from tests.support.stripe import Stripe

pytestmark = pytest.mark.one_database

NEVER_AGAIN = timedelta(hours=24)
"""After so long a call is only looked for."""


def unknown(
    services: Services, sandbox: Stripe, operation: str, sent: dict[str, Any], target: str = ""
) -> StripeCall:
    """A call that Stripe has done, but whose answer was lost; looked for a day later."""
    with services.store.transaction() as tx:
        call = stripe_calls.prepare(tx, operation, f"row of {operation}", sent, target=target)
    sandbox.fault("drop_response", "/v1/")
    assert stripe_calls.execute(services, call.id).state == "unknown"
    with time_machine.travel(clock.now() + NEVER_AGAIN, tick=True):
        return stripe_calls.execute(services, call.id)


def _session(sandbox: Stripe) -> dict[str, Any]:
    return {
        "mode": "subscription", "line_items": [{"price": price(sandbox), "quantity": 1}],
        "success_url": "https://shop.example/done",
        "expires_at": int((clock.now() + timedelta(hours=1)).timestamp()),
    }  # fmt: skip


def test_what_was_made_is_found_by_its_metadata(services: Services, sandbox: Stripe) -> None:
    asked_at = {"metadata": {"asked_at": str(int(clock.now().timestamp()))}}
    of_price: dict[str, Any] = {"currency": "usd", "unit_amount": 900}
    of_price |= {"product_data": {"name": "Pro"}, "recurring": {"interval": "month"}}
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("customer.create", {"email": "a@example.com"}, "cus_"),
        ("customer.create", {"name": "Somebody", **asked_at}, "cus_"),
        ("price.create", of_price | asked_at, "price_"),
        ("plan_session.create", _session(sandbox), "cs_"),
    ]
    for operation, sent, prefix in cases:
        call = unknown(services, sandbox, operation, sent)
        assert call.state == "confirmed", (operation, call.error_message)
        assert str(call.stripe_object_id).startswith(prefix)


def test_a_change_and_an_end_are_found_again(services: Services, sandbox: Stripe) -> None:
    id_ = subscribe(sandbox)
    changed = unknown(services, sandbox, "subscription.update", {"cancel_at_period_end": True}, id_)
    assert (changed.state, changed.stripe_object_id) == ("confirmed", id_)
    assert sandbox.get(f"/v1/subscriptions/{id_}")["cancel_at_period_end"]
    ended = unknown(services, sandbox, "subscription.cancel", {}, id_)
    assert (ended.state, ended.stripe_object_id) == ("confirmed", id_)


def test_whoever_changes_it_has_it_read_anew(services: Services, sandbox: Stripe) -> None:
    id_ = subscribe(sandbox)
    follow(services, id_)
    assert stripe_subscriptions.read_due(services) == 1
    with services.store.transaction() as tx:
        sent = {"cancel_at_period_end": True}
        call = stripe_calls.prepare(tx, stripe_subscriptions.UPDATE, "a row", sent, target=id_)
    stripe_calls.execute(services, call.id)
    assert stripe_subscriptions.read_due(services) == 1
    assert known(services, id_).ends_at


def test_one_that_has_ended_by_itself_counts_as_canceled(
    services: Services, sandbox: Stripe
) -> None:
    id_ = subscribe(sandbox)
    with services.store.transaction() as tx:
        call = stripe_calls.prepare(tx, "subscription.cancel", "a row", {}, target=id_)
    services.gateway.send("subscription.cancel", id_, {}, "somebody else")
    assert stripe_calls.execute(services, call.id).state == "confirmed"


def test_invoices_say_what_they_are_paid_by(services: Services, sandbox: Stripe) -> None:
    id_ = subscribe(sandbox)
    pass_days(sandbox, 32)
    renewed, first = services.gateway.invoices_of(id_)
    assert [each["billing_reason"] for each in (first, renewed)] == [
        "subscription_create", "subscription_cycle",
    ]  # fmt: skip
    for invoice in (first, renewed):
        [payment] = invoice["payments"]["data"]
        assert payment["payment"]["payment_intent"].startswith("pi_")


def test_the_portal_opens_where_it_is_asked_to(services: Services, sandbox: Stripe) -> None:
    customer = sandbox.post("/v1/customers", {"email": "a@example.com"})["id"]
    back = "https://shop.example/sell/plan"
    assert "/portal/bps_" in services.gateway.portal_url(customer, back)
    flow = {"type": "payment_method_update"}
    assert "/portal/bps_" in services.gateway.portal_url(customer, back, flow)
