"""Hosted Checkout: the page on which a customer pays, and its 3-D Secure challenge."""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox import currencies
from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.checkout.payment import NotPayable, authenticate, pay, return_address
from stripe_sandbox.connect.account_objects import COUNTRIES
from stripe_sandbox.pages import checkout_form
from stripe_sandbox.pages.brand import brand_of
from stripe_sandbox.pages.entry import Entry
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.payment_methods import OUTCOMES
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("checkout", __name__)
Page = tuple[str, int]
_FIRST = (
    "4242424242424242",
    "4000002500003155",
    "4000000000009995",
    "4000000000000002",
    "6200000000000005",
)
_COMMON = tuple(card for card in cards.CARDS if card.number in _FIRST)
_OTHERS = tuple(card for card in cards.CARDS if card.number not in _FIRST)


@routes.app_template_filter("money")
def money(amount: int, currency: str) -> str:
    """``$10.00``."""
    return currencies.with_symbol(amount, currency)


@routes.app_template_filter("due")
def due(session: JSON) -> str:
    """What a session asks for now: ``$10.00``, or nothing."""
    amount = session["amount_total"]
    return currencies.with_symbol(amount, session["currency"]) if amount else "nothing today"


@routes.app_template_filter("rhythm")
def rhythm(recurring: JSON) -> str:
    """``month`` or ``3 months``."""
    count, interval = recurring["interval_count"], recurring["interval"]
    return interval if count == 1 else f"{count} {interval}s"


def _session(sandbox: Sandbox, identifier: str) -> JSON | None:
    found = sandbox.store.find(identifier)
    return found if found is not None and found["object"] == "checkout.session" else None


def _unknown() -> Page:
    return render_template(
        "message.html", title="Nothing to pay here", text="There is no such Checkout Session."
    ), 404


def _page(
    sandbox: Sandbox, session: JSON, entry: Entry, failure: str | None = None, status: int = 200
) -> Page:
    page = render_template(
        "checkout.html",
        session=session,
        brand=brand_of(sandbox, session),
        entry=entry,
        failure=failure,
        countries=COUNTRIES,
        common=_COMMON,
        others=_OTHERS,
        outcomes=OUTCOMES,
        items=session["_line_items"],
        rates=[
            sandbox.store.get(option["shipping_rate"]) for option in session["shipping_options"]
        ],
    )
    return page, status


def _closed(sandbox: Sandbox, session: JSON) -> Page:
    template = "complete.html" if session["status"] == "complete" else "expired.html"
    page = render_template(
        template, session=session, brand=brand_of(sandbox, session), back=return_address(session)
    )
    return page, 200 if session["status"] == "complete" else 410


def _known_values(session: JSON) -> dict[str, str]:
    """What an earlier attempt has told already."""
    details = session["customer_details"] or {}
    known = {
        "email": details.get("email"),
        "name": details.get("name"),
        "phone": details.get("phone"),
    }
    shipping = (session["collected_information"] or {}).get("shipping_details")
    if shipping:
        known |= {f"shipping_{name}": value for name, value in shipping["address"].items()}
        known["shipping_name"] = shipping["name"]
    return {name: value for name, value in known.items() if value}


@routes.get("/c/pay/<identifier>")
def show(identifier: str) -> Page:
    """The payment page, or why there is nothing to pay."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.lock:
        session = _session(sandbox, identifier)
        if session is None:
            return _unknown()
        if session["status"] != "open":
            return _closed(sandbox, session)
        return _page(sandbox, session, Entry(_known_values(session)))


@routes.post("/c/pay/<identifier>")
def submit(identifier: str) -> BaseResponse | Page:
    """Pay, or fill in a test card."""
    sandbox = current_sandbox()
    sandbox.fire_timers()
    with sandbox.transaction():
        session = _session(sandbox, identifier)
        if session is None:
            return _unknown()
        if session["status"] != "open":
            return _closed(sandbox, session)
        values = request.form.to_dict()
        if "test_card" in values:
            filled = checkout_form.fill_card(values, values["test_card"])
            return _page(sandbox, session, Entry(filled))
        return _pay(sandbox, session, values)


def _pay(sandbox: Sandbox, session: JSON, values: dict[str, str]) -> BaseResponse | Page:
    now = datetime.fromtimestamp(sandbox.clock.now(), UTC)
    entry = checkout_form.read(session, values, (now.year, now.month))
    if entry.problems:
        return _page(sandbox, session, entry, status=422)
    try:
        decline = pay(sandbox, session, checkout_form.customer_of(session, entry))
    except (NotPayable, ValueError) as error:
        return _page(sandbox, session, entry, str(error), 422)
    if decline is not None:
        return _page(sandbox, session, entry, decline.message, 402)
    return _next(session)


def _next(session: JSON) -> BaseResponse:
    if session["status"] == "complete":
        return redirect(return_address(session), 303)
    return redirect(url_for("checkout.challenge", identifier=session["id"]), 303)


def _challenged(sandbox: Sandbox, session: JSON | None) -> bool:
    intent = sandbox.store.find(session.get("_payment_intent")) if session else None
    return intent is not None and intent["status"] == "requires_action"


@routes.get("/c/pay/<identifier>/authenticate")
def challenge(identifier: str) -> BaseResponse | Page:
    """The bank asks whether it is really the cardholder."""
    sandbox = current_sandbox()
    with sandbox.lock:
        session = _session(sandbox, identifier)
        if session is None or not _challenged(sandbox, session):
            return redirect(url_for("checkout.show", identifier=identifier), 303)
        return render_template(
            "challenge.html", session=session, brand=brand_of(sandbox, session)
        ), 200


@routes.post("/c/pay/<identifier>/authenticate")
def answer_challenge(identifier: str) -> BaseResponse | Page:
    """Complete or fail the authentication."""
    sandbox = current_sandbox()
    with sandbox.transaction():
        session = _session(sandbox, identifier)
        if session is None or not _challenged(sandbox, session):
            return redirect(url_for("checkout.show", identifier=identifier), 303)
        decline = authenticate(sandbox, session, passed=request.form.get("decision") == "complete")
        if decline is not None:
            return _page(sandbox, session, Entry(_known_values(session)), decline.message, 402)
        return _next(session)


@routes.get("/c/pay/<identifier>/brand.css")
def brand_stylesheet(identifier: str) -> Response:
    """The colours of the page."""
    sandbox = current_sandbox()
    with sandbox.lock:
        session = _session(sandbox, identifier)
        styles = brand_of(sandbox, session).stylesheet() if session else ""
    return Response(styles, mimetype="text/css")
