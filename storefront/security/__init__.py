"""Who may do what: sessions, sign-in, policies of routes, cross-site checks, headers, limits."""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from storefront.config import Config
from storefront.security import cross_site, headers, policies, sessions, sign_in
from storefront.store import Store


def init_app(app: Flask, config: Config, store: Store, find_person: sign_in.FindPerson) -> None:
    """Guard every request of the application.

    `find_person` is given an id and answers who that is; `create_app` passes it, because
    security knows no users. `create_app` calls `policies.check(app)` when all routes exist.
    """
    app.secret_key = config.secret_key
    app.session_interface = sessions.Sessions(store, secure=config.secure)
    sign_in.init_app(app, find_person)
    cross_site.init_app(app)
    headers.init_app(app, config)
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    """The one gate that every request with a route passes."""
    name = policies.of_request()
    if name is None or name == "stripe":
        return None
    cross_site.check_origin(request.method)
    refusal = policies.enforce(name)
    if refusal is None:
        _check_characters()
        cross_site.check_token(request.method)
    return refusal


def _check_characters() -> None:
    """Raise BadRequest for NUL: no person types it, and not every database can store it."""
    sent = [request.path, *request.args.values(), *request.form.values()]
    if any("\x00" in text for text in sent):
        raise BadRequest
