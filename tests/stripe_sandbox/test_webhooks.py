"""Deliveries: signed, retried, logged, held, doubled, and none of them lost."""

import json
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.hooks import Hooks
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop

COMPLETED = "checkout.session.completed"


def _verifies(shop: Shop, listener: Listener, secret: str, position: int = -1) -> bool:
    received = listener.received[position]
    try:
        shop.client.construct_event(received.body, received.signature, secret)
    except stripe.SignatureVerificationError:
        return False
    return True


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


def test_only_wanted_events_arrive(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, "checkout.session.completed")
    shop.sell()
    assert hooks.types() == ["checkout.session.completed"]


def test_the_secret_is_shown_once(shop: Shop, listener: Listener) -> None:
    Hooks(shop, listener)
    for endpoint in shop.client.v1.webhook_endpoints.list().data:
        assert "secret" not in endpoint


def test_failures_are_retried_counted_and_logged(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, COMPLETED)
    listener.status, listener.answer = 500, b"out of order" + b"." * 5000
    shop.sell()
    hooks.wait()
    events = shop.client.v1.events
    (event,) = events.list({"delivery_success": False, "types": [COMPLETED]}).data
    assert event.pending_webhooks == 1
    assert events.list({"delivery_success": True, "types": [COMPLETED]}).data == []
    listener.status, listener.answer = 200, b"thanks"
    shop.sandbox.control("clock/advance", seconds=10)
    assert hooks.types() == [COMPLETED] * 2
    (delivery,) = hooks.log()
    assert (delivery["state"], delivery["attempts"], delivery["answer"]) == (
        "delivered",
        2,
        "thanks",
    )
    assert [each["status"] for each in delivery["log"]] == [500, 200]
    assert delivery["log"][0]["answer"] == "out of order" + "." * 488
    assert all(each["milliseconds"] >= 0 and each["at"] > 0 for each in delivery["log"])
    assert events.retrieve(event.id).pending_webhooks == 0
    assert [e.id for e in events.list({"delivery_success": True, "type": COMPLETED}).data] == [
        event.id
    ]


@pytest.mark.parametrize(("live", "attempts", "days"), [(False, 5, 1), (True, 10, 4)])
def test_retries_end(shop: Shop, listener: Listener, live: bool, attempts: int, days: int) -> None:
    shop.sandbox.control("switches", live_retries=live)
    hooks = Hooks(shop, listener, COMPLETED)
    listener.status = 302
    shop.sell()
    for _ in range(days * 24):
        hooks.wait()
        shop.sandbox.control("clock/advance", seconds=3600)
    (delivery,) = hooks.log()
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == (
        "failed",
        attempts,
        302,
    )
    (event,) = shop.client.v1.events.list({"delivery_success": False}).data
    assert event.pending_webhooks == 1


def test_nobody_listens_and_the_log_says_so(shop: Shop) -> None:
    endpoint: Any = {"url": "http://127.0.0.1:9/x", "enabled_events": [COMPLETED]}
    shop.client.v1.webhook_endpoints.create(endpoint)
    assert shop.sell().paid
    assert shop.sandbox.control("deliveries/wait")["idle"]
    (delivery,) = shop.sandbox.read("deliveries")["deliveries"]
    assert (delivery["status"], delivery["attempts"]) == (None, 1)
    assert "refused" in delivery["answer"]


def test_an_endpoint_that_answers_late_delays_nobody(shop: Shop, listener: Listener) -> None:
    """Ten endpoints never answer; the request that caused the event and the last one do."""
    with Listener() as late:
        late.gate.clear()
        create = shop.client.v1.webhook_endpoints.create
        for name in range(10):
            late_one: Any = {"url": f"{late.url}/{name}", "enabled_events": [COMPLETED]}
            create(late_one)
        prompt: Any = {"url": listener.url, "enabled_events": [COMPLETED]}
        endpoint = create(prompt)
        (event,) = [each for each in _told(shop) if each.type == COMPLETED]
        while not listener.received:
            shop.sandbox.control("deliveries/wait", seconds=0.02)
        assert _verifies(shop, listener, str(endpoint.secret))
        assert shop.client.v1.events.retrieve(event.id).pending_webhooks >= 10
        late.gate.set()
        assert shop.sandbox.control("deliveries/wait")["idle"]
    assert shop.client.v1.events.retrieve(event.id).pending_webhooks == 0


