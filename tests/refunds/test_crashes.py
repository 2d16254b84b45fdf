"""SIGKILL between any two steps of all that gives money back: it happens once or never.

Whoever sends the same form again after the crash finds exactly what an undisturbed one leaves.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from storefront.config import Config
from storefront.disputes import policies
from storefront.disputes.policies import DisputePolicy
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.ids import new_token
from storefront.ledger import service as ledger
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import service as refunds
from storefront.refunds.preview import KEEP_FEE, OWED, PLATFORM, RETURN_FEE, SHARES
from storefront.refunds.service import Author, Refund, Wish
from tests.cast import Cast
from tests.stripe_calls import crashing
from tests.support.scale import WHOLE

FAILS_LATER = "4000000000005126"
Prepare = Callable[[Cast, Order], tuple[str, ...]]


@dataclass(frozen=True)
class Scenario:
    """Something that is killed on a sale of 10.00 with a fee of 1.23.

    Afterwards the seller has so much of the sale. `steps` counts transactions and calls, before
    and after each; where less was transferred instead of a fee it may be another number.
    """

    name: str
    action: Callable[..., None]
    prepare: Prepare
    seller: int
    steps: dict[str, int]


def _refund(amount: int, share: str) -> Prepare:
    return lambda _, order: (order.id, str(amount), share)


def _fee(cast: Cast, order: Order) -> tuple[str, ...]:
    return order.id, "40", cast.operator().id


def _approval(cast: Cast, order: Order) -> tuple[str, ...]:
    asked = _made(cast, order, 1000, RETURN_FEE, approval_above=500)
    return order.id, asked.id, cast.user("Oscar", operator=True).id


def _failed(cast: Cast, order: Order) -> tuple[str, ...]:
    refund = _made(cast, order, 1000, RETURN_FEE)
    cast.sandbox.control(f"refunds/{refund.stripe_refund_id}/fail", reason="declined")
    for known in cast.services.gateway.refunds_of(str(order.stripe_charge_id)):
        with cast.services.store.transaction() as tx:
            cast.services.settlement.fold(tx, known)
    return order.id, refund.id, cast.operator().id


def _debt(cast: Cast, order: Order) -> tuple[str, ...]:
    _made(cast, order, 1000, OWED)
    return ()


def _disputed(cast: Cast, order: Order) -> tuple[str, ...]:
    """A dispute that has not been heard of yet, whose money the seller bears at once."""
    operator = cast.operator()
    with cast.services.store.transaction() as tx:
        policies.decide(tx, DisputePolicy("", policies.AT_ONCE, policies.GIVE_UP), operator.id)
    return (cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute")["id"],)


def _won(cast: Cast, order: Order) -> tuple[str, ...]:
    (dispute_id,) = _disputed(cast, order)
    crashing.hear_of_dispute(cast.services, dispute_id)
    cast.sandbox.control(f"disputes/{dispute_id}/decide", outcome="won")
    return (dispute_id,)


def _made(
    cast: Cast, order: Order, amount: int, share: str, approval_above: int = 10_000
) -> Refund:
    config = replace(cast.services.config, refund_approval_above=(("usd", approval_above),))
    author = Author(new_token(), cast.operator().id)
    wish = Wish(amount, **SHARES[share])
    return refunds.request(replace(cast.services, config=config), order.id, wish, author)


def _steps(application_fee: int, transfer_amount: int) -> dict[str, int]:
    return {APPLICATION_FEE: application_fee, TRANSFER_AMOUNT: transfer_amount}


SCENARIOS = (
    Scenario("whole", crashing.refund, _refund(1000, RETURN_FEE), 0, _steps(8, 8)),
    Scenario("part", crashing.refund, _refund(400, RETURN_FEE), 526, _steps(14, 14)),
    Scenario("keep_fee", crashing.refund, _refund(400, KEEP_FEE), 477, _steps(8, 14)),
    Scenario("platform", crashing.refund, _refund(400, PLATFORM), 877, _steps(8, 8)),
    Scenario("owed", crashing.refund, _refund(1000, OWED), 0, _steps(14, 8)),
    Scenario("fee", crashing.return_fee, _fee, 917, {APPLICATION_FEE: 8}),
    Scenario("approve", crashing.approve, _approval, 0, _steps(8, 8)),
    Scenario("pay_back", crashing.pay_back, _failed, 877, _steps(8, 8)),
    Scenario("settle", crashing.settle, _debt, 0, _steps(8, 8)),
    Scenario("recover", crashing.hear_of_dispute, _disputed, 0, _steps(10, 10)),
    Scenario("give_back", crashing.hear_of_dispute, _won, 877, _steps(8, 8)),
)

EACH = [(scenario, mode) for scenario in SCENARIOS for mode in scenario.steps]
POINTS = [
    pytest.param(scenario, mode, point, id=f"{scenario.name}-{point}-{mode}")
    for scenario, mode in EACH
    for point in range(0, scenario.steps[mode], 1 if WHOLE or mode == APPLICATION_FEE else 2)
]
"""Each step; of the second fee mode every other one in a test run."""
PAIRS = [
    pytest.param(scenario, mode, first, second, id=f"{scenario.name}-{first}-{second}-{mode}")
    for scenario, mode in EACH
    for first in (range(0, scenario.steps[mode], 2) if WHOLE else [5])
    for second in (range(0, scenario.steps[mode], 2) if WHOLE else [7])
]
"""In a test run one of each; a thousand with `make proof`, on two databases."""


@pytest.fixture
def order(cast: Cast) -> Order:
    """A paid order whose refunds the bank can return; seller and platform have other money."""
    order = cast.order(cast.listing(cast.shop()), card=FAILS_LATER)
    wealth = {"amount": 100_000, "currency": "usd"}
    cast.sandbox.control("topup", **wealth)
    cast.sandbox.control("topup", account=order.destination, **wealth)
    return order


def _happens_once(cast: Cast, order: Order, scenario: Scenario, arguments: tuple[str, ...]) -> None:
    """The books agree after a crash; and after another try it has happened, once."""
    crashing.recover(cast.services)
    _agree(cast)
    scenario.action(cast.services, *arguments)
    crashing.recover(cast.services)
    _agree(cast)
    with cast.services.store.read() as tx:
        balances = ledger.balances(ledger.of_order(tx, order.id))
    found = {who: balances.get((who, "usd"), 0) for who in ("seller", "seller_debt")}
    assert found == {"seller": scenario.seller, "seller_debt": 0}
    at_stripe = cast.sandbox.get("/v1/balance", account=order.destination)
    assert sum(at_stripe[part][0]["amount"] for part in ("available", "pending")) == (
        100_000 + scenario.seller
    )


def _agree(cast: Cast) -> None:
    """Our rows and Stripe's objects tell the same, and no call has been made twice."""
    run = reconciling.start(cast.services, reconciling.COMMAND)
    assert reconciling.run_to_end(cast.services, run, lambda _: None).differences == 0
    crashing.recover(cast.services)  # for a run may be the first to hear of something
    with cast.services.store.read() as tx:
        states = {row["state"] for row in tx.all("SELECT state FROM stripe_calls")}
    assert states == {"confirmed"}
    made = Counter(
        found["metadata"]["stripe_call_id"]
        for kind in ("refunds", "transfers")
        for found in cast.sandbox.get(f"/v1/{kind}")["data"]
        if "stripe_call_id" in found["metadata"]
    )
    assert set(made.values()) <= {1}


