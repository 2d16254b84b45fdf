"""Connected accounts: capabilities, branding, onboarding links."""

from typing import Any

import stripe

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, metadata, operation, page_of
from stripe_sandbox.connect import banks
from stripe_sandbox.connect.account_objects import create_account, requirements
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

LINK_SECONDS = 300


def connected_account(sandbox: Sandbox, identifier: str | None) -> JSON | None:
    """A connected account that is still connected."""
    account = sandbox.store.find(identifier)
    if account is None or account["object"] != "account" or identifier == sandbox.platform_id:
        return None
    return account if account["_connected"] else None


def require_destination(sandbox: Sandbox, identifier: str, param: str) -> JSON:
    """The account that money may be sent to, or Stripe's refusal."""
    account = connected_account(sandbox, identifier)
    if account is None:
        raise errors.missing("destination", identifier, param, 400)
    if account["capabilities"].get("transfers") != "active":
        message = (
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: "
            "transfers, crypto_transfers, legacy_payments"
        )
        raise errors.invalid(message, param, "insufficient_capabilities_for_transfer")
    return account


def check_reversible(sandbox: Sandbox, destination: str, param: str | None = None) -> None:
    """Refuse to reverse a transfer to an account that has left, if the switch says so."""
    gone = not sandbox.store.get(destination)["_connected"]
    if gone and not sandbox.switches.reverse_after_disconnect:
        message = f"The account {destination} is no longer connected to your platform."
        raise errors.refused(message, "account_invalid", param)


def application_object(sandbox: Sandbox) -> JSON:
    """The platform's application as events show it."""
    known = sandbox.store.setting("application", {})
    return {"id": known["id"], "object": "application", "name": known["name"]}


def disconnect(sandbox: Sandbox, account: JSON) -> None:
    """End the connection. The event carries the application, and the account beside it."""
    account["_connected"] = False
    sandbox.store.save(account)
    emit(
        sandbox,
        "account.application.deauthorized",
        application_object(sandbox),
        account=account["id"],
    )


def reachable(call: Call, identifier: str) -> JSON:
    """An account that the caller may see, or Stripe's refusal."""
    account = connected_account(call.sandbox, identifier)
    own = identifier == call.account
    if not own and (account is None or not call.on_platform):
        message = (
            f"The provided key does not have access to account '{identifier}' (or that account "
            f"does not exist). "
            "Application access may have been revoked."
        )
        raise errors.invalid(message, code="account_invalid", status=403)
    return call.sandbox.store.get(identifier)


def managed(call: Call, identifier: str) -> JSON:
    """A connected account that the platform controls: Express or Custom."""
    account = reachable(call, identifier)
    if account["controller"]["type"] != "application":
        message = (
            "This application does not have the required permissions for this endpoint on "
            f"account '{identifier}'."
        )
        raise errors.invalid(message, status=403)
    return account


@operation("POST", "/v1/accounts", "AccountCreateParams")
def create(call: Call) -> JSON:
    """Create a connected account. Requested capabilities are active at once, those of an Express
    account after onboarding; a Standard account gets those for payments unasked.
    """
    params = call.params
    kind = params.get("type") or _kind_of_controller(params.get("controller", {}))
    requested = tuple(
        name for name, wish in params.get("capabilities", {}).items() if wish.get("requested")
    )
    if kind == "standard" and not requested:
        requested = ("card_payments", "transfers")
    if "card_payments" in requested and "transfers" not in requested:
        message = (
            "You cannot request the card_payments capability without also requesting the "
            "transfers capability."
        )
        raise errors.invalid(message, "capabilities")
    currency = params.get("default_currency")
    account = create_account(
        call.sandbox,
        kind=kind,
        country=params.get("country", "US").upper(),
        email=params.get("email"),
        currency=currencies.check(currency, "default_currency") if currency else None,
        name=(params.get("business_profile") or {}).get("name"),
        capabilities=requested,
    )
    _merge(call, account, params)
    return call.sandbox.store.save(account)


