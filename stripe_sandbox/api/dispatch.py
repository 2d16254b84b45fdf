"""From an HTTP request to an operation and back: keys, faults, idempotency, errors."""

import base64
import json
import re
import socket
import time
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from stripe_sandbox import ids
from stripe_sandbox.api import API_VERSION, faults, forms, params, versions
from stripe_sandbox.api.errors import ApiError, DroppedConnection, invalid
from stripe_sandbox.api.idempotency import fingerprint
from stripe_sandbox.api.operations import Call, Operation, Upload
from stripe_sandbox.api.rendering import expand, render
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

KEY_PREFIX = "sk_test_"


def current_sandbox() -> Sandbox:
    """The sandbox that the running application serves."""
    sandbox: Sandbox = current_app.extensions["stripe_sandbox"]
    return sandbox


@dataclass
class Incoming:
    """What arrived, before anybody believed it."""

    request_id: str
    account: str
    given: JSON
    files: dict[str, Upload]
    key: str | None

    def mark(self) -> str:
        """The fingerprint that an idempotency key is bound to."""
        uploads = {name: [upload.filename, len(upload.data)] for name, upload in self.files.items()}
        return fingerprint(request.method, request.path, [self.given, uploads])


def serve(operation: Operation, **path_ids: str) -> Response:
    """Answer one API request."""
    sandbox, request_id = current_sandbox(), ids.new("req")
    try:
        status, body, replayed = _answer(sandbox, operation, request_id, path_ids)
    except ApiError as error:
        status, body, replayed = error.status, error_body(error, request_id), False
    except DroppedConnection:
        return drop_connection()
    except HTTPException as error:
        refused = invalid(f"Malformed request: {error.name}", status=error.code or 400)
        status, body, replayed = refused.status, error_body(refused, request_id), False
    return respond(status, body, request_id, replayed=replayed)


def respond(status: int, body: JSON, request_id: str, *, replayed: bool = False) -> Response:
    """A JSON answer with Stripe's headers."""
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["Request-Id"] = request_id
    version = request.headers.get("Stripe-Version", "")
    response.headers["Stripe-Version"] = version if _VERSION.fullmatch(version) else API_VERSION
    response.headers["Cache-Control"] = "no-cache, no-store"
    if "Idempotency-Key" in request.headers:
        response.headers["Idempotency-Key"] = (
            request.headers["Idempotency-Key"].encode("ascii", "replace").decode()
        )
    if body.get("error", {}).get("code") == "rate_limit":
        response.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def error_body(error: ApiError, request_id: str) -> JSON:
    """The error document, with the address of the request's log entry here."""
    return error.body(f"{request.host_url}_sandbox/requests/{request_id}")


def _answer(
    sandbox: Sandbox, operation: Operation, request_id: str, path_ids: dict[str, str]
) -> tuple[int, JSON, bool]:
    with sandbox.lock:
        fault = sandbox.faults.take(request.method, request.path)
    given = _given(operation)
    log_request(sandbox, request_id, given)
    account = authenticate(sandbox)
    _check_version()
    sandbox.rate_limit.take()
    faults.before_everything(fault)
    version = request.headers.get("Stripe-Version")
    today = versions.translated(version, request.path, given)
    incoming = Incoming(request_id, account, today, _uploads(), _key())
    status, body, replayed = _once(sandbox, operation, incoming, path_ids, fault)
    faults.after_executing(fault)
    return status, body, replayed


def _once(
    sandbox: Sandbox,
    operation: Operation,
    incoming: Incoming,
    path_ids: dict[str, str],
    fault: faults.Fault | None,
) -> tuple[int, JSON, bool]:
    """Execute, or replay what the idempotency key remembers."""
    key = incoming.key
    if key is None:
        wait(fault)
        faults.instead_of_executing(fault)
        return (*_execute(sandbox, operation, incoming, path_ids), False)
    remembered = sandbox.idempotency.begin(incoming.account, key, incoming.mark())
    if remembered is not None:
        return (*remembered, True)
    try:
        wait(fault)
        return (*_execute_and_remember(sandbox, operation, incoming, path_ids, fault), False)
    finally:
        sandbox.idempotency.end(incoming.account, key)


def wait(fault: faults.Fault | None) -> None:
    if fault is not None and fault.kind == "delay":
        time.sleep(fault.seconds)


def _execute_and_remember(
    sandbox: Sandbox,
    operation: Operation,
    incoming: Incoming,
    path_ids: dict[str, str],
    fault: faults.Fault | None,
) -> tuple[int, JSON]:
    """The outcome and its memory are kept in one transaction."""
    key = incoming.key or ""
    with sandbox.transaction():
        try:
            faults.instead_of_executing(fault)
            status, body = _execute(sandbox, operation, incoming, path_ids)
            if fault is not None and fault.executed and fault.kind == "status":
                status, body = fault.status, error_body(faults.answer(fault), incoming.request_id)
        except ApiError as error:
            if not error.stored:
                raise
            status, body = error.status, error_body(error, incoming.request_id)
        sandbox.idempotency.remember(incoming.account, key, incoming.mark(), status, body)
    return status, body


