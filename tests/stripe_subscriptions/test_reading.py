"""How subscriptions stand: events say that something changed, the newest read says what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import clock
from storefront.current import Services
from storefront.store import Store
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.events import INVOICE_TYPES, SUBSCRIPTION_TYPES
from storefront.stripe_subscriptions.registry import Subscriptions
from storefront.stripe_subscriptions.service import StripeSubscription
from tests.stripe_subscriptions.billing import (
    BROKE,
    change_card,
    follow,
    known,
    pass_days,
    subscribe,
)
from tests.support.stripe import Stripe

Work = Callable[[], None]


def seen(services: Services) -> list[StripeSubscription]:
    """What followers are told from now on."""
    told: list[StripeSubscription] = []
    services.subscriptions.followers.append(lambda _tx, found: told.append(found))
    return told


def event_states(services: Services, *types: str) -> set[str]:
    """What became of the events of some types."""
    with services.store.read() as tx:
        rows = tx.all("SELECT type, state FROM webhook_events")
    return {row["state"] for row in rows if row["type"] in types}


@pytest.mark.usefixtures("served")
def test_its_life_is_followed_by_events(services: Services, sandbox: Stripe, worker: Work) -> None:
    told = seen(services)
    id_ = subscribe(sandbox)
    worker()
    assert event_states(services, "customer.subscription.created", "invoice.paid") == {"ignored"}
    follow(services, id_)
    follow(services, id_)
    assert not known(services, id_).status
    worker()
    active = known(services, id_)
    assert (active.status, active.unit_amount, active.quantity) == ("active", 900, 1)
    assert (active.currency, active.interval, active.interval_count) == ("usd", "month", 1)
    assert active.latest_invoice_status == "paid"
    assert active.ends_at is None
    assert active.current_period_end
    change_card(sandbox, id_, BROKE)
    pass_days(sandbox, 32)
    worker()
    late = known(services, id_)
    assert (late.status, late.latest_invoice_status) == ("past_due", "open")
    assert late.next_payment_attempt
    for days in (4, 6, 8):  # until Stripe gives up
        pass_days(sandbox, days)
    worker()
    ended = known(services, id_)
    assert (ended.status, ended.cancellation_reason) == ("canceled", "payment_failed")
    assert ended.over
    assert ended.ended_at
    assert ended.stale_at is None
    assert [each.status for each in told if each.status != "active"][-1] == "canceled"
    assert sorted(each.asked_at for each in told) == [each.asked_at for each in told]
    assert event_states(services, "invoice.payment_failed", "customer.subscription.deleted") == {
        "done"
    }


@pytest.mark.parametrize("mode", ["reverse", "duplicate"])
@pytest.mark.usefixtures("served")
@pytest.mark.one_database
def test_the_order_of_events_does_not_matter(
    services: Services, sandbox: Stripe, worker: Work, mode: str
) -> None:
    id_ = subscribe(sandbox)
    follow(services, id_)
    sandbox.control("deliveries/mode", mode=mode)
    sandbox.post(f"/v1/subscriptions/{id_}", {"cancel_at_period_end": "true"})
    sandbox.post(f"/v1/subscriptions/{id_}", {"cancel_at_period_end": "false"})
    sandbox.post(f"/v1/subscriptions/{id_}/pause", {"type": "subscription"})
    sandbox.control("deliveries/flush", order="reverse")
    worker()
    found = known(services, id_)
    assert (found.status, found.ends_at) == ("paused", None)


@pytest.mark.one_database
def test_lost_events_are_made_up_for(services: Services, sandbox: Stripe, worker: Work) -> None:
    """Nothing is delivered here: each is read after a day, and once its period is over."""
    id_ = subscribe(sandbox)
    follow(services, id_)
    worker()
    sandbox.post(f"/v1/subscriptions/{id_}", {"cancel_at_period_end": "true"})
    worker()
    assert known(services, id_).ends_at is None
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
        worker()
        assert known(services, id_).ends_at == known(services, id_).current_period_end


@pytest.mark.one_database
def test_without_an_answer_it_is_asked_again(services: Services, sandbox: Stripe) -> None:
    id_ = subscribe(sandbox)
    follow(services, id_)
    sandbox.fault("status", "/v1/subscriptions", status=500, times=3)
    assert stripe_subscriptions.read_due(services) == 0
    assert stripe_subscriptions.read_due(services) == 0
    assert known(services, id_).stale_at > clock.timestamp()  # type: ignore[operator]
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        assert stripe_subscriptions.read_due(services) == 1
    assert known(services, id_).status == "active"


@pytest.mark.one_database
def test_what_changes_while_it_is_read_is_read_again(services: Services, sandbox: Stripe) -> None:
    id_ = subscribe(sandbox)
    follow(services, id_)
    asked_at, answer = clock.timestamp(), services.gateway.subscription(id_)
    with services.store.transaction() as tx:
        assert stripe_subscriptions.changed(tx, id_)
        assert stripe_subscriptions.record(tx, services.subscriptions, answer, asked_at)
    assert stripe_subscriptions.read_due(services) == 1
    assert stripe_subscriptions.read_due(services) == 0


@pytest.mark.one_database
def test_every_type_of_event_is_asked_for(services: Services) -> None:
    wanted = set(services.handlers.types("platform"))
    assert wanted >= {*SUBSCRIPTION_TYPES, *INVOICE_TYPES}


def _answers(id_: str) -> list[dict[str, Any]]:
    """What Stripe says of a subscription at five moments."""
    statuses = ("incomplete", "active", "past_due", "active", "canceled")
    return [
        {"id": id_, "customer": "cus_1", "status": status, "cancel_at_period_end": status == "x",
         "latest_invoice": {"id": f"in_{n}", "status": "open"}, "ended_at": None}
        for n, status in enumerate(statuses)
    ]  # fmt: skip


_STEPS = st.lists(st.one_of(st.integers(0, 4), st.none()), max_size=15)


@given(steps=_STEPS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.one_database
def test_the_newest_answer_wins_in_any_order(store: Store, steps: list[int | None]) -> None:
    """Numbers are answers in the order of their questions, None is an event."""
    told: list[StripeSubscription] = []
    registry = Subscriptions()
    registry.followers.append(lambda _tx, found: told.append(found))
    begin = clock.now() - timedelta(days=1)
    id_ = f"sub_{clock.timestamp()}"
    with store.transaction() as tx:
        stripe_subscriptions.want(tx, id_)
        for step in [*steps, 4]:
            if step is None:
                stripe_subscriptions.changed(tx, id_)
                continue
            asked_at = clock.timestamp(begin + timedelta(hours=step))
            stripe_subscriptions.record(tx, registry, _answers(id_)[step], asked_at)
        stripe_subscriptions.record(tx, registry, _answers(id_)[2], clock.timestamp(begin))
        found = stripe_subscriptions.by_id(tx, id_)
    assert found is not None
    assert (found.status, found.latest_invoice_id) == ("canceled", "in_4")
    times = [each.asked_at for each in told]
    assert times == sorted(times)
    assert replace(told[-1], stale_at=None) == replace(found, stale_at=None)
