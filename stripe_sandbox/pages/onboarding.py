"""The page behind an account link: the owner tells Stripe what it still wants to know."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox import ids
from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.connect.accounts import set_capability, set_requirements
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("onboarding", __name__)
WORDS = {
    "business_type": "Whether you are a person or a company",
    "individual.dob.day": "Your date of birth",
    "external_account": "A bank account for payouts",
    "tos_acceptance.date": "Your consent to the terms of service",
    "individual.verification.document": "A photo of an identity document",
    "business_profile.url": "The address of your website",
}


_SESSION_SECONDS = 3600


@routes.get("/setup/s/<key>")
def show(key: str) -> BaseResponse | tuple[str, int]:
    """What is still due. A link opens once, then and when it is old it leads to ``refresh_url``."""
    sandbox = current_sandbox()
    with sandbox.transaction():
        link = sandbox.store.setting(f"account_link:{key}", None)
        if link is None:
            return _unknown()
        if link["until"] <= sandbox.clock.sandbox_now():
            return _over(link)
        session, until = ids.token(32), sandbox.clock.sandbox_now() + _SESSION_SECONDS
        sandbox.store.set_setting(f"account_link:{key}", {**link, "until": 0})
        sandbox.store.set_setting(f"account_setup:{session}", {**link, "until": until})
        account = sandbox.store.get(link["account"])
        page = render_template("onboarding.html", account=account, words=WORDS, session=session)
        return page, 200


@routes.post("/setup/s/<key>")
def complete(key: str) -> BaseResponse | tuple[str, int]:
    """The owner provides everything, leaves early, or has to wait until Stripe has checked it."""
    sandbox, session = current_sandbox(), request.form.get("session", "")
    with sandbox.transaction():
        link = sandbox.store.setting(f"account_setup:{session}", None)
        if link is None:
            return _unknown()
        if link["until"] <= sandbox.clock.sandbox_now():
            return _over(link)
        sandbox.store.set_setting(f"account_setup:{session}", {**link, "until": 0})
        account = sandbox.store.get(link["account"])
        _DECISIONS.get(request.form.get("decision", ""), _provide)(sandbox, account)
        return redirect(link["return_url"], 303) if link["return_url"] else _unknown()


def _provide(sandbox: Sandbox, account: JSON) -> None:
    """Requested capabilities become active."""
    set_requirements(sandbox, account, [], None)
    _set_capabilities(sandbox, account, "active")


def _wait(sandbox: Sandbox, account: JSON) -> None:
    """Everything is handed in, and Stripe looks at the document for a while."""
    reason, checked = "requirements.pending_verification", ["individual.verification.document"]
    set_requirements(sandbox, account, [], reason, pending_verification=checked)
    _set_capabilities(sandbox, account, "pending")


def _leave(sandbox: Sandbox, account: JSON) -> None:
    """Nothing changes."""


_DECISIONS = {"provide": _provide, "wait": _wait, "leave": _leave}


def _set_capabilities(sandbox: Sandbox, account: JSON, status: str) -> None:
    for name, before in dict(account["capabilities"]).items():
        if before not in ("active", status):
            set_capability(sandbox, account, name, status)


def _over(link: JSON) -> BaseResponse | tuple[str, int]:
    return redirect(link["refresh_url"], 303) if link["refresh_url"] else _unknown()


def _unknown() -> tuple[str, int]:
    text = "There is no such link. Go back to the platform to get another."
    return render_template("message.html", title="This link does not work", text=text), 410
