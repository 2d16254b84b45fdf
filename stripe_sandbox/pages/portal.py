"""The billing portal and the page of an invoice: what a paying customer can see and change."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.billing import collection, lifecycle, objects
from stripe_sandbox.billing.collection import items_of
from stripe_sandbox.customers import saved_methods
from stripe_sandbox.pages.brand import brand_of_account
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.payment_methods import billing, from_card
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed

routes = Blueprint("portal", __name__)
Page = tuple[str, int]
_OFFERED = (
    "4242424242424242", "5555555555554444", "4000000000000341", "4000000000000002",
)  # fmt: skip
_CARDS = tuple(card for card in cards.CARDS if card.number in _OFFERED)


class Impossible(Exception):
    """What was asked for cannot be done; the text says why."""


@routes.app_template_filter("day")
def day(seconds: int) -> str:
    """``27 Nov 2026``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y}"


@routes.get("/portal/<identifier>")
def show(identifier: str) -> Page:
    """What the customer pays, with what, and what was paid."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        return _page(sandbox, identifier)


def _page(sandbox: Sandbox, identifier: str, problem: str = "", status: int = 200) -> Page:
    session = _session(sandbox, identifier)
    if session is None:
        text = "This link is not valid any more. Go back to the shop and open the portal again."
        return render_template("message.html", title="No portal here", text=text), 404
    customer, account = sandbox.store.get(session["customer"]), session["_account"]
    configuration = sandbox.store.get(session["configuration"])
    owned = {"customer": customer["id"]}
    subscriptions = sandbox.store.select("subscription", account, {**owned, "_ended": False})
    context = {
        "session": session,
        "features": configuration["features"],
        "customer": customer,
        "brand": brand_of_account(sandbox, session["on_behalf_of"] or account),
        "subscriptions": [_shown(sandbox, each) for each in subscriptions],
        "plans": _plans(sandbox, configuration),
        "methods": sandbox.store.select("payment_method", account, owned),
        "default": saved_methods.of_customer(sandbox, customer),
        "invoices": sandbox.store.select("invoice", account, owned, limit=24),
        "flow": (session["flow"] or {}).get("type"),
        "cards": _CARDS,
        "problem": problem,
        "done": request.args.get("done", ""),
    }
    return render_template("portal.html", **context), status


def _session(sandbox: Sandbox, identifier: str) -> JSON | None:
    found = sandbox.store.find(identifier)
    return found if found and found["object"] == "billing_portal.session" else None


def _shown(sandbox: Sandbox, subscription: JSON) -> JSON:
    items = items_of(sandbox, subscription)
    names = [sandbox.store.get(item["price"]["product"])["name"] for item in items]
    total = sum(objects.amount_of(item) for item in items)
    return {
        **subscription,
        "_name": ", ".join(names),
        "_total": total,
        "_recurring": items[0]["price"]["recurring"],
        "_price": items[0]["price"]["id"],
        "_next": subscription["_period"][1],
    }


def _plans(sandbox: Sandbox, configuration: JSON) -> list[JSON]:
    """The prices among which a customer may choose."""
    offered = configuration["features"]["subscription_update"]
    if not offered["enabled"]:
        return []
    prices = [price for each in offered["products"] or [] for price in each["prices"]]
    found = [price for price in map(sandbox.store.find, prices) if price and price["recurring"]]
    return [{**p, "_name": sandbox.store.get(p["product"])["name"]} for p in found]


@routes.post("/portal/<identifier>")
def act(identifier: str) -> BaseResponse | Page:
    """Do what a button of the portal says."""
    sandbox = current_sandbox()
    try:
        with sandbox.transaction():
            session = _session(sandbox, identifier)
            if session is None:
                return _page(sandbox, identifier)
            deed = _DEEDS.get(request.form.get("deed", ""))
            if deed is None:
                raise Impossible("There is no such button.")
            done = deed(sandbox, session, request.form.to_dict())
    except Impossible as problem:
        with sandbox.lock:
            return _page(sandbox, identifier, str(problem), 422)
    return redirect(_after(session, done), 303)


def _after(session: JSON, done: str) -> str:
    """Back to the shop where the portal was opened for one thing that is done now."""
    after = (session["flow"] or {}).get("after_completion") or {}
    if after.get("type") == "redirect" and after.get("redirect"):
        return str(after["redirect"]["return_url"])
    return url_for("portal.show", identifier=session["id"], done=done)


def _own(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> JSON:
    subscription = sandbox.store.find(values.get("subscription"))
    if subscription is None or subscription.get("customer") != session["customer"]:
        raise Impossible("There is no such subscription.")
    if subscription["_ended"]:
        raise Impossible("This subscription has ended already.")
    return subscription


def _enabled(sandbox: Sandbox, session: JSON, feature: str) -> JSON:
    offered: JSON = sandbox.store.get(session["configuration"])["features"][feature]
    if not offered["enabled"]:
        raise Impossible("This portal does not offer that.")
    return offered


def _cancel(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> str:
    subscription = _own(sandbox, session, values)
    if _enabled(sandbox, session, "subscription_cancel")["mode"] == "immediately":
        lifecycle.end(sandbox, subscription, "cancellation_requested")
        return "canceled"
    lifecycle.end_later(sandbox, subscription, later=True)
    changed(sandbox, "customer.subscription.updated", subscription)
    return "canceled"


def _keep(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> str:
    subscription = _own(sandbox, session, values)
    lifecycle.end_later(sandbox, subscription, later=False)
    changed(sandbox, "customer.subscription.updated", subscription)
    return "kept"


def _change(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> str:
    subscription = _own(sandbox, session, values)
    configuration = sandbox.store.get(session["configuration"])
    plans = {plan["id"]: plan for plan in _plans(sandbox, configuration)}
    if values.get("price") not in plans:
        raise Impossible("Choose one of the plans.")
    price = sandbox.store.get(values["price"])
    before = items_of(sandbox, subscription)
    if price["currency"] != subscription["currency"]:
        raise Impossible("This plan is in another currency.")
    item = sandbox.store.get(before[0]["id"])
    item.update(price=price, plan=objects.plan_of(price))
    sandbox.store.save(item)
    changed(sandbox, "customer.subscription.updated", subscription)
    lifecycle.follow_rhythm(sandbox, subscription, before)
    return "changed"


def _pay_with(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> str:
    """Save a test card and make it the one that is charged from now on."""
    _enabled(sandbox, session, "payment_method_update")
    card = cards.by_number(values.get("card_number", ""))
    if card is None:
        raise Impossible("This is not a test card. Choose one from the list.")
    if card.decline is not None and not card.can_be_saved:
        raise Impossible(cards.MESSAGES[card.decline[1]])
    customer = sandbox.store.get(session["customer"])
    details = billing(customer["email"], customer["name"])
    method = from_card(sandbox, session["_account"], card, details)
    saved_methods.keep(sandbox, method, customer["id"])
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    changed(sandbox, "customer.updated", customer)
    for subscription in sandbox.store.select(
        "subscription", session["_account"], {"customer": customer["id"], "_ended": False}
    ):
        if subscription["default_payment_method"]:
            subscription["default_payment_method"] = method["id"]
            changed(sandbox, "customer.subscription.updated", subscription)
    return "saved"


_DEEDS = {"cancel": _cancel, "keep": _keep, "change": _change, "pay_with": _pay_with}


@routes.get("/invoice/<identifier>")
def invoice(identifier: str) -> Page:
    """An invoice as its customer sees it."""
    sandbox = current_sandbox()
    with sandbox.lock:
        return _invoice_page(sandbox, identifier)


def _invoice_page(sandbox: Sandbox, identifier: str, problem: str = "", status: int = 200) -> Page:
    found = sandbox.store.find(identifier)
    if found is None or found["object"] != "invoice":
        text = "There is no such invoice."
        return render_template("message.html", title="Nothing here", text=text), 404
    brand = brand_of_account(sandbox, found["on_behalf_of"] or found["_account"])
    page = render_template("invoice.html", invoice=found, brand=brand, problem=problem)
    return page, status


@routes.post("/invoice/<identifier>")
def pay_invoice(identifier: str) -> BaseResponse | Page:
    """Pay an open invoice with what the customer has saved."""
    sandbox = current_sandbox()
    with sandbox.transaction():
        found = sandbox.store.find(identifier)
        if found is None or found["object"] != "invoice" or found["status"] != "open":
            return _invoice_page(sandbox, identifier, "This invoice is not open.", 409)
        decline = collection.collect(sandbox, found, present=True)
        if decline is not None:
            return _invoice_page(sandbox, identifier, decline.message, 402)
    return redirect(url_for("portal.invoice", identifier=identifier), 303)
