"""Disputes: what they take, what they give back."""

import io
from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import Refused
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


GRAPH = [
    ({}, ["lost"], "lost", -2436, 1),
    ({}, ["won"], "won", -1436, 2),
    ({}, ["lost", "won"], "won", -1436, 2),
    ({}, ["lost", "appeal", "lost"], "lost", -2436, 1),
    ({}, ["lost", "appeal", "won"], "won", -1436, 2),
    ({}, ["prevented"], "prevented", -2436, 1),
    ({"prevented": True}, [], "prevented", -936, 1),
    ({"inquiry": True}, ["won"], "warning_closed", 64, 0),
    ({"inquiry": True}, ["lost"], "warning_closed", 64, 0),
    ({"inquiry": True}, ["prevented"], "prevented", -936, 1),
    ({"inquiry": True}, ["escalate"], "needs_response", -2436, 1),
    ({"inquiry": True}, ["escalate", "won"], "won", -1436, 2),
    ({"amount": 300, "reason": "duplicate"}, ["lost"], "lost", 64 - 300 - 1500, 1),
    ({"amount": 1200}, ["won"], "won", -1436, 2),
]


@pytest.mark.parametrize(("opened", "outcomes", "status", "platform", "entries"), GRAPH)
def test_every_way_through_a_dispute_moves_the_right_money(
    shop: Shop,
    opened: dict[str, object],
    outcomes: list[str],
    status: str,
    platform: int,
    entries: int,
) -> None:
    dispute = _dispute(shop, shop.sell(1000, fee=123), **opened)
    for outcome in outcomes:
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=outcome)
    dispute = shop.client.v1.disputes.retrieve(dispute.id)
    assert (dispute.status, len(dispute.balance_transactions)) == (status, entries)
    assert shop.balances == (platform, 877)


@pytest.mark.parametrize(
    ("opened", "decided", "outcome"),
    [
        ({}, None, "escalate"),
        ({}, None, "appeal"),
        ({}, "won", "won"),
        ({}, "won", "lost"),
        ({}, "prevented", "won"),
        ({"inquiry": True}, "won", "escalate"),
        ({}, None, "nonsense"),
    ],
)
def test_an_issuer_cannot_decide_against_the_graph(
    shop: Shop, opened: dict[str, object], decided: str | None, outcome: str
) -> None:
    dispute = _dispute(shop, shop.sell(), **opened)
    if decided:
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=decided)
    with pytest.raises(Refused):
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=outcome)


@pytest.mark.parametrize("opened", [{"amount": 0}, {"amount": "10"}, {"reason": "spite"}])
def test_a_dispute_needs_an_amount_and_a_reason_that_exist(
    shop: Shop, opened: dict[str, object]
) -> None:
    charge = shop.sell()
    with pytest.raises(Refused):
        _dispute(shop, charge, **opened)
    assert shop.client.v1.disputes.list().data == []


def test_the_events_of_a_dispute_carry_its_transactions(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome="won")
    found: dict[str, Any] = {
        str(event.type): event.data.object["balance_transactions"]
        for event in shop.client.v1.events.list({"limit": 100}).data
        if event.type.startswith("charge.dispute")
    }
    assert {kind: [each["amount"] for each in moved] for kind, moved in found.items()} == {
        "charge.dispute.created": [],
        "charge.dispute.funds_withdrawn": [-1000],
        "charge.dispute.funds_reinstated": [-1000, 1000],
        "charge.dispute.closed": [-1000, 1000],
    }


def test_evidence_can_be_submitted_once(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    evidence: Any = {"evidence": {"product_description": "A shirt"}}
    assert shop.client.v1.disputes.update(dispute.id, evidence).status == "under_review"
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.disputes.update(dispute.id, evidence)
    assert shop.client.v1.disputes.update(dispute.id, {"metadata": {"a": "b"}}).metadata.a == "b"


def test_an_escalated_inquiry_can_be_answered_again(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(1000, fee=123), inquiry=True)
    escalating: Any = {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}}
    answered = shop.client.v1.disputes.update(dispute.id, escalating)
    assert (answered.status, shop.balance()) == ("warning_under_review", 64)
    shop.sandbox.control("clock/advance", seconds=61)
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "needs_response"
    losing: Any = {"evidence": {"uncategorized_text": "losing_evidence"}}
    assert shop.client.v1.disputes.update(dispute.id, losing).status == "under_review"
    shop.sandbox.control("clock/advance", seconds=61)
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert shop.balance() == -2436 - 1500


def test_an_appeal_is_answered_like_a_dispute(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    for outcome in ("lost", "appeal"):
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=outcome)
    before = shop.balance()
    appeal: Any = {"evidence": {"appeal": {"card": {"reason_for_filing": "It arrived."}}}}
    filed = shop.client.v1.disputes.update(dispute.id, appeal)
    assert filed.status == "appeal_under_review"
    assert shop.balance() == before


