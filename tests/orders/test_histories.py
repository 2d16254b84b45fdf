"""Any set of events of an order, in any order and repetition, gives the same order.

Histories are recorded once through the sandbox, then shuffled straight into the inbox. Each is
played inside a transaction that is rolled back, so that thousands fit into a test.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.current import Services
from storefront.debts import service as debts
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.ids import new_token
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.webhooks import service as webhooks
from tests.cast import Cast
from tests.support.scale import scaled
from tests.support.stripe import Stripe

EXAMPLES = scaled(200, 4_600)
"""Of each of the eleven stories: 2,200 histories, or 101,200 on two databases with `make proof`."""

JSON = dict[str, Any]
Story = Callable[[Cast, Order], None]


BOTH = {"reverse_transfer": "true", "refund_application_fee": "true"}


def _pay(cast: Cast, order: Order, **how: Any) -> str:
    session = order.stripe_checkout_session_id
    cast.sandbox.control(f"sessions/{session}/pay", email="bob@example.com", **how)
    intent = cast.sandbox.get(f"/v1/checkout/sessions/{session}")["payment_intent"]
    return str(cast.sandbox.get(f"/v1/payment_intents/{intent}")["latest_charge"])


def _paid(cast: Cast, order: Order) -> None:
    _pay(cast, order)


def _expired(cast: Cast, order: Order) -> None:
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/expire")


def _delayed(cast: Cast, order: Order) -> None:
    _pay(cast, order, bank="succeed")
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/settle", outcome="succeed")


def _delayed_and_failed(cast: Cast, order: Order) -> None:
    _pay(cast, order, bank="fail")
    cast.sandbox.control(f"sessions/{order.stripe_checkout_session_id}/settle", outcome="fail")


def _refunded_elsewhere(cast: Cast, order: Order) -> None:
    charge = _pay(cast, order)
    for amount in (300, 700):
        cast.sandbox.post("/v1/refunds", {"charge": charge, "amount": amount, **BOTH})


def _refund_failed(cast: Cast, order: Order) -> None:
    """So that a warning leaves something to do again."""
    cast.operator()
    charge = _pay(cast, order)
    cast.sandbox.control(f"charges/{charge}/warn")
    refund = cast.sandbox.post("/v1/refunds", {"charge": charge, **BOTH})
    cast.sandbox.control(f"refunds/{refund['id']}/fail", reason="lost_or_stolen_card")


def _refund(cast: Cast, order: Order, amount: int, *, owed: bool = False) -> Refund:
    wish = Wish(amount, reverse_transfer=True, return_fee=True, owed=owed)
    author = Author(new_token(), cast.operator().id)
    return refunds.request(cast.services, order.id, wish, author)


def _refunded_by_us(cast: Cast, order: Order) -> None:
    """In two parts, of which the bank returns the first."""
    cast.pay(order)
    first = _refund(cast, order, 400)
    _refund(cast, order, 600)
    cast.sandbox.control(f"refunds/{first.stripe_refund_id}/fail", reason="declined")


def _owed(cast: Cast, order: Order) -> None:
    """Two debts: one is settled, the other falls away as the bank returns the refund."""
    cast.pay(order)
    cast.sandbox.control("topup", amount=5_000, currency="usd")
    _refund(cast, order, 300, owed=True)
    debts.settle_due(cast.services)
    stripe_calls.resume_due(cast.services)
    second = _refund(cast, order, 200, owed=True)
    cast.sandbox.control(f"refunds/{second.stripe_refund_id}/fail", reason="declined")


def _disputed(cast: Cast, order: Order) -> None:
    """After a warning that nobody heeded."""
    cast.operator()
    charge = _pay(cast, order)
    cast.sandbox.control(f"charges/{charge}/warn")
    cast.sandbox.control(f"charges/{charge}/dispute", amount=1000, reason="fraudulent")


def _dispute_won(cast: Cast, order: Order) -> None:
    charge = _pay(cast, order)
    dispute = cast.sandbox.control(f"charges/{charge}/dispute", amount=400, reason="fraudulent")
    cast.sandbox.control(f"disputes/{dispute['id']}/decide", outcome="won")


def _less_transferred(cast: Cast, order: Order) -> None:
    """The fee is kept of the charge, so Stripe pulls back a rounded share."""
    charge = _pay(cast, order)
    for amount in (333, 250):
        share = {"charge": charge, "amount": amount, "reverse_transfer": "true"}
        cast.sandbox.post("/v1/refunds", share)


STORIES: list[Story] = [
    _paid,
    _expired,
    _delayed,
    _delayed_and_failed,
    _refunded_elsewhere,
    _refund_failed,
    _refunded_by_us,
    _owed,
    _disputed,
    _dispute_won,
    _less_transferred,
]


@dataclass
class Recorded:
    """What happened to one order, as Stripe tells it."""

    services: Services
    order: Order
    events: list[JSON]
    read: JSON
    """What a read from Stripe tells at the end; folded like an event."""

    @cached_property
    def in_order(self) -> JSON:
        """The rows after everything in the order in which it happened."""
        return _play(self, list(range(len(self.events) + 1)))


@pytest.fixture(params=STORIES, ids=lambda story: story.__name__.strip("_"))
def story(request: pytest.FixtureRequest) -> Story:
    found: Story = request.param
    return found


@pytest.fixture
def fee_mode(story: Story) -> str:
    return TRANSFER_AMOUNT if story is _less_transferred else APPLICATION_FEE


@pytest.fixture
def recorded(story: Story, services: Services, sandbox: Stripe, cast: Cast) -> Recorded:
    order = cast.order(cast.listing(cast.shop()), pay=False)
    story(cast, order)
    events = sandbox.control("events", "GET")["events"]
    read = orders.with_outcome(services.gateway.payment(str(order.stripe_checkout_session_id)))
    return Recorded(services, order, events, read)


@contextmanager
def _undone(services: Services) -> Iterator[Tx]:
    class Undo(Exception):
        pass

    try:
        with services.store.transaction() as tx:
            yield tx
            raise Undo
    except Undo:
        pass


def _play(recorded: Recorded, history: list[int]) -> JSON:
    """The rows after a history; the number after the last event stands for the read."""
    services = recorded.services
    with _undone(services) as tx:
        for step in history:
            if step == len(recorded.events):
                services.settlement.fold(tx, recorded.read)
            else:
                event = recorded.events[step]
                scope = "connect" if event.get("account") else "platform"
                webhooks.receive(services, scope, event, json.dumps(event))
        return _rows(tx)


_TABLES = {
    "orders": "SELECT * FROM orders ORDER BY id",
    "ledger": "SELECT kind, debit_account, credit_account, amount, currency, stripe_object_id"
    " FROM ledger ORDER BY stripe_object_id, kind",
    "mails": "SELECT kind, subject_id, state FROM mails ORDER BY kind, subject_id",
    "refunds": "SELECT order_id, amount, currency, reverse_transfer, fee_amount, origin, state,"
    " failure, stripe_refund_id FROM refunds ORDER BY stripe_refund_id",
    "debts": "SELECT subject_id, amount, canceled_amount, stripe_object_id FROM debts"
    " ORDER BY subject_id",
    "objects": "SELECT id, object, parent_id, facts FROM stripe_objects ORDER BY id",
    "events": "SELECT stripe_event_id, state FROM webhook_events ORDER BY stripe_event_id",
    "warnings": "SELECT id, fraud_type, status, warned_at FROM fraud_warnings ORDER BY id",
    "stock": "SELECT id, stock FROM listings ORDER BY id",
    "cart": "SELECT cart_id, listing_id, quantity FROM cart_lines ORDER BY cart_id, listing_id",
}


def _rows(tx: Tx) -> JSON:
    rows: JSON = {name: [dict(row) for row in tx.all(sql)] for name, sql in _TABLES.items()}
    for order in rows["orders"]:
        order["facts_wanted_at"] = order["facts_wanted_at"] is not None
    return rows


@pytest.mark.one_database
@pytest.mark.timeout(scaled(300, 3600))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_the_order_of_events_does_not_matter(recorded: Recorded, data: st.DataObject) -> None:
    steps = list(range(len(recorded.events) + 1))
    history = data.draw(st.permutations(steps))
    repeated = data.draw(st.lists(st.sampled_from(steps), max_size=6))
    assert _play(recorded, history + repeated) == recorded.in_order


def test_every_event_finds_its_order(recorded: Recorded) -> None:
    """On both databases, backwards: nothing stays parked, nothing fails."""
    rows = _play(recorded, list(range(len(recorded.events), -1, -1)))
    assert {row["state"] for row in rows["events"]} <= {"done", "ignored"}
    assert sum(entry["amount"] for entry in rows["ledger"] if entry["kind"] == "charge") in {
        0,
        1000,
    }
