"""Webhook endpoints and events, as the API shows them."""

from urllib.parse import urlsplit

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, metadata, operation, page_of
from stripe_sandbox.api.rendering import render
from stripe_sandbox.store import JSON

MOST_ENDPOINTS = 16
MOST_TYPES = 20
EVENTS_LAST = 30 * 24 * 60 * 60


def _check_url(url: str) -> str:
    if not _is_web_address(url):
        raise errors.invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url",
            "url_invalid",
        )
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half a bracket
        return False


def _check_events(wanted: list[str]) -> list[str]:
    if not wanted:
        raise errors.missing_param("enabled_events")
    return wanted


def _check_room(call: Call) -> None:
    if len(call.sandbox.store.select("webhook_endpoint", call.account)) >= MOST_ENDPOINTS:
        raise errors.refused(
            f"You have reached the maximum of {MOST_ENDPOINTS} test webhook endpoints."
        )


def _application(call: Call) -> str:
    """The platform's application, by which an endpoint for connected accounts is recognised."""
    return str(call.sandbox.store.setting("application", {})["id"])


@operation("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> JSON:
    """Register an endpoint. Only this answer contains the secret."""
    params, secret = call.params, ids.new("whsec")
    _check_room(call)
    endpoint = {
        "id": ids.new("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": _application(call) if params.get("connect") else None,
        "created": call.sandbox.clock.now(),
        "description": params.get("description") or None,
        "enabled_events": _check_events(params["enabled_events"]),
        "livemode": False,
        "metadata": metadata(params),
        "status": "enabled",
        "url": _check_url(params["url"]),
        "_connect": params.get("connect", False),
        "_secret": secret,
    }
    call.sandbox.store.add(endpoint, call.account)
    return {**render(call.sandbox, endpoint), "secret": secret}


@operation("GET", "/v1/webhook_endpoints/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One endpoint, without its secret."""
    return call.fetch("webhook_endpoint", identifier)


@operation("GET", "/v1/webhook_endpoints", "WebhookEndpointListParams")
def list_all(call: Call) -> JSON:
    """All endpoints."""
    return call.page("webhook_endpoint", "/v1/webhook_endpoints")


@operation("POST", "/v1/webhook_endpoints/<identifier>", "WebhookEndpointUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change an endpoint; its side of Connect and its API version are fixed."""
    endpoint, params = call.fetch("webhook_endpoint", identifier), call.params
    if "url" in params:
        endpoint["url"] = _check_url(params["url"])
    if "enabled_events" in params:
        endpoint["enabled_events"] = _check_events(params["enabled_events"])
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    if "description" in params:
        endpoint["description"] = params["description"] or None
    endpoint["metadata"] = metadata(params, endpoint["metadata"])
    return call.sandbox.store.save(endpoint)


@operation("DELETE", "/v1/webhook_endpoints/<identifier>")
def delete(call: Call, identifier: str) -> JSON:
    """Forget an endpoint."""
    call.fetch("webhook_endpoint", identifier)
    call.sandbox.store.delete(identifier)
    call.sandbox.deliveries.forget(identifier)
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}


@operation("GET", "/v1/events/<identifier>")
def retrieve_event(call: Call, identifier: str) -> JSON:
    """One event of the last 30 days."""
    event = call.fetch("event", identifier)
    if _too_old(call, event):
        raise errors.missing("event", identifier)
    return event


def _too_old(call: Call, event: JSON) -> bool:
    """Whether it is forgotten; what another version of the sandbox kept has no ``_at``."""
    happened = event["_at"] if "_at" in event else event["created"]
    return bool(happened < call.sandbox.clock.sandbox_now() - EVENTS_LAST)


@operation("POST", "/v1/events/<identifier>/retry", None, ("webhook_endpoint", "account"))
def retry_event(call: Call, identifier: str) -> JSON:
    """Deliver an event once more, to ``webhook_endpoint`` (what ``stripe events resend`` calls)."""
    event, named = retrieve_event(call, identifier), call.params.get("webhook_endpoint")
    if named is not None:
        call.fetch("webhook_endpoint", named, "webhook_endpoint", 400)
    call.sandbox.deliveries.resend(identifier, named)
    return event


@operation("GET", "/v1/events", "EventListParams")
def list_events(call: Call) -> JSON:
    """Events of the acting account in the last 30 days: filters ``type`` or ``types``,
    ``created``, ``delivery_success``.
    """
    params = call.params
    if "type" in params and "types" in params:
        raise errors.exclusive("type", "types")
    if len(params.get("types", [])) > MOST_TYPES:
        raise errors.invalid(f"You may specify at most {MOST_TYPES} types.", "types")
    found = call.sandbox.store.select("event", call.account, created=created_filter(params))
    shown = [event for event in found if not _too_old(call, event) and _asked(call, event)]
    return page_of(call, "/v1/events", shown)


def _asked(call: Call, event: JSON) -> bool:
    params = call.params
    wanted = params.get("types") or [params.get("type", "*")]
    if not any(_of_type(event["type"], each) for each in wanted):
        return False
    if "delivery_success" not in params:
        return True
    arrived = call.sandbox.deliveries.pending(event["id"]) == 0
    return bool(arrived == params["delivery_success"])


def _of_type(kind: str, wanted: str) -> bool:
    """``charge.*`` stands for every type that begins with ``charge.``."""
    return kind == wanted or (wanted.endswith("*") and kind.startswith(wanted[:-1]))
