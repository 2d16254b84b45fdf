"""The web application."""

from functools import partial
from importlib import import_module

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from stripe_sandbox import ids
from stripe_sandbox.api import dispatch
from stripe_sandbox.api.errors import invalid
from stripe_sandbox.api.operations import OPERATIONS, Operation
from stripe_sandbox.sandbox import Sandbox

MAX_BODY = 12 * 1024 * 1024
_FEATURES = (
    "control.money",
    "banking.balance_settings",
    "banking.payout_schedule",
    "banking.payouts",
    "banking.topups",
    "connect.accounts",
    "connect.application_fees",
    "connect.dashboards",
    "connect.external_accounts",
    "connect.persons",
    "connect.rejections",
    "connect.transfers",
    "catalog.prices",
    "catalog.products",
    "catalog.shipping_rates",
    "customers.customers",
    "customers.saved_methods",
    "customers.setup_intents",
    "billing.invoices",
    "billing.portal",
    "billing.subscription_changes",
    "billing.subscriptions",
    "payments.charges",
    "payments.disputes",
    "payments.fraud_warnings",
    "payments.payment_intents",
    "payments.payment_methods",
    "payments.refunds",
    "checkout.payment_pages",
    "checkout.sessions",
    "money.balances",
    "webhooks.endpoints",
    "files",
)
_BLUEPRINTS = (
    "connect.oauth_routes",
    "control.deliveries",
    "pages.consent",
    "pages.checkout",
    "pages.objects",
    "pages.onboarding",
    "pages.portal",
    "pages.room",
    "pages.vendor",
    "webhooks.listening",
)

# Importing a feature registers its operations and what an empty sandbox needs of it.
for _feature in (*_FEATURES, *_BLUEPRINTS):
    import_module(f"stripe_sandbox.{_feature}")


def create_app(sandbox: Sandbox | None = None) -> Flask:
    """An application that serves ``sandbox`` (a new one in memory when none is given)."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.extensions["stripe_sandbox"] = sandbox or Sandbox()
    for operation in OPERATIONS:
        _route(app, operation)
    for name in _BLUEPRINTS:
        app.register_blueprint(import_module(f"stripe_sandbox.{name}").routes)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_harden)
    return app


def _route(app: Flask, operation: Operation) -> None:
    view = partial(dispatch.serve, operation)
    endpoint = f"{operation.method} {operation.path}".replace(".", "_")
    app.add_url_rule(operation.path, endpoint, view, methods=[operation.method])


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Unknown API addresses answer as Stripe does; pages keep their own errors."""
    if not request.path.startswith(("/v1", "/oauth/")):
        return error
    message = f"Unrecognized request URL ({request.method}: {request.path}). Please see https://stripe.com/docs."
    if error.code not in (404, 405):
        message = error.description or error.name
    request_id = ids.new("req")
    refused = invalid(message, status=404 if error.code == 405 else error.code or 400)
    return dispatch.respond(refused.status, dispatch.error_body(refused, request_id), request_id)


def _harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src * data:; base-uri 'none'",
    )
    return response
