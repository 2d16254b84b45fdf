"""Checkout Sessions."""

import re
from typing import Any
from urllib.parse import urlsplit

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, metadata, operation, page_of
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.checkout import modes
from stripe_sandbox.connect.accounts import check_brand_file, check_color
from stripe_sandbox.customers.customer_objects import fetch as fetch_customer
from stripe_sandbox.payments.payment_methods import bank_debit_type
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

MINUTE = 60
SHORTEST, LONGEST = 30 * MINUTE, 24 * 60 * MINUTE
_REMOVED = ("payment_method_types",)
_SLACK = 60
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")

_NULL = (
    "after_expiration allow_promotion_codes allowed_payment_method_types "
    "billing_address_collection "
    "client_reference_id client_secret collected_information consent consent_collection "
    "currency_conversion customer "
    "customer_account customer_creation customer_details customer_email discounts "
    "excluded_payment_method_types "
    "integration_identifier invoice invoice_creation locale managed_payments name_collection "
    "optional_items tax_id_collection "
    "origin_context "
    "payment_intent payment_link payment_method_configuration_details permissions "
    "presentment_details recovered_from "
    "redirect_on_completion return_url saved_payment_method_options setup_intent "
    "shipping_address_collection "
    "shipping_cost submit_type subscription wallet_options branding_settings cancel_url success_url"
)
_COPIED = [
    "allow_promotion_codes",
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "customer",
    "customer_email",
    "excluded_payment_method_types",
    "integration_identifier",
    "locale",
    "name_collection",
    "optional_items",
    "origin_context",
    "payment_method_options",
    "return_url",
    "saved_payment_method_options",
    "shipping_address_collection",
    "submit_type",
    "success_url",
    "ui_mode",
    "wallet_options",
]


