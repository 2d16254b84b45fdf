"""Counting tries."""

from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.errors import TooMany
from storefront.security import rate_limit
from storefront.store import Store

MOMENT = "2026-03-01T12:00:10Z"


def tries_until_refused(store: Store, bucket: str = "door") -> int:
    """How many tries go through."""
    for number in range(100):
        try:
            rate_limit.limit(store, bucket, 5, 60)
        except TooMany:
            return number
    return 100


def test_as_many_as_allowed_in_a_window(store: Store) -> None:
    with time_machine.travel(MOMENT, tick=False) as now:
        assert tries_until_refused(store) == 5
        assert tries_until_refused(store, "another door") == 5
        now.shift(timedelta(seconds=49))
        assert tries_until_refused(store) == 0
        now.shift(timedelta(seconds=1))
        assert tries_until_refused(store) == 5


def test_it_says_how_long_to_wait(store: Store) -> None:
    with time_machine.travel(MOMENT, tick=False):
        tries_until_refused(store)
        with pytest.raises(TooMany, match="wait 50 seconds") as refused:
            rate_limit.limit(store, "door", 5, 60)
    assert refused.value.retry_after == 50


def test_forgetting_opens_the_door_again(store: Store) -> None:
    with time_machine.travel(MOMENT, tick=False):
        tries_until_refused(store)
        rate_limit.forget(store, "door", 60)
        assert tries_until_refused(store) == 5


def test_old_counters_are_deleted(services: Services) -> None:
    rate_limit.limit(services.store, "door", 5, 60)
    assert rate_limit.clean_up(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert rate_limit.clean_up(services) == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_visitor_cannot_leave_his_network(address: str | None, counted: str) -> None:
    assert rate_limit.network(address) == counted
