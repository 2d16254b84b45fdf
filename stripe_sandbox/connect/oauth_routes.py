"""``/oauth/token`` and ``/oauth/deauthorize`` over HTTP. Not idempotent, as documented."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, request

from stripe_sandbox import ids
from stripe_sandbox.api import faults
from stripe_sandbox.api.dispatch import (
    authenticate,
    current_sandbox,
    drop_connection,
    log_request,
    wait,
)
from stripe_sandbox.api.errors import ApiError, DroppedConnection
from stripe_sandbox.connect import oauth
from stripe_sandbox.connect.oauth import OAuthError
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("oauth", __name__)
Grant = Callable[[Sandbox, dict[str, str]], JSON]


def _token(sandbox: Sandbox, form: dict[str, str]) -> JSON:
    kind = form.get("grant_type")
    if not kind:
        raise OAuthError("invalid_request", "No grant type specified")
    if kind == "authorization_code":
        return oauth.exchange_code(sandbox, _required(form, "code"))
    if kind == "refresh_token":
        return oauth.refresh(sandbox, _required(form, "refresh_token"))
    raise OAuthError(
        "unsupported_grant_type", f"This server does not support grant type: {kind[:60]}"
    )


def _required(form: dict[str, str], name: str) -> str:
    if not form.get(name):
        raise OAuthError("invalid_request", f"Missing required parameter: {name}")
    return form[name]


def _deauthorize(sandbox: Sandbox, form: dict[str, str]) -> JSON:
    return oauth.deauthorize(sandbox, form.get("client_id"), _required(form, "stripe_user_id"))


def _answer(grant: Grant, request_id: str) -> JSON:
    sandbox, form = current_sandbox(), request.form.to_dict()
    with sandbox.lock:
        fault = sandbox.faults.take(request.method, request.path)
    log_request(sandbox, request_id, dict(form))
    authenticate(sandbox)
    faults.before_everything(fault)
    wait(fault)
    faults.instead_of_executing(fault)
    with sandbox.transaction({"id": request_id, "idempotency_key": None}):
        body = grant(sandbox, form)
    faults.after_executing(fault)
    return body


def _flat(error: ApiError) -> JSON:
    if error.status >= 429:
        return {"error": {"type": error.kind, "message": error.message}}
    return OAuthError(
        "invalid_client" if error.status == 401 else "invalid_request", error.message
    ).body()


def _serve(grant: Grant) -> Response:
    request_id, status = ids.new("req"), 200
    try:
        body = _answer(grant, request_id)
    except OAuthError as error:
        body, status = dict(error.body()), error.status
    except ApiError as error:
        body, status = _flat(error), error.status
    except DroppedConnection:
        return drop_connection()
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Request-Id"] = request_id
    return response


@routes.post("/oauth/token")
def token() -> Response:
    """Exchange a code or a refresh token."""
    return _serve(_token)


@routes.post("/oauth/deauthorize")
def deauthorize() -> Response:
    """End a connection."""
    return _serve(_deauthorize)
