"""Whether our books match Stripe's to the cent, and if not, exactly where.

A reconciliation walks through Stripe's Checkout Sessions, charges, refunds, transfers, fees,
disputes and balance transactions (walk.py), folds what was missed, and compares what each object
moved on the platform's balance with what our ledger says of it. A difference is confirmed by
asking Stripe about that object alone before it is reported, since money moves meanwhile.
"""

from collections.abc import Callable
from dataclasses import asdict, replace

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import NotFound, Refused
from storefront.ids import new_id
from storefront.orders import service as orders
from storefront.reconciliation import repository, walk
from storefront.reconciliation.repository import (
    COMMAND,
    NIGHTLY,
    OPERATOR,
    RUNNING,
    Finding,
    Reconciliation,
    Source,
    Total,
)
from storefront.store import Conflict, Tx
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_objects import service as stripe_objects

__all__ = ["COMMAND", "OPERATOR", "Finding", "Reconciliation", "Total"]

NIGHTLY_HOUR = 3
"""UTC."""

NIGHTLY_DAYS = 40
"""How far a nightly reconciliation looks back, once there was one of everything."""

_LEASE_SECONDS = 120
_WAIT_SECONDS = 30
_STEPS_AT_ONCE = 3
_CONFIRMED_AT_MOST = 500
_THE_BEGINNING = ""

running = repository.running
newest = repository.newest
findings = repository.findings


def start(
    services: Services, origin: str, *, since: str | None = None, actor_id: str | None = None
) -> Reconciliation:
    """Begin a reconciliation of everything since a moment, or of everything.

    Raises Refused while another one is running.
    """
    new = Reconciliation(
        id=new_id(),
        origin=origin,
        actor_id=actor_id,
        since=since,
        state=RUNNING,
        stage=walk.STAGES[0],
        stripe_cursor=None,
        checked={},
        totals=[],
        differences=0,
        repaired=0,
        problem="",
        started_at=clock.timestamp(),
        finished_at=None,
    )
    try:
        with services.store.transaction() as tx:
            repository.insert(tx, new)
            if actor_id:
                audit.record(tx, actor_id, "reconciliation.started", new.id, since or "everything")
    except Conflict as error:
        raise Refused("A reconciliation is running already.") from error
    return new


def of_id(tx: Tx, reconciliation_id: str) -> Reconciliation:
    """One reconciliation. Raises NotFound."""
    found = repository.by_id(tx, reconciliation_id)
    if found is None:
        raise NotFound("There is no such reconciliation.")
    return found


def run_due(services: Services) -> int:
    """The worker's part: go on with the one that runs, or begin the night's."""
    with services.store.read() as tx:
        run = repository.running(tx)
        due = run is None and _is_night_due(tx)
        complete = repository.everything_was_compared(tx)
    if due:
        since = clock.ago(days=NIGHTLY_DAYS) if complete else None
        run = start(services, NIGHTLY, since=since)
    return sum(advance(services, run.id) for _ in range(_STEPS_AT_ONCE)) if run else 0


def _is_night_due(tx: Tx) -> bool:
    now = clock.now()
    tonight = now.replace(hour=NIGHTLY_HOUR, minute=0, second=0, microsecond=0)
    if now < tonight:
        return False
    newest = repository.newest(tx, 1)
    moment = clock.timestamp(tonight)
    return repository.paid_before(tx, moment) and (not newest or newest[0].started_at < moment)


def run_to_end(
    services: Services, run: Reconciliation, report: Callable[[Reconciliation], None]
) -> Reconciliation:
    """Take every step that is left. Raises StripeFailure; it can be continued afterwards."""
    while run.running:
        advance(services, run.id, patient=False)
        with services.store.read() as tx:
            run = of_id(tx, run.id)
        report(run)
    return run