@operation("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", _REMOVED)
def create(call: Call) -> JSON:
    """Create a session for a hosted payment page."""
    params = call.params
    _check_form(params)
    offer = modes.offer(call)
    buyer = _buyer(call, params)
    session = _empty(call, offer.currency)
    session.update({name: params[name] for name in _COPIED if name in params})
    session.update(
        mode=params["mode"],
        metadata=metadata(params),
        shipping_options=offer.options,
        branding_settings=_branding(call, params.get("branding_settings")),
        phone_number_collection={
            "enabled": params.get("phone_number_collection", {}).get("enabled", False)
        },
        adaptive_pricing={"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        payment_method_types=_method_types(params, offer.currency),
        customer_creation=_creation(params),
        _email=(buyer or {}).get("email"),
        _line_items=offer.items,
        **offer.members,
    )
    if offer.subtotal is not None:
        _apply_amounts(session, offer.subtotal, offer.shipping)
    if "after_expiration" in params:
        session["after_expiration"] = {"recovery": None, **params["after_expiration"]}
    _start_expiry(call, session)
    return call.sandbox.store.add(session, call.account)


def _check_form(params: JSON) -> None:
    if "payment_method_types" in params:
        message = (
            "`payment_method_types` is no longer supported. Use `allowed_payment_method_types` "
            "instead."
        )
        raise errors.invalid(
            message, "payment_method_types", "payment_method_types_no_longer_supported"
        )
    if "discounts" in params:
        raise errors.invalid("The sandbox does not offer `discounts`.", "discounts")
    _check_addresses(params)
    if "allowed_payment_method_types" in params and "excluded_payment_method_types" in params:
        raise errors.exclusive("allowed_payment_method_types", "excluded_payment_method_types")
    if len(params.get("client_reference_id", "")) > 200:
        raise errors.invalid(
            "client_reference_id may be at most 200 characters", "client_reference_id"
        )
    if "customer_email" in params and not _EMAIL.match(params["customer_email"]):
        raise errors.invalid(
            f"Invalid email address: {params['customer_email'][:80]}",
            "customer_email",
            "email_invalid",
        )


def _buyer(call: Call, params: JSON) -> JSON | None:
    """The stored customer who is to pay, if one is named."""
    if "customer" not in params:
        if "customer_update" in params:
            message = "`customer_update` can only be used with `customer`."
            raise errors.invalid(message, "customer_update")
        return None
    for name in ("customer_email", "customer_creation"):
        if name in params:
            raise errors.exclusive("customer", name)
    return fetch_customer(call, params["customer"])


def _creation(params: JSON) -> str | None:
    """Whether paying makes a customer: by default only where one is needed."""
    if "customer" in params or params["mode"] == "subscription":
        return None
    return str(params.get("customer_creation", "if_required"))


def _check_addresses(params: JSON) -> None:
    hosted = params.get("ui_mode", "hosted_page") in ("hosted_page", "form")
    if hosted and "success_url" not in params:
        raise errors.missing_param("success_url")
    for name in ("success_url", "cancel_url"):
        if name in params and not hosted:
            message = (
                f"The `{name}` parameter is not supported when `ui_mode` is `{params['ui_mode']}`."
            )
            raise errors.invalid(message, name)
        parts = urlsplit(params.get(name, "https://example.com"))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            message = "Not a valid URL: an explicit scheme (such as https) must be provided."
            raise errors.invalid(message, name, "url_invalid")


def _method_types(params: JSON, currency: str | None) -> list[str]:
    """Cards and one delayed method, as far as the request lets them through."""
    pays_once = params["mode"] == "payment"
    offered = ["card", *([bank_debit_type(currency)] if currency and pays_once else [])]
    allowed = params.get("allowed_payment_method_types", offered)
    excluded = params.get("excluded_payment_method_types", [])
    found = [kind for kind in offered if kind in allowed and kind not in excluded]
    if not found:
        raise errors.invalid(
            "No valid payment method types for this Checkout Session.",
            "allowed_payment_method_types",
        )
    return found


def _branding(call: Call, given: JSON | None) -> JSON | None:
    if given is None:
        return None
    if given.get("logo") and given.get("icon"):
        raise errors.invalid(
            "You cannot set both `logo` and `icon`.", "branding_settings", "parameters_exclusive"
        )
    for name in ("background_color", "button_color"):
        if given.get(name):
            check_color(given[name], f"branding_settings[{name}]")
    for name in ("icon", "logo"):
        image = given.get(name) or {}
        if image.get("type") == "file":
            check_brand_file(
                call.sandbox, image.get("file", ""), name, f"branding_settings[{name}][file]"
            )
    empty = dict.fromkeys(["background_color", "button_color", "display_name", "icon", "logo"])
    chosen = {name: value or None for name, value in given.items()}
    return {"border_style": "rounded", "font_family": "default", **empty, **chosen}


def _empty(call: Call, currency: str | None) -> JSON:
    identifier, now = ids.new("cs_test"), call.sandbox.clock.now()
    return {
        **dict.fromkeys(_NULL.split()),
        "id": identifier,
        "object": "checkout.session",
        "created": now,
        "currency": currency,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "expires_at": now + LONGEST,
        "livemode": False,
        "amount_subtotal": None,
        "amount_total": None,
        "total_details": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_status": "unpaid",
        "status": "open",
        "ui_mode": "hosted_page",
        "url": f"{call.base_url}/c/pay/{identifier}",
    }


def _apply_amounts(session: JSON, subtotal: int, shipping: int) -> None:
    session.update(amount_subtotal=subtotal, amount_total=subtotal + shipping)
    session["total_details"] = {"amount_discount": 0, "amount_shipping": shipping, "amount_tax": 0}
    if session["shipping_options"]:
        rate = session["shipping_options"][0]["shipping_rate"]
        session["shipping_cost"] = {
            "amount_subtotal": shipping,
            "amount_tax": 0,
            "amount_total": shipping,
            "shipping_rate": rate,
        }


def choose_shipping(session: JSON, rate: str) -> None:
    """The customer picks one of the shipping options; ``ValueError`` for any other."""
    for option in session["shipping_options"]:
        if option["shipping_rate"] == rate:
            _apply_amounts(session, session["amount_subtotal"], option["shipping_amount"])
            session["shipping_cost"]["shipping_rate"] = rate
            return
    raise ValueError("there is no such shipping option")


def _start_expiry(call: Call, session: JSON) -> None:
    lasts = LONGEST
    if "expires_at" in call.params:
        lasts = call.params["expires_at"] - call.sandbox.clock.now()
        if not SHORTEST - _SLACK <= lasts <= LONGEST + _SLACK:
            message = (
                "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours "
                "from Checkout Session "
                "creation."
            )
            raise errors.invalid(message, "expires_at")
        session["expires_at"] = call.params["expires_at"]
    call.sandbox.timers.start("expire_session", session["id"], lasts)


@when_due("expire_session")
def _expire_when_due(sandbox: Sandbox, session_id: str) -> None:
    session = sandbox.store.get(session_id)
    if session["status"] == "open":
        close_expired(sandbox, session)


def close_expired(sandbox: Sandbox, session: JSON) -> None:
    """The session can no longer be paid; its unfinished intent is canceled with it."""
    sandbox.timers.cancel("expire_session", session["id"])
    session.update(status="expired", url=None)
    sandbox.store.save(session)
    intent = (
        sandbox.store.find(session["_payment_intent"]) if session.get("_payment_intent") else None
    )
    if intent is not None and intent["status"] not in ("succeeded", "processing", "canceled"):
        intent.update(
            status="canceled",
            canceled_at=sandbox.clock.now(),
            cancellation_reason="automatic",
            next_action=None,
        )
        sandbox.store.save(intent)
        emit(sandbox, "payment_intent.canceled", intent)
    emit(sandbox, "checkout.session.expired", session)


@operation("GET", "/v1/checkout/sessions/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One session."""
    return call.fetch("checkout.session", identifier, "session")


@operation("GET", "/v1/checkout/sessions", "checkout.SessionListParams")
def list_all(call: Call) -> JSON:
    """Sessions, by customer, e-mail, payment intent or status."""
    wanted = {
        name: call.params.get(name)
        for name in ("customer", "payment_intent", "status", "subscription")
    }
    if "customer_details" not in call.params:
        return call.page("checkout.session", "/v1/checkout/sessions", wanted)
    email = call.params["customer_details"]["email"]
    chosen = {name: value for name, value in wanted.items() if value is not None}
    found = call.sandbox.store.select(
        "checkout.session", call.account, chosen, created_filter(call.params)
    )
    return page_of(
        call,
        "/v1/checkout/sessions",
        [s for s in found if (s["customer_details"] or {}).get("email") == email],
    )


@operation("POST", "/v1/checkout/sessions/<identifier>", "checkout.SessionUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change the metadata; of an open session also what was collected."""
    session = call.fetch("checkout.session", identifier, "session")
    if "collected_information" in call.params:
        session["collected_information"] = call.params["collected_information"]
    session["metadata"] = metadata(call.params, session["metadata"])
    return call.sandbox.store.save(session)


@operation("POST", "/v1/checkout/sessions/<identifier>/expire", "checkout.SessionExpireParams")
def expire(call: Call, identifier: str) -> JSON:
    """Close an open session."""
    session = call.fetch("checkout.session", identifier, "session")
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            "This Checkout Session has a status of "
            f"{session['status']}."
        )
        raise errors.refused(message)
    close_expired(call.sandbox, session)
    return session


@computed("checkout.session", "line_items", on_request=True)
def _line_items(sandbox: Sandbox, session: JSON) -> Any:
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return list_of(sandbox, url, session["_line_items"])


@operation(
    "GET", "/v1/checkout/sessions/<identifier>/line_items", "checkout.SessionLineItemListParams"
)
def list_line_items(call: Call, identifier: str) -> JSON:
    """The items of a session."""
    session = call.fetch("checkout.session", identifier, "session")
    return page_of(call, f"/v1/checkout/sessions/{identifier}/line_items", session["_line_items"])
