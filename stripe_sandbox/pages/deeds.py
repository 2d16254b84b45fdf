"""What the control room's buttons do. Each is also a call below ``/_sandbox``."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from stripe_sandbox.connect import accounts
from stripe_sandbox.control import actions
from stripe_sandbox.control.deliveries import snapshot_path
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.switches import values_of

TRANSFERS = {True: "inactive", False: "active"}
SIGNING = {"valid": "the valid secret", "old": "the old secret", "wrong": "a wrong secret"}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "429": ({"kind": "status", "status": 429}, "answers 429"),
    "500": ({"kind": "status", "status": 500}, "answers 500 and does nothing"),
    "500-done": (
        {"kind": "status", "status": 500, "executed": True},
        "does everything and answers 500",
    ),
    "drop": ({"kind": "drop_request"}, "never answers and does nothing"),
    "drop-done": ({"kind": "drop_response"}, "does everything and never answers"),
    "slow": ({"kind": "delay", "seconds": 10}, "answers after ten seconds"),
}
"""What can go wrong with the next API call, and what that means."""

_APART = {"snapshot", "restore"}
"""Copies of the whole database, for which no transaction may be open."""


def perform(sandbox: Sandbox, deed: str, form: dict[str, str]) -> str:
    """Do it; what happened, in a sentence. Raises ``KeyError`` for what is no button."""
    function = DEEDS[deed]
    with nullcontext() if deed in _APART else sandbox.transaction():
        return function(sandbox, form)


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
    given: JSON = {"reason": form.get("reason", "fraudulent")}
    given["inquiry"] = form.get("kind") == "inquiry"
    if form.get("amount"):
        given["amount"] = int(form["amount"])
    opened = actions.dispute(sandbox, sandbox.store.get(form["id"]), given)
    return f"Dispute {opened['id']} is open."


def _warn(sandbox: Sandbox, form: dict[str, str]) -> str:
    warning = actions.warn(sandbox, sandbox.store.get(form["id"]), "misc")
    return f"The card network warns of fraud: {warning['id']}."


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


def _arrive_payout(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.arrive_payout(sandbox, sandbox.store.get(form["id"]))
    return "The payout has arrived."


def _fail_payout(sandbox: Sandbox, form: dict[str, str]) -> str:
    actions.fail_payout(sandbox, sandbox.store.get(form["id"]), "could_not_process")
    return "The bank has sent the payout back."


def _sign(sandbox: Sandbox, form: dict[str, str]) -> str:
    sandbox.deliveries.set_mode(signing=form["signing"])
    return f"Deliveries are signed with {SIGNING[form['signing']]}."


def _deliver(sandbox: Sandbox, form: dict[str, str]) -> str:
    sandbox.deliveries.change(form["id"], form["what"])
    return "The delivery is changed."


def _fault(sandbox: Sandbox, form: dict[str, str]) -> str:
    values, says = FAULTS[form["fault"]]
    sandbox.faults.add(**values)
    return f"The next API call {says}."


def _forget_faults(sandbox: Sandbox, form: dict[str, str]) -> str:
    sandbox.faults.clear()
    return "The next API calls are answered as usual."


def _switch(sandbox: Sandbox, form: dict[str, str]) -> str:
    name = form["name"]
    chosen = {str(value): value for value in values_of(name)}
    sandbox.switches.change(**{name: chosen.get(form["value"], form["value"])})
    return f"{name} is {form['value']}."


def _snapshot(sandbox: Sandbox, form: dict[str, str]) -> str:
    count = sandbox.snapshot(snapshot_path(sandbox, "room"), "room")
    return f"A snapshot of {count} objects is kept."


def _restore(sandbox: Sandbox, form: dict[str, str]) -> str:
    count = sandbox.restore(snapshot_path(sandbox, "room"), "room")
    return f"Back at the snapshot: {count} objects."


def _reset(sandbox: Sandbox, form: dict[str, str]) -> str:
    if form.get("sure") != "yes":
        raise ValueError("tick the box first; a reset forgets everything")
    sandbox.reset(frozenset({"platform", "application"}))
    return "Everything is forgotten, the platform is as new."


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
    "warn": _warn,
    "arrive-payout": _arrive_payout,
    "fail-payout": _fail_payout,
    "sign": _sign,
    "deliver": _deliver,
    "fault": _fault,
    "forget-faults": _forget_faults,
    "switch": _switch,
    "snapshot": _snapshot,
    "restore": _restore,
    "reset": _reset,
    "disconnect": _disconnect,
    "transfers": _transfers,
    "mode": _mode,
    "flush": _flush,
    "resend": _resend,
}