def _told(shop: Shop) -> list[stripe.Event]:
    shop.sell()
    return shop.client.v1.events.list().data


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
    hooks = Hooks(shop, listener, COMPLETED)
    shop.sell()
    (event,) = hooks.arrived()
    shop.sandbox.control(f"events/{event.id}/resend")
    shop.client.raw_request(  # as the command-line client does
        "post", f"/v1/events/{event.id}/retry", webhook_endpoint=hooks.platform.id
    )
    assert [each.id for each in hooks.arrived()] == [event.id] * 3
    assert shop.client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_one_delivery_can_be_held_dropped_and_sent(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, COMPLETED)
    shop.sandbox.control("deliveries/mode", mode="hold")
    shop.sell()
    (delivery,) = hooks.log()
    assert shop.sandbox.control(f"deliveries/{delivery['id']}/drop")["state"] == "dropped"
    shop.sandbox.control("deliveries/flush")
    assert hooks.types() == []
    for _ in range(2):
        shop.sandbox.control(f"deliveries/{delivery['id']}/send")
        hooks.wait()
    assert hooks.types() == [COMPLETED] * 2
    assert [each["attempts"] for each in hooks.log()] == [2]


def test_a_rolled_secret_stays_valid_for_a_day(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener, COMPLETED)
    old = hooks.secrets["/platform"]
    rolled = shop.sandbox.control(f"webhook_endpoints/{hooks.platform.id}/roll")
    assert rolled["secret"] != old
    assert [each["secret"] for each in rolled["old_secrets"]] == [old]
    shop.sell()
    hooks.wait()
    assert listener.received[-1].signature.count("v1=") == 2
    assert all(_verifies(shop, listener, secret) for secret in (old, rolled["secret"]))
    shop.sandbox.control("clock/advance", seconds=24 * 60 * 60)
    shop.sell()
    hooks.wait()
    assert not _verifies(shop, listener, old)
    assert _verifies(shop, listener, rolled["secret"])


@pytest.mark.parametrize("signing", ["old", "wrong"])
def test_a_delivery_can_be_signed_with_another_secret(
    shop: Shop, listener: Listener, signing: str
) -> None:
    hooks = Hooks(shop, listener, COMPLETED)
    old = hooks.secrets["/platform"]
    roll = f"webhook_endpoints/{hooks.platform.id}/roll"
    new = shop.sandbox.control(roll, expires_in=0)["secret"]
    shop.sandbox.control("deliveries/mode", signing=signing)
    shop.sell()
    hooks.wait()
    assert not _verifies(shop, listener, new)
    assert _verifies(shop, listener, old) == (signing == "old")
    (delivery,) = hooks.log()
    shop.sandbox.control(f"deliveries/{delivery['id']}/send", signing="valid")
    hooks.wait()
    assert _verifies(shop, listener, new)


@pytest.mark.parametrize(
    ("call", "values", "says"),
    [
        ("deliveries/mode", {"mode": "lazy"}, "mode is one of"),
        ("deliveries/mode", {"signing": "sealed"}, "signing is one of"),
        ("deliveries/mode", {}, "give mode"),
        ("deliveries/dlv_x/send", {}, "no delivery"),
        ("deliveries/dlv_x/eat", {}, "deed is one of"),
        ("webhook_endpoints/we_x/roll", {}, "no webhook endpoint"),
        ("events/evt_x/resend", {}, "no event"),
    ],
)
def test_calls_that_make_no_sense_say_why(
    shop: Shop, call: str, values: dict[str, Any], says: str
) -> None:
    with pytest.raises(AssertionError, match=says):
        shop.sandbox.control(call, **values)


def test_a_secret_cannot_outlive_a_roll_by_more_than_a_day(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener)
    with pytest.raises(AssertionError, match="86400 seconds"):
        shop.sandbox.control(f"webhook_endpoints/{hooks.platform.id}/roll", expires_in=90000)


def test_what_a_disabled_or_deleted_endpoint_owes_is_given_up(
    shop: Shop, listener: Listener
) -> None:
    hooks, v1 = Hooks(shop, listener, COMPLETED), shop.client.v1
    listener.status = 500
    shop.sell()
    hooks.wait()
    disabled = v1.webhook_endpoints.update(hooks.platform.id, {"disabled": True})
    assert disabled.status == "disabled"
    shop.sell()  # nothing is even queued for it
    shop.sandbox.control("clock/advance", seconds=10)
    hooks.wait()
    assert [each["state"] for each in hooks.log()] == ["canceled"]
    v1.webhook_endpoints.update(hooks.platform.id, {"disabled": False})
    shop.sell()
    hooks.wait()
    v1.webhook_endpoints.delete(hooks.platform.id)
    assert [each["state"] for each in hooks.log()] == ["canceled", "canceled"]
    assert v1.events.list({"delivery_success": False}).data == []


def test_an_event_says_what_caused_it(shop: Shop) -> None:
    shop.sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    options: Any = {"idempotency_key": "a key"}
    params: Any = {"amount": 1000, "currency": "usd"}
    answer = shop.client.v1.payment_intents.create(params, options)
    (event,) = shop.client.v1.events.list().data
    assert event.request is not None
    assert answer.last_response is not None
    assert event.request.idempotency_key == "a key"
    assert event.request.id == answer.last_response.request_id
    theirs: Any = {"stripe_account": shop.account}
    for automatic in shop.client.v1.events.list({"limit": 2}, theirs).data:
        assert automatic.request is not None
        assert (automatic.request.id, automatic.request.idempotency_key) == (None, None)