def _kind_of_controller(controller: JSON) -> str:
    dashboard = controller.get("stripe_dashboard", {}).get("type", "full")
    return {"full": "standard", "express": "express"}.get(dashboard, "custom")


def _merge(call: Call, account: JSON, params: JSON) -> None:
    _check_branding(call, params)
    for name in ("business_type", "email", "default_currency"):
        if name in params:
            account[name] = params[name]
    if params.get("business_profile"):
        account["business_profile"].update(params["business_profile"])
    for section, values in (params.get("settings") or {}).items():
        _deep_update(account["settings"].setdefault(section, {}), values)
    account["metadata"] = metadata(params, account["metadata"])
    if params.get("external_account"):
        banks.add(call.sandbox, account, params["external_account"], default_for_currency=True)


def _deep_update(target: JSON, values: JSON) -> None:
    for name, value in values.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            _deep_update(target[name], value)
        else:
            target[name] = None if value == "" else value


def _check_branding(call: Call, params: JSON) -> None:
    branding = (params.get("settings") or {}).get("branding", {})
    for name in ("icon", "logo"):
        if branding.get(name):
            check_brand_file(call.sandbox, branding[name], name, f"settings[branding][{name}]")
    for name in ("primary_color", "secondary_color"):
        if branding.get(name):
            check_color(branding[name], f"settings[branding][{name}]")


def check_brand_file(sandbox: Sandbox, identifier: str, name: str, param: str) -> None:
    """A file for branding exists and was uploaded for that purpose."""
    stored = sandbox.store.find(identifier)
    if stored is None or stored["object"] != "file":
        raise errors.missing("file upload", identifier, param, 400)
    if stored["purpose"] != f"business_{name}":
        raise errors.invalid(
            f"The file must have been uploaded with the purpose business_{name}.", param
        )


def check_color(value: str, param: str) -> str:
    """A colour such as ``#663399``."""
    digits = value.removeprefix("#")
    if (
        not value.startswith("#")
        or len(digits) not in (3, 6)
        or not all(c in "0123456789abcdefABCDEF" for c in digits)
    ):
        raise errors.invalid(f"Invalid hex color: {value[:20]}", param)
    return value


