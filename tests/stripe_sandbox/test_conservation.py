"""Whatever happens in whatever order: money is neither made nor lost."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stripe_sandbox.testing import Refused
from tests.stripe_sandbox.shop import Shop

AMOUNTS = st.integers(50, 5000)
CARDS = st.sampled_from(
    [
        "4242424242424242",
        "4000000000000077",
        "4000000000005126",
        "4000000000007726",
        "4000000000000002",
        "4000000404000079",
    ]
)
ANY = st.integers(0, 9)
SWITCHES: Any = st.fixed_dictionaries(
    {
        "strict_pending": st.booleans(),
        "fee_refund_rounding": st.sampled_from(["floor", "nearest"]),
        "platform_shortfall": st.sampled_from(["pending", "negative"]),
        "seller_shortfall": st.sampled_from(["error", "negative"]),
        "failed_refund_reopens_charge": st.booleans(),
        "automatic_payouts": st.booleans(),
        "negative_balance_debits": st.booleans(),
    }
)


class Market(RuleBasedStateMachine):
    """A platform with a Standard and a Custom seller; what Stripe refuses changes nothing."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        shop.sandbox.reset()
        self.shop = shop
        self.v1 = shop.client.v1
        custom = self.v1.accounts.create(
            {"type": "custom", "capabilities": {"transfers": {"requested": True}}}
        ).id
        shop.sandbox.control(f"accounts/{custom}/requirements", currently_due=[])
        self.sellers = [shop.connect("Seller"), custom]
        self.charges: list[stripe.Charge] = []
        self.payouts: list[tuple[str, Any]] = []

    def attempt(self, deed: Callable[..., Any], *values: Any) -> Any:
        """Refusals are part of life."""
        with suppress(stripe.InvalidRequestError, stripe.CardError, Refused):
            return deed(*values)

    def control(self, path: str, **values: Any) -> Any:
        return self.attempt(lambda: self.shop.sandbox.control(path, **values))

    @rule(chosen=SWITCHES)
    def change_switches(self, chosen: Any) -> None:
        self.control("switches", **chosen)

    @rule(amount=AMOUNTS, percent=st.integers(0, 100), card=CARDS, seller=ANY, fixed=st.booleans())
    def sell(self, amount: int, percent: int, card: str, seller: int, fixed: bool) -> None:
        part, destination = amount * percent // 100, self.sellers[seller % 2]
        split: Any = {"transfer_data": {"destination": destination}}
        if fixed:
            split["transfer_data"]["amount"] = max(1, part)
        else:
            split["application_fee_amount"] = part
        session = self.shop.session(amount, **split)
        paid = self.control(f"sessions/{session.id}/pay", card=card)
        self.charges.append(self.v1.charges.retrieve(paid["charge"]))

    @precondition(lambda self: self.charges)
    @rule(nth=ANY, amount=AMOUNTS, everything=st.booleans(), reverse=st.booleans(), fee=ANY)
    def refund(self, nth: int, amount: int, everything: bool, reverse: bool, fee: int) -> None:
        flags: Any = {"reverse_transfer": reverse, "refund_application_fee": reverse and fee < 5}
        if not everything:
            flags["amount"] = amount
        self.attempt(lambda: self.shop.refund(self._charge(nth), **flags))

    def _charge(self, nth: int) -> stripe.Charge:
        return self.charges[nth % len(self.charges)]

    @precondition(lambda self: self.charges)
    @rule(nth=ANY, amount=AMOUNTS, fee=st.booleans())
    def reverse(self, nth: int, amount: int, fee: bool) -> None:
        params: Any = {"amount": amount, "refund_application_fee": fee}
        transfer = str(self._charge(nth).transfer)
        self.attempt(lambda: self.v1.transfers.reversals.create(transfer, params))

    @precondition(lambda self: self.charges)
    @rule(nth=ANY, amount=AMOUNTS)
    def give_fee_back(self, nth: int, amount: int) -> None:
        fee = str(self._charge(nth).application_fee)
        self.attempt(lambda: self.v1.application_fees.refunds.create(fee, {"amount": amount}))

    @rule(amount=AMOUNTS, seller=ANY, of_a_charge=st.booleans())
    def transfer(self, amount: int, seller: int, of_a_charge: bool) -> None:
        params: Any = {"amount": amount, "currency": "usd", "destination": self.sellers[seller % 2]}
        if of_a_charge and self.charges:
            params["source_transaction"] = self._charge(seller).id
        self.attempt(lambda: self.v1.transfers.create(params))

    @rule(ends=st.sampled_from(["fail", "settle"]))
    def end_refund(self, ends: str) -> None:
        for refund in self.v1.refunds.list({"limit": 1}).data:
            self.control(f"refunds/{refund.id}/{ends}")

    @precondition(lambda self: self.charges)
    @rule(nth=ANY, amount=AMOUNTS, kind=st.sampled_from(["inquiry", "prevented", "answerable"]))
    def dispute(self, nth: int, amount: int, kind: str) -> None:
        self.control(f"charges/{self._charge(nth).id}/dispute", amount=amount, **{kind: True})

    @rule(outcome=st.sampled_from(["won", "lost", "escalate", "appeal", "prevented", "submit"]))
    def decide(self, outcome: str) -> None:
        for dispute in self.v1.disputes.list({"limit": 2}).data:
            evidence: Any = {"evidence": {"customer_name": "Jo"}}
            if outcome == "submit":
                self.attempt(self.v1.disputes.update, dispute.id, evidence)
            else:
                self.control(f"disputes/{dispute.id}/decide", outcome=outcome)

    @rule(amount=AMOUNTS, owner=st.integers(0, 2))
    def pay_out(self, amount: int, owner: int) -> None:
        options: Any = {"stripe_account": self.sellers[owner]} if owner < 2 else {}
        params: Any = {"amount": amount, "currency": "usd"}
        made = self.attempt(lambda: self.v1.payouts.create(params, options))
        if made is not None:
            self.payouts.append((made.id, options))

    @precondition(lambda self: self.payouts)
    @rule(nth=ANY, change=st.sampled_from(["cancel", "reverse", "arrive", "fail"]))
    def change_payout(self, nth: int, change: str) -> None:
        payout, options = self.payouts[nth % len(self.payouts)]
        if change in ("arrive", "fail"):
            self.control(f"payouts/{payout}/{change}")
        else:
            self.attempt(getattr(self.v1.payouts, change), payout, {}, options)

    @rule(owner=st.integers(0, 2))
    def pay_automatically(self, owner: int) -> None:
        self.control("payouts/automatic", account=self.sellers[owner] if owner < 2 else None)

    @rule(amount=AMOUNTS, through_api=st.booleans())
    def topup(self, amount: int, through_api: bool) -> None:
        if through_api:
            self.v1.topups.create({"amount": amount, "currency": "usd"})
        else:
            self.shop.topup(amount)

    @rule(seconds=st.sampled_from([61, 4000, 90000, 300000, 900000]))
    def advance(self, seconds: int) -> None:
        self.control("clock/advance", seconds=seconds)

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        report = self.shop.sandbox.read("invariants")
        assert report["problems"] == []
        assert sum(party.get("usd", 0) for party in report["totals"].values()) == 0

    @invariant()
    def a_balance_is_the_sum_of_its_transactions(self) -> None:
        for account in [None, *self.sellers]:
            options: Any = {"stripe_account": account} if account else {}
            balance = self.v1.balance.retrieve({}, options)
            listing = self.v1.balance_transactions.list({"limit": 100}, options)
            sums = {"available": 0, "pending": 0}
            for each in listing.auto_paging_iter():
                sums[each.status] += each.net
            assert balance.available[0].amount == sums["available"]
            assert balance.pending[0].amount == sums["pending"]


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_money_is_conserved(shop: Shop) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Market(shop),
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )
