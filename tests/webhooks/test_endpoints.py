"""The two endpoints: only what Stripe signed gets in, once, and is never lost."""

import json
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
import stripe
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import clock
from storefront.config import Config
from storefront.current import Services
from storefront.store import Row
from storefront.webhooks import service as webhooks
from tests.cast import Cast
from tests.client import Browser

PLATFORM, CONNECT = "/webhooks/stripe", "/webhooks/stripe/connect"


def _event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "charge.updated",
        "livemode": False,
        "created": 1_700_000_000,
        "data": {"object": {"id": "ch_1", "object": "charge", "amount": 5}},
        **changes,
    }


def _signed(body: str, secret: str, at: float | None = None) -> dict[str, str]:
    stamp = int(clock.now().timestamp() if at is None else at)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, stamp)
    return {"Stripe-Signature": header, "Content-Type": "application/json"}


Send = Callable[..., int]


@pytest.fixture
def send(client: Browser, config: Config) -> Send:
    """Post an event signed with the platform endpoint's secret; the status of the answer."""

    def post(event: dict[str, Any] | str, to: str = PLATFORM, **how: Any) -> int:
        body = event if isinstance(event, str) else json.dumps(event)
        secret = how.get("secret", config.stripe_webhook_secrets[0])
        headers = _signed(body, secret, how.get("at"))
        return client.post(to, data=body, headers=headers).status_code

    return post


def _stored(services: Services) -> list[Row]:
    with services.store.read() as tx:
        return tx.all("SELECT scope, account, stripe_event_id, state, error FROM webhook_events")


def test_a_signed_event_is_stored(send: Send, services: Services) -> None:
    assert send(_event()) == 200
    assert [row["state"] for row in _stored(services)] == ["parked"]


def test_an_event_is_stored_once(send: Send, services: Services) -> None:
    assert [send(_event()) for _ in range(3)] == [200, 200, 200]
    assert len(_stored(services)) == 1


def test_the_same_event_id_of_two_accounts_is_two_events(send: Send, services: Services) -> None:
    for account in ("acct_1", "acct_2"):
        assert send(_event(account=account)) == 200
    assert len(_stored(services)) == 2


def test_deliveries_at_once_leave_one_row(app: Flask, config: Config, services: Services) -> None:
    body = json.dumps(_event())
    headers = _signed(body, config.stripe_webhook_secrets[0])
    statuses: list[int] = []

    def deliver() -> None:
        answer = app.test_client().post(PLATFORM, data=body, headers=headers)
        statuses.append(answer.status_code)

    threads = [Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8
    assert len(_stored(services)) == 1


@pytest.mark.parametrize("how", [{"secret": "whsec_of_somebody_else"}, {"at": 0}])
def test_what_stripe_did_not_sign_now_is_refused(
    send: Send, services: Services, how: dict[str, Any]
) -> None:
    assert send(_event(), **how) == 400
    assert _stored(services) == []


def test_a_signature_from_the_future_is_refused(send: Send, services: Services) -> None:
    assert send(_event(), at=clock.now().timestamp() + 3600) == 400
    assert _stored(services) == []


@pytest.mark.one_database
@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "t=now,v1=abc", "t=,v1=", "x" * 5000])
def test_a_broken_header_is_refused(client: Browser, header: str) -> None:
    answer = client.post(PLATFORM, data="{}", headers={"Stripe-Signature": header})
    assert answer.status_code == 400


@pytest.mark.one_database
def test_the_secrets_of_the_endpoints_are_not_interchangeable(send: Send, config: Config) -> None:
    other = config.stripe_connect_webhook_secrets[0]
    assert send(_event(), secret=other) == 400
    assert send(_event(), CONNECT) == 400
    assert send(_event(), CONNECT, secret=other) == 200


@pytest.mark.one_database
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(body=st.binary(max_size=200))
def test_signed_bytes_that_are_no_event_are_refused(
    client: Browser, config: Config, body: bytes
) -> None:
    text = body.decode("latin-1")
    headers = _signed(text, config.stripe_webhook_secrets[0])
    answer = client.post(PLATFORM, data=text.encode("latin-1"), headers=headers)
    assert answer.status_code == 400


@pytest.mark.one_database
@pytest.mark.parametrize(
    "body",
    [
        '{"object": "event"}',
        '{"object": "event", "id": "evt_1", "type": "x", "data": {}}',
        '{"object": "event", "id": 7, "type": "x", "data": {"object": {}}}',
        '{"object": "event", "id": "evt_1", "type": "x", "data": {"object": []}}',
        '{"object": "event", "id": "evt_1", "data": {"object": {}}, "created": NaN}',
        "[" * 100_000,
    ],
)
def test_a_signed_event_without_its_parts_is_refused(
    send: Send, services: Services, body: str
) -> None:
    assert send(body) == 400
    assert _stored(services) == []


@pytest.mark.one_database
def test_a_huge_body_is_refused(send: Send) -> None:
    assert send(_event(filler="x" * 1_000_001)) == 413


@pytest.mark.one_database
def test_an_unknown_type_is_kept_and_ignored(send: Send, services: Services) -> None:
    assert send(_event(type="brand.new")) == 200
    assert [row["state"] for row in _stored(services)] == ["ignored"]


@pytest.mark.one_database
def test_the_other_modes_events_are_kept_and_ignored(send: Send, services: Services) -> None:
    assert send(_event(livemode=True)) == 200
    assert [row["state"] for row in _stored(services)] == ["ignored"]


def test_a_fold_that_fails_waits_and_the_next_one_proceeds(send: Send, services: Services) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("broken on purpose")

    services.handlers.on("poison", broken)
    assert send(_event(type="poison")) == 200
    assert send(_event(id="evt_2")) == 200
    rows = {row["stripe_event_id"]: row for row in _stored(services)}
    assert rows["evt_1"]["state"] == "failed"
    assert "broken on purpose" in rows["evt_1"]["error"]
    assert rows["evt_2"]["state"] == "parked"


def test_a_failed_event_can_be_replayed(send: Send, services: Services) -> None:
    outcomes = iter([ZeroDivisionError("once"), None])

    def fails_once(*_: Any) -> Any:
        if error := next(outcomes):
            raise error
        return "done"

    services.handlers.on("flaky", fails_once)
    send(_event(type="flaky"))
    with services.store.read() as tx:
        row = tx.one("SELECT id, state FROM webhook_events")
    assert row is not None
    assert row["state"] == "failed"
    assert webhooks.replay(services, row["id"]) == "done"


def test_an_event_before_its_order_is_adopted(
    cast: Cast, services: Services, served: str, worker: Callable[[], None]
) -> None:
    """Everything about a payment may come before we know its session."""
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop))
    cast.sandbox.control("deliveries/mode", mode="reverse")
    order = cast.checkout(cart_id, shop)
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    cast.sandbox.control("deliveries/mode", mode="normal")
    cast.sandbox.control("deliveries/flush", order="reverse")
    worker()
    assert cast.reread(order).status == "paid"
    assert {row["state"] for row in _stored(services)} <= {"done", "ignored"}


def test_events_that_never_come_are_made_up_for(
    cast: Cast, served: str, worker: Callable[[], None]
) -> None:
    """Stripe's endpoint was down: the worker asks about payments that should be over."""
    cast.sandbox.control("deliveries/mode", mode="drop")
    order = cast.order(cast.listing(cast.shop()), pay=False)
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    with time_machine.travel(clock.parse(order.expires_at).timestamp() + 300):
        worker()
    assert cast.reread(order).status == "paid"
