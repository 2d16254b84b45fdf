"""Statements: one month ends where the next begins, and the file says what the page says."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from storefront.current import Services
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.statements import service, words
from storefront.statements.repository import Movement
from tests.cast import Cast, both_fee_modes
from tests.client import Browser
from tests.earnings.conftest import Life

User = Callable[[str], Browser]

movements = st.builds(
    Movement,
    id=st.just(""),
    at=st.just("2026-11-30T00:00:00.000000Z"),
    kind=st.sampled_from([*words.KINDS, "something_new"]),
    amount=st.integers(-99_999, 99_999),
    currency=st.just("usd"),
    stripe_object_id=st.just(""),
    order_id=st.just(""),
    order_number=st.just(1),
    fee_mode=st.sampled_from(("application_fee", "transfer_amount")),
    fee_amount=st.integers(0, 999),
    dispute_id=st.just(""),
)


@given(st.integers(-999, 999), st.lists(st.lists(movements, max_size=4), min_size=1, max_size=4))
def test_a_month_ends_where_the_next_begins(opening: int, months: list[list[Movement]]) -> None:
    balance = opening
    for moved in months:
        statement = service.made(balance, moved)
        assert sum(line.count for line in statement.lines) == len(moved)
        assert statement.closing == balance + sum(each.amount for each in moved)
        ends = [balance for _, balance in service.rows(statement)]
        assert ends[-1:] == [statement.closing] * bool(moved)
        balance = statement.closing
    everything = [each for moved in months for each in moved]
    assert service.made(opening, everything).closing == balance


def test_the_ledger_cut_into_months_is_whole(services: Services, cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 20, tzinfo=UTC)):
        shop = cast.shop()
        order = cast.order(cast.listing(shop), pay=False)
    moments = (
        datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
        datetime(2026, 6, 15, tzinfo=UTC),
    )
    kinds = (
        ("transfer", "platform", "seller", 1_000),
        ("application_fee", "seller", "platform", 100),
        ("debt", "seller_debt", "platform_claim", 70),
        ("transfer_reversal", "seller", "platform", 33),
    )
    for number, moment in enumerate(moments):
        for currency in ("usd", "eur"):
            entries = [
                Entry(kind, debit, credit, amount + number, currency, f"x_{currency}_{number}")
                for kind, debit, credit, amount in kinds
            ]
            with time_machine.travel(moment, tick=False), services.store.transaction() as tx:
                assert ledger.book(tx, order.id, entries) == 4
    seller = shop.seller
    with time_machine.travel(datetime(2026, 7, 2, tzinfo=UTC)), services.store.read() as tx:
        for currency in ("usd", "eur"):
            names = ("2026-03", "2026-04", "2026-05", "2026-06", "2026-07")
            found = [service.of_month(tx, seller, name, currency) for name in names]
            for earlier, later in pairwise(found):
                assert (earlier.closing, earlier.owed_after) == (later.opening, later.owed_before)
            assert [len(each.movements) for each in found] == [3, 3, 0, 3, 0]
            assert found[0].opening == 0
            assert found[-1].closing == ledger.of_seller(tx, seller.id)[currency]
            assert found[-1].owed_after == 70 + 71 + 72
            listed = [each for each in service.months(tx, seller) if each.currency == currency]
            assert {each.name: each.closing for each in listed} == {
                each.month: each.closing for each in found
            }


@pytest.mark.one_database
@both_fee_modes
def test_the_file_says_what_the_page_says(life: Life, as_user: User, fee_mode: str) -> None:
    first = life.sale(10_000)
    life.refund(first, 2_500)
    life.dispute(life.sale(2_000))
    life.settle()
    alice = as_user("Alice")
    month = first.created_at[:7]
    page = alice.get(f"/sell/statements/{month}").text
    found = list(csv.DictReader(io.StringIO(alice.get(f"/sell/statements/{month}/rows.csv").text)))
    opening, *moved, closing = found
    assert (opening["kind"], opening["balance"]) == ("Opening balance", "0.00")
    earned = life.position().earned
    assert round(float(closing["balance"]) * 100) == earned
    assert sum(round(float(each["amount"]) * 100) for each in moved) == earned
    assert page.count("<strong>") >= len(moved)
    for each in moved:
        assert display(round(float(each["balance"]) * 100), "usd") in page
        assert each["why"].replace("'", "&#39;") in page
    kept = "kept its fees" in page
    assert kept == (fee_mode == "transfer_amount")
    assert {"Sale", "Refund", "Dispute"} <= {each["kind"] for each in moved}


@pytest.mark.one_database
def test_months_without_a_statement_are_refused_in_words(cast: Cast, as_user: User) -> None:
    shop = cast.shop()
    alice = as_user("Alice")
    month = shop.seller.created_at[:7]
    assert "Nothing moved in this month" in alice.get(f"/sell/statements/{month}").text
    for path, words_ in (
        ("2099-01", "still to come"),
        ("2020-02", "was opened in"),
        ("november", "written like"),
        ("2026-13", "written like"),
        (f"{month}?currency=eur", "no money in this currency"),
        (f"{month}/rows.csv?currency=xyz", "no money in this currency"),
    ):
        answer = alice.get(f"/sell/statements/{path}")
        assert answer.status_code == 404
        assert words_ in answer.text
