"""Every way a dispute can go, whoever bears it: our books stay Stripe's."""

from collections.abc import Callable
from itertools import product
from typing import Final

import pytest

from storefront.current import Services
from storefront.disputes.policies import ASK, AT_ONCE, GIVE_UP, KEEP, WHEN_LOST
from storefront.disputes.service import Dispute
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds.service import Refund
from tests.cast import Cast, both_fee_modes
from tests.disputes.conftest import Decide, Open, Rule, Worker
from tests.refunds.conftest import Books
from tests.support.scale import WHOLE
from tests.support.stripe import Stripe

PATHS: Final = {
    "dispute, lost": "lost",
    "dispute, answer, lost": "lost",
    "dispute, answer, won": "won",
    "dispute, won": "won",
    "dispute, prevented": "lost",
    "dispute, lost, won": "won",
    "dispute, answer, lost, won": "won",
    "dispute, lost, appeal, answer, won": "won",
    "dispute, lost, appeal, answer, lost": "lost",
    "dispute, answer, lost, appeal, lost, won": "won",
    "inquiry, won": "won",
    "inquiry, answer, lost": "won",
    "inquiry, prevented": "lost",
    "inquiry, escalate, lost": "lost",
    "inquiry, escalate, answer, won": "won",
    "inquiry, answer, escalate, answer, lost": "lost",
    "inquiry, answer, escalate, lost, appeal, answer, won": "won",
}
"""Ways through the graph → who has the money at the end: an inquiry that is closed moves none."""

ALL = list(product(PATHS, (AT_ONCE, WHEN_LOST, ASK), (GIVE_UP, KEEP), (0, 400), (0, 300)))
CASES = ALL if WHOLE else ALL[::11]  # it divides none of the lengths: values are well mixed


@both_fee_modes
@pytest.mark.one_database
@pytest.mark.parametrize(("path", "recovery", "fee", "before", "after"), CASES)
def test_the_books_are_stripes_after_every_path(
    services: Services, sandbox: Stripe, cast: Cast, paid: Order, rule: Rule, dispute: Open,
    decide: Decide, answer: Callable[[Dispute], Dispute], refund: Callable[..., Refund],
    books: Books, enrich: Callable[[Order], None], in_an_hour: Worker,
    path: str, recovery: str, fee: str, before: int, after: int,
) -> None:  # fmt: skip
    enrich(paid)
    rule(recovery, fee)
    start = _both(books, paid)
    if before:
        refund(paid, before)
    of_seller = books.stripe(paid.destination)
    opened = dispute(paid, amount=1000 - before, inquiry=path.startswith("inquiry"))
    for step in path.split(", ")[1:]:
        opened = answer(opened) if step == "answer" else decide(opened, step)
        in_an_hour()
    in_an_hour()
    borne = _share(cast.reread(paid), fee, before) if PATHS[path] == "lost" else 0
    if recovery == ASK:
        borne = 0
    assert books.stripe(paid.destination) == of_seller - borne
    if after and PATHS[path] == "won":
        refund(paid, after, reverse_transfer=False, return_fee=False)
        in_an_hour()
    assert books.claims(paid) == (0, 0)
    assert _moved(start, _both(books, paid)) == [0, 0]
    run = reconciling.start(services, reconciling.COMMAND)
    assert reconciling.run_to_end(services, run, lambda _: None).differences == 0
    assert sandbox.control("invariants", "GET")["ok"]


def _share(order: Order, fee: str, refunded: int) -> int:
    """What the seller bears of a lost dispute of all that was not refunded: 8.77 is theirs."""
    if fee == KEEP and order.fee_mode == "application_fee":
        return 1000 - refunded
    return {0: 877, 400: 526}[refunded]


def _both(books: Books, order: Order) -> list[tuple[int, int]]:
    """Seller and platform, each in our ledger and at Stripe."""
    ledger = books.ledger(order)
    return [
        (ledger["seller"], books.stripe(order.destination)),
        (ledger["platform"], books.stripe(None)),
    ]


def _moved(start: list[tuple[int, int]], end: list[tuple[int, int]]) -> list[int]:
    """How far our ledger is from Stripe for each, since the start."""
    return [
        (ours - ours_before) - (stripes - stripes_before)
        for (ours_before, stripes_before), (ours, stripes) in zip(start, end, strict=True)
    ]
