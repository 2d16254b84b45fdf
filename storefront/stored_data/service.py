"""Fetching what connected accounts have at Stripe, page by page, and forgetting it again.

Each kind of each account is walked from its newest object to its oldest. A page and the place
behind it are stored in one transaction, so a walk that was stopped anywhere goes on there, and
several processes share the work. What was made since comes with the next walk.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Refused
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stored_data import copying, repository, words
from storefront.stored_data.repository import FINISHED, STOPPED, Copy, Fetch
from storefront.stripe_gateway.copies import KINDS, Reading
from storefront.stripe_gateway.failures import (
    KeyRefused,
    OutcomeUnknown,
    Rejected,
    StripeFailure,
    TryLater,
)

__all__ = [
    "KINDS",
    "Copy",
    "Fetch",
    "begin_due",
    "delete",
    "fetches",
    "forget",
    "forget_left",
    "look_again",
    "run_due",
    "run_to_end",
    "start",
]

REFRESH_HOURS = 6
"""How long after a walk the worker looks for what no event has told."""

AFTER_SALE_SECONDS = 60
"""How long after a shop's first sale the worker begins by itself; the sale itself comes first."""

PAUSE_MINUTES = 10
"""How long after the last walk began the next one looks for what a sale has left."""

KEEP_DAYS = 30
"""How long copies stay after a seller has disconnected."""

OVERLAP = int(timedelta(days=3).total_seconds())
"""How far the next walk goes back behind the last one: what changed lately may have been missed."""

_TRANSACTIONS, _PAYOUTS = "balance_transactions", "payouts"
_LEASE_SECONDS = 60
_LONGEST_WAIT = 300
_WORTH_WAITING = 70
_STEPS_AT_ONCE = 5
_POLL_SECONDS = 0.2

fetches = repository.fetches
connected = repository.connected
forget = repository.delete_all


def start(
    tx: Tx,
    account_id: str,
    kinds: list[str],
    *,
    since: int | None = None,
    actor_id: str | None = None,
) -> None:
    """Fetch kinds of an account's objects: made since a Unix time, or what is not here yet.

    A walk that is under way goes on, further back if that was asked for.
    """
    for kind in kinds:
        known = repository.fetch(tx, account_id, kind)
        if known is None or not known.walking:
            repository.begin(tx, account_id, kind, _missing(known) if since is None else since)
        elif since is not None and known.since is not None and since < known.since:
            repository.widen(tx, known, since)
    if actor_id:
        audit.record(tx, actor_id, "stored_data.fetched", account_id, ", ".join(kinds))


def look_again(tx: Tx, account_id: str) -> None:
    """Fetch the newest balance transactions, if that is not under way and was not stopped."""
    known = repository.fetch(tx, account_id, _TRANSACTIONS)
    if known is not None and known.state == FINISHED:
        repository.begin(tx, account_id, _TRANSACTIONS, _since(known))


def _since(known: Fetch) -> int | None:
    return known.since if known.complete_until is None else _missing(known)


def _missing(known: Fetch | None) -> int | None:
    """From when on something may be missing; None if that is from the beginning."""
    if known is None or known.complete_until is None:
        return None
    return known.complete_until - OVERLAP


def account_of(tx: Tx, slug: str) -> str:
    """The account that is connected to a shop. Raises Invalid, and Refused if there is none."""
    seller = sellers.shop_named(tx, slug)
    account = sellers.account_of(tx, seller.id)
    if account is None:
        raise Refused(f"{seller.name} is not connected to Stripe, so nothing can be read of it.")
    return account.stripe_account_id


def run_due(services: Services) -> int:
    """The worker's part: go on with walks, begin those that are due again, settle doubts."""
    with services.store.transaction() as tx:
        moment = clock.ago(hours=REFRESH_HOURS)
        for old in repository.finished_before(tx, moment, _STEPS_AT_ONCE):
            repository.begin(tx, old.stripe_account_id, old.kind, _since(old))
    steps = min(_STEPS_AT_ONCE, services.config.fetch_per_second)
    done = sum(advance(services, None) for _ in range(steps))
    return done or _reread(services, steps)


