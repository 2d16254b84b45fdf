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
        data["previous_attributes"] = _among(previous, data["object"])
    event: JSON = {
        "id": ids.new("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": sandbox.clock.now(),
        "data": data,
        "livemode": False,
        "request": sandbox.request_of_event(),
        "type": kind,
        "_at": sandbox.clock.sandbox_now(),
    }
    if owner != sandbox.platform_id:
        event["account"] = owner
    sandbox.store.add(event, owner)
    sandbox.deliveries.queue(event)
    return event


def changed(sandbox: "Sandbox", kind: str, subject: JSON, **previous: Any) -> JSON | None:
    """Save ``subject`` and emit an ``*.updated`` event, unless nothing has changed.

    The event tells what differs from the saved state, and from ``previous``: values of members
    that were saved in between.
    """
    saved = render(sandbox, sandbox.store.get(subject["id"]))
    sandbox.store.save(subject)
    previous = {**_differences(saved, render(sandbox, subject)), **previous}
    if not _among(previous, render(sandbox, subject)):
        return None
    return emit(sandbox, kind, subject, previous=previous)


def _among(previous: JSON, now: JSON) -> JSON:
    """Those of the previous values that are different now."""
    return _differences(previous, {name: now.get(name) for name in previous})


def _differences(before: JSON, now: JSON) -> JSON:
    """Values before, where they differ: of objects only the members that do, lists as a whole."""
    found = {}
    for name in before.keys() | now.keys():
        old, new = before.get(name), now.get(name)
        if old != new:
            hashes = isinstance(old, dict) and isinstance(new, dict)
            found[name] = _differences(old or {}, new or {}) if hashes else old
    return found


@computed("event", "pending_webhooks")
def _pending_webhooks(sandbox: "Sandbox", event: JSON) -> int:
    return sandbox.deliveries.pending(event["id"])
