"""The billing portal's API (docs.stripe.com/api/customer_portal): what it offers, and to whom."""

from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.customers.customer_objects import fetch as fetch_customer
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

_PARAMS = "billing_portal.ConfigurationCreateParams"
FLOWS = ("payment_method_update", "subscription_cancel", "subscription_update")


def _features(given: JSON) -> JSON:
    """Every feature, switched on as far as it is asked for."""
    off: dict[str, Any] = {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": False},
        "payment_method_update": {"enabled": False, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {"enabled": False, "options": []},
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {"enabled": False},
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "products": [],
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }
    return {name: {**members, **(given.get(name) or {})} for name, members in off.items()}


def _make(sandbox: Sandbox, account: str, given: JSON, *, default: bool) -> JSON:
    now, profile = sandbox.clock.now(), given.get("business_profile") or {}
    configuration: JSON = {
        "id": ids.new("bpc"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
            **profile,
        },
        "created": now,
        "default_return_url": given.get("default_return_url"),
        "features": _features(given.get("features") or {}),
        "is_default": default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": metadata(given),
        "name": given.get("name"),
        "updated": now,
    }
    sandbox.store.add(configuration, account)
    emit(sandbox, "billing_portal.configuration.created", configuration)
    return configuration


def _default(sandbox: Sandbox, account: str) -> JSON:
    """The configuration that holds where none is named: everything but changing the plan."""
    kind = "billing_portal.configuration"
    found = sandbox.store.select(kind, account, {"is_default": True}, limit=1)
    on = {"enabled": True}
    names = ("invoice_history", "payment_method_update", "subscription_cancel")
    features = {"features": dict.fromkeys(names, on)}
    return found[0] if found else _make(sandbox, account, features, default=True)


@operation("POST", "/v1/billing_portal/configurations", _PARAMS)
def create(call: Call) -> JSON:
    """Say what a portal offers."""
    return _make(call.sandbox, call.account, call.params, default=False)


@operation("GET", "/v1/billing_portal/configurations/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One configuration."""
    return call.fetch("billing_portal.configuration", identifier)


@operation("GET", "/v1/billing_portal/configurations", "billing_portal.ConfigurationListParams")
def list_all(call: Call) -> JSON:
    """Configurations, by ``active`` and ``is_default``."""
    wanted = {name: call.params.get(name) for name in ("active", "is_default")}
    url = "/v1/billing_portal/configurations"
    return call.page("billing_portal.configuration", url, wanted)


@operation(
    "POST",
    "/v1/billing_portal/configurations/<identifier>",
    "billing_portal.ConfigurationUpdateParams",
)
def update(call: Call, identifier: str) -> JSON:
    """Change what a portal offers."""
    configuration, params = call.fetch("billing_portal.configuration", identifier), call.params
    for name in ("active", "default_return_url", "name"):
        if name in params:
            configuration[name] = params[name] if params[name] != "" else None
    configuration["business_profile"].update(params.get("business_profile") or {})
    for name, members in (params.get("features") or {}).items():
        configuration["features"][name].update(members)
    configuration["metadata"] = metadata(params, configuration["metadata"])
    changed(call.sandbox, "billing_portal.configuration.updated", configuration)
    return configuration


@operation("POST", "/v1/billing_portal/sessions", "billing_portal.SessionCreateParams")
def create_session(call: Call) -> JSON:
    """Open the portal for a customer; the answer's ``url`` is its page."""
    params, sandbox = call.params, call.sandbox
    if "customer" not in params:
        raise errors.missing_param("customer")
    customer = fetch_customer(call, params["customer"])
    if "configuration" in params:
        kind = "billing_portal.configuration"
        configuration = call.fetch(kind, params["configuration"], "configuration", 400)
    else:
        configuration = _default(sandbox, call.account)
    identifier = ids.new("bps")
    session: JSON = {
        "id": identifier,
        "object": "billing_portal.session",
        "after_expiration": None,
        "configuration": configuration["id"],
        "created": sandbox.clock.now(),
        "customer": customer["id"],
        "customer_account": None,
        "flow": _flow(call, params.get("flow_data"), customer["id"]),
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": params.get("on_behalf_of"),
        "return_url": params.get("return_url") or configuration["default_return_url"],
        "url": f"{call.base_url}/portal/{identifier}",
    }
    sandbox.store.add(session, call.account)
    emit(sandbox, "billing_portal.session.created", session)
    return session


def _flow(call: Call, given: JSON | None, customer: str) -> JSON | None:
    """The one thing that the portal is opened for."""
    if not given:
        return None
    kind = given["type"]
    if kind not in FLOWS:
        raise errors.invalid(f"The sandbox does not offer the flow {kind}.", "flow_data[type]")
    after = {"type": "portal_homepage", **(given.get("after_completion") or {})}
    flow: JSON = {
        "after_completion": {"hosted_confirmation": None, "redirect": None, **after},
        "type": kind,
        **dict.fromkeys(("subscription_cancel", "subscription_update")),
        "subscription_update_confirm": None,
    }
    if kind != "payment_method_update":
        wanted = (given.get(kind) or {}).get("subscription")
        param = f"flow_data[{kind}][subscription]"
        if wanted is None:
            raise errors.missing_param(param)
        subscription = call.fetch("subscription", wanted, param, 400)
        if subscription["customer"] != customer:
            raise errors.missing("subscription", wanted, param, 400)
        flow[kind] = {"subscription": wanted}
    return flow
