"""Failures as pages: each with its status, in words, with what to do next.

The pages of 500 and above are rendered without session, database and signed-in person, so
that they still work when one of those is what broke.
"""

import logging

from flask import Flask, Response, current_app, g, make_response, render_template
from werkzeug.exceptions import HTTPException, InternalServerError

from storefront import htmx
from storefront.errors import Busy, StorefrontError, TooMany
from storefront.stripe_gateway.failures import KeyRefused, StripeFailure, TryLater

log = logging.getLogger(__name__)

_ASKED_STRIPE = "We asked Stripe, our payment provider, and got no useful answer."


def init_app(app: Flask) -> None:
    """Answer every failure with a page, or with a message in the page for htmx."""
    app.register_error_handler(StorefrontError, _storefront_error)
    app.register_error_handler(StripeFailure, _stripe_failure)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)


def _storefront_error(error: StorefrontError) -> Response:
    response = _answer(error.status, error.message)
    if isinstance(error, TooMany | Busy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _stripe_failure(error: StripeFailure) -> Response:
    log.error("stripe.failed", extra={"code": error.code, "stripe_request": error.request_id})
    return _answer(503 if isinstance(error, TryLater | KeyRefused) else 502, _ASKED_STRIPE)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    response = _answer(error.code or 500)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(error: InternalServerError) -> Response:
    original = error.original_exception
    if isinstance(original, StorefrontError):
        return _storefront_error(original)
    if isinstance(original, StripeFailure):
        return _stripe_failure(original)
    return _answer(500)


def _answer(status: int, message: str = "") -> Response:
    response = _page(status, message)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, message: str) -> Response:
    if htmx.asked():
        return htmx.flash_error(_render("errors/_flash.html", status, message), status)
    if status >= 500:
        name = "errors/503.html" if status == 503 else "errors/500.html"
        return make_response(_render(name, status, message), status)
    page = render_template("errors/error.html", **_context(status, message))
    return make_response(page, status)


def _render(name: str, status: int, message: str) -> str:
    """Render without context processors: they would ask the session and the database."""
    return current_app.jinja_env.get_template(name).render(**_context(status, message))


def _context(status: int, message: str) -> dict[str, object]:
    return {"status": status, "message": message, "request_id": g.get("request_id", "")}
