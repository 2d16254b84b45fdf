"""What the tests about disputes share."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storefront import clock
from storefront.current import Services
from storefront.disputes import policies
from storefront.disputes import service as disputes
from storefront.disputes.policies import GIVE_UP, DisputePolicy
from storefront.disputes.service import Dispute
from storefront.evidence import rules
from storefront.evidence.rules import AnswerRule
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import Browser
from tests.refunds.conftest import books, config, enrich, now, paid, refund
from tests.support.stripe import Stripe

__all__ = ["books", "config", "enrich", "now", "paid", "refund"]

Open = Callable[..., Dispute]
Decide = Callable[..., Dispute]
Rule = Callable[..., None]
ByItself = Callable[..., None]
Worker = Callable[[], None]


@pytest.fixture
def of(services: Services) -> Callable[[str], Dispute]:
    """A dispute as it is in the database."""

    def read(dispute_id: str) -> Dispute:
        with services.store.read() as tx:
            return disputes.by_id(tx, dispute_id)

    return read


@pytest.fixture
def dispute(sandbox: Stripe, served: str, of: Callable[[str], Dispute]) -> Open:
    """Have a shopper's bank dispute a payment, and the events arrive."""

    def open_(order: Order, **how: object) -> Dispute:
        made = sandbox.control(f"charges/{order.stripe_charge_id}/dispute", **how)
        sandbox.settle()
        return of(made["id"])

    return open_


@pytest.fixture
def decide(sandbox: Stripe, of: Callable[[str], Dispute]) -> Decide:
    """Have the bank decide, and the events arrive."""

    def decide_(found: Dispute, outcome: str) -> Dispute:
        sandbox.control(f"disputes/{found.id}/decide", outcome=outcome)
        sandbox.settle()
        return of(found.id)

    return decide_


@pytest.fixture
def answer(sandbox: Stripe, of: Callable[[str], Dispute]) -> Callable[[Dispute], Dispute]:
    """Have somebody answer in the Dashboard."""

    def answer_(found: Dispute) -> Dispute:
        sandbox.post(f"/v1/disputes/{found.id}", {"evidence[uncategorized_text]": "It is ours."})
        sandbox.settle()
        return of(found.id)

    return answer_


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


@pytest.fixture
def rule(services: Services, cast: Cast) -> Rule:
    """Set the platform's policy."""

    def decide_(recovery: str, fee: str = GIVE_UP) -> None:
        with services.store.transaction() as tx:
            policies.decide(tx, DisputePolicy("", recovery, fee), cast.operator().id)

    return decide_


@pytest.fixture
def in_an_hour(services: Services, worker: Worker) -> Worker:
    """Let everything that waits be tried again."""

    def pass_() -> None:
        with services.store.transaction() as tx:
            for table in ("debts", "repayments"):
                tx.run(
                    f"UPDATE {table} SET next_try_at = :now WHERE next_try_at IS NOT NULL",
                    now=clock.timestamp(),
                )
        worker()

    return pass_


@pytest.fixture
def by_itself(services: Services, cast: Cast) -> ByItself:
    """Set what is done by itself: `by_itself(submits=True)`, `by_itself(usd=500)`."""

    def set_(*, submits: bool = False, seller: str = "", **limits: int) -> None:
        with services.store.transaction() as tx:
            rules.decide(tx, AnswerRule(seller, submits, limits), cast.operator().id)

    return set_


def before_deadline(found: Dispute, **delta: float) -> str:
    """A moment so long before a dispute's deadline."""
    return clock.timestamp(clock.parse(found.due_by or "") - timedelta(**delta))


def ends(sandbox: Stripe, found: Dispute) -> list[str]:
    """The statuses that a dispute took, one for each event about it."""
    events = sandbox.get("/v1/events?types[]=charge.dispute.updated&types[]=charge.dispute.closed")
    return [
        event["data"]["object"]["status"]
        for event in reversed(events["data"])
        if event["data"]["object"]["id"] == found.id
        and (event["type"].endswith("closed") or "status" in event["data"]["previous_attributes"])
    ]
