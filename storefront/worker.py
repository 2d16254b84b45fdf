"""The worker: one loop that runs every recurring job when it is due."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.current import Services

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds. `run` returns how much it did."""

    name: str
    every: float
    run: Callable[[Services], int]


def run_once(services: Services) -> int:
    """Run every job once; how much was done. A job that fails does not stop the others."""
    return sum(_run(services, job) for job in services.jobs)


def run_forever(services: Services, stop: threading.Event) -> None:
    """Run the jobs, each at its own interval, until told to stop."""
    due = {job.name: 0.0 for job in services.jobs}
    while not stop.is_set():
        _beat(services)
        for job in services.jobs:
            if time.monotonic() >= due[job.name] and not stop.is_set():
                _run(services, job)
                due[job.name] = time.monotonic() + job.every
        stop.wait(0.2)


def _run(services: Services, job: Job) -> int:
    try:
        return job.run(services)
    except Exception:
        log.exception("job.failed", extra={"job": job.name})
        return 0


def _beat(services: Services) -> None:
    with services.store.transaction() as tx:
        tx.run(
            "INSERT INTO heartbeats (name, beaten_at) VALUES ('worker', :at)"
            " ON CONFLICT (name) DO UPDATE SET beaten_at = excluded.beaten_at",
            at=timestamp(),
        )
