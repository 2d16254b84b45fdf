"""Disputes: what they take, what they give back."""

import pytest
import stripe

from tests.stripe_sandbox.shop import Shop


def _dispute(shop: Shop, charge: stripe.Charge, **values: object) -> stripe.Dispute:
    opened = shop.sandbox.control(f"charges/{charge.id}/dispute", **values)
    return shop.client.v1.disputes.retrieve(opened["id"])


def test_a_chargeback_debits_the_platform_with_its_fee(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(1000, fee=123))
    assert shop.balances == (-2436, 877)
    assert (dispute.status, dispute.amount) == ("needs_response", 1000)
    assert [(each.amount, each.fee, each.net) for each in dispute.balance_transactions] == [
        (-1000, 1500, -2500)
    ]
    assert shop.event_types()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_winning_returns_the_amount_and_the_countered_fee_only(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(1000, fee=123))
    shop.client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    assert shop.balances == (-3936, 877)
    shop.sandbox.control("clock/advance", seconds=120)
    dispute = shop.client.v1.disputes.retrieve(dispute.id)
    assert (dispute.status, dispute.evidence_details.submission_count) == ("won", 1)
    assert shop.balances == (-1436, 877)
    assert shop.event_types()[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]


def test_staged_evidence_is_not_submitted(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    staged = shop.client.v1.disputes.update(
        dispute.id, {"evidence": {"product_description": "A shirt"}, "submit": False}
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert shop.client.v1.disputes.update(dispute.id, {"submit": True}).status == "under_review"


def test_closing_accepts_the_loss(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    assert shop.client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.disputes.close(dispute.id)


def test_an_inquiry_moves_no_money_and_leaves_refunds_possible(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(1000, fee=123, card="4000000000001976")
    shop.sandbox.control("clock/advance", seconds=10)
    (dispute,) = shop.client.v1.disputes.list({"charge": charge.id}).data
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_needs_response", True)
    assert shop.balances == (5064, 877)
    assert shop.refund(charge, amount=100).status == "succeeded"


def test_a_disputed_charge_cannot_be_refunded(shop: Shop) -> None:
    charge = shop.sell()
    _dispute(shop, charge)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.refund(charge)
    assert refused.value.code == "charge_disputed"


def test_a_lost_dispute_can_still_be_won(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(1000, fee=123))
    shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome="lost")
    shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome="won")
    assert shop.balances == (-1436, 877)


def test_two_disputes_of_one_charge(shop: Shop) -> None:
    charge = shop.sell(1001, fee=123, card="4000000404000079")
    shop.sandbox.control("clock/advance", seconds=10)
    assert sorted(
        each.amount for each in shop.client.v1.disputes.list({"charge": charge.id}).data
    ) == [500, 501]
