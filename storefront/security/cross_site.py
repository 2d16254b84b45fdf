"""No other site may act in a visitor's name.

Two locks. Every unsafe request must come from our own pages as far as the browser says
(Sec-Fetch-Site, else Origin; every browser sends one of them with a POST). Whoever is signed
in sends a token besides, a hidden field that only our pages contain.
"""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from markupsafe import Markup
from wtforms import ValidationError

from storefront import current
from storefront.errors import Forbidden

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443}
_FIELD = "csrf_token"


def init_app(app: Flask) -> None:
    """Give templates `csrf_field()`."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a page left open overnight still works
    app.add_template_global(csrf_field)


def csrf_field() -> Markup:
    """The hidden field of a form that posts. Empty for guests, who need no session for it."""
    value = generate_csrf() if current_user.is_authenticated else ""
    return Markup('<input type="hidden" name="{}" value="{}">').format(_FIELD, value)


def check_origin(method: str) -> None:
    """Raise Forbidden if the browser says that an unsafe request began on another site.

    A request that carries neither header comes from no browser, so nobody is tricked.
    """
    if method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or _parts(origin) == _parts(current.config().public_url)
    if not ours:
        raise Forbidden("This request came from another site, so nothing was done.")


def check_token(method: str) -> None:
    """Raise Forbidden if somebody who is signed in posts a form that is not from our page."""
    if method in _SAFE or not current_user.is_authenticated:
        return
    try:
        validate_csrf(request.form.get(_FIELD))
    except ValidationError as error:
        raise Forbidden(
            "That page was from an earlier visit, so nothing was done."
            " Go back, reload the page and try again."
        ) from error


def _parts(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
