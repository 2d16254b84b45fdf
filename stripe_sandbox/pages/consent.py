"""The OAuth consent page: connect an account of one's own to the platform, or refuse."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox import currencies
from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.api.errors import ApiError
from stripe_sandbox.connect import oauth
from stripe_sandbox.connect.account_objects import ALL_CAPABILITIES, COUNTRIES, create_account
from stripe_sandbox.connect.oauth import AuthorizeRequest, OAuthError
from stripe_sandbox.pages.entry import Entry
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("consent", __name__)
_OFFERED_CURRENCIES = (
    "usd",
    "eur",
    "gbp",
    "jpy",
    "cad",
    "aud",
    "chf",
    "sek",
    "dkk",
    "nok",
    "pln",
    "mxn",
    "brl",
)


@routes.errorhandler(OAuthError)
def _refused(error: OAuthError) -> tuple[Response, int]:
    """Stripe shows these as JSON: an address that cannot be trusted is not redirected to."""
    return jsonify(error.body()), error.status


@routes.get("/oauth/authorize")
def ask() -> str:
    """Show who asks for what."""
    sandbox = current_sandbox()
    with sandbox.lock:
        asked = oauth.check_authorize(sandbox, request.args.to_dict())
        return _page(sandbox, asked, _prefill(), {})


def _prefill() -> dict[str, str]:
    names = ("business_name", "email", "country", "currency")
    given = {name: request.args.get(f"stripe_user[{name}]", "") for name in names}
    return {
        **given,
        "country": given["country"].upper() or "US",
        "currency": given["currency"].lower(),
    }


def _page(
    sandbox: Sandbox, asked: AuthorizeRequest, values: dict[str, str], problems: dict[str, str]
) -> str:
    return render_template(
        "consent.html",
        application=oauth.application(sandbox),
        asked=asked,
        accounts=_own_accounts(sandbox),
        countries=COUNTRIES,
        currencies=_OFFERED_CURRENCIES,
        entry=Entry(values, problems),
        leads_to=urlsplit(asked.redirect_uri).hostname,
    )


def _own_accounts(sandbox: Sandbox) -> list[JSON]:
    """Accounts that the person in front of the page could have: all Standard ones."""
    found = sandbox.store.select("account", matching={"type": "standard"})
    return [account for account in found if account["id"] != sandbox.platform_id]


@routes.post("/oauth/authorize")
def decide() -> BaseResponse | tuple[str, int]:
    """Send the person back with a code, or with their refusal."""
    sandbox = current_sandbox()
    with sandbox.transaction():
        asked = oauth.check_authorize(sandbox, request.args.to_dict())
        if request.form.get("decision") == "deny":
            return _back(asked, _refusal(sandbox, asked))
        problems = _problems(sandbox)
        if problems:
            return _page(sandbox, asked, request.form.to_dict(), problems), 422
        account_id = request.form.get("account") or _create(sandbox)["id"]
        code = oauth.grant_code(sandbox, account_id, asked.scope)
        state = {} if asked.state is None else {"state": asked.state}
        return _back(asked, {"scope": asked.scope, "code": code, **state})


def _refusal(sandbox: Sandbox, asked: AuthorizeRequest) -> dict[str, str]:
    answer = {"error": "access_denied", "error_description": "The user denied your request"}
    if (
        asked.state is not None
        and sandbox.switches.deny_keeps_state
        and "deny_without_state" not in request.args
    ):
        answer["state"] = asked.state
    return answer


def _back(asked: AuthorizeRequest, answer: dict[str, str]) -> BaseResponse:
    joint = "&" if urlsplit(asked.redirect_uri).query else "?"
    return redirect(f"{asked.redirect_uri}{joint}{urlencode(answer)}", 303)


def _problems(sandbox: Sandbox) -> dict[str, str]:
    form = request.form
    if form.get("decision") == "existing":
        known = {account["id"] for account in _own_accounts(sandbox)}
        return {} if form.get("account") in known else {"account": "Choose one of your accounts."}
    found = {}
    if not form.get("business_name", "").strip():
        found["business_name"] = "Enter a name for the business."
    if "@" not in form.get("email", ""):
        found["email"] = "Enter an e-mail address, such as you@example.com."
    if form.get("country") not in COUNTRIES:
        found["country"] = "Choose a country from the list."
    return found | _currency_problem(form.get("currency", ""))


def _currency_problem(currency: str) -> dict[str, str]:
    try:
        currencies.check(currency or "usd", "currency")
    except ApiError:
        return {"currency": "Choose a currency from the list."}
    return {}


def _create(sandbox: Sandbox) -> JSON:
    form = request.form
    return create_account(
        sandbox,
        kind="standard",
        country=form["country"],
        currency=form.get("currency") or None,
        email=form["email"].strip(),
        name=form["business_name"].strip(),
        capabilities=ALL_CAPABILITIES,
        connected=False,
    )
