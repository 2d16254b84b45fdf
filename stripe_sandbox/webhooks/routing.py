"""Which endpoint gets an event, and in which shape (docs.stripe.com/connect/webhooks)."""

import json
from typing import TYPE_CHECKING

from stripe_sandbox.api.rendering import render
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox


def wants(sandbox: "Sandbox", endpoint: JSON, event: JSON) -> bool:
    """Whether an endpoint is to get an event: whose it is, and which types it has asked for."""
    if endpoint["status"] != "enabled" or not _hears(sandbox, endpoint, event["_account"]):
        return False
    return "*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"]


def _hears(sandbox: "Sandbox", endpoint: JSON, account: str) -> bool:
    """An account's own endpoint hears of that account, a Connect endpoint of all others."""
    if endpoint["_connect"]:
        return bool(endpoint["_account"] == sandbox.platform_id != account)
    return bool(endpoint["_account"] == account)


def body_of(sandbox: "Sandbox", event: JSON, endpoint: JSON) -> bytes:
    """The bytes that are signed and sent."""
    shown = render(sandbox, event)
    shown["api_version"] = endpoint["api_version"] or event["api_version"]
    if not endpoint["_connect"]:
        shown.pop("account", None)
    return json.dumps(shown).encode()
