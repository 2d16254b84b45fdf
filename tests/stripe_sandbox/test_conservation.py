"""Whatever happens in whatever order: money is neither made nor lost."""

from contextlib import suppress
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stripe_sandbox.testing import Refused
from tests.stripe_sandbox.shop import Shop

AMOUNTS = st.integers(50, 5000)
CARDS = st.sampled_from(
    ["4242424242424242", "4000000000005126", "4000000000007726", "4000000000000002"]
)
STEPS = st.one_of(
    st.tuples(st.just("sell"), AMOUNTS, st.integers(0, 100), CARDS),
    st.tuples(st.just("refund"), AMOUNTS, st.booleans(), st.booleans()),
    st.tuples(st.just("reverse"), AMOUNTS, st.booleans()),
    st.tuples(st.just("fee"), AMOUNTS),
    st.tuples(st.just("transfer"), AMOUNTS),
    st.tuples(st.just("dispute"), AMOUNTS),
    st.tuples(st.just("decide"), st.sampled_from(["won", "lost"])),
    st.tuples(st.just("advance"), st.sampled_from([61, 4000, 300000])),
    st.tuples(st.just("topup"), AMOUNTS),
)


class Story:
    """Does one thing after another; what Stripe refuses changes nothing."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.charges: list[stripe.Charge] = []

    def do(self, deed: str, *values: Any) -> None:
        """One step; refusals are part of life."""
        if deed in ("refund", "reverse", "fee", "dispute") and not self.charges:
            return
        with suppress(stripe.InvalidRequestError, Refused):
            getattr(self, deed)(*values)

    def sell(self, amount: int, percent: int, card: str) -> None:
        session = self.shop.session(amount, application_fee_amount=amount * percent // 100)
        paid = self.shop.sandbox.control(f"sessions/{session.id}/pay", card=card)
        self.charges.append(self.shop.client.v1.charges.retrieve(paid["charge"]))

    def refund(self, amount: int, reverse: bool, fee: bool) -> None:
        flags = {"reverse_transfer": reverse, "refund_application_fee": reverse and fee}
        self.shop.refund(self.charges[-1], amount=amount, **flags)

    def reverse(self, amount: int, fee: bool) -> None:
        transfer = str(self.charges[-1].transfer)
        params: Any = {"amount": amount, "refund_application_fee": fee}
        self.shop.client.v1.transfers.reversals.create(transfer, params)

    def fee(self, amount: int) -> None:
        fee = str(self.charges[-1].application_fee)
        self.shop.client.v1.application_fees.refunds.create(fee, {"amount": amount})

    def transfer(self, amount: int) -> None:
        params: Any = {"amount": amount, "currency": "usd", "destination": self.shop.account}
        self.shop.client.v1.transfers.create(params)

    def dispute(self, amount: int) -> None:
        self.shop.sandbox.control(f"charges/{self.charges[-1].id}/dispute", amount=amount)

    def decide(self, outcome: str) -> None:
        for dispute in self.shop.client.v1.disputes.list().data[:1]:
            self.shop.sandbox.control(f"disputes/{dispute.id}/decide", outcome=outcome)

    def advance(self, seconds: int) -> None:
        self.shop.sandbox.control("clock/advance", seconds=seconds)

    def topup(self, amount: int) -> None:
        self.shop.topup(amount)


def _check(shop: Shop) -> None:
    report = shop.sandbox.read("invariants")
    assert report["ok"], report["problems"]
    gained = sum(party.get("usd", 0) for party in report["totals"].values())
    assert gained == 0
    for charge in shop.client.v1.charges.list({"limit": 100}).data:
        assert 0 <= charge.amount_refunded <= charge.amount
    for transfer in shop.client.v1.transfers.list({"limit": 100}).data:
        assert 0 <= transfer.amount_reversed <= transfer.amount
    for fee in shop.client.v1.application_fees.list({"limit": 100}).data:
        assert 0 <= fee.amount_refunded <= fee.amount


@pytest.mark.parametrize("strict", [False, True])
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_money_is_conserved(shop: Shop, strict: bool, steps: list[tuple[Any, ...]]) -> None:
    shop.sandbox.control("switches", strict_pending=strict)
    story = Story(shop)
    for step in steps:
        story.do(*step)
    _check(shop)
