"""SIGKILL between any two steps of a money call: afterwards Stripe has it once, and so have we."""

import multiprocessing
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.config import Config
from storefront.current import Services
from storefront.fees import APPLICATION_FEE
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.store import Row
from storefront.worker import run_once
from tests.cast import Cast, both_fee_modes
from tests.stripe_calls import crashing

CHECKOUT_POINTS = range(8)
"""Two transactions around the order, the claim, the call, the outcome: eight steps."""
REFUND_POINTS = range(14)
"""The same for the refund, then for the fee that goes back with a part of it, or where less was
transferred, for what is pulled back.
"""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.stripe_calls.crashing"])


def _killed_at(config: Config, point: int, action: Callable[..., None], *arguments: str) -> bool:
    process = _processes.Process(target=crashing.run, args=(config, point, action, *arguments))
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def _recover(services: Services) -> None:
    """What the worker does once the dead process's lease has run out."""
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        for _ in range(4):
            run_once(services)


def _calls(services: Services) -> list[Row]:
    with services.store.read() as tx:
        return tx.all("SELECT operation, state, stripe_object_id FROM stripe_calls ORDER BY id")


@pytest.mark.one_database
@pytest.mark.parametrize("point", CHECKOUT_POINTS)
def test_a_killed_checkout_leaves_one_session_or_none(
    cast: Cast, config: Config, point: int
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    cart_id = cast.cart(listing)

    killed = _killed_at(config, point, crashing.buy, cart_id, shop.seller.id)
    _recover(cast.services)

    sessions = cast.sandbox.get("/v1/checkout/sessions")["data"]
    with cast.services.store.read() as tx:
        found = orders.open_orders(tx, cart_id, shop.seller.id)
    assert killed
    assert [order.stripe_checkout_session_id for order in found] == [s["id"] for s in sessions]
    assert len(sessions) <= 1
    assert cast.stock(listing) == 1 - len(sessions)
    assert {call["state"] for call in _calls(cast.services)} <= {"confirmed"}
    again = cast.checkout(cart_id, shop)
    assert again.checkout_url
    assert len(cast.sandbox.get("/v1/checkout/sessions")["data"]) == 1


@pytest.mark.one_database
@both_fee_modes
@pytest.mark.parametrize("point", REFUND_POINTS)
def test_a_killed_refund_is_made_once_or_never(cast: Cast, config: Config, point: int) -> None:
    order = cast.order(cast.listing(cast.shop()))

    killed = _killed_at(config, point, crashing.refund, order.id, "400")
    _recover(cast.services)

    refunds = cast.sandbox.get(f"/v1/refunds?charge={order.stripe_charge_id}")["data"]
    _agree(cast.reread(order), refunds, cast)
    assert killed
    assert len(refunds) <= 1
    assert {call["state"] for call in _calls(cast.services)} == {"confirmed"}


def _agree(order: Order, refunds: list[dict[str, object]], cast: Cast) -> None:
    """Our rows and Stripe's objects tell the same."""
    transfer = cast.sandbox.get(f"/v1/transfers/{order.stripe_transfer_id}")
    assert order.refunded_amount == sum(int(str(refund["amount"])) for refund in refunds)
    assert order.refund_committed == order.refunded_amount
    assert order.fee_refunded_amount == (40 if refunds else 0)
    pulled = 400 if order.fee_mode == APPLICATION_FEE else 360
    assert transfer["amount_reversed"] == (pulled if refunds else 0)
    if order.fee_mode == APPLICATION_FEE:
        fee = cast.sandbox.get(f"/v1/application_fees/{order.stripe_application_fee_id}")
        assert fee["amount_refunded"] == order.fee_refunded_amount


@both_fee_modes
def test_an_uninterrupted_refund_has_no_more_steps(cast: Cast, config: Config) -> None:
    """So the points above are all there are."""
    order = cast.order(cast.listing(cast.shop()))
    assert not _killed_at(config, len(REFUND_POINTS), crashing.refund, order.id, "400")
    _agree(cast.reread(order), [{"amount": 400}], cast)
