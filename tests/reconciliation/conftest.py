"""What the tests about reconciliation share."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.reconciliation import service as reconciling
from storefront.reconciliation.service import Finding, Reconciliation
from tests.cast import Cast, Shop

Reconcile = Callable[..., Reconciliation]


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop."""
    return cast.shop()


@pytest.fixture
def reconcile(services: Services) -> Reconcile:
    """A whole reconciliation: `reconcile()`, `reconcile(since=…)`."""

    def run(since: str | None = None) -> Reconciliation:
        begun = reconciling.start(services, reconciling.COMMAND, since=since)
        return reconciling.run_to_end(services, begun, lambda _: None)

    return run


@pytest.fixture
def differing(services: Services) -> Callable[[Reconciliation], list[Finding]]:
    """What a reconciliation found to differ."""

    def read(run: Reconciliation) -> list[Finding]:
        with services.store.read() as tx:
            return reconciling.findings(tx, run.id, repaired=False, limit=100)

    return read
