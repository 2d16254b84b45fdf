"""Every route says who may use it, or the application does not start.

    @blueprint.get("/sell")
    @policy("seller")
    def dashboard() -> str: ...

Foreign and absent objects are the service's matter (NotFound for both); what stands here is
what can be said about a person before the view runs.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

from flask import Flask, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import htmx
from storefront.errors import NotFound

Policy = Literal["public", "link", "stripe", "signed_in", "seller", "operator"]
"""`link`: the unguessable token in the address is the key. `stripe`: signed by Stripe."""

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "policy"
_OPEN: frozenset[Policy] = frozenset({"public", "link", "stripe"})


def policy(name: Policy) -> Callable[[View], View]:
    """Declare who may use a view. Stands below the route's decorator."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, name)
        return view

    return declare


def of_endpoint(app: Flask, endpoint: str) -> Policy | None:
    """The policy of an endpoint. Static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return "public"
    return cast("Policy | None", getattr(app.view_functions[endpoint], _ATTRIBUTE, None))


def of_request() -> Policy | None:
    """The policy of this request's route; None if there is no such route."""
    return of_endpoint(current_app, request.endpoint) if request.endpoint else None


def enforce(name: Policy) -> ResponseReturnValue | None:
    """None if the person may go on, else where to go instead.

    Raises NotFound for operators' pages, which do not exist for anybody else who is signed in.
    """
    if name in _OPEN:
        return None
    if not current_user.is_authenticated:
        return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined] # set by Flask-Login
    if name == "operator" and not current_user.is_operator:
        raise NotFound()
    if name == "seller" and not current_user.has_shop:
        return htmx.redirect(url_for("sellers.open_shop"))
    return None


def check(app: Flask) -> None:
    """Raise RuntimeError if a route has no policy, or is wrongly exempt from our checks."""
    wrong = [rule for rule in app.url_map.iter_rules() if not _is_declared(app, rule.endpoint)]
    wrong += [
        rule
        for rule in app.url_map.iter_rules()
        if of_endpoint(app, rule.endpoint) == "stripe" and not rule.rule.startswith("/webhooks/")
    ]
    if wrong:
        routes = ", ".join(sorted(f"{rule.rule} ({rule.endpoint})" for rule in wrong))
        raise RuntimeError(f"Routes without a fitting @policy: {routes}")


def _is_declared(app: Flask, endpoint: str) -> bool:
    return of_endpoint(app, endpoint) is not None
