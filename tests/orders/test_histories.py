"""Any set of events of an order, in any order and repetition, gives the same order.

Histories are recorded once through the sandbox, then shuffled straight into the inbox. Each is
played inside a transaction that is rolled back, so that thousands fit into a test.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.current import Services
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.store import Tx
from storefront.webhooks import service as webhooks
from tests.cast import Cast
from tests.support.stripe import Stripe

EXAMPLES = 250
"""Of each of the nine stories: 2,250 histories."""

JSON = dict[str, Any]
Story = Callable[[Stripe, Order], None]


def _pay(stripe: Stripe, order: Order, **how: Any) -> str:
    session = order.stripe_checkout_session_id
    stripe.control(f"sessions/{session}/pay", email="bob@example.com", **how)
    intent = stripe.get(f"/v1/checkout/sessions/{session}")["payment_intent"]
    return str(stripe.get(f"/v1/payment_intents/{intent}")["latest_charge"])


def _paid(stripe: Stripe, order: Order) -> None:
    _pay(stripe, order)


def _expired(stripe: Stripe, order: Order) -> None:
    stripe.control(f"sessions/{order.stripe_checkout_session_id}/expire")


def _delayed(stripe: Stripe, order: Order) -> None:
    _pay(stripe, order, bank="succeed")
    stripe.control(f"sessions/{order.stripe_checkout_session_id}/settle", outcome="succeed")


def _delayed_and_failed(stripe: Stripe, order: Order) -> None:
    _pay(stripe, order, bank="fail")
    stripe.control(f"sessions/{order.stripe_checkout_session_id}/settle", outcome="fail")


def _refunded_elsewhere(stripe: Stripe, order: Order) -> None:
    charge = _pay(stripe, order)
    flags = {"reverse_transfer": "true", "refund_application_fee": "true"}
    stripe.post("/v1/refunds", {"charge": charge, "amount": 300, **flags})
    stripe.post("/v1/refunds", {"charge": charge, "amount": 700, **flags})


def _refund_failed(stripe: Stripe, order: Order) -> None:
    charge = _pay(stripe, order)
    flags = {"reverse_transfer": "true", "refund_application_fee": "true"}
    refund = stripe.post("/v1/refunds", {"charge": charge, **flags})
    stripe.control(f"refunds/{refund['id']}/fail", reason="lost_or_stolen_card")


def _disputed(stripe: Stripe, order: Order) -> None:
    charge = _pay(stripe, order)
    stripe.control(f"charges/{charge}/dispute", amount=1000, reason="fraudulent")


def _dispute_won(stripe: Stripe, order: Order) -> None:
    charge = _pay(stripe, order)
    dispute = stripe.control(f"charges/{charge}/dispute", amount=400, reason="fraudulent")
    stripe.control(f"disputes/{dispute['id']}/decide", outcome="won")


def _less_transferred(stripe: Stripe, order: Order) -> None:
    """The fee is kept of the charge, so Stripe pulls back a rounded share."""
    charge = _pay(stripe, order)
    for amount in (333, 250):
        flags = {"reverse_transfer": "true"}
        stripe.post("/v1/refunds", {"charge": charge, "amount": amount, **flags})


STORIES: list[Story] = [
    _paid,
    _expired,
    _delayed,
    _delayed_and_failed,
    _refunded_elsewhere,
    _refund_failed,
    _disputed,
    _dispute_won,
    _less_transferred,
]


@dataclass(frozen=True)
class Recorded:
    """What happened to one order, as Stripe tells it."""

    services: Services
    order: Order
    events: list[JSON]
    read: JSON
    """What a read from Stripe tells at the end; folded like an event."""


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
    story(sandbox, order)
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
    "objects": "SELECT id, object, parent_id, facts FROM stripe_objects ORDER BY id",
    "events": "SELECT stripe_event_id, state FROM webhook_events ORDER BY stripe_event_id",
    "stock": "SELECT id, stock FROM listings ORDER BY id",
    "cart": "SELECT cart_id, listing_id, quantity FROM cart_lines ORDER BY cart_id, listing_id",
}


def _rows(tx: Tx) -> JSON:
    rows: JSON = {name: [dict(row) for row in tx.all(sql)] for name, sql in _TABLES.items()}
    for order in rows["orders"]:
        order["facts_wanted_at"] = order["facts_wanted_at"] is not None
    return rows


@pytest.mark.one_database
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
    assert _play(recorded, history + repeated) == _play(recorded, steps)


def test_every_event_finds_its_order(recorded: Recorded) -> None:
    """On both databases, backwards: nothing stays parked, nothing fails."""
    rows = _play(recorded, list(range(len(recorded.events), -1, -1)))
    assert {row["state"] for row in rows["events"]} <= {"done", "ignored"}
    assert sum(entry["amount"] for entry in rows["ledger"] if entry["kind"] == "charge") in {
        0,
        1000,
    }
