"""Ways into an account's dashboard: login links and account sessions."""

from typing import Any

import stripe

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.connect.accounts import managed, reachable
from stripe_sandbox.store import JSON

SESSION_SECONDS = 3600


@operation("POST", "/v1/accounts/<identifier>/login_links", "AccountLoginLinkCreateParams")
def create_login_link(call: Call, identifier: str) -> JSON:
    """A link into the Express Dashboard; here it leads to the control room."""
    account = managed(call, identifier)
    if account["type"] != "express":
        message = (
            "Cannot create a login link for an account that is not an Express Dashboard account."
        )
        raise errors.refused(message)
    if not account["details_submitted"]:
        message = "Cannot create a login link for an account that has not completed onboarding."
        raise errors.refused(message)
    url = f"{call.base_url}/?account={identifier}"
    return {"object": "login_link", "created": call.sandbox.clock.now(), "url": url}


@operation("POST", "/v1/account_sessions", "AccountSessionCreateParams")
def create_session(call: Call) -> JSON:
    """A secret with which embedded components show an account."""
    account = reachable(call, call.params["account"])
    return {
        "object": "account_session",
        "account": account["id"],
        "client_secret": f"accs_secret__{ids.token(48)}",
        "components": _components(call.params["components"]),
        "expires_at": call.sandbox.clock.now() + SESSION_SECONDS,
        "livemode": False,
    }


def _components(asked: JSON) -> JSON:
    """Every component that the SDK knows; off, unless it was asked for."""
    known: dict[str, Any] = stripe.AccountSession.Components._inner_class_types
    return {name: _component(kind, asked.get(name, {})) for name, kind in known.items()}


def _component(kind: Any, asked: JSON) -> JSON:
    features = kind._inner_class_types["features"].__annotations__
    enabled = asked.get("enabled", False)
    chosen = {name: (asked.get("features") or {}).get(name, False) for name in features}
    return {"enabled": enabled, "features": chosen}
