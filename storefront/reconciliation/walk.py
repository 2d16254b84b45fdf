"""The walk through everything that Stripe has: what we missed is folded, the rest compared later.

Folding what a walk finds is what an event would have done, so a platform that got no webhook
for days is mended by it. Each page is a step of its own; a walk that was stopped goes on there.
"""

from datetime import timedelta
from typing import Any

from storefront import clock
from storefront.current import Services
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.reconciliation import repository
from storefront.reconciliation.repository import REPAIRED, Finding, Reconciliation
from storefront.store import Tx
from storefront.stripe_gateway.walks import EXPAND
from storefront.stripe_objects import service as stripe_objects

Answer = dict[str, Any]

COMPARE = "compare"
STAGES = (*EXPAND, COMPARE)
"""The kinds of objects in the order of the walk, and what comes at its end."""

_TRANSACTIONS = "balance_transactions"
_DISPUTE_DAYS = 120
"""How much longer than everything else a dispute may stay open."""


def step(services: Services, run: Reconciliation) -> None:
    """Take the next page. Raises StripeFailure, and then the same page is next again."""
    page = services.gateway.page(run.stage, _since(run), run.stripe_cursor)
    for snapshot in page.objects:
        if run.stage != _TRANSACTIONS:
            _take(services, run, snapshot)
        elif _is_of_dispute(services, snapshot):
            _take(services, run, {**snapshot, "owner": snapshot["source"]})
    checked = run.checked.get(run.stage, 0) + len(page.objects)
    following = run.stage if page.cursor else STAGES[STAGES.index(run.stage) + 1]
    with services.store.transaction() as tx:
        if run.stage == _TRANSACTIONS:
            repository.remember(tx, run.id, page.objects)
        repository.update(
            tx,
            run.id,
            stage=following,
            stripe_cursor=page.cursor,
            checked=run.checked | {run.stage: checked},
            problem="",
        )


def _is_of_dispute(services: Services, transaction: Answer) -> bool:
    """Whether a balance transaction may be a fee of a dispute, of which nothing else tells."""
    with services.store.read() as tx:
        known = stripe_objects.by_id(tx, transaction.get("source") or "")
    return known is not None and known.object == "dispute"


def _since(run: Reconciliation) -> int | None:
    if run.since is None:
        return None
    extra = timedelta(days=_DISPUTE_DAYS if run.stage == "disputes" else 0)
    return int((clock.parse(run.since) - extra).timestamp())


def _take(services: Services, run: Reconciliation, snapshot: Answer) -> None:
    """Fold an object unless everything that it says is known."""
    if snapshot["object"] == "checkout.session":
        snapshot = orders.with_outcome(snapshot)
    with services.store.read() as tx:
        known = stripe_objects.knows(tx, snapshot)
    if not known:
        with services.store.transaction() as tx:
            for order in services.settlement.fold(tx, snapshot):
                repository.note(tx, run.id, _mended(order))
    with services.store.read() as tx:
        wrong = _wrong_fact(tx, snapshot)
    if wrong is not None:
        with services.store.transaction() as tx:
            repository.note(tx, run.id, wrong)


def _mended(order: Order) -> Finding:
    return Finding(REPAIRED, order.id, order.id, order.number, None, None, order.currency)


def _wrong_fact(tx: Tx, snapshot: Answer) -> Finding | None:
    """An object's amount never changes, so a fact that differs was not written by us."""
    known = stripe_objects.by_id(tx, snapshot["id"])
    ours = known.facts.get("amount") if known else None
    if ours is None or ours == snapshot.get("amount"):
        return None
    order = orders.of_object(tx, snapshot["id"])
    order_id, number = (order.id, order.number) if order else (None, None)
    return Finding(
        "fact", snapshot["id"], order_id, number, ours, snapshot["amount"], snapshot["currency"]
    )
