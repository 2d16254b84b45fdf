"""A payout opens onto the sales behind it, and they add up to Stripe's number."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.money import display
from tests.cast import Cast
from tests.client import Browser
from tests.earnings.conftest import Life

User = Callable[[str], Browser]


def rows(browser: Browser, path: str) -> list[dict[str, str]]:
    """A CSV file that a page offers."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def cents(text: str) -> int:
    """An amount of a file in minor units."""
    return round(float(text) * 100)


@pytest.mark.one_database
@pytest.mark.parametrize("lists_itself", [False, True])
def test_a_payout_adds_up_to_the_cent(life: Life, as_user: User, *, lists_itself: bool) -> None:
    life.sandbox.control("switches", payout_lists_itself=lists_itself)
    first, second = life.sale(10_000), life.sale(2_575)
    disputed = life.sale(3_001)
    life.own_sale(7_000)
    life.refund(first, 3_333)
    dispute_id = life.dispute(disputed)
    made = life.payout()
    life.fetch()
    alice = as_user("Alice")
    page = alice.get(f"/sell/payouts/{made['id']}").text
    assert "It adds up" in page
    for words in ("Sales", "Refunds", "Disputes", "Other business of your account"):
        assert f"<h2>{words}</h2>" in page
    assert f"/sell/orders/{second.id}" in page
    assert f"/sell/disputes/{dispute_id}" in page
    assert display(int(str(made["amount"])), "usd") in page
    *parts, total = rows(alice, f"/sell/payouts/{made['id']}/parts.csv")
    assert total["group"] == "Total"
    assert sum(cents(each["net"]) for each in parts) == cents(total["net"]) == made["amount"]
    assert {each["order"] for each in parts if each["group"] == "Sales"} == {
        str(first.number), str(second.number), str(disputed.number)
    }  # fmt: skip
    assert "A sale that you made outside of this marketplace." in {each["why"] for each in parts}


def test_payouts_come_by_events_as_the_schedule_makes_them(
    life: Life, as_user: User, worker: Callable[[], None]
) -> None:
    life.sale(4_000)
    life.fetch()
    life.sandbox.control("switches", automatic_payouts=True)
    life.sandbox.control("clock/advance", seconds=86_400)
    worker()
    with time_machine.travel(clock.now() + timedelta(seconds=20)):  # two events of one second
        worker()
    alice = as_user("Alice")
    (payout,) = life.money().payouts
    assert "It adds up" in alice.get(f"/sell/payouts/{payout.id}").text
    assert life.position().on_its_way == life.position().earned > 0
    (listed,) = rows(alice, "/sell/payouts.csv?state=on_its_way")
    assert (listed["payout"], cents(listed["amount"])) == (payout.id, payout.amount)
    assert payout.id not in alice.get("/sell/payouts?state=paid").text
    assert "There are no more payouts" in alice.get("/sell/payouts?page=9").text
    assert alice.get("/sell/payouts?state=lost").status_code == 404


@pytest.mark.one_database
def test_a_payout_that_failed_says_where_its_money_is(life: Life, as_user: User) -> None:
    life.sale(4_000)
    first = life.payout()
    life.sandbox.control(f"payouts/{first['id']}/fail", failure_code="account_closed")
    life.fetch()
    alice = as_user("Alice")
    page = alice.get(f"/sell/payouts/{first['id']}").text
    assert "The bank account has been closed." in page
    assert "owed to you again" in page
    life.sandbox.control(f"accounts/{life.shop.account}/bank")
    second = life.payout()
    life.fetch()
    assert f"/sell/payouts/{second['id']}" in alice.get(f"/sell/payouts/{first['id']}").text
    page = alice.get(f"/sell/payouts/{second['id']}").text
    assert "An earlier payout failed, and its money came back." in page
    assert "It adds up" in page


@pytest.mark.one_database
def test_a_payout_by_hand_has_no_list_of_sales(life: Life, as_user: User) -> None:
    life.sale(4_000)
    life.sandbox.control("payout", account=life.shop.account, amount=1_500, currency="usd")
    life.fetch()
    (payout,) = life.money().by_hand
    alice = as_user("Alice")
    assert "You made this payout yourself" in alice.get(f"/sell/payouts/{payout.id}").text
    page = alice.get("/sell/earnings").text
    assert "You have paid out $15.00 yourself." in page
    assert life.position().untold == 0


@pytest.mark.one_database
def test_copies_that_are_behind_are_named(life: Life, as_user: User, cast: Cast) -> None:
    life.sale(4_000)
    made = life.payout()
    life.fetch()
    with life.services.store.transaction() as tx:
        tx.run("DELETE FROM stored_objects WHERE kind = 'balance_transactions'")
    alice = as_user("Alice")
    page = alice.get(f"/sell/payouts/{made['id']}").text
    assert "It does not add up yet" in page
    earned = display(life.position().earned, "usd")
    assert f"Stripe has not told us yet about {earned}" in alice.get("/sell/earnings").text
    with life.services.store.transaction() as tx:
        tx.run("UPDATE stored_objects SET explained_at = NULL")
    assert "Its sales are not known yet" in alice.get(f"/sell/payouts/{made['id']}").text
    assert "which sales are in the payout of" in alice.get("/sell/earnings").text
    dora = cast.shop("Dora")
    assert dora.account
    browser = as_user("Dora")
    for path in (f"/sell/payouts/{made['id']}", f"/sell/payouts/{made['id']}/parts.csv"):
        assert browser.get(path).status_code == 404
    assert not re.search(r"po_\w+", browser.get("/sell/payouts").text)
