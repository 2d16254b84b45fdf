"""Every way in which a call to Stripe can end, and what becomes of its row."""

from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.errors import Busy
from storefront.store import Row
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_gateway.failures import KeyRefused
from storefront.worker import run_once
from tests.cast import Cast

SESSIONS = "/v1/checkout/sessions"


def _call(services: Services) -> Row:
    with services.store.read() as tx:
        found = tx.one("SELECT * FROM stripe_calls")
    assert found is not None
    return found


def _later(services: Services, **delta: float) -> None:
    with time_machine.travel(clock.now() + timedelta(**delta)):
        run_once(services)


def _requests(cast: Cast) -> list[str]:
    found = cast.sandbox.control("requests", "GET")["requests"]
    return [
        request["idempotency_key"]
        for request in found
        if request["method"] == "POST" and request["path"] == SESSIONS
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"kind": "status", "status": 429}, "prepared"),
        ({"kind": "status", "status": 409}, "prepared"),
        ({"kind": "status", "status": 401}, "prepared"),
        ({"kind": "status", "status": 500}, "unknown"),
        ({"kind": "status", "status": 500, "executed": True}, "unknown"),
        ({"kind": "drop_request"}, "unknown"),
        ({"kind": "drop_response"}, "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
def test_a_call_that_does_not_get_through_is_made_once_in_the_end(
    cast: Cast, fault: dict[str, object], state: str
) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop, stock=1))
    cast.sandbox.fault(path=SESSIONS, **fault)  # type: ignore[arg-type] # kind is in there
    with pytest.raises(Busy):
        cast.checkout(cart_id, shop)
    assert _call(cast.services)["state"] == state

    for minutes in (10, 40, 90):  # the longest pause between two tries is 15 minutes
        _later(cast.services, minutes=minutes)

    call = _call(cast.services)
    sessions = cast.sandbox.get(SESSIONS)["data"]
    made = [session["id"] for session in sessions]
    assert len(set(_requests(cast))) == 1
    assert len(made) <= 1
    if call["state"] == "confirmed":
        assert made == [call["stripe_object_id"]]
    else:  # a stored 500 is replayed for as long as the key lives
        assert fault == {"kind": "status", "status": 500}
        assert call["state"] == "unknown"


@pytest.mark.one_database
def test_after_23_hours_nothing_is_sent_again(cast: Cast) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    cart_id = cast.cart(listing)
    cast.sandbox.fault("drop_request", SESSIONS)
    with pytest.raises(Busy):
        cast.checkout(cart_id, shop)
    sent = len(_requests(cast))
    _later(cast.services, hours=23, minutes=1)
    assert _call(cast.services)["state"] == "abandoned"
    assert len(_requests(cast)) == sent
    assert cast.stock(listing) == 1


@pytest.mark.one_database
def test_after_23_hours_what_was_made_is_found_by_its_metadata(cast: Cast) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop))
    cast.sandbox.fault("drop_response", SESSIONS)
    with pytest.raises(Busy):
        cast.checkout(cart_id, shop)
    sent = len(_requests(cast))
    _later(cast.services, hours=23, minutes=1)
    assert _call(cast.services)["state"] == "confirmed"
    assert len(_requests(cast)) == sent


@pytest.mark.one_database
def test_a_refused_key_stops_the_queue(cast: Cast) -> None:
    shop = cast.shop()
    for _ in range(2):
        cast.sandbox.fault("status", SESSIONS, status=401)
        with pytest.raises(Busy):
            cast.checkout(cast.cart(cast.listing(shop)), shop)
    before = len(_requests(cast))
    cast.sandbox.fault("status", SESSIONS, status=401, times=10)
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        stripe_calls.resume_due(cast.services)
    assert len(_requests(cast)) == before + 1


@pytest.mark.one_database
def test_stripe_is_never_called_inside_a_transaction(cast: Cast) -> None:
    with cast.services.store.transaction(), pytest.raises(RuntimeError, match="transaction"):
        cast.services.gateway.account("acct_1")


@pytest.mark.one_database
def test_a_wrong_key_is_told_apart_from_a_refusal(cast: Cast) -> None:
    cast.sandbox.fault("status", "/v1/accounts", status=401)
    with pytest.raises(KeyRefused):
        cast.services.gateway.account("acct_1")
