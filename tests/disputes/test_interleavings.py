"""A refund and a dispute of one order, step by step in every order: one budget for the transfer."""

from collections.abc import Callable
from contextlib import suppress
from itertools import combinations

import pytest

from storefront.current import Services
from storefront.debts import service as debts
from storefront.disputes import policies
from storefront.disputes.policies import AT_ONCE, KEEP, DisputePolicy
from storefront.errors import StorefrontError
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.stripe_calls import service as stripe_calls
from tests.cast import Cast
from tests.support.scale import WHOLE
from tests.support.stepping import Stage

STEPS = 6
SCHEDULES = [
    "".join("r" if step in refunds_steps else "d" for step in range(2 * STEPS))
    for refunds_steps in combinations(range(2 * STEPS), STEPS)
]
"""924 ways to mix the first six steps of each; the rest of both follows at the end."""


def _refund(services: Services, order: Order, operator_id: str) -> Callable[[], None]:
    def make() -> None:
        wish = Wish(1000, reverse_transfer=True, return_fee=True)
        with suppress(StorefrontError):  # refused in words, once the dispute is known
            refunds.request(services, order.id, wish, Author(new_token(), operator_id))

    return make


def _dispute(cast: Cast, order: Order) -> Callable[[], None]:
    def open_() -> None:
        made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute", amount=1000)
        with cast.services.store.transaction() as tx:
            cast.services.settlement.fold(tx, made)
        debts.settle_due(cast.services)
        stripe_calls.resume_due(cast.services)

    return open_


@pytest.mark.one_database
@pytest.mark.timeout(1800)
def test_never_is_more_taken_back_than_was_transferred(
    cast: Cast, services: Services, worker: Callable[[], None]
) -> None:
    operator = cast.operator()
    with services.store.transaction() as tx:
        policies.decide(tx, DisputePolicy("", AT_ONCE, KEEP), operator.id)
    listing = cast.listing(cast.shop(), stock=1000)
    for account in ({}, {"account": _account(cast, listing.seller_id)}):
        cast.sandbox.control("topup", amount=50_000_000, currency="usd", **account)
    orders = []
    with Stage(services) as stage:
        for schedule in SCHEDULES if WHOLE else SCHEDULES[::23]:
            order = cast.order(listing)
            stage.play(schedule, {"r": _refund(services, order, operator.id),
                            "d": _dispute(cast, order)})  # fmt: skip
            orders.append(order)
            if len(orders) % 20 == 0:
                worker()
    worker()
    for order in orders:
        transfer = cast.sandbox.get(f"/v1/transfers/{order.stripe_transfer_id}")
        assert 0 < transfer["amount_reversed"] <= transfer["amount"]
    assert {cast.reread(order).refunded_amount for order in orders} == {0, 1000}  # who was first
    with services.store.read() as tx:
        assert debts.owed(tx, None) == {}  # nothing was promised that the transfer does not hold
        assert tx.value("SELECT COUNT(*) FROM debt_settlements WHERE state <> 'done'") == 0
    run = reconciling.start(services, reconciling.COMMAND)
    assert reconciling.run_to_end(services, run, lambda _: None).differences == 0


def _account(cast: Cast, seller_id: str) -> str:
    with cast.services.store.read() as tx:
        found = tx.value(
            "SELECT stripe_account_id FROM connected_accounts WHERE seller_id = :id", id=seller_id
        )
    return str(found)