def advance(services: Services, reconciliation_id: str, *, patient: bool = True) -> bool:
    """Take one step, unless another process is at it; whether one was taken.

    When Stripe does not answer, the patient wait and try again; others get StripeFailure.
    """
    with services.store.transaction() as tx:
        lease = clock.in_future(seconds=_LEASE_SECONDS)
        claimed = repository.claim(tx, reconciliation_id, lease)
        run = of_id(tx, reconciliation_id)
    if not claimed:
        return False
    wait: str | None = None
    try:
        _step(services, run)
    except StripeFailure as failure:
        with services.store.transaction() as tx:
            repository.update(tx, run.id, problem=failure.message)
        if not patient:
            raise
        wait = clock.in_future(seconds=_WAIT_SECONDS)
    finally:
        with services.store.transaction() as tx:
            repository.update(tx, run.id, lease_until=wait)
    return True


def _step(services: Services, run: Reconciliation) -> None:
    if run.stage == walk.COMPARE:
        _compare(services, run)
    else:
        walk.step(services, run)


def _compare(services: Services, run: Reconciliation) -> None:
    """The last step: name what differs, and add up what does not."""
    _look_again(services, run)
    balances = _balances(services, run)
    with services.store.transaction() as tx:
        sums = [
            replace(total, balance=balances.get(total.currency, 0) if balances else None)
            for total in repository.totals(tx, run.id)
        ]
        for found in _differences(tx, run, sums):
            repository.note(tx, run.id, found)
        repository.forget(tx, run.id)
        repository.update(
            tx,
            run.id,
            state=repository.FINISHED,
            finished_at=clock.timestamp(),
            differences=repository.count(tx, run.id, repaired=False),
            repaired=repository.count(tx, run.id, repaired=True),
            totals=[asdict(total) for total in sums],
            problem="",
        )


def _look_again(services: Services, run: Reconciliation) -> None:
    """Money has moved since the walk began, and parts may be older than `since`: ask again."""
    _remember_newest(services, run)
    with services.store.read() as tx:
        sources = [source.id for source in repository.differing_sources(tx, run.id)]
        sources += [
            stripe_objects.owner_of(tx, found.subject) for found in _unknown_at_stripe(tx, run)
        ]
    for source in sources[:_CONFIRMED_AT_MOST]:
        page = services.gateway.page("balance_transactions", source=source)
        with services.store.transaction() as tx:
            repository.remember(tx, run.id, page.objects)


def _remember_newest(services: Services, run: Reconciliation) -> None:
    since, cursor = int(clock.parse(run.started_at).timestamp()), None
    while True:
        page = services.gateway.page("balance_transactions", since, cursor)
        with services.store.transaction() as tx:
            repository.remember(tx, run.id, page.objects)
        cursor = page.cursor
        if cursor is None:
            return


def _balances(services: Services, run: Reconciliation) -> dict[str, int] | None:
    """What Stripe says the platform has; only the whole history adds up to it."""
    if run.since is not None:
        return None
    balances = services.gateway.balance()
    _remember_newest(services, run)
    return balances


def _differences(tx: Tx, run: Reconciliation, sums: list[Total]) -> list[Finding]:
    compared = [_of_source(tx, source) for source in repository.differing_sources(tx, run.id)]
    found = [each for each in compared if each is not None]
    found += _unknown_at_stripe(tx, run)
    found += repository.differing_orders(tx)
    found += repository.differing_refunds(tx)
    return found + [
        Finding("balance", total.currency, None, None, total.stripes, total.balance, total.currency)
        for total in sums
        if total.balance not in {None, total.stripes}
    ]


def _unknown_at_stripe(tx: Tx, run: Reconciliation) -> list[Finding]:
    since = run.since or _THE_BEGINNING
    return repository.unknown_at_stripe(tx, run.id, since, before=run.started_at)


def _of_source(tx: Tx, source: Source) -> Finding | None:
    """What is wrong with what one object moved; None if it is nothing of our orders'."""
    if source.ours is not None:
        return Finding("booked_amount", source.id, source.order_id, None, source.ours,
                       source.stripes, source.currency)  # fmt: skip
    order = orders.of_object(tx, source.id)
    if order is None or source.elsewhere:
        return None
    return Finding("not_booked", source.id, order.id, None, None, source.stripes, source.currency)
