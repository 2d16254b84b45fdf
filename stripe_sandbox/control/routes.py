"""``/_sandbox``: what a test or a person may do that Stripe's API does not offer. JSON in and
out.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.errors import ApiError
from stripe_sandbox.api.operations import OPERATIONS
from stripe_sandbox.api.rendering import render
from stripe_sandbox.checkout.payment import NotPayable
from stripe_sandbox.connect import account_objects, accounts, oauth
from stripe_sandbox.control import actions
from stripe_sandbox.files import content
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("control", __name__)
Action = TypeVar("Action", bound=Callable[..., Any])


def action(method: str, path: str) -> Callable[[Action], Action]:
    """Declare a call below ``/_sandbox``; it gets the sandbox and the JSON members."""

    def register(function: Action) -> Action:
        @wraps(function)
        def view(**path_ids: str) -> Response:
            return _answer(function, path_ids)

        routes.add_url_rule(
            f"/_sandbox{path}", f"{method} {path}".replace(".", "_"), view, methods=[method]
        )
        return function

    return register


def _answer(function: Callable[..., Any], path_ids: dict[str, str]) -> Response:
    sandbox = current_sandbox()
    try:
        given = request.get_json(silent=True) if request.data else request.form.to_dict()
        if not isinstance(given, dict):
            raise ValueError("send a JSON object")
        with sandbox.transaction():
            sandbox.fire_timers()
            found = function(sandbox, given, **path_ids)
    except (ValueError, TypeError, KeyError, LookupError, NotPayable) as error:
        return _refusal(
            400, f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
        )
    except ApiError as error:
        return _refusal(error.status, error.message)
    return jsonify(found)


def _refusal(status: int, message: str) -> Response:
    response = jsonify({"error": message})
    response.status_code = status
    return response


def fetch(sandbox: Sandbox, kind: str, identifier: str) -> JSON:
    """An object of that kind, whoever owns it; ``LookupError`` when there is none."""
    found = sandbox.store.find(identifier)
    if found is None or found["object"] != kind:
        raise LookupError(f"there is no {kind} {identifier}")
    return found


@action("POST", "/reset")
def reset(sandbox: Sandbox, given: JSON) -> JSON:
    """Forget everything but the settings named in ``keep``."""
    sandbox.reset(frozenset(given.get("keep", [])))
    return {"platform": sandbox.platform_id, "client_id": oauth.application(sandbox)["id"]}


@action("GET", "/platform")
def show_platform(sandbox: Sandbox, given: JSON) -> JSON:
    """The platform's account and its OAuth registration."""
    known = oauth.application(sandbox)
    return {
        "account": sandbox.platform_id,
        "client_id": known["id"],
        "name": known["name"],
        "redirect_uris": known["redirect_uris"],
    }


@action("POST", "/platform")
def register_platform(sandbox: Sandbox, given: JSON) -> JSON:
    """Register ``name``, ``client_id``, ``redirect_uris`` and ``branding`` of the platform."""
    changes: JSON = {name: given[name] for name in ("name", "redirect_uris") if name in given}
    if "client_id" in given:
        changes["id"] = given["client_id"]
    oauth.register(sandbox, **changes)
    if "branding" in given:
        platform = sandbox.store.get(sandbox.platform_id)
        platform["settings"]["branding"].update(given["branding"])
        sandbox.store.save(platform)
    return show_platform(sandbox, given)


@action("POST", "/accounts")
def create_account(sandbox: Sandbox, given: JSON) -> JSON:
    """Make a Standard account that somebody can choose at the consent page."""
    account = account_objects.create_account(
        sandbox,
        kind="standard",
        country=given.get("country", "US"),
        currency=given.get("currency"),
        email=given.get("email"),
        name=given.get("name"),
        capabilities=account_objects.ALL_CAPABILITIES,
        connected=given.get("connected", False),
    )
    return render(sandbox, account)


