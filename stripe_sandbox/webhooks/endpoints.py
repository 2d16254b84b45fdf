"""Webhook endpoints and events, as the API shows them."""

from urllib.parse import urlsplit

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, metadata, operation, page_of
from stripe_sandbox.api.rendering import render
from stripe_sandbox.store import JSON


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise errors.invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url",
            "url_invalid",
        )
    return url


def _check_events(wanted: list[str]) -> list[str]:
    if not wanted:
        raise errors.missing_param("enabled_events")
    return wanted


@operation("POST", "/v1/webhook_endpoints", "WebhookEndpointCreateParams")
def create(call: Call) -> JSON:
    """Register an endpoint. Only this answer contains the secret."""
    params, secret = call.params, ids.new("whsec")
    endpoint = {
        "id": ids.new("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
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
    return {"id": identifier, "object": "webhook_endpoint", "deleted": True}


@operation("GET", "/v1/events/<identifier>")
def retrieve_event(call: Call, identifier: str) -> JSON:
    """One event."""
    return call.fetch("event", identifier)


@operation("GET", "/v1/events", "EventListParams")
def list_events(call: Call) -> JSON:
    """Events of the acting account: filters ``type`` or ``types``, ``created``,
    ``delivery_success``.
    """
    params = call.params
    if "type" in params and "types" in params:
        raise errors.exclusive("type", "types")
    wanted = params.get("types") or ([params["type"]] if "type" in params else [])
    found = call.sandbox.store.select("event", call.account, created=created_filter(params))
    if wanted:
        found = [event for event in found if _of_type(event["type"], wanted)]
    if "delivery_success" in params:
        asked = params["delivery_success"]
        found = [
            event for event in found if call.sandbox.deliveries.succeeded(event["id"]) == asked
        ]
    return page_of(call, "/v1/events", found)


def _of_type(kind: str, wanted: list[str]) -> bool:
    """``charge.*`` stands for every type that begins with ``charge.``."""
    return any(
        kind == each or (each.endswith(".*") and kind.startswith(each[:-1])) for each in wanted
    )
