"""OAuth for Standard accounts: codes, tokens, connections.

Rules: docs.stripe.com/connect/oauth-reference.
Errors are flat: ``{"error", "error_description"}``.
"""

from dataclasses import dataclass
from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.connect.accounts import (
    application_object,
    connected_account,
    disconnect,
)
from stripe_sandbox.sandbox import Sandbox, after_reset
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

CODE_SECONDS = 300
SCOPES = ("read_only", "read_write")


class OAuthError(Exception):
    """A flat OAuth error; ``status`` is the HTTP status."""

    def __init__(
        self, code: str, description: str, status: int = 400, *, keeps_changes: bool = False
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status
        self.keeps_changes = keeps_changes

    def body(self) -> dict[str, str]:
        """The JSON document."""
        return {"error": self.code, "error_description": self.description}


@dataclass(frozen=True)
class AuthorizeRequest:
    """A checked request to the authorize page."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str | None


@after_reset
def _register_application(sandbox: Sandbox) -> None:
    if sandbox.store.setting("application", None) is None:
        application = {"id": ids.new("ca"), "name": "Sandbox platform", "redirect_uris": []}
        sandbox.store.set_setting("application", application)


def application(sandbox: Sandbox) -> JSON:
    """The platform's registration: ``id`` (client_id), ``name``, ``redirect_uris``."""
    found: JSON = sandbox.store.setting("application", {})
    return found


def register(sandbox: Sandbox, **values: Any) -> JSON:
    """Change the registration and the platform's account accordingly."""
    changed = {**application(sandbox), **values}
    sandbox.store.set_setting("application", changed)
    platform = sandbox.store.get(sandbox.platform_id)
    platform["business_profile"]["name"] = platform["settings"]["dashboard"]["display_name"] = (
        changed["name"]
    )
    sandbox.store.save(platform)
    return changed


def check_authorize(sandbox: Sandbox, args: dict[str, str]) -> AuthorizeRequest:
    """What the authorize page was asked, or ``OAuthError`` (shown as JSON, never redirected)."""
    known = application(sandbox)
    if not args.get("client_id"):
        raise OAuthError("invalid_request", "No client_id was provided")
    if args["client_id"] != known["id"]:
        raise OAuthError(
            "invalid_client",
            f"No application matches the supplied client identifier: {args['client_id'][:80]}",
        )
    if args.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "The only supported response_type is 'code'")
    scope = args.get("scope") or "read_only"
    if scope not in SCOPES:
        raise OAuthError(
            "invalid_scope", f"Invalid scope provided: {scope[:80]}. Supported: {', '.join(SCOPES)}"
        )
    return AuthorizeRequest(
        known["id"], _redirect_uri(known, args.get("redirect_uri")), scope, args.get("state")
    )


def _redirect_uri(known: JSON, asked: str | None) -> str:
    registered: list[str] = known["redirect_uris"]
    if not registered:
        raise OAuthError(
            "invalid_redirect_uri", "No redirect URI is registered for this application"
        )
    if asked is None:
        return registered[0]
    if asked not in registered:
        message = (
            "Invalid redirect URI. Ensure this uri matches exactly one of the uris specified "
            "in your application settings"
        )
        raise OAuthError("invalid_redirect_uri", message)
    return asked


def grant_code(sandbox: Sandbox, account_id: str, scope: str) -> str:
    """Connect the account and return the single-use code for the redirect."""
    code = ids.new("ac")
    until = sandbox.clock.sandbox_now() + CODE_SECONDS
    grant = {"account": account_id, "scope": scope, "until": until, "used": False}
    sandbox.store.set_setting(f"oauth_code:{code}", grant)
    return code


def exchange_code(sandbox: Sandbox, code: str) -> JSON:
    """The token answer. A second use of a code revokes the connection."""
    name = f"oauth_code:{code}"
    grant = sandbox.store.setting(name, None)
    if grant is None:
        raise OAuthError("invalid_grant", f"Authorization code does not exist: {code[:60]}")
    if grant["used"]:
        account = connected_account(sandbox, grant["account"])
        if account is not None:
            disconnect(sandbox, account)
        message = (
            "This authorization code has already been used. All tokens issued with this code "
            "have been revoked."
        )
        raise OAuthError("invalid_grant", message, keeps_changes=True)
    if grant["until"] <= sandbox.clock.sandbox_now():
        raise OAuthError("invalid_grant", f"Authorization code expired: {code[:60]}")
    sandbox.store.set_setting(name, {**grant, "used": True})
    return _connect(sandbox, grant["account"], grant["scope"])


def _connect(sandbox: Sandbox, account_id: str, scope: str) -> JSON:
    account = sandbox.store.get(account_id)
    newly = not account["_connected"]
    account["_connected"] = True
    sandbox.store.save(account)
    if newly:
        emit(
            sandbox,
            "account.application.authorized",
            application_object(sandbox),
            account=account_id,
        )
    return _tokens(sandbox, account_id, scope)


def _tokens(sandbox: Sandbox, account_id: str, scope: str) -> JSON:
    access, refresh = ids.new("sk_test"), ids.new("rt")
    sandbox.store.set_setting(f"access_token:{access}", account_id)
    sandbox.store.set_setting(f"refresh_token:{refresh}", {"account": account_id, "scope": scope})
    return {
        "access_token": access,
        "livemode": False,
        "refresh_token": refresh,
        "scope": scope,
        "stripe_publishable_key": ids.new("sk_test").replace("sk_", "pk_", 1),
        "stripe_user_id": account_id,
        "token_type": "bearer",
    }


def refresh(sandbox: Sandbox, token: str) -> JSON:
    """New tokens for a connection."""
    grant = sandbox.store.setting(f"refresh_token:{token}", None)
    if grant is None or connected_account(sandbox, grant["account"]) is None:
        raise OAuthError("invalid_grant", f"Refresh token does not exist: {token[:60]}")
    return _tokens(sandbox, grant["account"], grant["scope"])


def deauthorize(sandbox: Sandbox, client_id: str | None, account_id: str | None) -> JSON:
    """The platform gives up a connection."""
    if client_id != application(sandbox)["id"]:
        raise OAuthError("invalid_client", "No such application, or it does not belong to you", 401)
    account = connected_account(sandbox, account_id)
    if account is None:
        message = (
            f"This application is not connected to stripe account {account_id}, or that account "
            f"does not exist."
        )
        raise OAuthError("invalid_client", message, 401)
    if account["type"] != "standard":
        raise OAuthError("invalid_request", "no_deauth_on_controlled_account")
    disconnect(sandbox, account)
    return {"stripe_user_id": account["id"]}
