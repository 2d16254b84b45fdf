"""Idempotency keys, as Stripe documents them."""

import threading
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.shop import Shop


def test_a_repeated_key_replays_the_first_answer(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell()
    first, second = (
        shop.client.v1.refunds.create(
            {"charge": charge.id, "amount": 100}, {"idempotency_key": "once"}
        )
        for _ in range(2)
    )
    assert first.id == second.id
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(shop.client.v1.refunds.list().data) == 1


def test_a_key_is_bound_to_its_parameters(shop: Shop) -> None:
    charge = shop.sell()
    shop.client.v1.refunds.create({"charge": charge.id, "amount": 50}, {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError) as refused:
        shop.client.v1.refunds.create({"charge": charge.id, "amount": 51}, {"idempotency_key": "k"})
    assert "Keys for idempotent requests can only be used with the same parameters" in str(
        refused.value
    )


def test_a_refused_validation_is_not_remembered(shop: Shop) -> None:
    charge = shop.sell()
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.refunds.create({"charge": charge.id, "amount": 0}, {"idempotency_key": "k"})
    shop.client.v1.refunds.create({"charge": charge.id, "amount": 50}, {"idempotency_key": "k"})


def test_a_decline_is_remembered(client: stripe.StripeClient) -> None:
    params: Any = {
        "amount": 1000,
        "currency": "usd",
        "confirm": True,
        "payment_method": "pm_card_visa_chargeDeclined",
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_intents.create(params, {"idempotency_key": "d"})
        assert declined.value.code == "card_declined"
    assert len(client.v1.charges.list().data) == 1


def test_a_server_error_is_remembered_and_did_nothing(shop: Shop) -> None:
    charge = shop.sell()
    shop.sandbox.control("faults", kind="status", status=500, path="/v1/refunds")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            shop.client.v1.refunds.create(
                {"charge": charge.id, "amount": 50}, {"idempotency_key": "k"}
            )
    assert shop.client.v1.refunds.list().data == []


def test_too_many_requests_are_not_remembered(shop: Shop) -> None:
    charge = shop.sell()
    shop.sandbox.control("faults", kind="status", status=429, path="/v1/refunds")
    with pytest.raises(stripe.RateLimitError):
        shop.client.v1.refunds.create({"charge": charge.id, "amount": 50}, {"idempotency_key": "k"})
    shop.client.v1.refunds.create({"charge": charge.id, "amount": 50}, {"idempotency_key": "k"})


def test_an_answer_that_was_lost_is_replayed(shop: Shop) -> None:
    charge = shop.sell()
    shop.sandbox.control("faults", kind="drop_response", path="/v1/refunds")
    params: Any
    options: Any
    params, options = {"charge": charge.id, "amount": 50}, {"idempotency_key": "k"}
    with pytest.raises(stripe.APIConnectionError):
        shop.client.v1.refunds.create(params, options)
    replayed = shop.client.v1.refunds.create(params, options)
    assert [each.id for each in shop.client.v1.refunds.list().data] == [replayed.id]


def test_a_request_that_was_lost_did_nothing(shop: Shop) -> None:
    shop.sandbox.control("faults", kind="drop_request", path="/v1/checkout")
    with pytest.raises(stripe.APIConnectionError):
        shop.session()
    assert shop.client.v1.checkout.sessions.list().data == []


def test_the_same_key_at_the_same_time_conflicts(shop: Shop) -> None:
    charge = shop.sell()
    shop.sandbox.control("faults", kind="delay", seconds=2, path="/v1/refunds")
    params: Any
    options: Any
    params, options = {"charge": charge.id, "amount": 50}, {"idempotency_key": "k"}
    slow = threading.Thread(target=shop.client.v1.refunds.create, args=(params, options))
    slow.start()
    while shop.sandbox.read("faults")["faults"]:
        pass
    with pytest.raises(stripe.APIError) as conflict:
        shop.client.v1.refunds.create(params, options)
    slow.join()
    assert conflict.value.error is not None
    assert (conflict.value.http_status, conflict.value.error.code) == (
        409,
        "idempotency_key_in_use",
    )
    assert len(shop.client.v1.refunds.list().data) == 1


def test_keys_are_forgotten_after_a_day(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell()
    params: Any
    options: Any
    params, options = {"charge": charge.id, "amount": 50}, {"idempotency_key": "k"}
    first = shop.client.v1.refunds.create(params, options)
    shop.sandbox.control("clock/advance", seconds=86401)
    second = shop.client.v1.refunds.create(params, options)
    assert first.id != second.id


def test_keys_belong_to_an_account(shop: Shop) -> None:
    other = shop.connect("Other")
    params: Any = {"url": "http://127.0.0.1:9/", "enabled_events": ["*"]}
    made = [
        shop.client.v1.webhook_endpoints.create(
            params, {"idempotency_key": "k", "stripe_account": account}
        )
        for account in (shop.account, other)
    ]
    assert made[0].id != made[1].id
