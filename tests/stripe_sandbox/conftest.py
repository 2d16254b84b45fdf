"""A running sandbox, a client of it, and somebody who listens to its webhooks."""

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import RunningSandbox, running
from tests.stripe_sandbox.club import Club
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import KEY, REDIRECT, Shop

stripe.enable_telemetry = False


class CheckedClient(stripe.RequestsClient):
    """Sends requests and looks at the sandbox's books after each one."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        super().__init__(timeout=20)
        self._sandbox = sandbox

    def request(self, *arguments: Any, **options: Any) -> Any:
        """Send, then check the invariants."""
        answer = super().request(*arguments, **options)
        with self._sandbox.sandbox.lock:
            problems = self._sandbox.sandbox.ledger.problems()
        assert problems == []
        return answer


@pytest.fixture(scope="session")
def served() -> Iterator[RunningSandbox]:
    """One sandbox for all tests; each starts with an empty one."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: RunningSandbox) -> Iterator[RunningSandbox]:
    """An empty sandbox."""
    served.reset()
    yield served
    assert served.read("invariants")["problems"] == []


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[stripe.StripeClient]:
    """The SDK, pointed at the sandbox."""
    http = CheckedClient(sandbox)
    addresses: Any = {"api": sandbox.url, "connect": sandbox.url, "files": sandbox.url}
    registration = sandbox.control("platform", name="Market", redirect_uris=[REDIRECT])
    yield stripe.StripeClient(
        KEY, base_addresses=addresses, client_id=registration["client_id"], http_client=http
    )
    http.close()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped


@pytest.fixture
def shop(sandbox: RunningSandbox, client: stripe.StripeClient) -> Shop:
    """A connected seller."""
    return Shop(sandbox, client)


@pytest.fixture
def club(shop: Shop) -> Club:
    """The club of a connected seller."""
    return Club(shop)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """An HTTP server that writes down what it gets."""
    with Listener() as listening:
        yield listening
