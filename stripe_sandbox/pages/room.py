"""The control room: what there is, and buttons for what can happen to it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.errors import ApiError
from stripe_sandbox.checkout.payment import NotPayable
from stripe_sandbox.connect import accounts
from stripe_sandbox.control import actions
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.deliveries import MODES

routes = Blueprint("room", __name__)
SHOWN = 20
STEPS = {"3 minutes": 180, "1 hour": 3600, "1 day": 86400, "8 days": 8 * 86400}
TRANSFERS = {True: "inactive", False: "active"}


@routes.get("/")
def show() -> str:
    """Accounts, sessions, payments, refunds, disputes and events."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        return render_template(
            "room.html", message=request.args.get("message", ""), **_contents(sandbox)
        )


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
        "mode": sandbox.deliveries.mode,
        "modes": MODES,
        "steps": STEPS,
        "offset": sandbox.clock.offset,
        "switches": sandbox.switches.as_dict(),
        "problems": sandbox.ledger.problems(),
    }


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
        with sandbox.transaction():
            message = DEEDS[deed](sandbox, request.form.to_dict())
    except (ValueError, KeyError, LookupError, NotPayable, ApiError) as error:
        message = f"Not possible: {error}"
    return redirect(url_for("room.show", message=message), 303)


def _advance(sandbox: Sandbox, form: dict[str, str]) -> str:
    sandbox.clock.advance(int(form["seconds"]))
    return f"Time has passed; {sandbox.fire_timers()} things happened."


def _settle(sandbox: Sandbox, form: dict[str, str]) -> str:
    session = actions.settle(sandbox, sandbox.store.get(form["id"]), form["outcome"])
    return f"The delayed payment has ended: {session['payment_status']}."


def _expire(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.expire(sandbox, sandbox.store.get(form["id"]))
    return "The session has expired."


def _dispute(sandbox: Sandbox, form: dict[str, str]) -> str:
    given = {"reason": form.get("reason", "fraudulent"), "inquiry": form.get("kind") == "inquiry"}
    return (
        f"Dispute {actions.dispute(sandbox, sandbox.store.get(form['id']), given)['id']} is open."
    )


def _decide(sandbox: Sandbox, form: dict[str, str]) -> str:
    dispute = actions.decide(sandbox, sandbox.store.get(form["id"]), form["outcome"])
    return f"The dispute is {dispute['status']}."


def _fail_refund(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.fail_refund(sandbox, sandbox.store.get(form["id"]), "expired_or_canceled_card")
    return "The refund has failed."


def _settle_refund(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.settle_refund(sandbox, sandbox.store.get(form["id"]))
    return "The refund has arrived."


def _topup(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.topup(sandbox, dict(form))
    return "The balance has been topped up."


def _drain(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.payout(sandbox, dict(form))
    return "The balance has been paid out."


def _disconnect(sandbox: Sandbox, form: dict[str, str]) -> str:
    account = accounts.connected_account(sandbox, form["id"])
    if account is None:
        raise ValueError("the account is not connected")
    accounts.disconnect(sandbox, account)
    return "The account has been disconnected."


def _transfers(sandbox: Sandbox, form: dict[str, str]) -> str:
    account = sandbox.store.get(form["id"])
    status = TRANSFERS[account["capabilities"].get("transfers") == "active"]
    accounts.set_capability(sandbox, account, "transfers", status)
    return f"Its capability to receive transfers is {status}."


def _mode(sandbox: Sandbox, form: dict[str, str]) -> str:
    sandbox.deliveries.set_mode(form["mode"])
    return f"Deliveries: {form['mode']}."


def _flush(sandbox: Sandbox, form: dict[str, str]) -> str:
    released = sandbox.deliveries.release(backwards=sandbox.deliveries.mode == "reverse")
    return f"{released} deliveries released."


def _resend(sandbox: Sandbox, form: dict[str, str]) -> str:
    sent = sandbox.deliveries.resend(form["id"])
    return f"Sent again to {len(sent)} endpoints."


DEEDS: dict[str, Callable[[Sandbox, dict[str, str]], str]] = {
    "advance": _advance,
    "settle": _settle,
    "expire": _expire,
    "dispute": _dispute,
    "decide": _decide,
    "fail-refund": _fail_refund,
    "settle-refund": _settle_refund,
    "topup": _topup,
    "drain": _drain,
    "disconnect": _disconnect,
    "transfers": _transfers,
    "mode": _mode,
    "flush": _flush,
    "resend": _resend,
}