def _execute(
    sandbox: Sandbox, operation: Operation, incoming: Incoming, path_ids: dict[str, str]
) -> tuple[int, JSON]:
    checked = params.validate(
        operation.params, {**incoming.given, **incoming.files}, operation.extra
    )
    call = Call(
        sandbox,
        incoming.account,
        checked,
        request.host_url.rstrip("/"),
        incoming.request_id,
        "Stripe-Account" in request.headers,
        incoming.files,
    )
    current = {"id": incoming.request_id, "idempotency_key": incoming.key}
    sandbox.fire_timers()
    with sandbox.transaction(current):
        found = operation.handler(call, **path_ids)
        shown = found if found.get("object") == "list" else render(sandbox, found)
        return 200, expand(sandbox, shown, _expansions(checked))


def _expansions(checked: JSON) -> list[str]:
    asked = checked.get("expand", [])
    return list(asked.values()) if isinstance(asked, dict) else list(asked)


def authenticate(sandbox: Sandbox) -> str:
    """The account that acts: the platform, or the one that ``Stripe-Account`` names."""
    key = _bearer()
    if not key:
        raise ApiError(401, "invalid_request_error", _NO_KEY)
    with sandbox.lock:
        owner = _owner(sandbox, key)
        named = request.headers.get("Stripe-Account", "")
        if not named or named == owner:
            return owner
        account = sandbox.store.find(named)
        if account is None or account["object"] != "account" or not account["_connected"]:
            raise _no_access(key, named)
    return named


def _owner(sandbox: Sandbox, key: str) -> str:
    """A key that OAuth gave out acts for its account; any other test key is the platform's."""
    grant = sandbox.store.setting(f"access_token:{key}", None)
    if grant is not None:
        account = sandbox.store.find(grant)
        if account is None or not account["_connected"]:
            raise ApiError(
                401,
                "invalid_request_error",
                f"Expired API Key provided: {_masked(key)}",
                code="platform_api_key_expired",
            )
        return str(grant)
    if not key.startswith(KEY_PREFIX) or len(key) == len(KEY_PREFIX):
        raise ApiError(401, "invalid_request_error", f"Invalid API Key provided: {_masked(key)}")
    return sandbox.platform_id


def _bearer() -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return value.strip() if scheme.lower() == "bearer" else ""


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)


def _no_access(key: str, account: str) -> ApiError:
    message = (
        f"The provided key '{_masked(key)}' does not have access to account '{account}' (or that "
        f"account does not "
        "exist). Application access may have been revoked."
    )
    return ApiError(403, "invalid_request_error", message, code="account_invalid")


_NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). "
    "If you have questions, we can help at https://support.stripe.com/."
)
_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization "
    "header, using Bearer auth "
    "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
)


def _check_version() -> None:
    """Any date that has the form of a version is taken, also an old one."""
    version = request.headers.get("Stripe-Version", API_VERSION)
    if not _VERSION.fullmatch(version):
        raise invalid(f"Invalid Stripe API version: {version[:40]}")


_VERSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])(\.[a-z_]+)?(; *\w+=\w+)*", re.ASCII)


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    return key if request.method == "POST" and key else None


def _given(operation: Operation) -> JSON:
    """The parameters as nested text."""
    if request.is_json and request.method == "POST":
        raise invalid(_NOT_A_FORM)
    sources = (request.args, request.form)
    lists = [each for source in sources for each in source.lists()]
    pairs = [(name, value) for name, values in lists for value in values]
    if any("\ufffd" in name or "\ufffd" in value for name, value in pairs):
        raise invalid("Invalid request: the body is not valid UTF-8")
    return forms.parse(pairs)


def _uploads() -> dict[str, Upload]:
    return {
        name: Upload(stored.filename or "file", stored.mimetype, stored.read())
        for name, stored in request.files.items()
    }


def log_request(sandbox: Sandbox, request_id: str, given: JSON) -> None:
    entry: dict[str, Any] = {
        "id": request_id,
        "method": request.method,
        "path": request.path,
        "params": given,
        "idempotency_key": request.headers.get("Idempotency-Key"),
        "account": request.headers.get("Stripe-Account"),
        "stripe_version": request.headers.get("Stripe-Version"),
        "at": sandbox.clock.now(),
    }
    with sandbox.lock:
        row = (request_id, json.dumps(entry))
        sandbox.store.db.execute("INSERT INTO requests (id, body) VALUES (?, ?)", row)


def drop_connection() -> Response:
    """Close the connection; the answer that is returned never reaches anybody."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response(status=500)
