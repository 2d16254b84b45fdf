"""Doc B's example, refunds with each combination of flags, reversals, fees: to the cent."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import Shop


def test_the_documented_example(shop: Shop) -> None:
    charge = shop.sell(1000, fee=123)
    assert shop.balances == (64, 877)
    transaction = shop.client.v1.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (transaction.amount, transaction.fee, transaction.net) == (1000, 59, 941)
    assert (charge.amount, charge.application_fee_amount) == (1000, 123)


def test_the_entries_of_a_destination_charge(shop: Shop) -> None:
    shop.sell(1000, fee=123)
    platform = shop.client.v1.balance_transactions.list().data
    assert [
        (each.type, each.amount, each.fee, each.net, each.reporting_category) for each in platform
    ][::-1] == [
        ("charge", 1000, 59, 941, "charge"),
        ("transfer", -1000, 0, -1000, "transfer"),
        ("application_fee", 123, 0, 123, "platform_earning"),
    ]
    seller = shop.client.v1.balance_transactions.list({}, {"stripe_account": shop.account}).data
    assert [(each.type, each.amount, each.fee, each.net) for each in seller] == [
        ("payment", 1000, 123, 877)
    ]
    assert [detail.type for detail in seller[0].fee_details] == ["application_fee"]


def test_a_transfer_amount_instead_of_a_fee(shop: Shop) -> None:
    charge = shop.sell(1000, fee=None, transfer_data={"destination": shop.account, "amount": 877})
    assert shop.balances == (64, 877)
    assert charge.application_fee is None


def test_no_fee_costs_the_platform_stripes(shop: Shop) -> None:
    shop.sell(1000, fee=None)
    assert shop.balances == (-59, 1000)


@pytest.mark.parametrize(
    ("flags", "after"),
    [
        ({}, (-936, 877)),
        ({"reverse_transfer": True}, (64, -123)),
        ({"reverse_transfer": True, "refund_application_fee": True}, (-59, 0)),
    ],
)
def test_a_full_refund(shop: Shop, flags: dict[str, bool], after: tuple[int, int]) -> None:
    shop.sandbox.control("switches", platform_shortfall="negative", seller_shortfall="negative")
    refund = shop.refund(shop.sell(1000, fee=123), **flags)
    assert refund.status == "succeeded"
    assert shop.balances == after


@pytest.mark.parametrize("flags", [{}, {"reverse_transfer": True}])
def test_a_full_refund_moves_the_same_with_funds_at_hand(
    shop: Shop, flags: dict[str, bool]
) -> None:
    shop.topup(5000)
    shop.topup(5000, shop.account)
    shop.refund(shop.sell(1000, fee=123), **flags)
    assert shop.balances == ((5064, 4877) if flags else (4064, 5877))


def test_a_full_refund_of_a_fixed_transfer_takes_all_of_it_back(shop: Shop) -> None:
    shop.topup(1000)
    charge = shop.sell(1000, fee=None, transfer_data={"destination": shop.account, "amount": 877})
    refund = shop.refund(charge, reverse_transfer=True)
    assert shop.balances == (1000 - 59, 0)
    transfer = shop.client.v1.transfers.retrieve(str(charge.transfer))
    assert (transfer.amount_reversed, transfer.reversed) == (877, True)
    assert transfer.reversals.data[0].source_refund == refund.id


def test_partial_refunds_share_in_proportion_and_lose_no_cent(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(1000, fee=None, transfer_data={"destination": shop.account, "amount": 877})
    taken = []
    for amount in (400, 600):
        refund = shop.refund(charge, amount=amount, reverse_transfer=True)
        reversal = shop.client.v1.transfers.reversals.retrieve(
            str(charge.transfer), str(refund.transfer_reversal)
        )
        taken.append(reversal.amount)
    assert taken == [350, 527]
    assert shop.balance(shop.account) == 0


def test_a_refund_that_waits_goes_out_with_what_is_pulled_back(shop: Shop) -> None:
    """A reversal is money for the platform like any other."""
    charge = shop.sell(1000, fee=None, transfer_data={"destination": shop.account, "amount": 877})
    refund = shop.refund(charge, amount=400)
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    shop.client.v1.transfers.reversals.create(str(charge.transfer), {"amount": 351})
    assert shop.client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert shop.balances == (64 + 351 - 400, 877 - 351)


def test_a_partial_refund_takes_its_own_share_only(shop: Shop) -> None:
    """Refunds that left the seller alone do not add to what a later one takes."""
    shop.topup(5000)
    charge = shop.sell(1000, fee=100)
    shop.refund(charge, amount=300)
    assert shop.balance(shop.account) == 900
    shop.refund(charge, amount=300, reverse_transfer=True, refund_application_fee=True)
    assert shop.balance(shop.account) == 900 - 300 + 30


def test_the_refund_that_completes_a_charge_reverses_the_whole_transfer(shop: Shop) -> None:
    """Doc B: if the whole charge is refunded, the whole transfer is reversed."""
    shop.topup(5000)
    charge = shop.sell(1000, fee=100)
    shop.refund(charge, amount=400)
    shop.refund(charge, reverse_transfer=True, refund_application_fee=True)
    assert shop.balance(shop.account) == 0
    assert shop.client.v1.transfers.retrieve(str(charge.transfer)).reversed


def test_a_refund_after_a_failed_one_reverses_again(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(1000, fee=0)
    failed = shop.refund(charge, amount=400, reverse_transfer=True)
    shop.sandbox.control(f"refunds/{failed.id}/fail")
    shop.refund(charge, amount=300, reverse_transfer=True)
    assert shop.balance(shop.account) == 300


def test_a_bank_refund_fails_when_the_platform_is_short(shop: Shop) -> None:
    session = shop.session(1000, application_fee_amount=123)
    shop.sandbox.control(f"sessions/{session.id}/pay", bank="succeed")
    shop.sandbox.control(f"sessions/{session.id}/settle", outcome="succeed")
    (charge,) = shop.client.v1.charges.list().data
    refund = shop.refund(charge)
    assert (refund.status, refund.failure_reason) == ("failed", "insufficient_funds")
    assert shop.balances == (64, 877)
    assert shop.client.v1.charges.retrieve(charge.id).amount_refunded == 0


@pytest.mark.parametrize(("rounding", "first"), [("floor", 50), ("nearest", 51)])
def test_the_rounding_of_fee_refunds_is_a_switch(shop: Shop, rounding: str, first: int) -> None:
    shop.sandbox.control("switches", fee_refund_rounding=rounding)
    shop.topup(5000)
    charge = shop.sell(1000, fee=127)
    both = {"reverse_transfer": True, "refund_application_fee": True}
    shop.refund(charge, amount=400, **both)
    shop.refund(charge, amount=600, **both)
    fee = shop.client.v1.application_fees.retrieve(str(charge.application_fee))
    assert [each.amount for each in fee.refunds.data][::-1] == [first, 127 - first]
    assert fee.refunded
    assert shop.balances == (5000 - 59, 0)


def test_a_short_seller_makes_the_refund_an_error(shop: Shop) -> None:
    charge = shop.sell(1000, fee=123)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.refund(charge, reverse_transfer=True)
    assert refused.value.code == "balance_insufficient"
    assert shop.client.v1.refunds.list({"charge": charge.id}).data == []
    assert shop.balances == (64, 877)


def test_a_short_platform_leaves_the_refund_pending_until_money_comes(shop: Shop) -> None:
    refund = shop.refund(shop.sell(1000, fee=123))
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    assert refund.balance_transaction is None
    shop.topup(2000)
    refund = shop.client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.pending_reason) == ("succeeded", None)
    assert shop.balance() == 64 + 2000 - 1000


def test_a_failed_refund_returns_to_the_platform(shop: Shop) -> None:
    shop.topup(5000)
    refund = shop.refund(
        shop.sell(1000, fee=123, card="4000000000005126"),
        reverse_transfer=True,
        refund_application_fee=True,
    )
    assert refund.status == "succeeded"
    before = shop.balances
    shop.sandbox.control("clock/advance", seconds=3600)
    refund = shop.client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert refund.status == "failed"
    assert refund.failure_reason == "expired_or_canceled_card"
    assert isinstance(refund.failure_balance_transaction, stripe.BalanceTransaction)
    assert refund.failure_balance_transaction.type == "refund_failure"
    assert shop.balances == (before[0] + 1000, before[1])
    assert shop.event_types()[-1] == "refund.failed"


def test_a_pending_refund_arrives_later(shop: Shop) -> None:
    shop.topup(5000)
    refund = shop.refund(shop.sell(1000, card="4000000000007726"))
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    shop.sandbox.control(f"refunds/{refund.id}/settle")
    assert shop.client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert shop.event_types()[-1] == "refund.updated"


def test_reversals_and_transfers_after_the_fact(shop: Shop) -> None:
    charge = shop.sell(1000, fee=123)
    shop.client.v1.transfers.reversals.create(str(charge.transfer), {"amount": 500})
    assert shop.balances == (564, 377)
    again = shop.client.v1.transfers.create(
        {"amount": 200, "currency": "usd", "destination": shop.account}
    )
    assert shop.balances == (364, 577)
    payment = shop.client.v1.charges.retrieve(
        str(again.destination_payment), {}, {"stripe_account": shop.account}
    )
    assert (payment.amount, payment.source_transfer) == (200, again.id)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.transfers.reversals.create(str(charge.transfer), {"amount": 501})
    assert refused.value.param == "amount"


def test_a_transfer_needs_available_funds(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.transfers.create(
            {"amount": 1, "currency": "usd", "destination": shop.account}
        )
    assert refused.value.code == "balance_insufficient"


def test_a_reversal_can_return_its_share_of_the_fee(shop: Shop) -> None:
    charge = shop.sell(1000, fee=123)
    shop.client.v1.transfers.reversals.create(
        str(charge.transfer), {"refund_application_fee": True}
    )
    assert shop.balances == (941, 0)


def test_fee_refunds_by_themselves(shop: Shop) -> None:
    charge = shop.sell(1000, fee=123)
    fee = str(charge.application_fee)
    returned = shop.client.v1.application_fees.refunds.create(fee, {"amount": 23})
    assert (returned.amount, returned.fee) == (23, fee)
    assert shop.balances == (41, 900)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.application_fees.refunds.create(fee, {"amount": 101})
    found = shop.client.v1.application_fees.list({"charge": charge.id}).data
    assert [each.id for each in found] == [fee]
    assert found[0].originating_transaction == charge.id


def test_strict_mode_keeps_funds_pending(shop: Shop) -> None:
    shop.sandbox.control("switches", strict_pending=True)
    shop.sell(1000, fee=123)
    assert shop.balances == (0, 0)
    assert shop.client.v1.balance.retrieve().pending[0].amount == 64
    shop.sandbox.control("clock/advance", seconds=3 * 86400)
    assert shop.balances == (64, 877)
    shop.sell(1000, fee=123, card="4000000000000077")
    assert shop.balances == (128, 1754)


@pytest.mark.parametrize(("currency", "fee", "platform"), [("jpy", 100, 64), ("eur", 123, 83)])
def test_other_currencies_have_balances_of_their_own(
    sandbox: RunningSandbox, shop: Shop, currency: str, fee: int, platform: int
) -> None:
    session = shop.session(1000, currency, application_fee_amount=fee)
    sandbox.control(f"sessions/{session.id}/pay")
    assert shop.balance(currency=currency) == platform
    assert shop.balance(shop.account, currency) == 1000 - fee
    assert shop.balances == (0, 0)


def test_all_that_was_captured_can_be_refunded(shop: Shop) -> None:
    """What was never captured counts as refunded, and cannot be refunded again."""
    shop.topup(5000)
    made = shop.client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "capture_method": "manual",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "transfer_data": {"destination": shop.account},
            "application_fee_amount": 100,
        }
    )
    taken = shop.client.v1.payment_intents.capture(made.id, {"amount_to_capture": 600})
    charge = shop.client.v1.charges.retrieve(str(taken.latest_charge))
    assert (charge.amount_captured, charge.amount_refunded) == (600, 400)
    both = {"reverse_transfer": True, "refund_application_fee": True}
    shop.refund(charge, amount=200, **both)
    assert shop.refund(charge, **both).amount == 400
    charge = shop.client.v1.charges.retrieve(charge.id)
    assert (charge.amount_refunded, charge.refunded) == (1000, True)
    assert shop.balance(shop.account) == 0


def test_a_transfer_of_pending_funds_is_pending_as_well(shop: Shop) -> None:
    shop.sandbox.control("switches", strict_pending=True)
    intent = shop.client.v1.payment_intents.create(
        {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    params: Any = {"currency": "usd", "destination": shop.account, "amount": 800}
    source = str(intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.transfers.create(params)
    assert refused.value.code == "balance_insufficient"
    shop.client.v1.transfers.create({**params, "source_transaction": source})
    assert shop.balances == (0, 0)
    with pytest.raises(stripe.InvalidRequestError) as exceeded:
        shop.client.v1.transfers.create({**params, "source_transaction": source})
    assert exceeded.value.param == "amount"
    shop.sandbox.control("clock/advance", seconds=3 * 86400)
    assert shop.balances == (1000 - 59 - 800, 800)
