"""SIGKILL between any two steps of an answer, by hand or by rule: it is given once in the end."""

from typing import Any

import pytest
import time_machine

from storefront import clock
from storefront.config import Config
from storefront.current import Services
from storefront.disputes import service as disputes
from storefront.evidence import service as evidence
from storefront.orders.service import Order
from tests.cast import Cast
from tests.disputes.conftest import ByItself, Open, before_deadline, ends
from tests.stripe_calls import crashing
from tests.support import mailbox
from tests.support.stripe import Stripe

STEPS = 8
"""The transaction that decides, the claim, the call, the outcome; each before and after."""
RULES: dict[str, dict[str, Any]] = {"under_review": {"submits": True}, "lost": {"usd": 5000}}

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("end", "point"), [*(("under_review", point) for point in range(STEPS + 1)),
                       *(("lost", point) for point in (1, 3, 5, 6))],
)  # fmt: skip
def test_a_rule_is_followed_once_in_the_end(
    services: Services, sandbox: Stripe, config: Config, paid: Order, dispute: Open,
    by_itself: ByItself, end: str, point: int,
) -> None:  # fmt: skip
    by_itself(**RULES[end])
    opened = dispute(paid)
    moment = before_deadline(opened, hours=2)
    with time_machine.travel(clock.parse(moment)):
        killed = crashing.killed_at(config, point, crashing.answer_by_rule, moment)
        crashing.recover(services)
        sandbox.settle()
    assert killed == (point < STEPS)
    assert ends(sandbox, opened) == [end]
    told = [each.to for each in mailbox.collect(services) if "by rule" in each.subject]
    assert sorted(told) == ["alice@example.com", "olga@example.com"]
    assert _states(services) == ["confirmed"]


@pytest.mark.parametrize("point", [2, 3, 5, 6], ids=["unclaimed", "unsent", "unanswered", "unread"])
@pytest.mark.parametrize(
    ("action", "ended"), [("submit", ["under_review"]), ("accept", ["lost"]), ("save", [])]
)
def test_what_was_asked_for_happens_once_in_the_end(
    services: Services, sandbox: Stripe, config: Config, cast: Cast, paid: Order, dispute: Open,
    action: str, ended: list[str], point: int,
) -> None:  # fmt: skip
    opened = dispute(paid)
    with services.store.read() as tx:
        draft = evidence.of_dispute(tx, disputes.by_id(tx, opened.id))
    call, *more = {
        "submit": (crashing.submit_evidence, draft.version),
        "accept": (crashing.accept_dispute,),
        "save": (crashing.save_evidence,),
    }[action]
    assert crashing.killed_at(config, point, call, opened.id, *more, cast.operator().id)
    crashing.recover(services)
    sandbox.settle()
    assert ends(sandbox, opened) == ended
    there = sandbox.get(f"/v1/disputes/{opened.id}")
    assert there["evidence_details"]["submission_count"] == (action == "submit")
    assert (there["evidence"]["customer_name"] is None) == (action == "accept")
    assert _states(services) == ["confirmed"]


def _states(services: Services) -> list[str]:
    """Of the calls about disputes."""
    with services.store.read() as tx:
        rows = tx.all("SELECT state FROM stripe_calls WHERE operation LIKE 'dispute.%'")
    return [row["state"] for row in rows]