def begin_due(services: Services) -> int:
    """The worker's part: fetch what pages about earnings are made of, unasked.

    Payouts and balance transactions of connected accounts that were paid for an order here are
    fetched for the first time, and transactions again when the shop's books have grown since: the
    payment of a sale on its seller's account has no event. What was stopped stays so; what was
    deleted is of an account that had left, and begins anew when it is connected again.
    """
    with services.store.transaction() as tx:
        paid = clock.ago(seconds=AFTER_SALE_SECONDS)
        begun = sum(repository.begin_first(tx, kind, paid) for kind in (_PAYOUTS, _TRANSACTIONS))
        pause = clock.ago(minutes=PAUSE_MINUTES)
        behind = repository.overtaken(tx, _TRANSACTIONS, pause, _STEPS_AT_ONCE)
        for old in behind:
            repository.begin(tx, old.stripe_account_id, old.kind, _since(old))
    return begun + len(behind)


def run_to_end(
    services: Services, account_ids: list[str], report: Callable[[Fetch], None]
) -> list[Fetch]:
    """Take every step that is left of some accounts' walks, not faster than is allowed.

    Waits for other processes and when Stripe asks to; gives up on what has to wait for longer.
    """
    while True:
        if advance(services, account_ids, report):
            time.sleep(1 / services.config.fetch_per_second)
            continue
        with services.store.read() as tx:
            found = [each for id_ in account_ids for each in repository.fetches(tx, id_).values()]
        if not _worth_waiting(found):
            return found
        time.sleep(_POLL_SECONDS)


def _worth_waiting(found: list[Fetch]) -> bool:
    soon = clock.in_future(seconds=_WORTH_WAITING)
    walking = [each for each in found if each.walking]
    late = {each.stripe_account_id for each in walking if each.next_try_at >= soon}
    return any(
        each.next_try_at < soon
        and not (each.kind == _TRANSACTIONS and each.stripe_account_id in late)
        for each in walking
    )


def advance(
    services: Services,
    account_ids: list[str] | None,
    report: Callable[[Fetch], None] = lambda _: None,
) -> bool:
    """Take one step of one walk; False if none is due."""
    found = _claimed(services, account_ids)
    if found is None:
        return False
    try:
        _step(services, found)
    except StripeFailure as failure:
        with services.store.transaction() as tx:
            _failed(tx, found, failure)
    finally:
        with services.store.transaction() as tx:
            repository.release(tx, found)
            after = repository.fetch(tx, found.stripe_account_id, found.kind)
    if after is not None:
        report(after)
    return True


def _claimed(services: Services, account_ids: list[str] | None) -> Fetch | None:
    with services.store.transaction() as tx:
        lease = clock.in_future(seconds=_LEASE_SECONDS)
        due = repository.due(tx, account_ids, _STEPS_AT_ONCE)
        return next((each for each in due if repository.claim(tx, each, lease)), None)


def _step(services: Services, found: Fetch) -> None:
    """Store the next page together with the place behind it."""
    if found.kind == _TRANSACTIONS and _explain_payout(services, found):
        return
    page = services.gateway.page_of(
        found.stripe_account_id, found.kind, found.since, found.stripe_cursor
    )
    with services.store.transaction() as tx:
        if _moved(tx, found, len(page.objects), page.cursor):  # else somebody else has, or deleted
            copying.keep(tx, found.stripe_account_id, page.objects, page.seen)


def _explain_payout(services: Services, found: Fetch) -> bool:
    """Store what one payout consists of; a payout never changes what it consists of.

    False if there is none left of which Stripe tells it by now
    (https://docs.stripe.com/payouts/reconciliation).
    """
    with services.store.read() as tx:
        unexplained = repository.unexplained_payouts(tx, found.stripe_account_id)
    payout = next((each for each in unexplained if not _in_progress(each)), None)
    if payout is None:
        return False
    pages = _pages_of(services, payout) if payout.body.get("automatic") else []
    with services.store.transaction() as tx:
        seen = found.seen + sum(len(page.objects) for page in pages)
        if repository.update(tx, found, seen=seen, problem="", attempts=0):
            for page in pages:
                copying.keep(tx, found.stripe_account_id, page.objects, page.seen, payout.id)
            repository.explained(tx, payout)
    return True