@pytest.mark.one_database
@pytest.mark.parametrize(("scenario", "fee_mode", "point"), POINTS)
def test_what_is_killed_happens_once(
    cast: Cast, config: Config, order: Order, scenario: Scenario, point: int
) -> None:
    arguments = scenario.prepare(cast, order)
    assert crashing.killed_at(config, point, scenario.action, *arguments)
    _happens_once(cast, order, scenario, arguments)


@pytest.mark.one_database
@pytest.mark.parametrize(("scenario", "fee_mode", "first", "second"), PAIRS)
def test_who_tries_again_may_be_killed_as_well(
    cast: Cast, config: Config, order: Order, scenario: Scenario, first: int, second: int
) -> None:
    arguments = scenario.prepare(cast, order)
    assert crashing.killed_at(config, first, scenario.action, *arguments)
    crashing.killed_at(config, second, scenario.action, *arguments)
    _happens_once(cast, order, scenario, arguments)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("scenario", "fee_mode"), EACH, ids=[f"{scenario.name}-{mode}" for scenario, mode in EACH]
)
def test_what_is_not_killed_has_no_more_steps(
    cast: Cast, config: Config, order: Order, scenario: Scenario, fee_mode: str
) -> None:
    """So the points above are all there are."""
    arguments = scenario.prepare(cast, order)
    steps = scenario.steps[fee_mode]
    assert not crashing.killed_at(config, steps, scenario.action, *arguments)
    _happens_once(cast, order, scenario, arguments)