def test_an_update_tells_only_what_has_changed(shop: Shop) -> None:
    charge, charges = shop.sell(), shop.client.v1.charges
    charges.update(charge.id, {"metadata": {"color": "red", "size": "M"}})
    charges.update(charge.id, {"metadata": {"color": "blue"}, "description": "A shirt"})
    (event, *_) = shop.client.v1.events.list({"type": "charge.updated"}).data
    previous = json.loads(str(event.data.previous_attributes))
    assert previous == {"metadata": {"color": "red"}, "description": None}
    charges.update(charge.id, {"metadata": {"color": "blue"}})
    (newest, *_) = shop.client.v1.events.list({"type": "charge.updated"}).data
    assert newest.id == event.id


def test_events_end_after_thirty_days(shop: Shop) -> None:
    events = shop.client.v1.events
    shop.sell()
    (old, *_) = events.list().data
    shop.sandbox.control("clock/advance", seconds=30 * 24 * 60 * 60 + 60)
    assert events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as missing:
        events.retrieve(old.id)
    assert missing.value.code == "resource_missing"


def test_events_are_listed_by_type_and_time(shop: Shop) -> None:
    events = shop.client.v1.events
    shop.sell()
    newest = events.list({"types": ["charge.*", COMPLETED]}).data
    assert [event.type for event in newest] == [COMPLETED, "charge.updated", "charge.succeeded"]
    assert len(events.list({"type": "charge.*", "limit": 1}).data) == 1
    assert events.list({"created": {"gt": newest[0].created}}).data == []
    with pytest.raises(stripe.InvalidRequestError) as both:
        events.list({"type": "charge.*", "types": [COMPLETED]})
    assert both.value.code == "parameters_exclusive"


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"enabled_events": ["charge.eaten"]}, "enabled_events[0]"),
        ({"enabled_events": ["charge.*"]}, "enabled_events[0]"),
        ({"url": "nowhere"}, "url"),
        ({"url": "ftp://127.0.0.1/x"}, "url"),
        ({"url": "http://[half/x"}, "url"),
        ({"url": "http://127.0.0.1:99999/x"}, "url"),
        ({"api_version": "yesterday"}, "api_version"),
    ],
)
def test_wrong_endpoints_are_refused(shop: Shop, params: Any, param: str) -> None:
    valid: Any = {"url": "http://127.0.0.1:9/x", "enabled_events": ["*"]}
    with pytest.raises(stripe.InvalidRequestError) as wrong:
        shop.client.v1.webhook_endpoints.create({**valid, **params})
    assert wrong.value.param == param


def test_an_account_has_at_most_sixteen_endpoints(shop: Shop) -> None:
    valid: Any = {"url": "http://127.0.0.1:9/x", "enabled_events": ["*"]}
    endpoints = shop.client.v1.webhook_endpoints
    made = [endpoints.create(valid) for _ in range(16)]
    with pytest.raises(stripe.InvalidRequestError, match="16"):
        endpoints.create(valid)
    endpoints.delete(made[0].id)
    assert endpoints.create(valid).status == "enabled"


def test_an_event_has_the_version_of_its_endpoint(shop: Shop, listener: Listener) -> None:
    endpoint: Any = {
        "url": listener.url,
        "enabled_events": [COMPLETED],
        "api_version": "2020-08-27",
    }
    shop.client.v1.webhook_endpoints.create(endpoint)
    shop.sell()
    assert shop.sandbox.control("deliveries/wait")["idle"]
    assert json.loads(listener.received[0].body)["api_version"] == "2020-08-27"


def test_a_disconnected_account_is_not_heard_any_more(shop: Shop, listener: Listener) -> None:
    hooks = Hooks(shop, listener)
    shop.topup(1000, shop.account)
    shop.sandbox.control("payout", currency="usd", amount=100, account=shop.account)
    shop.sandbox.control(f"accounts/{shop.account}/disconnect")
    heard = hooks.types("/connect")
    assert heard[-1] == "account.application.deauthorized"
    shop.sandbox.control("payout", currency="usd", amount=100, account=shop.account)
    shop.sandbox.control("accounts", name="Somebody else")
    assert hooks.types("/connect") == heard


def test_a_connected_account_can_listen_for_itself(shop: Shop, listener: Listener) -> None:
    """Its own endpoint hears of it alone, and its events do not name it."""
    theirs: Any = {"stripe_account": shop.account}
    endpoint: Any = {"url": f"{listener.url}/seller", "enabled_events": ["*"]}
    secret = str(shop.client.v1.webhook_endpoints.create(endpoint, theirs).secret)
    shop.sell()
    shop.sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    assert shop.sandbox.control("deliveries/wait")["idle"]
    kinds = [json.loads(each.body)["type"] for each in listener.received]
    assert kinds == ["account.updated", "capability.updated"]
    assert _verifies(shop, listener, secret)
    assert "account" not in json.loads(listener.received[0].body)


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
