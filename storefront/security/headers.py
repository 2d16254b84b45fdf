"""The headers that every answer carries, errors and fragments included."""

from flask import Flask, Response
from flask_login import current_user

from storefront.config import Config

_ONE_YEAR = 31536000
_UNUSED = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")


def init_app(app: Flask, config: Config) -> None:
    """Add the headers to every answer of the application."""
    fixed = _headers(config)

    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers and _is_private(response):
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)


def content_security_policy(config: Config) -> str:
    """Everything from ourselves, nothing inline.

    `form-action` names Checkout, Connect and the billing portal: a form of ours that is answered
    with a redirect there is dropped without a word by Chromium otherwise.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",  # the style sheet carries small icons in itself
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {' '.join(config.checkout_origins)}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _headers(config: Config) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": content_security_policy(config),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    }
    if config.secure:
        headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
    return headers


def _is_private(response: Response) -> bool:
    """Whether the answer is somebody's own. A failed request must not ask the database again."""
    return response.status_code >= 500 or bool(current_user.is_authenticated)
