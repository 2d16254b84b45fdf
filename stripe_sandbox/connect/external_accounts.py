"""External accounts as the API offers them."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation, page_of
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.connect.accounts import managed
from stripe_sandbox.connect.banks import KINDS, add, external_accounts, undefault
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit


@computed("account", "external_accounts")
def _external_accounts(sandbox: Sandbox, account: JSON) -> JSON | None:
    if account["controller"]["type"] != "application":
        return None
    found = external_accounts(sandbox, account["id"])
    url = f"/v1/accounts/{account['id']}/external_accounts"
    return list_of(sandbox, url, found[:10], has_more=len(found) > 10, total_count=len(found))


def _fetch(call: Call, account: str, identifier: str) -> JSON:
    found = call.sandbox.store.find(identifier)
    if found is None or found["object"] not in KINDS or found["_account"] != account:
        raise errors.missing("external account", identifier)
    return found


@operation(
    "POST",
    "/v1/accounts/<identifier>/external_accounts",
    "AccountExternalAccountCreateParams",
)
def create(call: Call, identifier: str) -> JSON:
    """Add a bank account or debit card, also by a token such as ``btok_us_verified``."""
    account, params = managed(call, identifier), call.params
    more = {"default_for_currency": params.get("default_for_currency", False)}
    given = params["external_account"]
    return add(call.sandbox, account, given, metadata=metadata(params), **more)


@operation("GET", "/v1/accounts/<identifier>/external_accounts", "AccountExternalAccountListParams")
def list_all(call: Call, identifier: str) -> JSON:
    """The external accounts of an account; ``object`` narrows them."""
    managed(call, identifier)
    kind = call.params.get("object")
    found = external_accounts(call.sandbox, identifier)
    chosen = [each for each in found if kind in (None, each["object"])]
    return page_of(call, f"/v1/accounts/{identifier}/external_accounts", chosen)


@operation("GET", "/v1/accounts/<identifier>/external_accounts/<external>")
def retrieve(call: Call, identifier: str, external: str) -> JSON:
    """One external account."""
    managed(call, identifier)
    return _fetch(call, identifier, external)


@operation(
    "POST",
    "/v1/accounts/<identifier>/external_accounts/<external>",
    "AccountExternalAccountUpdateParams",
)
def update(call: Call, identifier: str, external: str) -> JSON:
    """Change metadata and holder, or make it the default of its currency."""
    found = retrieve(call, identifier, external)
    before = {"metadata": found["metadata"], "default_for_currency": found["default_for_currency"]}
    if call.params.get("default_for_currency"):
        same = [
            each
            for each in external_accounts(call.sandbox, identifier)
            if each["currency"] == found["currency"]
        ]
        undefault(call.sandbox, same)
        found["default_for_currency"] = True
    for name, value in call.params.items():
        if name in found and name not in ("metadata", "default_for_currency"):
            found[name] = value or None
    found["metadata"] = metadata(call.params, found["metadata"])
    changed(call.sandbox, "account.external_account.updated", found, **before)
    return found


@operation("DELETE", "/v1/accounts/<identifier>/external_accounts/<external>")
def delete(call: Call, identifier: str, external: str) -> JSON:
    """Remove an external account that is not the default of the account's currency."""
    account, found = managed(call, identifier), retrieve(call, identifier, external)
    if found["default_for_currency"] and found["currency"] == account["default_currency"]:
        message = (
            "You cannot delete the default external account for your default currency. Please "
            "make another external account the default using the `default_for_currency` param, "
            "and then delete this one."
        )
        raise errors.refused(message)
    call.sandbox.store.delete(external)
    emit(call.sandbox, "account.external_account.deleted", found)
    return {"id": external, "object": found["object"], "deleted": True}