@operation("GET", "/v1/accounts/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One account."""
    return reachable(call, identifier)


@operation("GET", "/v1/account")
def retrieve_current(call: Call) -> JSON:
    """The account that acts."""
    return call.sandbox.store.get(call.account)


@operation("GET", "/v1/accounts", "AccountListParams")
def list_all(call: Call) -> JSON:
    """The connected accounts of the platform."""
    accounts = [
        a
        for a in call.sandbox.store.select("account", created=created_filter(call.params))
        if a["id"] != call.sandbox.platform_id
    ]
    return page_of(call, "/v1/accounts", [account for account in accounts if account["_connected"]])


@operation("POST", "/v1/accounts/<identifier>", "AccountUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change a connected account. The platform's own is changed in its Dashboard."""
    account = reachable(call, identifier)
    if identifier == call.sandbox.platform_id:
        raise errors.invalid(
            "You cannot update your own account via the API; use the Dashboard instead."
        )
    _merge(call, account, call.params)
    for name, wish in (call.params.get("capabilities") or {}).items():
        if wish.get("requested"):
            account["capabilities"].setdefault(name, _granted(account))
        else:
            account["capabilities"].pop(name, None)
    return _updated(call.sandbox, account)


def _granted(account: JSON) -> str:
    """What becomes of a capability that is asked for."""
    waits = account["type"] == "express" and not account["details_submitted"]
    return "inactive" if waits or account.get("_rejected") else "active"


def _updated(sandbox: Sandbox, account: JSON, **previous: Any) -> JSON:
    account["charges_enabled"] = account["capabilities"].get("card_payments") == "active" or (
        account["type"] == "standard" and not account["requirements"]["disabled_reason"]
    )
    changed(sandbox, "account.updated", account, **previous)
    return account


@operation("DELETE", "/v1/accounts/<identifier>")
def delete(call: Call, identifier: str) -> JSON:
    """Delete a connected account whose balance is zero."""
    account = reachable(call, identifier)
    if any(any(kept.values()) for kept in call.sandbox.ledger.balances(identifier).values()):
        raise errors.refused("You cannot delete an account that has a balance.")
    disconnect(call.sandbox, account)
    return {"id": identifier, "object": "account", "deleted": True}


def _capability(account: JSON, name: str) -> JSON:
    status = account["capabilities"].get(name)
    known: JSON = account["requirements"]
    missing = status in ("inactive", "pending")
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": requirements(),
        "requested": status is not None,
        "requested_at": account["created"] if status is not None else None,
        "requirements": {
            **(known if missing else requirements()),
            "disabled_reason": (known["disabled_reason"] or "requirements.fields_needed")
            if missing
            else None,
        },
        "status": status or "unrequested",
    }


def set_capability(sandbox: Sandbox, account: JSON, name: str, status: str) -> None:
    """Change what an account can do and say so to the platform's Connect endpoints."""
    before = dict(account["capabilities"])
    account["capabilities"][name] = status
    _updated(sandbox, account, capabilities=before)
    emit(
        sandbox,
        "capability.updated",
        _capability(account, name),
        {"status": before.get(name)},
        account["id"],
    )


def set_requirements(
    sandbox: Sandbox, account: JSON, due: list[str], disabled_reason: str | None, **more: Any
) -> None:
    """Change what Stripe wants to know about an account; ``more`` are further parts of the hash.

    What was handed in once stays handed in, whatever is wanted later.
    """
    before = account["requirements"]
    account["requirements"] = {**requirements(*due), "disabled_reason": disabled_reason, **more}
    account["details_submitted"] = account["details_submitted"] or not due
    account["payouts_enabled"] = disabled_reason is None
    if not due:
        banks.default_of(sandbox, account, account["default_currency"])
    _updated(sandbox, account, requirements=before)


def _check_capability(name: str) -> None:
    if name not in stripe.Account.Capabilities.__annotations__:
        raise errors.missing("capability", name, "capability")


@operation("GET", "/v1/accounts/<identifier>/capabilities")
def list_capabilities(call: Call, identifier: str) -> JSON:
    """What the account can do."""
    account = reachable(call, identifier)
    data = [_capability(account, name) for name in account["capabilities"]]
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "url": f"/v1/accounts/{identifier}/capabilities",
    }


@operation("GET", "/v1/accounts/<identifier>/capabilities/<name>")
def retrieve_capability(call: Call, identifier: str, name: str) -> JSON:
    """One capability."""
    _check_capability(name)
    return _capability(reachable(call, identifier), name)


@operation("POST", "/v1/accounts/<identifier>/capabilities/<name>", "AccountCapabilityUpdateParams")
def update_capability(call: Call, identifier: str, name: str) -> JSON:
    """Ask for a capability, granted as at creation, or give it up."""
    _check_capability(name)
    account = reachable(call, identifier)
    if call.params.get("requested", True):
        set_capability(call.sandbox, account, name, _granted(account))
    else:
        account["capabilities"].pop(name, None)
        _updated(call.sandbox, account)
    return _capability(account, name)


@operation("POST", "/v1/account_links", "AccountLinkCreateParams")
def create_link(call: Call) -> JSON:
    """A page on which the account's owner completes what Stripe wants to know. It opens once."""
    account = reachable(call, call.params["account"])
    if call.params["type"] == "account_update" and account["type"] != "custom":
        message = "You cannot create `account_update` type Account Links for this account."
        raise errors.invalid(message, "type")
    key, now = ids.token(32), call.sandbox.clock.now()
    link = {
        "account": account["id"],
        "return_url": call.params.get("return_url"),
        "refresh_url": call.params.get("refresh_url"),
    }
    call.sandbox.store.set_setting(
        f"account_link:{key}", {**link, "until": call.sandbox.clock.sandbox_now() + LINK_SECONDS}
    )
    return {
        "object": "account_link",
        "created": now,
        "expires_at": now + LINK_SECONDS,
        "url": f"{call.base_url}/setup/s/{key}",
    }
