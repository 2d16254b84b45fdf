"""What no event tells is read from Stripe, but no more often than it must be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.orders import repository
from storefront.orders import service as orders
from storefront.worker import run_once
from tests.cast import Cast

pytestmark = pytest.mark.one_database


def _reads(cast: Cast) -> int:
    found = cast.sandbox.control("requests", "GET")["requests"]
    return sum(
        request["method"] == "GET" and request["path"].startswith("/v1/checkout/sessions/")
        for request in found
    )


def test_stripes_own_fee_is_read_once(cast: Cast, served: str, worker: Callable[[], None]) -> None:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    worker()
    assert cast.reread(order).stripe_fee_amount == 59
    read = _reads(cast)
    worker()
    assert _reads(cast) == read <= 2


def test_a_payment_that_takes_days_is_asked_about_after_a_pause_only(cast: Cast) -> None:
    order = cast.order(cast.listing(cast.shop()), bank="succeed")
    assert order.status == orders.PROCESSING
    now = clock.timestamp()
    with cast.services.store.transaction() as tx:
        assert repository.want_overdue(tx, expired_before=now, asked_before=now) == 1
    run_once(cast.services)
    assert cast.reread(order).facts_wanted_at is None
    with cast.services.store.transaction() as tx:
        assert repository.want_overdue(tx, expired_before=now, asked_before=now) == 0


def test_a_session_past_its_end_is_asked_about(cast: Cast) -> None:
    listing = cast.listing(cast.shop(), stock=1)
    order = cast.order(listing, pay=False)
    cast.sandbox.control("deliveries/mode", mode="drop")
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/expire")
    with time_machine.travel(clock.now() + timedelta(minutes=63)):
        run_once(cast.services)
    assert cast.reread(order).status == "expired"
    assert cast.stock(listing) == 1
