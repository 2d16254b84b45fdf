"""Errors in Stripe's shape.

``stored`` says whether an idempotency key remembers the error: Stripe keeps the outcome of
requests that began to execute, not of those whose parameters were refused.
``keeps_changes`` marks outcomes such as a declined card, where the charge and the intent that
record the failure stay although the request answers with an error.
"""

from typing import Any


class ApiError(Exception):
    """An error answer of the API: HTTP status and the members of ``error``."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        stored: bool = False,
        keeps_changes: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.code = code
        self.param = param
        self.stored = stored
        self.keeps_changes = keeps_changes
        self.extra = extra

    def body(self, request_log_url: str) -> dict[str, Any]:
        """The JSON document; members without a value are left out, as Stripe does."""
        members = {
            "code": self.code,
            "doc_url": f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
            if self.code
            else None,
            "message": self.message,
            "param": self.param,
            "request_log_url": request_log_url,
            "type": self.kind,
            **self.extra,
        }
        return {"error": {name: value for name, value in members.items() if value is not None}}


def invalid(
    message: str,
    param: str | None = None,
    code: str | None = None,
    *,
    status: int = 400,
    stored: bool = False,
) -> ApiError:
    """An ``invalid_request_error``."""
    return ApiError(status, "invalid_request_error", message, code=code, param=param, stored=stored)


def refused(message: str, code: str | None = None, param: str | None = None) -> ApiError:
    """A request that was understood and executed, but that the state of things forbids."""
    return invalid(message, param, code, stored=True)


def missing(kind: str, identifier: str, param: str = "id", status: int = 404) -> ApiError:
    """``resource_missing``: no such object, or it belongs to another account."""
    return invalid(f"No such {kind}: '{identifier}'", param, "resource_missing", status=status)


def missing_param(param: str) -> ApiError:
    """A required parameter was not sent."""
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def exclusive(first: str, second: str) -> ApiError:
    """Two parameters that cannot be used together."""
    message = (
        f"You may only specify one of these parameters: {first.rsplit('[', 1)[-1].rstrip(']')}, "
        f"{second.rsplit('[', 1)[-1].rstrip(']')}."
    )
    return invalid(message, first, "parameters_exclusive")


def too_many() -> ApiError:
    """More requests than are allowed (https://docs.stripe.com/rate-limits)."""
    message = (
        "Request rate limit exceeded. You can learn more about rate limits here "
        "https://stripe.com/docs/rate-limits."
    )
    return ApiError(429, "invalid_request_error", message, code="rate_limit")


class DroppedConnection(Exception):
    """The connection is to be closed without an answer (a scripted fault)."""
