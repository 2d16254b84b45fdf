"""Events and their deliveries: which endpoint gets what, signed, retried, held, doubled."""

from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop


class Hooks:
    """Both endpoints of a platform, and what arrived at them."""

    def __init__(self, shop: Shop, listener: Listener, *events: str) -> None:
        self.shop, self.listener = shop, listener
        params: Any = {"url": f"{listener.url}/platform", "enabled_events": list(events) or ["*"]}
        create = shop.client.v1.webhook_endpoints.create
        connected: Any = {**params, "url": f"{listener.url}/connect", "connect": True}
        platform, connect = create(params), create(connected)
        self.secrets = {"/platform": str(platform.secret), "/connect": str(connect.secret)}

    def arrived(self) -> list[Any]:
        """All verified events in order of arrival."""
        assert self.shop.sandbox.control("deliveries/wait")["idle"]
        return [
            self.shop.client.construct_event(each.body, each.signature, self.secrets[each.path])
            for each in self.listener.received
        ]

    def types(self, path: str = "/platform") -> list[str]:
        """Types that arrived at one endpoint."""
        arrived = zip(self.arrived(), self.listener.received, strict=True)
        return [event.type for event, each in arrived if each.path == path]


def test_a_payment_tells_its_story(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener)
    shop.sell(1000, fee=123)
    assert hooks.types() == [
        "payment_intent.created",
        "charge.succeeded",
        "transfer.created",
        "application_fee.created",
        "charge.updated",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    completed = hooks.arrived()[-1]
    assert completed.data.object.payment_status == "paid"
    assert completed.api_version == "2026-10-28.endive"
    assert getattr(completed, "account", None) is None


def test_events_of_accounts_go_to_the_connect_endpoint(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener)
    shop.sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    shop.sandbox.control(f"accounts/{shop.account}/disconnect")
    assert hooks.types() == []
    assert hooks.types("/connect") == [
        "account.updated",
        "capability.updated",
        "account.application.deauthorized",
    ]
    assert {event.account for event in hooks.arrived()} == {shop.account}


def test_only_wanted_events_arrive(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    shop.sell()
    assert hooks.types() == ["checkout.session.completed"]


def test_a_wrong_secret_does_not_verify(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    shop.sell()
    hooks.arrived()
    received = listener.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        shop.client.construct_event(received.body, received.signature, hooks.secrets["/connect"])


def test_the_secret_is_shown_once(shop: Shop, listener: Listener) -> None:
    Hooks(shop, listener)
    for endpoint in shop.client.v1.webhook_endpoints.list().data:
        assert "secret" not in endpoint


def test_failures_are_retried_and_counted(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    listener.status = 500
    shop.sell()
    hooks.arrived()
    (event,) = shop.client.v1.events.list(
        {"delivery_success": False, "types": ["checkout.session.completed"]}
    ).data
    assert event.pending_webhooks == 1
    listener.status = 200
    shop.sandbox.control("clock/advance", seconds=10)
    assert hooks.types() == ["checkout.session.completed"] * 2
    first, second = (each.signature for each in listener.received)
    assert [each["attempts"] for each in shop.sandbox.read("deliveries")["deliveries"]] == [2]
    assert (first, second) != ("", "")
    assert shop.client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_a_redirect_is_a_failure(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    listener.status = 302
    shop.sell()
    hooks.arrived()
    assert shop.sandbox.read("deliveries")["deliveries"][0]["state"] == "waiting"


@pytest.mark.parametrize(
    ("mode", "order"),
    [("duplicate", [0, 0, 1, 1]), ("hold", []), ("reverse", []), ("drop", [])],
)
def test_delivery_can_be_disturbed(
    shop: Shop, listener: Listener, mode: str, order: list[int]
) -> None:
    hooks = Hooks(shop, listener, "charge.succeeded", "checkout.session.completed")
    shop.sandbox.control("deliveries/mode", mode=mode)
    shop.sell()
    types = ["charge.succeeded", "checkout.session.completed"]
    assert hooks.types() == [types[position] for position in order]
    released = shop.sandbox.control("deliveries/flush")["released"]
    expected = {"hold": types, "reverse": types[::-1]}.get(mode, [])
    assert released == len(expected)
    assert hooks.types()[len(order) :] == expected


def test_an_event_can_be_sent_again(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    shop.sell()
    (event,) = hooks.arrived()
    shop.sandbox.control(f"events/{event.id}/resend")
    assert [each.id for each in hooks.arrived()] == [event.id, event.id]


def test_a_slow_listener_does_not_delay_the_request(shop: Shop) -> None:
    """Nobody listens at all, and the request still answers."""
    shop.client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:9/x", "enabled_events": ["*"]}
    )
    assert shop.sell().paid


def test_a_refund_tells_its_story(shop: Shop) -> None:
    shop.topup(1000)
    charge = shop.sell(1000, fee=123)
    seen = len(shop.event_types())
    shop.refund(charge, reverse_transfer=True, refund_application_fee=True)
    assert shop.event_types()[seen:] == [
        "application_fee.refunded",
        "transfer.reversed",
        "refund.created",
        "charge.refunded",
    ]
