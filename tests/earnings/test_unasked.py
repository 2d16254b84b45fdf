"""What pages about earnings are made of is fetched without anybody asking for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.stored_data import repository, words
from storefront.stored_data import service as stored_data
from tests.client import Browser
from tests.earnings.conftest import Life

User = Callable[[str], Browser]


@contextmanager
def later(minutes: float) -> Iterator[None]:
    """What happens so many minutes from now."""
    with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
        yield


def states(life: Life) -> dict[str, str]:
    """How each walk through an account stands, by kind."""
    with life.services.store.read() as tx:
        found = stored_data.fetches(tx, life.shop.account)
    return {kind: fetch.state for kind, fetch in found.items()}


def test_within_minutes_of_a_sale_its_page_is_right(life: Life, as_user: User) -> None:
    life.sale(10_000)
    life.settle()
    alice = as_user("Alice")
    assert "Nothing was fetched from your account" in alice.get("/sell/earnings").text
    with later(2):
        life.settle()
    assert states(life) == {"payouts": "finished", "balance_transactions": "finished"}
    assert life.position().owed == life.position().earned > 0
    with later(5):
        life.sale(3_000)
        life.settle()
    assert life.position().untold > 0
    assert "Not told yet" in alice.get("/sell/earnings").text
    with later(13):
        life.settle()
        assert stored_data.begin_due(life.services) == 0
    assert (life.position().untold, life.position().owed) == (0, life.position().earned)
    page = alice.get("/sell/earnings").text
    assert "Not told yet" not in page
    assert "As Stripe had it on" in page


@pytest.mark.one_database
def test_nothing_is_begun_before_a_sale_twice_or_against_a_refusal(life: Life) -> None:
    with later(60):
        assert stored_data.begin_due(life.services) == 0
    life.sale(1_000)
    with later(2):
        assert [stored_data.begin_due(life.services) for _ in range(2)] == [2, 0]
    with life.services.store.transaction() as tx:
        repository.stop_all(tx, life.shop.account, words.DISCONNECTED)
    life.sale(1_000)
    with later(60):
        assert stored_data.begin_due(life.services) == 0
    assert set(states(life).values()) == {"stopped"}


@pytest.mark.one_database
def test_what_was_deleted_of_a_seller_who_left_stays_deleted(life: Life) -> None:
    life.sale(1_000)
    life.sandbox.control(f"accounts/{life.shop.account}/disconnect")
    life.settle()
    with life.services.store.transaction() as tx:
        stored_data.delete(tx, life.shop.account, life.cast.operator().id)
    with later(60):
        assert stored_data.begin_due(life.services) == 0
    assert states(life) == {}


@pytest.mark.one_database
def test_events_add_no_kind_that_nobody_asked_for(life: Life) -> None:
    life.sale(1_000)
    with later(2):
        life.settle()
    life.sandbox.post("/v1/customers", {"email": "c@example.com"}, account=life.shop.account)
    life.own_sale(700)
    made = life.payout()
    life.settle()
    with life.services.store.read() as tx:
        rows = tx.all("SELECT DISTINCT kind FROM stored_objects ORDER BY kind")
        kept = tx.value("SELECT id FROM stored_objects WHERE kind = 'payouts'")
    assert [row["kind"] for row in rows] == ["balance_transactions", "payouts"]
    assert kept == made["id"]
