"""Is this webhook really Stripe's? https://docs.stripe.com/webhooks#verify-manually

The SDK checks the signature and the age. It accepts a time in the future, and older versions
accepted an empty secret, so both are checked here as well.
"""

import json
from typing import Any

from storefront.clock import now

TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    """Not signed with one of our secrets, or too far from now, or not an event."""


def verified_event(body: bytes, header: str, secrets: tuple[str, ...]) -> dict[str, Any]:
    """The event in a webhook's raw body. Several secrets are accepted while one is replaced.

    Raises BadSignature.
    """
    import stripe

    try:
        text = body.decode()
        _check_not_ahead(header)
        if not any(_signed(stripe, text, header, secret) for secret in secrets if secret):
            raise BadSignature("no signature matches")
        event = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadSignature("not readable") from error
    if not _is_event(event):
        raise BadSignature("not an event")
    return dict(event)


def _is_event(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and found.get("object") == "event"
        and isinstance(found.get("id"), str)
        and isinstance(found.get("type"), str)
        and isinstance(found.get("data"), dict)
        and isinstance(found["data"].get("object"), dict)
    )


def _signed(stripe: Any, text: str, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, header, secret, TOLERANCE_SECONDS)
    except stripe.SignatureVerificationError:
        return False
    return True


def _check_not_ahead(header: str) -> None:
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    if not stamps or int(stamps[0]) > now().timestamp() + TOLERANCE_SECONDS:
        raise BadSignature("the time of the signature is missing or ahead of now")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
