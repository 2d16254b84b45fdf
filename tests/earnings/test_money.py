"""Earned = paid out + on its way + owed, to the cent and at each stage."""

from collections.abc import Callable

import pytest

from storefront.money import display
from storefront.payouts import service as payouts
from storefront.repayments import service as repayments
from storefront.statements import service as statements
from tests.cast import both_fee_modes
from tests.client import Browser
from tests.earnings.conftest import Life

User = Callable[[str], Browser]


@pytest.mark.one_database
@both_fee_modes
def test_every_cent_that_was_earned_is_somewhere(life: Life, fee_mode: str) -> None:
    first, second, third = life.sale(10_000), life.sale(2_500), life.sale(3_333)
    life.own_sale(7_000)
    life.refund(first, 2_501)
    life.refund(second, 2_500)
    life.refund(third, 1_001, return_fee=False)
    life.dispute(life.sale(1_500))
    life.settle()
    earned = life.position().earned
    assert earned > 0
    assert not life.money().known
    life.fetch()
    now = life.position()
    assert (now.earned, now.owed, now.paid_out, now.on_its_way) == (earned, earned, 0, 0)
    assert now.untold == 0
    payout = life.payout()
    life.fetch()
    now = life.position()
    assert (now.owed, now.paid_out, now.on_its_way, now.untold) == (0, 0, earned, 0)
    assert payout["amount"] > earned  # the account's own sale is in it as well
    assert now.arrives_at
    life.sandbox.control(f"payouts/{payout['id']}/arrive")
    life.sale(1_234)
    life.fetch()
    now = life.position()
    assert (now.paid_out, now.on_its_way, now.untold) == (earned, 0, 0)
    assert now.owed == now.earned - earned > 0


@pytest.mark.one_database
@both_fee_modes
def test_what_was_owed_and_what_was_paid_back_is_in_it(life: Life, fee_mode: str) -> None:
    first, second = life.sale(4_000), life.sale(3_000)
    life.refund(first, 1_500, owed=True)
    returned = life.refund(second, 1_000)
    life.sandbox.control(f"refunds/{returned.stripe_refund_id}/fail", reason="declined")
    life.settle()
    repayments.pay_back(life.services, second.id, returned.id, life.cast.operator().id)
    life.settle()
    life.fetch()
    now = life.position()
    assert (now.owed, now.untold, now.debt) == (now.earned, 0, 0)
    made = life.payout()
    life.fetch()
    with life.services.store.read() as tx:
        found = payouts.explained(tx, life.shop.seller.id, str(made["id"]))
        month = statements.of_month(tx, life.shop.seller, first.created_at[:7], "usd")
    assert found.adds_up
    groups = {group.name for group in found.groups}
    assert groups == {payouts.SALES, payouts.REFUNDS, payouts.TRANSFERS, payouts.DEBTS}
    assert found.total == month.closing == now.earned
    assert {"debt_settled", "repayment", "refund"} <= {line.kind for line in month.lines}
    assert (month.owed_before, month.owed_after) == (0, 0)


def test_a_payout_that_fails_is_owed_again_and_goes_with_the_next(life: Life) -> None:
    life.sale(5_000)
    life.own_sale(900)
    first = life.payout()
    life.fetch()
    earned = life.position().earned
    assert life.position().on_its_way == earned
    life.sandbox.control(f"payouts/{first['id']}/fail")
    life.fetch()
    assert (life.position().owed, life.position().on_its_way) == (earned, 0)
    life.sandbox.control(f"accounts/{life.shop.account}/bank")
    second = life.payout()
    life.fetch()
    assert (life.position().owed, life.position().on_its_way) == (0, earned)
    life.sandbox.control(f"payouts/{second['id']}/arrive")
    life.fetch()
    assert (life.position().paid_out, life.position().untold) == (earned, 0)


@pytest.mark.one_database
@both_fee_modes
def test_what_stripe_has_converted_is_told(life: Life, fee_mode: str, as_user: User) -> None:
    first, second = life.sale(10_000), life.sale(4_000)
    life.refund(first, 2_500)
    life.refund(second, 1_000, return_fee=False)
    life.settle()
    life.fetch()
    earned = life.position().earned
    with life.services.store.transaction() as tx:
        tx.run("UPDATE stored_objects SET currency = 'gbp', net_amount = net_amount * 3 / 4"
               " WHERE kind = 'balance_transactions'")  # fmt: skip
    now = life.position()
    assert (now.earned, now.changed, now.owed, now.untold) == (earned, earned, 0, 0)
    assert 0 < now.converted["gbp"] < earned
    page = as_user("Alice").get("/sell/earnings").text
    assert f"converted {display(earned, 'usd')}. Only sales" in page
    assert "Not told yet" not in page


@pytest.mark.one_database
def test_a_balance_below_zero_is_said_although_nothing_was_earned(
    life: Life, as_user: User
) -> None:
    order = life.sale(10_000)
    life.payout()
    life.own_sale(20_000)
    life.refund(order, 10_000)
    life.settle()
    life.fetch()
    now = life.position()
    assert (now.earned, now.untold) == (0, 0)
    assert now.on_its_way == -now.available > 0
    alice = as_user("Alice")
    short = display(now.available, "usd")
    for page in (alice.get("/sell").text, alice.get("/sell/earnings").text):
        assert short in page
        assert "covered by the next sales or debited from the bank" in page
    assert f"+ owed {short}" in page
