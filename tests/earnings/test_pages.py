"""The page of a seller's earnings, in every state that a shop can be in."""

import csv
import io
from collections.abc import Callable

import pytest

from storefront.earnings import repository
from storefront.ledger import service as ledger
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.sellers.account_changes import service as account_changes
from storefront.stored_data import repository as stored
from tests.cast import Cast
from tests.client import Browser
from tests.earnings.conftest import Life

User = Callable[[str], Browser]


@pytest.mark.one_database
def test_a_shop_before_its_first_sale(cast: Cast, as_user: User) -> None:
    cast.shop("Dora", ready=False)
    dora = as_user("Dora")
    assert "not connected to Stripe" in dora.get("/sell/earnings").text
    assert "not known here" in dora.get("/sell/payouts").text
    cast.shop()
    alice = as_user("Alice")
    page = alice.get("/sell/earnings").text
    assert "Nothing earned yet" in page
    assert "Nothing was fetched from your account at Stripe yet" in page
    assert "Owed to you" not in alice.get("/sell").text


def test_what_a_seller_and_an_operator_see_is_the_same(life: Life, as_user: User) -> None:
    order = life.sale(10_000)
    life.sale(2_000)
    life.refund(order, 1_000)
    life.settle()
    life.fetch()
    earned = display(life.position().earned, "usd")
    alice, olga = as_user("Alice"), as_user("Olga")
    page = alice.get("/sell/earnings").text
    theirs = olga.get(f"/admin/sellers/{life.shop.seller.id}/earnings").text
    for words in ("Earned", earned, "available now", "With the next daily payout", "$120.00"):
        assert words in page
        assert words in theirs
    assert f"/sell/orders/{order.id}" in page
    assert "Owed to you" in alice.get("/sell").text
    assert "/sell/debts" not in theirs
    assert (
        f"/admin/sellers/{life.shop.seller.id}/earnings"
        in olga.get(f"/admin/sellers/{life.shop.seller.id}").text
    )
    for span in ("weeks", "months"):
        assert "for 2 orders" in alice.get(f"/sell/earnings?span={span}").text
    missing = olga.get("/admin/sellers/nobody/earnings")
    assert missing.status_code == 404


@pytest.mark.one_database
def test_movements_are_found_by_kind_month_and_currency(life: Life, as_user: User) -> None:
    order = life.sale(10_000)
    life.refund(order, 1_000)
    life.settle()
    with life.services.store.transaction() as tx:
        ledger.book(tx, order.id, [Entry("transfer", "platform", "seller", 777, "eur", "tr_eur")])
    alice = as_user("Alice")
    month = order.created_at[:7]

    def amounts(filters: str) -> list[str]:
        found = csv.DictReader(io.StringIO(alice.get(f"/sell/earnings.csv?{filters}").text))
        return [each["amount"] for each in found]

    assert amounts("kind=refund") == ["-10.00"]
    assert amounts("currency=eur") == ["7.77"]
    assert sorted(amounts(f"kind=transfer&month={month}")) == ["100.00", "7.77"]
    assert amounts("month=2025-01") == []
    page = alice.get("/sell/earnings?currency=eur").text
    assert "€7.77" in page
    assert "Your money in EUR" in page
    assert "No such movement" in alice.get("/sell/earnings?month=2025-01").text
    assert "€7.77" in alice.get(f"/sell/statements/{month}?currency=eur").text
    for wrong in ("kind=gift", "currency=jpy", "month=soon", "span=century"):
        assert alice.get(f"/sell/earnings?{wrong}").status_code == 404


@pytest.mark.one_database
def test_what_sells_best_is_of_the_currency_that_is_looked_at(life: Life) -> None:
    euros = life.sale(1_000)
    dollars = life.sale(2_000)
    seller = life.shop.seller
    with life.services.store.transaction() as tx:
        tx.run("UPDATE orders SET currency = 'eur' WHERE id = :id", id=euros.id)
    with life.services.store.read() as tx:
        for currency, order in (("eur", euros), ("usd", dollars)):
            [best] = repository.best(tx, seller.id, seller.created_at[:10], currency, 1)
            assert (best.currency, best.amount) == (currency, order.total_amount)


@pytest.mark.one_database
def test_the_page_says_why_nothing_is_paid_out(life: Life, as_user: User) -> None:
    life.sale(1_000)
    alice = as_user("Alice")
    account = life.shop.account
    with life.services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET payout_interval = 'manual'")
    assert "When you start it" in alice.get("/sell/earnings").text
    life.sandbox.control(
        f"accounts/{account}/requirements", currently_due=["external_account"],
        disabled_reason="requirements.past_due",
    )  # fmt: skip
    life.settle()
    assert "Paused by Stripe" in alice.get("/sell/earnings").text


@pytest.mark.one_database
def test_how_fresh_the_copies_are_is_said(life: Life, as_user: User) -> None:
    life.sale(1_000)
    life.fetch()
    alice = as_user("Alice")
    assert "As Stripe had it on" in alice.get("/sell/earnings").text
    with life.services.store.transaction() as tx:
        tx.run("UPDATE stored_fetches SET state = 'walking'")
        stored.stop_all(tx, life.shop.account, "Stripe gives no access.")
    assert "may be old: Stripe gives no access." in alice.get("/sell/earnings").text
    life.sandbox.control(f"accounts/{life.shop.account}/disconnect")
    life.settle()
    page = alice.get("/sell/earnings").text
    assert "Your shop is not connected to Stripe, so nothing is paid out." in page
    assert "Owed" in page


@pytest.mark.one_database
def test_what_was_earned_on_another_account_is_apart(life: Life, as_user: User) -> None:
    life.sale(1_000)
    before = life.position().earned
    life.sandbox.control(f"accounts/{life.shop.account}/disconnect")
    life.settle()
    with life.services.store.transaction() as tx:
        account_changes.agree(tx, life.shop.seller.id)
    account = life.cast.connect(life.shop.owner, life.shop.seller)
    with life.services.store.transaction() as tx:
        stored.begin(tx, account, "balance_transactions", None)
    now = life.position()
    assert (now.earned, now.elsewhere, now.untold) == (before, before, 0)
    assert (
        "on a Stripe account that we do not see any more"
        in as_user("Alice").get("/sell/earnings").text
    )
