"""The operator's overview, orders, events and calls."""

import json
from typing import Any

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.admin import service, words
from storefront.errors import NotFound
from storefront.orders import panels
from storefront.orders import service as orders
from storefront.orders import words as order_words
from storefront.security.policies import policy
from storefront.stripe_calls import service as stripe_calls
from storefront.webhooks import service as webhooks

blueprint = Blueprint("admin", __name__)

PAGE_SIZE = 50
_LAST_PAGE = 10_000

CALL_VIEWS = {
    "waiting": stripe_calls.OPEN_STATES,
    "unknown": ("unknown",),
    "rejected": ("rejected", "abandoned"),
    "confirmed": ("confirmed",),
    "all": stripe_calls.STATES,
}

blueprint.add_app_template_filter(words.entry, "entry_words")
blueprint.add_app_template_filter(words.party, "party")
blueprint.add_app_template_filter(words.operation, "operation")
blueprint.add_app_template_filter(words.mail, "mail_words")
blueprint.add_app_template_filter(words.action, "action_words")
blueprint.add_app_template_filter(words.call_sentence, "call_sentence")
blueprint.add_app_template_filter(words.event_sentence, "event_sentence")


@blueprint.get("/admin")
@policy("operator")
def overview() -> ResponseReturnValue:
    """What needs the operator now, and how the marketplace is doing."""
    return render_template(
        "admin/overview.html",
        overview=service.overview(current.store(), current.config()),
        order_words=order_words.STATUS,
    )


@blueprint.get("/admin/orders")
@policy("operator")
def order_index() -> ResponseReturnValue:
    """Every order, found by number, e-mail or any of Stripe's ids."""
    status = request.args.get("status", "")
    if status and status not in orders.STATUSES:
        raise NotFound
    sought, number = _sought(), _page_number()
    with current.store().read() as tx:
        found = orders.search(tx, sought, status, PAGE_SIZE + 1, (number - 1) * PAGE_SIZE)
        counts = orders.status_counts(tx)
    return render_template(
        "admin/order_index.html",
        orders=found[:PAGE_SIZE],
        counts=counts,
        status=status,
        order_words=order_words.STATUS,
        **_pages(sought, number, len(found), status=status),
    )


@blueprint.get("/admin/orders/<order_id>")
@policy("operator")
def order(order_id: str) -> ResponseReturnValue:
    """Everything about one order."""
    with current.store().read() as tx:
        found = service.dossier(tx, order_id)
        shown = panels.panels_of(current_app, panels.OPERATOR, tx, found.order)
    return render_template("admin/order.html", dossier=found, order=found.order, panels=shown)


@blueprint.get("/admin/objects/<object_id>")
@policy("operator")
def stripe_object(object_id: str) -> ResponseReturnValue:
    """One object of Stripe's: what we know of it, its order, the events about it."""
    with current.store().read() as tx:
        found = service.stripe_object(tx, object_id)
    url = service.dashboard_url(current.config(), object_id)
    return render_template("admin/stripe_object.html", dashboard_url=url, **found)


@blueprint.get("/admin/events")
@policy("operator")
def events() -> ResponseReturnValue:
    """The inbox: every event that Stripe has sent."""
    state = request.args.get("state", "")
    if state and state not in webhooks.STATES:
        raise NotFound
    sought, number = _sought(), _page_number()
    with current.store().read() as tx:
        found = webhooks.listing(
            tx, state=state, search=sought, limit=PAGE_SIZE + 1, offset=(number - 1) * PAGE_SIZE
        )
        counts = webhooks.counts(tx)
    return render_template(
        "admin/events.html",
        events=found[:PAGE_SIZE],
        counts=counts,
        state=state,
        states=webhooks.STATES,
        **_pages(sought, number, len(found), state=state),
    )


@blueprint.get("/admin/events/<event_id>")
@policy("operator")
def event(event_id: str) -> ResponseReturnValue:
    """One event with its body and what became of it."""
    with current.store().read() as tx:
        found = service.event(tx, event_id)
    body = json.dumps(json.loads(found.body), indent=2, ensure_ascii=False)
    return render_template("admin/event.html", event=found, body=body)


@blueprint.post("/admin/events/<event_id>/replay")
@policy("operator")
def replay(event_id: str) -> ResponseReturnValue:
    """Fold an event once more."""
    state = service.replay(current.services(), event_id, current_user.id)
    tone = "error" if state in {"failed", "dead"} else "success"
    flash(f"Replayed. {words.event_sentence(state)}", tone)
    return htmx.redirect(url_for("admin.event", event_id=event_id))


@blueprint.get("/admin/calls")
@policy("operator")
def calls() -> ResponseReturnValue:
    """The calls that create or move money; first those whose outcome is still to come."""
    view = request.args.get("view", "waiting")
    if view not in CALL_VIEWS:
        raise NotFound
    sought, number = _sought(), _page_number()
    with current.store().read() as tx:
        offset = (number - 1) * PAGE_SIZE
        found = stripe_calls.listing(tx, CALL_VIEWS[view], sought, PAGE_SIZE + 1, offset)
        counts = stripe_calls.counts(tx)
    return render_template(
        "admin/calls.html",
        calls=found[:PAGE_SIZE],
        view=view,
        counts={
            name: sum(counts.get(state, 0) for state in states)
            for name, states in CALL_VIEWS.items()
        },
        **_pages(sought, number, len(found), view=view),
    )


@blueprint.get("/admin/calls/<call_id>")
@policy("operator")
def call(call_id: str) -> ResponseReturnValue:
    """One call: what is sent, under which key, and what came of it."""
    with current.store().read() as tx:
        found = service.call(tx, call_id)
    sent = json.dumps(found.parameters, indent=2, ensure_ascii=False)
    return render_template("admin/call.html", call=found, sent=sent)


@blueprint.post("/admin/calls/<call_id>/try")
@policy("operator")
def try_call(call_id: str) -> ResponseReturnValue:
    """Send an open call now instead of when the worker would."""
    found = service.try_call(current.services(), call_id, current_user.id)
    tone = "success" if found.state == "confirmed" else "warning"
    flash(f"Tried. {words.call_sentence(found.state)}", tone)
    return htmx.redirect(url_for("admin.call", call_id=call_id))


def _sought() -> str:
    return request.args.get("q", "").strip()[:200]


def _page_number() -> int:
    return min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)


def _pages(sought: str, number: int, found: int, **chosen: str) -> dict[str, Any]:
    """What a list needs to lead to its neighbours: addresses, empty at either end."""
    kept: dict[str, Any] = {name: value for name, value in {"q": sought, **chosen}.items() if value}
    here = str(request.endpoint)
    return {
        "sought": sought,
        "newer": url_for(here, page=number - 1, **kept) if number > 1 else "",
        "older": url_for(here, page=number + 1, **kept) if found > PAGE_SIZE else "",
    }
