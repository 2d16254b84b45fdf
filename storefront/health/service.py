"""Whether this installation can do its work, and in words what is wrong if it cannot."""

import logging

from storefront import clock
from storefront.config import Config
from storefront.health import repository
from storefront.store import Store
from storefront.store.migrate import pending
from storefront.stripe_calls import service as stripe_calls

WORKER_SILENCE = 30
"""Seconds without a heartbeat after which the worker counts as stopped."""

log = logging.getLogger(__name__)


class _Undo(Exception):
    """Rolls the write probe back."""


def problems(store: Store) -> list[str]:
    """What keeps this installation from working; empty if it is ready."""
    try:
        if missing := pending(store):
            return [f"migrations are missing ({', '.join(missing)}): python -m storefront migrate"]
        _probe(store)
        return _worker(store)
    except Exception:  # whatever a broken database raises
        log.exception("health.database_failed")
        return ["the database does not accept writes: see the log"]


def warnings(store: Store, config: Config) -> list[str]:
    """What a person should see to although shoppers can go on browsing."""
    found = [
        f"{setting} is none, so no event of Stripe's is accepted: see /admin/setup"
        for setting, secrets in (
            ("STRIPE_WEBHOOK_SECRET", config.stripe_webhook_secrets),
            ("STRIPE_CONNECT_WEBHOOK_SECRET", config.stripe_connect_webhook_secrets),
        )
        if not secrets
    ]
    with store.read() as tx:
        if stripe_calls.key_refused(tx):
            found.append(
                "Stripe refuses our key, so calls wait: correct STRIPE_SECRET_KEY and restart"
            )
    return found


def _probe(store: Store) -> None:
    try:
        with store.transaction() as tx:
            repository.write_probe(tx)
            raise _Undo
    except _Undo:
        return


def _worker(store: Store) -> list[str]:
    with store.read() as tx:
        beat = repository.last_beat(tx)
    if beat is None:
        return ["the worker has never run: python -m storefront worker"]
    silence = (clock.now() - clock.parse(beat)).total_seconds()
    if silence > WORKER_SILENCE:
        return [f"the worker has been silent for {silence:.0f} s: python -m storefront worker"]
    return []
