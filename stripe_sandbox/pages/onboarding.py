"""The page behind an account link: the owner tells Stripe what it still wants to know."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from stripe_sandbox.api.dispatch import current_sandbox
from stripe_sandbox.connect.accounts import set_capability, set_requirements
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

routes = Blueprint("onboarding", __name__)
WORDS = {
    "external_account": "A bank account for payouts",
    "tos_acceptance.date": "Your consent to the terms of service",
    "individual.verification.document": "A photo of an identity document",
    "business_profile.url": "The address of your website",
}


def _link(sandbox: Sandbox, key: str) -> JSON | None:
    """The link, as long as it is valid; links work once."""
    found: JSON | None = sandbox.store.setting(f"account_link:{key}", None)
    if found is None or found["until"] <= sandbox.clock.sandbox_now():
        return None
    return found


def _gone() -> tuple[str, int]:
    text = "This link has been used or has expired. Go back to the platform to get another."
    return render_template("message.html", title="This link no longer works", text=text), 410


@routes.get("/setup/s/<key>")
def show(key: str) -> tuple[str, int]:
    """What is still due."""
    sandbox = current_sandbox()
    with sandbox.lock:
        link = _link(sandbox, key)
        if link is None:
            return _gone()
        account = sandbox.store.get(link["account"])
        return render_template("onboarding.html", account=account, words=WORDS), 200


@routes.post("/setup/s/<key>")
def complete(key: str) -> BaseResponse | tuple[str, int]:
    """Everything that was due is provided; requested capabilities become active."""
    sandbox = current_sandbox()
    with sandbox.transaction():
        link = _link(sandbox, key)
        if link is None:
            return _gone()
        sandbox.store.set_setting(f"account_link:{key}", {**link, "until": 0})
        account = sandbox.store.get(link["account"])
        set_requirements(sandbox, account, [], None)
        for name, status in account["capabilities"].items():
            if status != "active":
                set_capability(sandbox, account, name, "active")
        return redirect(link["return_url"], 303)
