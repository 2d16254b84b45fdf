"""Stripe's answers as plain dicts, and its errors as the four kinds in `failures.py`."""

from typing import TYPE_CHECKING, Any

from storefront.stripe_gateway import failures

if TYPE_CHECKING:
    import stripe

Answer = dict[str, Any]


def plain(answer: Any) -> Answer:
    """An answer of the SDK's as a dict, with the id of its request as `_request_id`."""
    found: Answer = answer.to_dict(for_json=True)
    response = getattr(answer, "last_response", None)
    if response is not None and response.request_id:
        found["_request_id"] = response.request_id
    return found


def translated(error: Exception) -> failures.StripeFailure:
    """What an error means for the call that met it."""
    import stripe

    if not isinstance(error, stripe.StripeError):
        return failures.OutcomeUnknown(f"Stripe's answer could not be read: {error}")
    message = error.user_message or str(error)
    return _kind(error)(message, code=code(error), request_id=error.request_id or "")


def code(error: "stripe.StripeError") -> str:
    """Stripe's code of an error, else its type; empty without either."""
    details = getattr(error, "error", None)
    return error.code or getattr(details, "code", None) or getattr(details, "type", None) or ""


def _kind(error: "stripe.StripeError") -> type[failures.StripeFailure]:
    import stripe

    status = error.http_status
    if isinstance(error, stripe.IdempotencyError):
        return failures.OutcomeUnknown
    if status in {401, 403} and not isinstance(error, stripe.oauth_error.OAuthError):
        return failures.KeyRefused
    if status in {409, 429}:
        return failures.TryLater
    if status is not None and 400 <= status < 500 and status != 424:
        return failures.Rejected
    return failures.OutcomeUnknown
