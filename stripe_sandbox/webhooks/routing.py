"""Which endpoint gets an event, and in which shape (docs.stripe.com/connect/webhooks)."""

import json
from typing import TYPE_CHECKING

from stripe_sandbox.api.rendering import render
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox


DEAUTHORIZED = "account.application.deauthorized"


def wants(sandbox: "Sandbox", endpoint: JSON, event: JSON) -> bool:
    """Whether an endpoint is to get an event: whose it is, and which types it has asked for."""
    if endpoint["status"] != "enabled" or not _hears(sandbox, endpoint, event):
        return False
    return "*" in endpoint["enabled_events"] or event["type"] in endpoint["enabled_events"]


def _hears(sandbox: "Sandbox", endpoint: JSON, event: JSON) -> bool:
    """An account's own endpoint hears of that account; the platform's Connect endpoint of all
    accounts as long as they are connected, and that they are no longer.
    """
    account = sandbox.store.get(event["_account"])
    if not endpoint["_connect"]:
        return bool(endpoint["_account"] == account["id"])
    if not endpoint["_account"] == sandbox.platform_id != account["id"]:
        return False
    return bool(account["_connected"] or event["type"] == DEAUTHORIZED)


def body_of(sandbox: "Sandbox", event: JSON, endpoint: JSON) -> bytes:
    """The bytes that are signed and sent."""
    shown = render(sandbox, event)
    shown["api_version"] = endpoint["api_version"] or event["api_version"]
    if not endpoint["_connect"]:
        shown.pop("account", None)
    return json.dumps(shown).encode()
