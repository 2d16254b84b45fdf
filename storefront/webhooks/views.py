"""The two endpoints that Stripe calls: the platform's own events, and connected accounts'."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from storefront import current
from storefront.security.policies import policy
from storefront.stripe_gateway.signatures import BadSignature, verified_event
from storefront.webhooks import service

blueprint = Blueprint("webhooks", __name__)

MAXIMUM_BYTES = 1_000_000


@blueprint.post(service.PATHS["platform"])
@policy("stripe")
def platform() -> ResponseReturnValue:
    """Events of the platform's account: Checkout, charges, refunds, transfers, fees."""
    return _receive("platform", current.config().stripe_webhook_secrets)


@blueprint.post(service.PATHS["connect"])
@policy("stripe")
def connect() -> ResponseReturnValue:
    """Events of connected accounts: capabilities, disconnection."""
    return _receive("connect", current.config().stripe_connect_webhook_secrets)


def _receive(scope: str, secrets: tuple[str, ...]) -> ResponseReturnValue:
    request.max_content_length = MAXIMUM_BYTES
    body = request.get_data()
    try:
        event = verified_event(body, request.headers.get("Stripe-Signature", ""), secrets)
    except BadSignature:
        return {"error": "This is not an event that Stripe signed with our secret."}, 400
    service.receive(current.services(), scope, event, body.decode())
    return {"received": True}
