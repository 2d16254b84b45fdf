"""Stripe's sandbox as tests use it: over HTTP, like everything else that talks to Stripe."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from stripe_sandbox.testing import RunningSandbox

KEY = "sk_test_storefront"
CLIENT_ID = "ca_storefront"


class Stripe:
    """A running sandbox."""

    def __init__(self, sandbox: "RunningSandbox") -> None:
        self.url = sandbox.url
        self.control = sandbox.control

    def reset(self) -> None:
        """Forget every object, setting and delivery."""
        self.control("reset")

    def settle(self) -> None:
        """Wait until every event that is due has been delivered."""
        self.control("deliveries/wait")

    def fault(self, kind: str, path: str = "/v1/", **how: Any) -> None:
        """Let the next calls to `path` fail: see `Fault` in the sandbox."""
        body = json.dumps({"kind": kind, "path": path, **how}).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self.url}/_sandbox/faults", body, headers)):
            pass

    def get(self, path: str, *, account: str | None = None) -> Any:
        """Read from the API: `get("/v1/balance")`."""
        return self._call("GET", path, None, account)

    def post(self, path: str, values: Mapping[str, Any], *, account: str | None = None) -> Any:
        """Write through the API."""
        return self._call("POST", path, values, account)

    def register(self, public_url: str) -> tuple[str, str]:
        """Make the platform known and create both webhook endpoints; their secrets."""
        callback = f"{public_url}/oauth/callback"
        self.control("platform", client_id=CLIENT_ID, redirect_uris=[callback])
        platform = {"url": f"{public_url}/webhooks/stripe", "enabled_events[]": "*"}
        connect = {
            "url": f"{public_url}/webhooks/stripe/connect",
            "enabled_events[]": "*",
            "connect": "true",
        }
        first = self.post("/v1/webhook_endpoints", platform)
        second = self.post("/v1/webhook_endpoints", connect)
        return first["secret"], second["secret"]

    def _call(
        self, method: str, path: str, values: Mapping[str, Any] | None, account: str | None = None
    ) -> Any:
        body = urlencode(values).encode() if values is not None else None
        request = Request(self.url + path, body, method=method)
        request.add_header("Authorization", f"Bearer {KEY}")
        if account:
            request.add_header("Stripe-Account", account)
        try:
            with urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error


@contextmanager
def running() -> Iterator[Stripe]:
    """Start the sandbox on a free port, stop it at the end."""
    from stripe_sandbox.testing import running as running_sandbox  # needs a second to import

    with running_sandbox() as sandbox:
        yield Stripe(sandbox)