@pytest.mark.parametrize(
    "evidence",
    [
        {"product_description": "x" * 20_001},
        {"customer_name": "x" * 5_001},
        dict.fromkeys(
            [
                "access_activity_log",
                "cancellation_policy_disclosure",
                "cancellation_rebuttal",
                "duplicate_charge_explanation",
                "product_description",
                "refund_policy_disclosure",
                "refund_refusal_explanation",
                "uncategorized_text",
            ],
            "x" * 20000,
        ),
        {"receipt": "file_unknown"},
    ],
    ids=["a long field", "a short field", "all fields together", "a file"],
)
def test_evidence_has_limits(shop: Shop, evidence: Any) -> None:
    dispute = _dispute(shop, shop.sell())
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.disputes.update(dispute.id, {"evidence": evidence})
    assert str(refused.value.param).startswith("evidence")
    found = shop.client.v1.disputes.retrieve(dispute.id)
    assert (found.status, found.evidence_details.has_evidence) == ("needs_response", False)


def test_the_longest_allowed_text_is_kept(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    text = "x" * 20_000
    kept = shop.client.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": text}, "submit": False}
    )
    assert kept.evidence.uncategorized_text == text


def test_a_dispute_without_an_answer_is_lost(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    shop.sandbox.control("clock/advance", seconds=9 * 86400 + 60)
    assert shop.client.v1.disputes.retrieve(dispute.id).evidence_details.past_due
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.disputes.update(dispute.id, {"submit": True})
    shop.sandbox.control("clock/advance", seconds=86400)
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "lost"


def test_an_inquiry_without_an_answer_closes_after_120_days(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(), inquiry=True)
    shop.sandbox.control("clock/advance", seconds=119 * 86400)
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "warning_needs_response"
    shop.sandbox.control("clock/advance", seconds=2 * 86400)
    assert shop.client.v1.disputes.retrieve(dispute.id).status == "warning_closed"


def test_some_disputes_cannot_be_answered(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell(), answerable=False)
    assert dispute.evidence_details.due_by == 0
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "A"}})


@pytest.mark.parametrize(
    ("opened", "outcome", "refundable"),
    [
        ({}, "won", True),
        ({}, "lost", False),
        ({"prevented": True}, None, False),
        ({"inquiry": True}, None, True),
        ({"inquiry": True}, "won", True),
        ({"inquiry": True}, "escalate", False),
    ],
)
def test_whether_a_disputed_charge_can_be_refunded(
    shop: Shop, opened: dict[str, object], outcome: str | None, refundable: bool
) -> None:
    shop.topup(9000)
    charge = shop.sell()
    dispute = _dispute(shop, charge, **opened)
    if outcome:
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=outcome)
    if refundable:
        assert shop.refund(charge).status == "succeeded"
        return
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.refund(charge)
    assert refused.value.code == "charge_disputed"


def test_only_what_is_not_refunded_yet_is_disputed(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell()
    shop.refund(charge, amount=400)
    assert _dispute(shop, charge).amount == 600


def test_a_refunded_inquiry_cannot_be_escalated(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell()
    dispute = _dispute(shop, charge, inquiry=True)
    shop.refund(charge)
    assert not shop.client.v1.disputes.retrieve(dispute.id).is_charge_refundable
    with pytest.raises(Refused):
        shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome="escalate")


def test_an_early_fraud_warning_is_actionable_until_the_refund(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(card="4000000000005423")
    shop.sandbox.control("clock/advance", seconds=10)
    (warning,) = shop.client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data
    assert (warning.actionable, warning.fraud_type) == (True, "misc")
    assert warning.payment_intent == charge.payment_intent
    assert shop.event_types()[-1] == "radar.early_fraud_warning.created"
    shop.refund(charge)
    assert not shop.client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable
    other = shop.sandbox.control(f"charges/{charge.id}/warn", fraud_type="made_with_lost_card")
    assert other["fraud_type"] == "made_with_lost_card"


@pytest.mark.parametrize(("returned", "platform"), [(False, -1436), (True, 64)])
def test_whether_winning_returns_the_received_fee_is_a_switch(
    shop: Shop, returned: bool, platform: int
) -> None:
    shop.sandbox.control("switches", won_dispute_returns_fee=returned)
    dispute = _dispute(shop, shop.sell(1000, fee=123))
    shop.client.v1.disputes.update(dispute.id, {"submit": True})
    shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome="won")
    assert shop.balances == (platform, 877)


def test_evidence_needs_files_that_were_uploaded_for_it(shop: Shop) -> None:
    dispute = _dispute(shop, shop.sell())
    receipt = b"%PDF-1.4\n"
    logo = b"\x89PNG\r\n\x1a\n"
    upload = shop.client.v1.files.create
    wrong = upload({"purpose": "business_logo", "file": io.BytesIO(logo)})
    right = upload({"purpose": "dispute_evidence", "file": io.BytesIO(receipt)})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.disputes.update(dispute.id, {"evidence": {"receipt": wrong.id}})
    assert refused.value.param == "evidence[receipt]"
    staged: Any = {"evidence": {"receipt": right.id}, "submit": False}
    assert shop.client.v1.disputes.update(dispute.id, staged).evidence.receipt == right.id
