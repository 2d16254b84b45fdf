"""What a platform's owner does at Stripe's Dashboard, done at the sandbox."""

import json
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from demo.settings import Demo

_EVENTS = "*"


def answers(demo: Demo) -> bool:
    """Whether the sandbox runs."""
    try:
        _control(demo, "clock")
    except URLError:
        return False
    return True


def set_up(demo: Demo, kept: dict[str, str]) -> dict[str, str]:
    """Register the marketplace and both webhook endpoints; what is to be remembered of it."""
    registered = {
        "name": "Harbour Market",
        "client_id": kept["STRIPE_CLIENT_ID"],
        "redirect_uris": [f"{demo.shop_url}/oauth/callback"],
    }
    _control(demo, "platform", registered)
    kept = _endpoint(demo, kept, "STRIPE_WEBHOOK", "/webhooks/stripe", connect=False)
    return _endpoint(demo, kept, "STRIPE_CONNECT_WEBHOOK", "/webhooks/stripe/connect", connect=True)


def top_up(demo: Demo) -> None:
    """Put money of the platform's own into its balance; refunds are paid from there."""
    for currency, amount in (("usd", 50_000), ("eur", 50_000), ("jpy", 50_000)):
        _control(demo, "topup", {"amount": amount, "currency": currency})


def settle_newest(demo: Demo, key: str, outcome: str) -> None:
    """Let the bank of the newest payment answer now."""
    newest = _api(demo, key, "/v1/checkout/sessions?limit=1")["data"][0]
    _control(demo, f"sessions/{newest['id']}/settle", {"outcome": outcome})


def _endpoint(
    demo: Demo, kept: dict[str, str], name: str, path: str, *, connect: bool
) -> dict[str, str]:
    key, url = kept["STRIPE_SECRET_KEY"], demo.shop_url + path
    if known := kept.get(f"{name}_ID"):
        _api(demo, key, f"/v1/webhook_endpoints/{known}", {"url": url})
        return kept
    wanted = {"url": url, "enabled_events[]": _EVENTS, "connect": "true" if connect else "false"}
    made = _api(demo, key, "/v1/webhook_endpoints", wanted)
    return kept | {f"{name}_ID": made["id"], f"{name}_SECRET": made["secret"]}


def _api(demo: Demo, key: str, path: str, values: dict[str, str] | None = None) -> Any:
    body = urlencode(values).encode() if values else None
    return _load(demo, path, body, {"Authorization": f"Bearer {key}"})


def _control(demo: Demo, path: str, values: dict[str, Any] | None = None) -> Any:
    body = json.dumps(values).encode() if values else None
    return _load(demo, f"/_sandbox/{path}", body, {"Content-Type": "application/json"})


def _load(demo: Demo, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
    request = Request(demo.sandbox_url + path, body, headers)  # noqa: S310 - loopback
    with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
        return json.load(answer)
