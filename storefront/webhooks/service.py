"""Webhooks: stored first, folded afterwards, so that nothing genuine is ever lost.

The answer to Stripe is 2xx as soon as the event is durable, whatever folding it does. An event
that cannot be folded waits with its error; the worker tries again and the operator can replay
it. https://docs.stripe.com/webhooks (no order, duplicates, retries for three days)
"""

import logging
from typing import Any

from storefront import clock
from storefront.current import Services
from storefront.orders.service import Order
from storefront.store import Tx
from storefront.stripe_objects.events import Fold
from storefront.stripe_objects.service import StripeObject
from storefront.webhooks import repository
from storefront.webhooks.repository import (
    DEAD,
    DONE,
    FAILED,
    IGNORED,
    PARKED,
    RECEIVED,
    STATES,
    StoredEvent,
)

__all__ = [
    "STATES",
    "StoredEvent",
    "by_id",
    "counts",
    "fold_due",
    "forget",
    "forget_old",
    "listing",
    "receive",
    "replay",
]

log = logging.getLogger(__name__)

PATHS = {"platform": "/webhooks/stripe", "connect": "/webhooks/stripe/connect"}
"""The two endpoints: for the platform's own events, and for those of connected accounts."""

_GIVE_UP_AFTER = 12
_LAST_PARKED_TRY = 16
_KEEP_DAYS = 30

by_id = repository.by_id
listing = repository.listing
of_objects = repository.of_objects
counts = repository.counts
last_received = repository.last_received


def receive(services: Services, scope: str, event: dict[str, Any], body: str) -> None:
    """Store a verified event durably, then try to fold it. Raises Busy if it is not stored."""
    with services.store.transaction() as tx:
        row_id = repository.insert(tx, scope, event, body)
    if row_id is not None:
        _fold(services, row_id, (RECEIVED,))


def fold_due(services: Services, limit: int = 50) -> int:
    """Fold what is waiting; how many events reached an end."""
    with services.store.read() as tx:
        due = repository.due(tx, limit)
    states = [_fold(services, row_id, (RECEIVED, FAILED, PARKED)) for row_id in due]
    return sum(state in {DONE, IGNORED} for state in states)


def replay(services: Services, row_id: str) -> str | None:
    """Fold an event once more, whatever became of it before; its state afterwards."""
    return _fold(services, row_id, STATES)


def adopt(tx: Tx, order: Order, objects: list[StripeObject]) -> None:
    """The order of these objects is known by now: events that waited for it are done."""
    ids = [known.id for known in objects]
    if order.stripe_checkout_session_id:
        ids.append(order.stripe_checkout_session_id)
    if ids:
        repository.adopt(tx, ids)


def forget(tx: Tx, types: tuple[str, ...], account: str) -> int:
    """Erase what Connect events of some types said of an account; how many."""
    return repository.forget(tx, types, "", clock.timestamp(), account)


def forget_old(services: Services, types: tuple[str, ...]) -> int:
    """Erase what Connect events of some types said a month ago; how many.

    It looks two months further back, so that a worker may have been off for a while.
    """
    after, before = clock.ago(days=3 * _KEEP_DAYS), clock.ago(days=_KEEP_DAYS)
    with services.store.transaction() as tx:
        return repository.forget(tx, types, after, before)


def _fold(services: Services, row_id: str, states: tuple[str, ...]) -> str | None:
    try:
        with services.store.transaction() as tx:
            if not repository.begin(tx, row_id, states):
                return None
            stored = repository.by_id(tx, row_id)
            assert stored is not None  # noqa: S101 - `begin` has just locked it
            state = _handled(services, tx, stored)
            again = _parked_until(stored) if state == PARKED else None
            repository.finish(tx, row_id, state, next_try_at=again)
            return state
    except Exception as error:
        log.exception("webhook.failed", extra={"event": row_id})
        return _postpone(services, row_id, states, error)


def _handled(services: Services, tx: Tx, stored: StoredEvent) -> Fold:
    if stored.livemode != services.config.livemode:
        return "ignored"
    return services.handlers.fold(tx, stored.scope, stored.event())


def _postpone(
    services: Services, row_id: str, states: tuple[str, ...], error: Exception
) -> str | None:
    with services.store.transaction() as tx:
        if not repository.begin(tx, row_id, states):
            return None
        stored = repository.by_id(tx, row_id)
        attempts = stored.attempts if stored else 0
        state = DEAD if attempts >= _GIVE_UP_AFTER else FAILED
        again = None if state == DEAD else clock.in_future(seconds=min(2**attempts, 3600))
        message = f"{type(error).__name__}: {error}"
        repository.finish(tx, row_id, state, error=message, next_try_at=again)
        return state


def _parked_until(stored: StoredEvent) -> str | None:
    """Parked events are looked at again for about two days, then only when adopted."""
    if stored.attempts > _LAST_PARKED_TRY:
        return None
    return clock.in_future(seconds=min(5 * 2**stored.attempts, 6 * 3600))
