"""``/_sandbox`` calls about webhook deliveries, snapshots and waiting."""

from pathlib import Path
from typing import Any

from flask import Response, jsonify, request

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.rendering import render
from stripe_sandbox.control.routes import action, routes
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON


@action("GET", "/deliveries")
def deliveries(sandbox: Sandbox, given: JSON) -> JSON:
    """The delivery log; ``?event=`` narrows it."""
    return {
        "mode": sandbox.deliveries.mode,
        "deliveries": sandbox.deliveries.log(request.args.get("event")),
    }


@action("POST", "/deliveries/mode")
def set_mode(sandbox: Sandbox, given: JSON) -> JSON:
    """How new deliveries are treated: normal, hold, duplicate, reverse or drop."""
    sandbox.deliveries.set_mode(given.get("mode", ""))
    return {"mode": sandbox.deliveries.mode}


@action("POST", "/deliveries/flush")
def flush(sandbox: Sandbox, given: JSON) -> JSON:
    """Send what was held, in order; backwards when ``order`` is ``reverse`` or the mode is."""
    backwards = given.get("order", sandbox.deliveries.mode) == "reverse"
    return {"released": sandbox.deliveries.release(backwards=backwards)}


@action("POST", "/events/<identifier>/resend")
def resend(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Deliver an event once more, to ``endpoint`` or to every endpoint that had it."""
    event = sandbox.store.find(identifier)
    if event is None or event["object"] != "event":
        raise LookupError(f"there is no event {identifier}")
    had = dict.fromkeys(row["endpoint"] for row in sandbox.deliveries.log(identifier))
    endpoints = [given["endpoint"]] if "endpoint" in given else list(had)
    return {"deliveries": [sandbox.deliveries.add(identifier, endpoint) for endpoint in endpoints]}


@action("GET", "/events")
def events(sandbox: Sandbox, given: JSON) -> JSON:
    """All events of all accounts, oldest first."""
    return {"events": [render(sandbox, event) for event in reversed(sandbox.store.select("event"))]}


@routes.post("/_sandbox/settle")
@routes.post("/_sandbox/deliveries/wait")
def wait() -> Response:
    """Wait (at most ``seconds``, default 10) until nothing is due or being sent."""
    given: Any = request.get_json(silent=True) or {}
    idle = current_sandbox().deliveries.wait_until_idle(float(given.get("seconds", 10)))
    return jsonify({"idle": idle})


def _snapshot_path(sandbox: Sandbox, name: str) -> str:
    if not name.isidentifier():
        raise ValueError("a snapshot's name consists of letters, digits and underscores")
    if sandbox.store.path == ":memory:":
        return f"file:snapshot_{id(sandbox)}_{name}?mode=memory&cache=shared"
    return Path(f"{sandbox.store.path}.{name}.snapshot").absolute().as_uri()


@routes.post("/_sandbox/snapshot")
@routes.post("/_sandbox/restore")
def snapshot() -> Response:
    """Keep the whole state under ``name``, or go back to it."""
    sandbox, given = current_sandbox(), request.get_json(silent=True) or {}
    name = str(given.get("name", "default"))
    try:
        path = _snapshot_path(sandbox, name)
        done = (
            sandbox.restore(path, name)
            if request.path.endswith("restore")
            else sandbox.snapshot(path, name)
        )
    except (ValueError, LookupError) as error:
        response = jsonify({"error": str(error)})
        response.status_code = 400
        return response
    return jsonify({"name": name, "objects": done})