def _in_progress(payout: Copy) -> bool:
    return payout.body.get("reconciliation_status") == "in_progress"


def _pages_of(services: Services, payout: Copy) -> list[Reading]:
    """Stripe tells this of automatic payouts only, the others are not made of certain sales."""
    pages: list[Reading] = []
    while not pages or pages[-1].cursor:
        cursor = pages[-1].cursor if pages else None
        account_id = payout.stripe_account_id
        pages.append(
            services.gateway.page_of(account_id, _TRANSACTIONS, None, cursor, payout=payout.id)
        )
    return pages


def _moved(tx: Tx, found: Fetch, count: int, cursor: str | None) -> bool:
    news = {"seen": found.seen + count, "stripe_cursor": cursor, "problem": "", "attempts": 0}
    if cursor is None:
        news |= {"state": FINISHED, "finished_at": clock.timestamp()}
        started = int(clock.parse(found.started_at).timestamp())
        known = found.complete_until
        if found.since is None or (known is not None and found.since <= known):
            news["complete_until"] = started
    return repository.update(tx, found, **news)


def _failed(tx: Tx, found: Fetch, failure: StripeFailure) -> None:
    """What can heal is tried again, later each time; the rest stops, and says why."""
    if isinstance(failure, KeyRefused) and failure.code in words.NO_ACCESS:
        repository.stop_all(tx, found.stripe_account_id, words.DISCONNECTED)
    elif isinstance(failure, (TryLater, OutcomeUnknown)):
        seconds = min(2**found.attempts, _LONGEST_WAIT)
        repository.update(tx, found, problem=words.waiting(failure), attempts=found.attempts + 1,
                          next_try_at=clock.in_future(seconds=seconds))  # fmt: skip
    elif isinstance(failure, Rejected) and failure.code == "resource_missing" and (
        found.stripe_cursor
    ):  # fmt: skip
        repository.update(tx, found, stripe_cursor=None)  # it was deleted; begin at the newest
    else:
        repository.update(tx, found, state=STOPPED, problem=words.refused(failure))


def _reread(services: Services, limit: int) -> int:
    """Ask about objects whose copies could not be put in order."""
    with services.store.read() as tx:
        doubtful = repository.to_reread(tx, limit)
    for copy in doubtful:
        try:
            reading = services.gateway.one_of(copy.stripe_account_id, copy.kind, copy.id)
        except (Rejected, KeyRefused):  # it cannot be read any more
            with services.store.transaction() as tx:
                repository.reread_later(tx, copy, None)
        except StripeFailure:
            with services.store.transaction() as tx:
                again = clock.in_future(seconds=_LONGEST_WAIT)
                repository.reread_later(tx, copy, again)
        else:
            with services.store.transaction() as tx:
                if repository.fetches(tx, copy.stripe_account_id):  # else deleted meanwhile
                    copying.keep(tx, copy.stripe_account_id, reading.objects, reading.seen)
                    if copy.kind == _PAYOUTS:
                        look_again(tx, copy.stripe_account_id)
    return len(doubtful)


def delete(tx: Tx, account_id: str, actor_id: str) -> int:
    """Forget the copies of an account that is not connected any more. Raises Refused."""
    account = sellers.account_by_id(tx, account_id)
    if account is not None and account.connected:
        raise Refused("This account is connected. Its copies are deleted after it has left.")
    audit.record(tx, actor_id, "stored_data.deleted", account_id, "")
    return repository.delete_all(tx, account_id)


def forget_left(services: Services) -> int:
    """The worker's part: forget the copies of sellers who have left a while ago."""
    with services.store.transaction() as tx:
        left = repository.left_before(tx, clock.ago(days=KEEP_DAYS))
        return sum(repository.delete_all(tx, account_id) for account_id in left)
