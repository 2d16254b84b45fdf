"""``/_sandbox`` calls about webhook deliveries, snapshots and waiting."""

from pathlib import Path
from typing import Any

from flask import Response, jsonify, request

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.rendering import render
from stripe_sandbox.control.routes import action, routes
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.signing import LONGEST_OVERLAP, roll, still_valid


@action("GET", "/deliveries")
def deliveries(sandbox: Sandbox, given: JSON) -> JSON:
    """The delivery log; ``?event=`` narrows it."""
    return {
        "mode": sandbox.deliveries.mode,
        "signing": sandbox.deliveries.signing,
        "deliveries": sandbox.deliveries.log(request.args.get("event")),
    }


@action("POST", "/deliveries/mode")
def set_mode(sandbox: Sandbox, given: JSON) -> JSON:
    """How new deliveries are treated (normal, hold, duplicate, reverse or drop) and signed
    (valid, old or wrong).
    """
    if not {"mode", "signing"} & given.keys():
        raise ValueError("give mode, signing or both")
    sandbox.deliveries.set_mode(given.get("mode"), given.get("signing"))
    return {"mode": sandbox.deliveries.mode, "signing": sandbox.deliveries.signing}


@action("POST", "/deliveries/<identifier>/<deed>")
def change(sandbox: Sandbox, given: JSON, identifier: str, deed: str) -> JSON:
    """Send one delivery now (again), hold it back or drop it; ``signing`` changes its signature."""
    return sandbox.deliveries.change(identifier, deed, given.get("signing"))


@action("GET", "/webhook_endpoints")
def endpoints(sandbox: Sandbox, given: JSON) -> JSON:
    """All endpoints with their secrets, as the Dashboard reveals them."""
    found = sandbox.store.select("webhook_endpoint")
    return {"webhook_endpoints": [_revealed(sandbox, endpoint) for endpoint in found]}


def _revealed(sandbox: Sandbox, endpoint: JSON) -> JSON:
    old = [{**each, "until": int(each["until"])} for each in still_valid(sandbox, endpoint)]
    revealed = {"secret": endpoint["_secret"], "old_secrets": old, "connect": endpoint["_connect"]}
    return {**render(sandbox, endpoint), **revealed}


@action("POST", "/webhook_endpoints/<identifier>/roll")
def roll_secret(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """A new secret; the old one stays valid for ``expires_in`` seconds (default: a day)."""
    endpoint = sandbox.store.find(identifier)
    if endpoint is None or endpoint["object"] != "webhook_endpoint":
        raise LookupError(f"there is no webhook endpoint {identifier}")
    expires_in = int(given.get("expires_in", LONGEST_OVERLAP))
    return _revealed(sandbox, roll(sandbox, endpoint, expires_in))


@action("POST", "/deliveries/flush")
def flush(sandbox: Sandbox, given: JSON) -> JSON:
    """Send what was held, in order; backwards when ``order`` is ``reverse`` or the mode is."""
    backwards = given.get("order", sandbox.deliveries.mode) == "reverse"
    return {"released": sandbox.deliveries.release(backwards=backwards)}


@action("POST", "/events/<identifier>/resend")
def resend(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Deliver an event once more, to ``endpoint`` or to every endpoint that had it; ``signing``
    as in the mode.
    """
    event = sandbox.store.find(identifier)
    if event is None or event["object"] != "event":
        raise LookupError(f"there is no event {identifier}")
    signing = given.get("signing", "valid")
    return {"deliveries": sandbox.deliveries.resend(identifier, given.get("endpoint"), signing)}


@action("GET", "/events")
def events(sandbox: Sandbox, given: JSON) -> JSON:
    """All events of all accounts, oldest first."""
    return {"events": [render(sandbox, event) for event in reversed(sandbox.store.select("event"))]}


@routes.post("/_sandbox/settle")
@routes.post("/_sandbox/deliveries/wait")
def wait() -> Response:
    """Wait (at most ``seconds``, default 10) until nothing is due or being sent."""
    given: Any = request.get_json(silent=True) or {}
    idle = current_sandbox().sender.wait_until_idle(float(given.get("seconds", 10)))
    return jsonify({"idle": idle})


def snapshot_path(sandbox: Sandbox, name: str) -> str:
    """Where a snapshot of that name is kept, as a URI; ``ValueError`` for no name."""
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
        path = snapshot_path(sandbox, name)
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
