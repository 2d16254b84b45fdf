"""Refunds and disputes of what sellers pay for plans: no order waits, and operators are told."""

from collections.abc import Callable

import pytest

from tests.plans.conftest import Market
from tests.support import mailbox

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("served")]


def test_money_of_a_plan_that_goes_back(market: Market, worker: Callable[[], None]) -> None:
    operator = market.cast.operator()
    market.subscribe(market.plan())
    worker()
    (charge,) = market.sandbox.get("/v1/charges")["data"]
    market.sandbox.post("/v1/refunds", {"charge": charge["id"], "amount": 100})
    market.sandbox.control(f"charges/{charge['id']}/warn")
    made = market.sandbox.control(f"charges/{charge['id']}/dispute", reason="fraudulent")
    worker()
    with market.services.store.read() as tx:
        assert not tx.all("SELECT type FROM webhook_events WHERE state IN ('parked', 'failed')")
    (told,) = [each for each in mailbox.collect(market.services) if "disputed" in each.subject]
    assert told.to == operator.email
    assert "disputed: $28.00" in told.subject
    assert "as fraudulent" in told.text
    assert "takes an answer until" in told.text
    assert f"https://dashboard.stripe.com/test/search?query={made['id']}" in told.text
