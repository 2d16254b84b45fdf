"""The page before the way to Stripe, and the first step of that way."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.ids import digest
from tests.cast import PASSWORD, Cast
from tests.client import HTMX, Browser
from tests.sellers.consent import parameters, set_out

AsUser = Callable[[str], Browser]


def test_the_page_says_what_connecting_means(as_user: AsUser, cast: Cast) -> None:
    cast.shop(ready=False)
    page = as_user("Alice").page("/sell/connect")
    assert "What we will be able to do" in page.text
    assert "What stays yours alone" in page.text
    assert page.words("button", class_="button--primary").startswith("Connect with Stripe")


def test_it_leads_to_stripes_consent_page(as_user: AsUser, cast: Cast, services: Services) -> None:
    cast.shop(ready=False, name="Otter & Oak")
    alice = as_user("Alice")
    there = set_out(alice)
    assert there.startswith(f"{services.config.stripe_connect_base}/oauth/authorize?")
    asked = parameters(there)
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "ca_storefront"
    assert asked["scope"] == "read_write"
    assert asked["redirect_uri"] == f"{services.config.public_url}/oauth/callback"
    assert asked["stripe_user[email]"] == "alice@example.com"
    assert asked["stripe_user[business_name]"] == "Otter & Oak"


def test_the_state_is_long_new_each_time_and_stored_as_a_hash(
    as_user: AsUser, cast: Cast, services: Services
) -> None:
    cast.shop(ready=False)
    alice = as_user("Alice")
    states = [parameters(set_out(alice))["state"] for _ in range(2)]
    assert len(set(states)) == 2
    assert all(len(state) >= 43 for state in states)
    with services.store.read() as tx:
        stored = {row["state_hash"] for row in tx.all("SELECT state_hash FROM oauth_states")}
    assert stored == {digest(state) for state in states}


@pytest.mark.one_database
def test_the_way_there_is_a_plain_redirect_for_htmx_too(as_user: AsUser, cast: Cast) -> None:
    cast.shop(ready=False)
    alice = as_user("Alice")
    answer = alice.post("/sell/connect", headers=HTMX)
    assert answer.status_code == 303
    page = alice.page("/sell/connect")
    assert "hx-post" not in page.one("form", action="/sell/connect").attrib


def test_an_unconfirmed_address_comes_first(client: Browser, services: Services) -> None:
    nora = {"name": "Nora", "email": "nora@example.com", "password": PASSWORD}
    client.post("/sign-up", data=nora)
    client.submit("/sign-in", "/sign-in", email=nora["email"], password=PASSWORD)
    client.submit("/sell/open", "/sell/open", name="Nora's shop")
    page = client.page("/sell/connect")
    assert "Confirm your e-mail address first" in page.text
    assert not page.all("form", action="/sell/connect")
    answer = client.post("/sell/connect")
    assert answer.status_code == 409
    with services.store.read() as tx:
        assert tx.all("SELECT 1 FROM oauth_states") == []
