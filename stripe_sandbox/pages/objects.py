"""One object as the API shows it with what belongs to it, and an account's small dashboard."""

import json
from typing import Any

from flask import Blueprint, render_template, request

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.rendering import render
from stripe_sandbox.payments.dispute_objects import REASONS
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("objects", __name__)
Page = tuple[str, int]
SIZE = 25
_LISTS = {
    "Payments": "charge",
    "Transfers": "transfer",
    "Application fees": "application_fee",
    "Refunds": "refund",
    "Payouts": "payout",
    "Disputes": "dispute",
    "Customers": "customer",
    "Subscriptions": "subscription",
}


@routes.get("/objects/<identifier>")
def show(identifier: str) -> Page:
    """The JSON of an object, its balance transactions, its events, what it names."""
    sandbox = current_sandbox()
    with sandbox.lock:
        found = sandbox.store.find(identifier)
        if found is None:
            return _nothing()
        shown = render(sandbox, found)
        context = {
            "found": found,
            "text": json.dumps(shown, indent=2, ensure_ascii=False, default=str),
            "named": _named(sandbox, shown, identifier),
            "transactions": sandbox.store.select(
                "balance_transaction", matching={"source": identifier}
            ),
            "reasons": REASONS,
            "events": _events_about(sandbox, identifier),
        }
        return render_template("object.html", **context), 200


def _nothing() -> Page:
    text = "The sandbox has no such object. It may have been forgotten by a reset."
    return render_template("message.html", title="Nothing here", text=text), 404


def _named(sandbox: Sandbox, shown: Any, identifier: str) -> list[str]:
    """The ids of other objects anywhere inside this one."""
    texts = set(_texts(shown)) - {identifier}
    return sorted(text for text in texts if "_" in text and sandbox.store.find(text))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in _texts(each)]


def _events_about(sandbox: Sandbox, identifier: str) -> list[JSON]:
    rows = sandbox.store.db.execute(
        "SELECT body FROM objects WHERE kind = 'event'"
        " AND json_extract(body, '$.data.object.id') = ? ORDER BY seq DESC LIMIT ?",
        (identifier, SIZE),
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


@routes.get("/dashboard/<account>")
def dashboard(account: str) -> Page:
    """Balances, payments, transfers, fees, refunds, payouts and disputes of an account."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        found = sandbox.store.find(account)
        if found is None or found["object"] != "account":
            return _nothing()
        chosen = request.args.get("list", "Payments")
        kind = _LISTS.get(chosen, "charge")
        before = request.args.get("before") or None
        rows = sandbox.store.select(kind, account, before=before, limit=SIZE + 1)
        context = {
            "account": found,
            "is_platform": account == sandbox.platform_id,
            "balances": sandbox.ledger.balances(account),
            "lists": list(_LISTS),
            "chosen": chosen if chosen in _LISTS else "Payments",
            "rows": [_row(sandbox, row) for row in rows[:SIZE]],
            "older": rows[SIZE - 1]["id"] if len(rows) > SIZE else None,
        }
        return render_template("dashboard.html", **context), 200


def _row(sandbox: Sandbox, found: JSON) -> JSON:
    """What a list says of an object; fee and net are those of its balance transaction."""
    booked = sandbox.store.find(found.get("balance_transaction") or "") or {}
    return {
        "id": found["id"],
        "created": found["created"],
        "amount": found.get("amount"),
        "currency": found.get("currency") or "usd",
        "fee": booked.get("fee"),
        "net": booked.get("net"),
        "state": found.get("status") or found.get("email") or "",
    }
