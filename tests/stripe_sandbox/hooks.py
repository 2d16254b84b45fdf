"""Both endpoints of a platform, and what arrives at them."""

from typing import Any

import stripe

from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop


class Hooks:
    """An endpoint for the platform's own events, one for those of connected accounts."""

    def __init__(self, shop: Shop, listener: Listener, *events: str) -> None:
        self.shop, self.listener = shop, listener
        params: Any = {"url": f"{listener.url}/platform", "enabled_events": list(events) or ["*"]}
        create = shop.client.v1.webhook_endpoints.create
        connected: Any = {**params, "url": f"{listener.url}/connect", "connect": True}
        self.platform, self.connect = create(params), create(connected)
        self.secrets = {
            "/platform": str(self.platform.secret),
            "/connect": str(self.connect.secret),
        }

    def wait(self) -> None:
        """Until nothing is due or being sent."""
        assert self.shop.sandbox.control("deliveries/wait")["idle"]

    def arrived(self, path: str | None = None) -> list[stripe.Event]:
        """Verified events in order of arrival, of one endpoint or of both."""
        self.wait()
        return [
            self.shop.client.construct_event(each.body, each.signature, self.secrets[each.path])
            for each in self.listener.received
            if path in (None, each.path)
        ]

    def types(self, path: str = "/platform") -> list[Any]:
        """Types that arrived at one endpoint."""
        return [event.type for event in self.arrived(path)]

    def log(self) -> list[Any]:
        """The sandbox's own account of its deliveries."""
        found: list[Any] = self.shop.sandbox.read("deliveries")["deliveries"]
        return found
