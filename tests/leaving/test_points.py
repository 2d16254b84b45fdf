"""A disconnect at each point of an order's life, in both ways: no cent is stranded.

The sale is 10.00 and 5.00 for shipping, our fee 1.84 of it, so that 13.16 are the seller's.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from storefront.catalog import service as catalog
from storefront.leaving import repository as open_
from storefront.orders import service as orders
from storefront.repayments import service as repayments
from storefront.sellers import service as sellers
from tests.leaving.conftest import STAYS_PENDING, WEALTH, Stage

TOTAL, NET = 1500, 1316
Step = Callable[[Stage], None]


def _nothing(stage: Stage) -> None:
    """It waits."""


@dataclass(frozen=True)
class Point:
    """How a sale gets where it is, what happens to it while the account is away, and the end.

    `waits` is what stands open because of the absence; `seller` is what the seller has at the end.
    """

    name: str
    reach: Step
    meanwhile: Step
    waits: tuple[str, ...]
    seller: int
    status: str = "paid"


def _cart(stage: Stage) -> None:
    stage.order = None


def _buy_when_back(stage: Stage) -> None:
    """Nothing can be bought while the account is away."""
    answer = stage.alice.get(f"/listings/{stage.listing.slug}")
    assert "Add to cart" not in answer.text


def _open(stage: Stage) -> None:
    stage.order = stage.cast.order(stage.listing, pay=False)


def _paid_in_that_moment(stage: Stage) -> None:
    """And no event tells us so."""
    _open(stage)
    stage.sandbox.control("deliveries/mode", mode="drop")
    stage.sandbox.control(f"sessions/{stage.sold.stripe_checkout_session_id}/pay")
    stage.sandbox.control("deliveries/mode", mode="normal")


def _paid(stage: Stage) -> None:
    stage.sell()


def _shipped(stage: Stage) -> None:
    stage.sell()
    with stage.services.store.transaction() as tx:
        orders.mark_shipped(tx, stage.shop.seller.id, stage.sold.id, "Post", "1")


def _in_flight(stage: Stage) -> None:
    stage.sell(STAYS_PENDING)
    stage.refund(TOTAL)


def _arrives(stage: Stage) -> None:
    made = stage.sandbox.get(f"/v1/refunds?charge={stage.sold.stripe_charge_id}")["data"][0]
    stage.sandbox.control(f"refunds/{made['id']}/settle")
    stage.worker()


def _failed(stage: Stage) -> None:
    stage.sell()
    stage.fail(stage.refund(TOTAL))


def _pay_back(stage: Stage) -> None:
    order, operator = stage.sold, stage.cast.operator()
    with stage.services.store.read() as tx:
        [failed] = [each for each in open_.matters(tx, order.seller_id) if each.kind != "to_ship"]
    parked = repayments.pay_back(stage.services, order.id, failed.id, operator.id)
    assert parked.parked


def _partly(stage: Stage) -> None:
    stage.sell()
    stage.refund(600)


def _refund_the_rest(stage: Stage) -> None:
    stage.refund(TOTAL - 600)


def _refund_owed(stage: Stage) -> None:
    stage.refund(TOTAL, owed=True)


def _disputed(stage: Stage) -> None:
    stage.sell()
    stage.dispute()


def _lost(stage: Stage) -> None:
    stage.recover_at_once()
    _decided(stage, "lost")


def _recovered(stage: Stage) -> None:
    stage.recover_at_once()
    stage.sell()
    stage.dispute()


def _won(stage: Stage) -> None:
    _decided(stage, "won")


def _decided(stage: Stage, outcome: str) -> None:
    [dispute] = stage.sandbox.get("/v1/disputes")["data"]
    stage.sandbox.control(f"disputes/{dispute['id']}/decide", outcome=outcome)
    stage.worker()


def _debt(stage: Stage) -> None:
    stage.sell()
    stage.refund(TOTAL, owed=True)


POINTS = (
    Point("cart", _cart, _buy_when_back, (), 0),
    Point("open session", _open, _nothing, (), 0, "expired"),
    Point("paid in that moment", _paid_in_that_moment, _nothing, ("to_ship",), NET),
    Point("paid", _paid, _refund_owed, ("debts",), 0),
    Point("shipped", _shipped, _nothing, (), NET),
    Point("refund in flight", _in_flight, _arrives, (), 0),
    Point("refund failed", _failed, _pay_back, ("transfers", "to_ship"), NET),
    Point("partially refunded", _partly, _refund_the_rest, (), 0),
    Point("disputed", _disputed, _lost, ("debts", "to_ship"), 0),
    Point("dispute won, give-back due", _recovered, _won, ("transfers", "to_ship"), NET),
    Point("debt open", _debt, _nothing, ("debts",), 0),
)


def open_kinds(stage: Stage) -> set[str]:
    """What is open between the seller and the marketplace."""
    with stage.services.store.read() as tx:
        return {each.kind for each in open_.matters(tx, stage.shop.seller.id)}


def listing_state(stage: Stage) -> str:
    """How the listing stands."""
    with stage.services.store.read() as tx:
        return catalog.of_seller(tx, stage.shop.seller.id, stage.listing.id).state


@pytest.mark.one_database
@pytest.mark.parametrize("way", ["in Stripe", "from here"])
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_no_cent_is_stranded(stage: Stage, point: Point, way: str) -> None:
    point.reach(stage)
    stage.leave(way)
    with stage.services.store.read() as tx:
        assert sellers.account_of(tx, stage.shop.seller.id) is None
    assert listing_state(stage) == "paused"
    point.meanwhile(stage)
    assert open_kinds(stage) == set(point.waits)
    assert stage.differences() == 0
    for _ in range(2):  # nothing leaves for an account that is away, however often it is tried
        stage.worker()
    assert open_kinds(stage) == set(point.waits)
    page = stage.alice.page("/sell/connect/disconnect").text
    assert "They are paused, not deleted" in page
    assert ("Transfers to the account" in page) == ("transfers" in point.waits)
    stage.come_back()
    assert listing_state(stage) == "published"
    assert open_kinds(stage) <= {"to_ship"}
    assert stage.differences() == 0
    assert stage.at_stripe() == WEALTH + point.seller
    assert stage.sandbox.control("invariants", "GET")["ok"]
    if stage.order is None:
        assert stage.sell().status == "paid"
    else:
        assert stage.sold.status == point.status
        assert stage.in_the_books() == (point.seller, 0)
