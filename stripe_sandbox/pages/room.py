"""The control room: what there is, and buttons for what can happen to it."""

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.errors import ApiError
from stripe_sandbox.checkout.payment import NotPayable
from stripe_sandbox.pages.deeds import FAULTS, SIGNING, perform
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.switches import meaning_of, values_of
from stripe_sandbox.webhooks.deliveries import MODES

routes = Blueprint("room", __name__)
SHOWN = 20
STEPS = {"3 minutes": 180, "1 hour": 3600, "1 day": 86400, "8 days": 8 * 86400}


@routes.get("/")
def show() -> str:
    """Accounts, sessions, payments, refunds, disputes, payouts and events."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        live = _live(sandbox)
        return render_template(
            "room.html",
            message=request.args.get("message", ""),
            live=live,
            steps=STEPS,
            faults=FAULTS,
            signings=SIGNING,
            signing=sandbox.deliveries.signing,
            mode=sandbox.deliveries.mode,
            modes=MODES,
            planned=sandbox.faults.as_list(),
            switches=_switches(sandbox),
        )


@routes.get("/room/live")
def live() -> Response:
    """What changes by itself; 204 while it is what the browser shows already."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        content, version = _live(sandbox)
    if request.args.get("version") == version:
        return Response(status=204)
    return Response(content)


def _live(sandbox: Sandbox) -> tuple[str, str]:
    """The part that keeps itself up to date, and a name of this state of it."""
    context = _contents(sandbox)
    version = hashlib.sha256(repr(context).encode()).hexdigest()[:16]
    return render_template("_room.html", version=version, **context), version


def _switches(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": value, "values": values_of(name), "means": meaning_of(name)}
        for name, value in sandbox.switches.as_dict().items()
    ]


def _contents(sandbox: Sandbox) -> dict[str, Any]:
    def newest(kind: str) -> list[JSON]:
        return sandbox.store.select(kind, limit=SHOWN)

    everyone = sandbox.store.select("account")
    return {
        "platform": sandbox.platform_id,
        "accounts": everyone,
        "balances": {account["id"]: sandbox.ledger.balances(account["id"]) for account in everyone},
        "sessions": newest("checkout.session"),
        "charges": sandbox.store.select("charge", sandbox.platform_id, limit=SHOWN),
        "refunds": sandbox.store.select("refund", sandbox.platform_id, limit=SHOWN),
        "disputes": newest("dispute"),
        "events": newest("event"),
        "deliveries": _deliveries(sandbox),
        "payouts": newest("payout"),
        "requests": _requests(sandbox),
        "offset": sandbox.clock.offset,
        "problems": sandbox.ledger.problems(),
    }


def _requests(sandbox: Sandbox) -> list[JSON]:
    rows = sandbox.store.db.execute(
        "SELECT body FROM requests ORDER BY seq DESC LIMIT ?", (SHOWN,)
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


def _deliveries(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sandbox.deliveries.log():
        found.setdefault(row["event"], []).append(row)
    return found


@routes.post("/room/<deed>")
def act(deed: str) -> BaseResponse:
    """Do what a button says and come back with a sentence about it."""
    sandbox = current_sandbox()
    try:
        message = perform(sandbox, deed, request.form.to_dict())
    except (ValueError, KeyError, LookupError, NotPayable, ApiError) as error:
        message = f"Not possible: {error}"
    return redirect(url_for("room.show", message=message), 303)
