"""The operator's page about what has to be set up at Stripe."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from storefront import create_app
from storefront.audit import service as audit
from storefront.current import Services
from storefront.health import service as health
from storefront.platform_setup import service
from storefront.webhooks import service as webhooks
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
AT_STRIPE = "/admin/setup/webhooks"
ENDPOINTS = "/v1/webhook_endpoints"


@pytest.fixture
def olga(as_user: AsUser) -> Browser:
    """An operator."""
    return as_user("Olga")


def endpoints(sandbox: Stripe) -> list[Any]:
    """Every endpoint at Stripe, the oldest first."""
    return list(reversed(sandbox.get(ENDPOINTS)["data"]))


def delete_all(sandbox: Stripe) -> None:
    """As if nobody had made an endpoint."""
    for each in endpoints(sandbox):
        sandbox._call("DELETE", f"{ENDPOINTS}/{each['id']}", None)


def press(browser: Browser) -> Page:
    """Press the button; the page that answers."""
    answer = browser.submit(AT_STRIPE, AT_STRIPE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return Page(answer.text)


@pytest.mark.one_database
def test_it_says_what_to_register_without_asking_stripe(olga: Browser, sandbox: Stripe) -> None:
    sandbox.fault("status", "/v1/", status=500, times=9)
    page = olga.page("/admin/setup")
    assert f"{olga.config.public_url}/oauth/callback" in page.text
    assert "Client id of test mode" in page.text
    assert page.one("div", id="setup-at-stripe").get("hx-get") == AT_STRIPE
    assert "CONNECT_WAYS=oauth" in page.text
    assert olga.page("/admin").links()["Setup at Stripe"] == "/admin/setup"
    assert "Stripe was asked, and did not tell" in olga.page(AT_STRIPE).text


@pytest.mark.one_database
def test_endpoints_for_all_events_are_as_they_should_be(olga: Browser, sandbox: Stripe) -> None:
    page = olga.page(AT_STRIPE)
    assert page.text.count("As it should be") == 2
    assert "Sandbox platform" in page.text, "the name on the consent page"
    fragment = olga.get(AT_STRIPE, headers=HTMX).text
    assert "<html" not in fragment
    assert "As it should be" in fragment
    press(olga)
    assert len(endpoints(sandbox)) == 2


def test_missing_ones_are_created_and_their_secrets_shown_once(
    olga: Browser, sandbox: Stripe, services: Services, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    delete_all(sandbox)
    assert olga.page(AT_STRIPE).text.count("Missing") == 2
    with caplog.at_level(logging.INFO):
        page = press(olga)
    assert page.text.count("Created just now") == 2
    secrets = [text for text in page.text.split() if text.startswith("whsec_")]
    assert len(secrets) == 2
    assert "Put it into STRIPE_WEBHOOK_SECRET" in page.text
    assert "Put it into STRIPE_CONNECT_WEBHOOK_SECRET" in page.text
    with services.store.read() as tx:
        actions = audit.of_subject(tx, f"{services.config.public_url}/webhooks/stripe")
        tables = [str(tx.all(f"SELECT * FROM {name}")) for name in ("audit_log", "sessions")]
    assert [(each.actor, each.action) for each in actions] == [("Olga", "webhook_endpoint.created")]
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in "".join(tables)
    again = press(olga)
    assert "whsec_" not in again.text
    assert again.text.count("As it should be") == 2
    assert len(endpoints(sandbox)) == 2


def test_what_is_created_gets_exactly_the_events_that_have_a_handler(
    olga: Browser, sandbox: Stripe, services: Services
) -> None:
    delete_all(sandbox)
    press(olga)
    made = {each["url"]: each for each in endpoints(sandbox)}
    for scope, path in webhooks.PATHS.items():
        endpoint = made[services.config.public_url + path]
        assert endpoint["enabled_events"] == services.handlers.types(scope)
        assert endpoint["api_version"] == services.gateway.api_version
        assert bool(endpoint["application"]) == (scope == "connect")


@pytest.mark.usefixtures("served")
def test_a_new_secret_works_as_soon_as_it_is_set(
    olga: Browser, sandbox: Stripe, services: Services, cast: Cast
) -> None:
    delete_all(sandbox)
    secrets = [text for text in press(olga).text.split() if text.startswith("whsec_")]
    config = replace(
        services.config,
        stripe_webhook_secrets=(secrets[0],),
        stripe_connect_webhook_secrets=(secrets[1],),
    )
    olga.application.extensions["storefront"] = replace(services, config=config)
    shop = cast.shop()
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    cast.sandbox.settle()
    assert olga.page(AT_STRIPE).text.count("none so far") == 1, "connected accounts have reported"


@pytest.mark.parametrize(
    ("scope", "change", "words"),
    [
        ("platform", {"disabled": "true"}, "It is disabled, so nothing is sent to it."),
        ("platform", {"enabled_events[]": "charge.updated"}, "It does not send application_fee"),
        ("connect", {"enabled_events[]": "payout.paid"}, "It does not send account.application."),
    ],
)
@pytest.mark.one_database
def test_what_differs_is_said_and_corrected(
    olga: Browser, sandbox: Stripe, services: Services, scope: str, change: Any, words: str
) -> None:
    url = services.config.public_url + webhooks.PATHS[scope]
    [endpoint] = [each for each in endpoints(sandbox) if each["url"] == url]
    sandbox.post(f"{ENDPOINTS}/{endpoint['id']}", change)
    page = olga.page(AT_STRIPE)
    assert words in page.text
    assert page.text.count("Differs") == 1
    assert "Corrected just now" in press(olga).text
    [after] = [each for each in endpoints(sandbox) if each["url"] == url]
    assert (after["id"], after["status"]) == (endpoint["id"], "enabled")
    assert after["enabled_events"] == services.handlers.types(scope)
    assert olga.page(AT_STRIPE).text.count("As it should be") == 2


@pytest.mark.one_database
def test_what_stripe_never_changes_is_to_be_deleted(
    olga: Browser, sandbox: Stripe, services: Services
) -> None:
    delete_all(sandbox)
    address = services.config.public_url + webhooks.PATHS["platform"]
    wrong = {"url": address, "enabled_events[]": "*", "connect": "true"}
    sandbox.post(ENDPOINTS, wrong | {"api_version": "2024-06-20"})
    page = press(olga)
    assert "Its API version is 2024-06-20; this program reads" in page.text
    assert "It listens to events of connected accounts, not of the platform." in page.text
    assert page.text.count("Cannot be changed") == 2
    assert len(endpoints(sandbox)) == 2, "only the other one was made"


@pytest.mark.one_database
def test_leftovers_are_mentioned(olga: Browser, sandbox: Stripe, services: Services) -> None:
    address = services.config.public_url + webhooks.PATHS["platform"]
    sandbox.post(ENDPOINTS, {"url": address, "enabled_events[]": "*"})
    old = {"url": "https://old.example/hook", "enabled_events[]": "*"}
    sandbox.post(ENDPOINTS, old | {"metadata[storefront]": "connect"})
    delete = [each for each in endpoints(sandbox) if each["url"].endswith("/connect")]
    sandbox._call("DELETE", f"{ENDPOINTS}/{delete[0]['id']}", None)
    text = olga.page(AT_STRIPE).text
    assert "2 endpoints have this address, so events come twice." in text
    assert "An endpoint of an earlier address is left: https://old.example/hook" in text


def test_two_clicks_at_once_make_one_of_each(
    services: Services, sandbox: Stripe, cast: Cast
) -> None:
    delete_all(sandbox)
    operator = cast.operator()
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        service.correct(services, operator.id)

    with ThreadPoolExecutor(2) as pool:
        for clicked in [pool.submit(click) for _ in range(2)]:
            clicked.result()
    assert len(endpoints(sandbox)) == 2


@pytest.mark.one_database
def test_deleted_ones_are_made_anew(olga: Browser, sandbox: Stripe) -> None:
    for _ in range(2):
        delete_all(sandbox)
        assert press(olga).text.count("Created just now") == 2
        assert len(endpoints(sandbox)) == 2


@pytest.mark.one_database
def test_a_refusal_of_one_does_not_hide_the_secret_of_the_other(
    olga: Browser, sandbox: Stripe
) -> None:
    delete_all(sandbox)
    olga.page(AT_STRIPE)
    sandbox.fault("status", ENDPOINTS, method="POST", status=400)
    page = press(olga)
    assert "Stripe did not do it" in page.text
    assert page.text.count("Created just now") == 1
    assert page.text.count("shown this once") == 1


@pytest.mark.one_database
def test_without_secrets_no_event_is_accepted_and_everybody_is_told(
    services: Services, as_user: AsUser, sandbox: Stripe
) -> None:
    as_user("Olga")
    config = replace(services.config, stripe_webhook_secrets=(), stripe_connect_webhook_secrets=())
    app = create_app(services=replace(services, config=config))
    app.test_client_class = Browser
    browser = app.test_client()
    assert browser.post("/webhooks/stripe", data="{}").status_code == 400
    problems = browser.get("/readyz").text
    assert "worker" in problems
    assert len(health.warnings(services.store, config)) == 2
