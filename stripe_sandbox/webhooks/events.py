"""Events, and the deliveries that they cause."""

from typing import TYPE_CHECKING, Any

from stripe_sandbox import ids
from stripe_sandbox.api import API_VERSION
from stripe_sandbox.api.rendering import computed, render
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox


def emit(
    sandbox: "Sandbox",
    kind: str,
    subject: JSON,
    previous: JSON | None = None,
    account: str | None = None,
) -> JSON:
    """Record that ``kind`` happened to ``subject`` and queue it for the endpoints that want it.

    ``account`` is the connected account that the event is about; without it the owner of the
    subject decides. Only events of connected accounts carry ``account``.
    """
    owner = account or subject.get("_account") or sandbox.platform_id
    data: JSON = {"object": render(sandbox, subject)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: JSON = {
        "id": ids.new("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": sandbox.clock.now(),
        "data": data,
        "livemode": False,
        "request": sandbox.request_of_event(),
        "type": kind,
    }
    if owner != sandbox.platform_id:
        event["account"] = owner
    sandbox.store.add(event, owner)
    sandbox.deliveries.queue(event)
    return event


def changed(sandbox: "Sandbox", kind: str, subject: JSON, **previous: Any) -> JSON:
    """Save ``subject`` and emit an ``*.updated`` event with the previous values."""
    sandbox.store.save(subject)
    return emit(sandbox, kind, subject, previous=previous)


@computed("event", "pending_webhooks")
def _pending_webhooks(sandbox: "Sandbox", event: JSON) -> int:
    return sandbox.deliveries.pending(event["id"])
