"""The headers of every answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from storefront import create_app
from storefront.current import Services
from tests.client import Browser

AsUser = Callable[[str], Browser]

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def directives(policy: str) -> dict[str, list[str]]:
    """A Content-Security-Policy, taken apart."""
    parts = (part.split() for part in policy.split(";"))
    return {name: sources for name, *sources in parts}


def addresses(app: Flask) -> list[str]:
    """Something for every route: those with parts in them lead to objects that do not exist."""
    with app.test_request_context(base_url=app.extensions["storefront"].config.public_url):
        found = set()
        for rule in app.url_map.iter_rules():
            parts = dict.fromkeys(rule.arguments, "absent")
            found.add(rule.build(parts, append_unknown=False)[1])  # type: ignore[index] # never None
        return sorted(found)


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["nobody", "Bob", "Olga"])
def test_every_answer_carries_them(app: Flask, client: Browser, as_user: AsUser, who: str) -> None:
    browser = client if who == "nobody" else as_user(who)
    for path in [*addresses(app), "/no-such-page"]:
        for answer in (browser.get(path), browser.post(path)):
            assert EVERYWHERE.items() <= dict(answer.headers).items(), path
            policy = directives(answer.headers["Content-Security-Policy"])
            assert policy["default-src"] == ["'none'"], path
            assert policy["frame-ancestors"] == ["'none'"], path


@pytest.mark.one_database
def test_nothing_inline_and_nothing_from_elsewhere(client: Browser) -> None:
    policy = directives(client.get("/").headers["Content-Security-Policy"])
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    sources = {source for listed in policy.values() for source in listed}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & sources


@pytest.mark.one_database
def test_a_form_may_lead_to_checkout_and_connect(client: Browser) -> None:
    policy = directives(client.get("/sell").headers["Content-Security-Policy"])
    assert policy["form-action"] == ["'self'", *client.config.checkout_origins]


@pytest.mark.one_database
def test_tls_is_asked_for_where_there_is_tls(client: Browser, services: Services) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    secure = replace(services, config=replace(services.config, public_url="https://shop.example"))
    answer = create_app(services=secure).test_client().get("/", base_url="https://shop.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.one_database
def test_what_is_somebodys_own_is_not_kept(client: Browser, as_user: AsUser) -> None:
    bob = as_user("Bob")
    for path in ("/", "/account", "/orders", "/no-such-page"):
        assert bob.get(path).headers["Cache-Control"] == "no-store", path
    assert client.get("/").headers.get("Cache-Control") != "no-store"
    assert bob.get("/static/site.css").headers.get("Cache-Control") != "no-store"


@pytest.mark.one_database
def test_signing_out_empties_the_browsers_cache(as_user: AsUser) -> None:
    assert as_user("Bob").post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
