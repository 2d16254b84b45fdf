"""What Stripe's events about an account do."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import stripe
from werkzeug.test import TestResponse

from storefront import clock
from storefront.assembly import assemble
from storefront.config import Config
from storefront.current import Services
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from storefront.stripe_objects.events import Event
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.support.stripe import CLIENT_ID, Stripe

AsUser = Callable[[str], Browser]


def account_of(services: Services, shop: Shop) -> ConnectedAccount | None:
    """The shop's account, if it is connected."""
    with services.store.read() as tx:
        return sellers.account_of(tx, shop.seller.id)


def deliver(browser: Browser, type_: str, account: str, object_: object, at: int) -> TestResponse:
    """Deliver a genuine event to the Connect endpoint."""
    event = {
        "id": f"evt_{type_}_{account}_{at}", "object": "event", "type": type_, "account": account,
        "created": at, "livemode": False, "api_version": "2026-10-28.endive",
        "data": {"object": object_}, "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
    }  # fmt: skip
    body = json.dumps(event)
    [secret] = browser.config.stripe_connect_webhook_secrets
    signature = stripe.WebhookSignature.generate_signature_header(body, secret)
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    answer = browser.post("/webhooks/stripe/connect", data=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def states(services: Services) -> list[str]:
    """What became of the events so far."""
    with services.store.read() as tx:
        rows = tx.all("SELECT state FROM webhook_events ORDER BY received_at")
    return [row["state"] for row in rows]


def now() -> int:
    """The Unix time that an event of this moment carries."""
    return int(clock.now().timestamp())


@pytest.mark.usefixtures("served")
def test_a_lost_capability_takes_the_listings_off_sale(
    cast: Cast, services: Services, sandbox: Stripe, worker: Callable[[], None], client: Browser
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    assert "Add to cart" in client.page(f"/listings/{listing.slug}").text
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    worker()
    account = account_of(services, shop)
    assert account is not None
    assert account.transfers_capability == "inactive"
    assert "Add to cart" not in client.page(f"/listings/{listing.slug}").text
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="active")
    worker()
    assert "Add to cart" in client.page(f"/listings/{listing.slug}").text


@pytest.mark.usefixtures("served")
def test_new_requirements_arrive_by_themselves(
    cast: Cast, sandbox: Stripe, worker: Callable[[], None], as_user: AsUser
) -> None:
    shop = cast.shop()
    cast.listing(shop)
    sandbox.control(f"accounts/{shop.account}/requirements", currently_due=["company.tax_id"])
    worker()
    alice = as_user("Alice")
    assert "Stripe wants to know more" in alice.page("/sell").text
    assert "the company's tax number" in alice.page("/sell/connect").text


def test_without_a_client_id_stripe_is_asked(
    cast: Cast, services: Services, config: Config
) -> None:
    shop = cast.shop()
    of_links = assemble(replace(config, stripe_client_id="", connect_ways=("account_links",)))
    event = Event(
        "evt_1", "account.application.deauthorized", shop.account, False, now(), {"id": "ca_some"}
    )
    with services.store.transaction() as tx:
        assert of_links.handlers.fold(tx, "connect", event) == "done"
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM connected_accounts WHERE doubted_at IS NOT NULL") == 1
    of_links.store.close()


@pytest.mark.parametrize(
    "type_", ["account.updated", "capability.updated", "account.application.deauthorized"]
)
def test_an_account_that_we_do_not_know_waits(
    client: Browser, services: Services, type_: str
) -> None:
    deliver(client, type_, "acct_unknown", {"id": CLIENT_ID}, now())
    assert states(services) == ["parked"]