@action("POST", "/accounts/<identifier>/capabilities")
def set_capabilities(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Set capabilities: ``{"transfers": "active" | "inactive" | "pending"}``."""
    for name, status in given.items():
        if status not in ("active", "inactive", "pending"):
            raise ValueError("a capability is active, inactive or pending")
        accounts.set_capability(sandbox, fetch(sandbox, "account", identifier), name, status)
    return render(sandbox, fetch(sandbox, "account", identifier))


@action("POST", "/accounts/<identifier>/requirements")
def set_requirements(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Set what is due: ``{"currently_due": [...], "disabled_reason": null}``, or any other part of
    the hash; ``future_requirements`` are the keys that will be due.
    """
    account, more = fetch(sandbox, "account", identifier), dict(given)
    future = account_objects.requirements() | {"currently_due": more.pop("future_requirements", [])}
    account["future_requirements"] = future
    due, reason = more.pop("currently_due", []), more.pop("disabled_reason", None)
    if unknown := set(more) - set(account_objects.requirements()):
        raise ValueError(f"requirements have no {', '.join(sorted(unknown))}")
    accounts.set_requirements(sandbox, account, due, reason, **more)
    return render(sandbox, account)


@action("POST", "/accounts/<identifier>/bank")
def enter_bank(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The owner enters another bank account, to which payouts go from now on: ``number``."""
    account = fetch(sandbox, "account", identifier)
    return actions.enter_bank(sandbox, account, given)


@action("POST", "/accounts/<identifier>/disconnect")
def disconnect(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The account's owner ends the connection."""
    account = fetch(sandbox, "account", identifier)
    if not account["_connected"]:
        raise ValueError(f"{identifier} is not connected")
    accounts.disconnect(sandbox, account)
    return {"id": identifier, "connected": False}


@action("POST", "/authorize")
def authorize(sandbox: Sandbox, given: JSON) -> JSON:
    """Consent without the page: a code for ``account`` (a new one when absent), to be exchanged."""
    identifier = given.get("account") or create_account(sandbox, given)["id"]
    fetch(sandbox, "account", identifier)
    return {
        "account": identifier,
        "code": oauth.grant_code(sandbox, identifier, given.get("scope", "read_write")),
    }


@action("POST", "/sessions/<identifier>/pay")
def pay(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Pay without the page: ``card`` or ``bank``, ``email``, ``name``, ``shipping``,
    ``authenticate``.
    """
    return actions.pay(sandbox, fetch(sandbox, "checkout.session", identifier), given)


@action("POST", "/sessions/<identifier>/expire")
def expire(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Let an open session expire now."""
    return actions.expire(sandbox, fetch(sandbox, "checkout.session", identifier))


@action("POST", "/sessions/<identifier>/settle")
def settle(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """End a delayed payment: ``{"outcome": "succeed" | "fail"}``."""
    return actions.settle(
        sandbox, fetch(sandbox, "checkout.session", identifier), given.get("outcome", "succeed")
    )


@action("POST", "/clock/advance")
def advance(sandbox: Sandbox, given: JSON) -> JSON:
    """Let ``seconds`` pass; everything that falls due happens before the answer."""
    sandbox.clock.advance(int(given["seconds"]))
    return {"fired": sandbox.fire_timers(), "offset": sandbox.clock.offset}


@action("GET", "/clock")
def clock(sandbox: Sandbox, given: JSON) -> JSON:
    """The offset, and real and sandbox time."""
    return {
        "offset": sandbox.clock.offset,
        "now": sandbox.clock.now(),
        "sandbox_now": int(sandbox.clock.sandbox_now()),
    }


@action("POST", "/switches")
def switches(sandbox: Sandbox, given: JSON) -> JSON:
    """Change switches by name."""
    sandbox.switches.change(**given)
    return sandbox.switches.as_dict()


@action("GET", "/switches")
def show_switches(sandbox: Sandbox, given: JSON) -> JSON:
    """All switches."""
    return sandbox.switches.as_dict()


@action("POST", "/faults")
def add_fault(sandbox: Sandbox, given: JSON) -> JSON:
    """Script a fault for the next API calls."""
    sandbox.faults.add(**given)
    return {"faults": sandbox.faults.as_list()}


@action("GET", "/faults")
def show_faults(sandbox: Sandbox, given: JSON) -> JSON:
    """Faults that are still to come."""
    return {"faults": sandbox.faults.as_list()}


@action("DELETE", "/faults")
def clear_faults(sandbox: Sandbox, given: JSON) -> JSON:
    """Forget scripted faults."""
    sandbox.faults.clear()
    return {"faults": []}


@action("GET", "/balances")
def balances(sandbox: Sandbox, given: JSON) -> JSON:
    """Account → currency → available and pending."""
    found = sandbox.store.select("account")
    return {account["id"]: sandbox.ledger.balances(account["id"]) for account in reversed(found)}


@action("GET", "/invariants")
def invariants(sandbox: Sandbox, given: JSON) -> JSON:
    """Whether the books are right, and what every party has gained."""
    problems = sandbox.ledger.problems()
    return {"ok": not problems, "problems": problems, "totals": sandbox.ledger.totals()}


@action("GET", "/requests")
def requests(sandbox: Sandbox, given: JSON) -> JSON:
    """Requests received, oldest first; filters ``method``, ``path`` (exact), ``prefix``,
    ``account``.
    """
    rows = sandbox.store.db.execute("SELECT body FROM requests ORDER BY seq").fetchall()
    wanted = {
        name: request.args[name] for name in ("method", "path", "account") if name in request.args
    }
    found = [
        entry
        for entry in map(json.loads, (row[0] for row in rows))
        if wanted.items() <= entry.items()
    ]
    prefix = request.args.get("prefix", "")
    return {"requests": [entry for entry in found if entry["path"].startswith(prefix)]}


@action("GET", "/requests/<identifier>")
def one_request(sandbox: Sandbox, given: JSON, identifier: str) -> Any:
    """One request by its ``Request-Id``."""
    row = sandbox.store.db.execute(
        "SELECT body FROM requests WHERE id = ?", (identifier,)
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no request {identifier}")
    return json.loads(row[0])


@action("DELETE", "/requests")
def clear_requests(sandbox: Sandbox, given: JSON) -> JSON:
    """Forget the requests received so far."""
    sandbox.store.db.execute("DELETE FROM requests")
    return {"requests": []}


@action("GET", "/manifest")
def manifest(sandbox: Sandbox, given: JSON) -> JSON:
    """Which operations exist."""
    api = [
        {
            "method": each.method,
            "path": each.path,
            "params": each.params,
            "does": _first_line(each.handler),
        }
        for each in OPERATIONS
    ]
    return {"operations": api, "switches": sandbox.switches.as_dict()}


def _first_line(function: Callable[..., Any]) -> str:
    return (function.__doc__ or "").strip().splitlines()[0]


@routes.get("/_sandbox/files/<identifier>")
@routes.get("/v1/files/<identifier>/contents")
def file_content(identifier: str) -> Response:
    """The bytes of an uploaded file, for pages."""
    sandbox = current_sandbox()
    with sandbox.lock:
        return content(sandbox, identifier) or _refusal(404, f"there is no file {identifier}")
