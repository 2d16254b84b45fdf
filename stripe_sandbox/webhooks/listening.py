"""``stripe listen``: a session of the command-line client, and the stream of all events.

Stripe does not document these calls; they are what its command-line client sends.
"""

import json
import socket
from contextlib import suppress

from flask import Blueprint, Response, request

from stripe_sandbox import ids
from stripe_sandbox.api import API_VERSION
from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.api.rendering import render
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.signing import header
from stripe_sandbox.webhooks.websocket import Closed, WebSocket

LOOK_EVERY_SECONDS = 0.05
RECONNECT_SECONDS = 24 * 60 * 60
_KNOWN = (
    "device_name",
    "websocket_features",
    "filters",
    "forward_to_url",
    "forward_connect_to_url",
    "forward_thin_to_url",
    "forward_thin_connect_to_url",
)
routes = Blueprint("listening", __name__)


@operation("POST", "/v1/stripecli/sessions", None, _KNOWN)
def create(call: Call) -> JSON:
    """Begin ``stripe listen`` (the command-line client's; undocumented)."""
    session = {
        "id": ids.new("cliws"),
        "object": "stripecli.session",
        "created": call.sandbox.clock.now(),
        "_secret": _secret(call.sandbox),
    }
    call.sandbox.store.add(session, call.account)
    return {
        "websocket_id": session["id"],
        "websocket_url": f"{call.base_url.replace('http', 'ws', 1)}/stripecli/events",
        "websocket_authorized_feature": "webhooks",
        "reconnect_delay": RECONNECT_SECONDS,
        "secret": session["_secret"],
        "display_connect_filter_warning": False,
        "default_version": API_VERSION,
        "latest_version": API_VERSION,
    }


def _secret(sandbox: Sandbox) -> str:
    """One secret for all sessions, as the client's users expect."""
    known = sandbox.store.setting("listening_secret", None) or ids.new("whsec")
    sandbox.store.set_setting("listening_secret", known)
    return str(known)


@routes.route("/stripecli/events", websocket=True)
def stream() -> Response:
    """Send every event from now on, until the client goes."""
    sandbox = current_sandbox()
    with sandbox.lock:
        session = sandbox.store.find(request.headers.get("Websocket-Id"))
        last = next((event["id"] for event in sandbox.store.select("event", limit=1)), None)
    if session is None or session["object"] != "stripecli.session":
        return Response(json.dumps({"error": {"message": "Unknown WebSocket ID."}}), 401)
    connection: socket.socket = request.environ["werkzeug.socket"]
    with suppress(Closed, OSError):
        _stream(sandbox, session, WebSocket(connection, request.headers["Sec-WebSocket-Key"]), last)
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)  # reaches nobody: the connection is closed


def _stream(sandbox: Sandbox, session: JSON, to: WebSocket, last: str | None) -> None:
    while True:
        with sandbox.lock:
            if sandbox.sender.stopping:
                return
            if sandbox.store.find(last) is None:  # nothing has happened yet, or since a reset
                last = None
            told = sandbox.store.select("event", after=last)[::-1]
            messages = [_message(sandbox, session, event) for event in told]
        for message in messages:
            to.send(message)
        last = told[-1]["id"] if told else last
        to.listen(LOOK_EVERY_SECONDS)


def _message(sandbox: Sandbox, session: JSON, event: JSON) -> str:
    payload = json.dumps(render(sandbox, event))
    signature = header([session["_secret"]], payload.encode(), sandbox.clock.now())
    return json.dumps(
        {
            "type": "webhook_event",
            "endpoint": {"api_version": None},
            "event_payload": payload,
            "http_headers": {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": signature,
                "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            },
            "webhook_conversation_id": ids.new("wc"),
            "webhook_id": ids.new("wh"),
        }
    )
