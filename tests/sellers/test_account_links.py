"""Accounts that are created for a shop and completed through Account Links."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine

from storefront import clock
from storefront.config import Config
from storefront.current import Services
from storefront.sellers import creating, repository, states
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from storefront.stripe_calls import service as stripe_calls
from storefront.worker import run_once
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.sellers.consent import agree, set_out
from tests.sellers.onboarding import answer, open_again, set_up
from tests.support.beside import beside
from tests.support.mailbox import collect
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


@pytest.fixture
def config(config: Config) -> Config:
    """Both ways are offered."""
    return replace(config, connect_ways=("oauth", "account_links"))


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop, not connected yet."""
    return cast.shop(ready=False)


@pytest.fixture
def alice(shop: Shop, as_user: AsUser) -> Browser:
    """Its owner."""
    return as_user("Alice")


def account_of(services: Services, shop: Shop) -> ConnectedAccount | None:
    """The shop's account now."""
    with services.store.read() as tx:
        return sellers.account_of(tx, shop.seller.id)


def made(sandbox: Stripe) -> list[Any]:
    """Every account that is connected at Stripe."""
    found: list[Any] = sandbox.get("/v1/accounts")["data"]
    return found


def test_an_account_is_created_completed_and_paid(
    alice: Browser, shop: Shop, cast: Cast, services: Services, sandbox: Stripe, client: Browser
) -> None:
    listing = cast.listing(shop)
    link = set_up(alice)
    assert link.startswith(f"{sandbox.url}/setup/s/")
    [account] = made(sandbox)
    assert account["controller"]["stripe_dashboard"]["type"] == "express"
    assert (account["email"], account["business_profile"]["name"]) == (
        "alice@example.com", "Alice's shop",
    )  # fmt: skip
    assert states.state_of(account_of(services, shop)) == states.PENDING
    assert "Add to cart" not in client.page(f"/listings/{listing.slug}").text
    page = alice.page("/sell/connect")
    assert "You have not finished at Stripe yet" in page.text
    assert "Continue at Stripe" in page.text
    assert answer(link) == "/sell/account/return"
    back = alice.get("/sell/account/return")
    assert (back.status_code, back.location) == (303, "/sell/connect")
    page = alice.page("/sell/connect")
    assert "Your shop can be paid. What you have published is on sale." in page.text
    assert states.state_of(account_of(services, shop)) == states.READY
    assert "Add to cart" in client.page(f"/listings/{listing.slug}").text, "by itself"
    assert "Created here for the seller" not in page.text


@pytest.mark.one_database
def test_both_ways_end_in_the_same_state(
    alice: Browser, shop: Shop, cast: Cast, services: Services
) -> None:
    answer(set_up(alice))
    alice.get("/sell/account/return")
    created, connected = account_of(services, shop), account_of(services, cast.shop("Dora"))
    assert states.state_of(created) == states.state_of(connected) == states.READY
    assert cast.order(cast.listing(shop)).status == "paid"


@pytest.mark.one_database
def test_leaving_early_loses_nothing(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe
) -> None:
    assert answer(set_up(alice), "leave") == "/sell/account/return"
    alice.get("/sell/account/return")
    assert "Welcome back" in alice.page("/sell/connect").text
    home = alice.page("/sell")
    assert "Not finished" in home.text
    assert home.links()["Continue"] == "/sell/connect"
    going_on = alice.submit("/sell/connect", "/sell/account/continue")
    answer(going_on.location)
    alice.get("/sell/account/return")
    assert sellers.ready_to_sell(account_of(services, shop))
    assert len(made(sandbox)) == 1


@pytest.mark.one_database
def test_a_link_opens_once_and_leads_to_a_new_one(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe
) -> None:
    link = set_up(alice)
    answer(link, "leave")
    assert open_again(link) == "/sell/account/continue"
    new = alice.get("/sell/account/continue")
    assert new.status_code == 303
    assert new.location != link
    sandbox.control("clock/advance", seconds=301)
    assert open_again(new.location) == "/sell/account/continue"
    answer(alice.get("/sell/account/continue").location)
    alice.get("/sell/account/return")
    assert sellers.ready_to_sell(account_of(services, shop))


@pytest.mark.usefixtures("served")
def test_while_stripe_checks_there_is_nothing_to_do_and_a_mail_says_when_it_is_done(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe, worker: Callable[[], None]
) -> None:
    answer(set_up(alice), "wait")
    alice.get("/sell/account/return")
    assert "Stripe is checking what was sent." in alice.page("/sell/connect").text
    assert "Stripe is checking" in alice.page("/sell").text
    account = account_of(services, shop)
    assert account is not None
    worker()
    assert collect(services) == []
    sandbox.control(f"accounts/{account.stripe_account_id}/requirements", currently_due=[])
    sandbox.control(f"accounts/{account.stripe_account_id}/capabilities", transfers="active")
    worker()
    [message] = collect(services)
    assert message.subject == "Alice's shop can be paid now"
    assert message.to == "alice@example.com"
    assert message.link == "/sell/connect"


def test_two_clicks_at_once_create_one_account(
    shop: Shop, cast: Cast, services: Services, sandbox: Stripe
) -> None:
    start = Barrier(3)

    def click() -> None:
        start.wait()
        creating.create(services, shop.owner, shop.seller, "US")

    with ThreadPoolExecutor(3) as pool:
        for clicked in [pool.submit(click) for _ in range(3)]:
            clicked.result()
    assert len(made(sandbox)) == 1
    assert account_of(services, shop) is not None


def test_an_answer_waits_for_a_click_that_decides(
    shop: Shop, services: Services, sandbox: Stripe
) -> None:
    """Else the click sees no account yet, and then no open call any more."""
    with services.store.transaction() as tx:
        call = stripe_calls.prepare(tx, creating.CREATE, shop.seller.id, {"country": "US"})
    with beside() as begin, services.store.transaction() as tx:
        repository.lock(tx, shop.seller.id)
        assert sellers.account_of(tx, shop.seller.id) is None
        begin(lambda: stripe_calls.execute(services, call.id))
        again = stripe_calls.prepare(tx, creating.CREATE, shop.seller.id, {})
    assert again.id == call.id
    assert account_of(services, shop) is not None


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop_response"}, {"kind": "status", "status": 500, "executed": True}],
    ids=["no answer", "a wrong answer"],
)
def test_after_an_unknown_answer_the_account_is_found(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe, fault: dict[str, Any]
) -> None:
    sandbox.fault(path="/v1/accounts", method="POST", **fault)
    back = alice.submit("/sell/connect", "/sell/account", country="US")
    assert back.location == "/sell/connect"
    assert "Your account is being created" in alice.page("/sell/connect").text
    assert "Under way" in alice.page("/sell").text
    assert alice.post("/sell/connect").status_code == 409, "OAuth waits, too"
    again = alice.post("/sell/account", data={"country": "DE"})
    assert again.status_code == 303
    for minutes in (2, 8, 16, 32):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            run_once(services)
    assert len(made(sandbox)) == 1
    account = account_of(services, shop)
    assert account is not None
    assert account.country == "US", "the first click counts"
    assert "Continue at Stripe" in alice.page("/sell/connect").text


@pytest.mark.one_database
def test_after_a_day_without_an_answer_it_is_found_by_its_metadata(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe
) -> None:
    sandbox.fault(kind="drop_response", path="/v1/accounts", method="POST")
    alice.submit("/sell/connect", "/sell/account", country="US")
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        run_once(services)
    sent = sandbox.control("requests?path=/v1/accounts", "GET")["requests"]
    assert len([each for each in sent if each["method"] == "POST"]) == 1
    account = account_of(services, shop)
    assert account is not None
    assert [each["id"] for each in made(sandbox)] == [account.stripe_account_id]


@pytest.mark.one_database
def test_a_refusal_is_told_and_one_may_try_again(
    alice: Browser, shop: Shop, services: Services, sandbox: Stripe
) -> None:
    sandbox.fault("status", "/v1/accounts", method="POST", status=400)
    refused = alice.submit("/sell/connect", "/sell/account", country="US")
    assert refused.status_code == 409
    assert "Stripe could not create the account" in refused.text
    assert "Stripe could not create the account" in alice.page("/sell/connect").text
    set_up(alice)
    assert account_of(services, shop) is not None


@pytest.mark.parametrize("country", ["", "XX", "Germany"])
@pytest.mark.one_database
def test_an_unknown_country_creates_nothing(alice: Browser, sandbox: Stripe, country: str) -> None:
    answer_ = alice.submit("/sell/connect", "/sell/account", country=country)
    assert answer_.status_code == 422
    assert "Please choose the country" in answer_.text
    assert made(sandbox) == []


@pytest.mark.one_database
def test_links_are_for_accounts_that_were_created_here(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    cast.shop("Dora")
    dora = as_user("Dora")
    for path in ("/sell/account/continue", "/sell/account/dashboard"):
        assert dora.post(path).status_code == 409
    assert dora.get("/sell/account/continue").status_code == 409
    set_again = dora.post("/sell/account", data={"country": "US"})
    assert set_again.status_code == 409, "the shop has an account"
    assert len(made(sandbox)) == 1
    assert "Open your dashboard" not in dora.page("/sell/connect").text


@pytest.mark.one_database
def test_the_dashboard_opens_when_onboarding_is_complete(alice: Browser, sandbox: Stripe) -> None:
    link = set_up(alice)
    assert alice.post("/sell/account/dashboard").status_code == 409
    answer(link)
    alice.get("/sell/account/return")
    there = alice.submit("/sell/connect", "/sell/account/dashboard")
    assert there.status_code == 303
    assert there.location.startswith(sandbox.url)


@pytest.mark.one_database
def test_links_have_a_limit(alice: Browser) -> None:
    set_up(alice)
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        statuses = [alice.get("/sell/account/continue").status_code for _ in range(12)]
    assert statuses == [303] * 10 + [429] * 2


@pytest.mark.one_database
def test_an_own_account_may_take_the_place_of_an_unfinished_one(
    alice: Browser, shop: Shop, services: Services, as_user: AsUser
) -> None:
    answer(set_up(alice), "leave")
    created = account_of(services, shop)
    assert "Connect my own account instead" in alice.page("/sell/connect").text
    assert alice.get(agree(set_out(alice))).location == "/sell/connect"
    own = account_of(services, shop)
    assert own is not None
    assert created is not None
    assert own.stripe_account_id != created.stripe_account_id
    assert sellers.ready_to_sell(own)
    assert collect(services) == []


@pytest.mark.one_database
def test_a_finished_one_stays(alice: Browser, shop: Shop, services: Services) -> None:
    answer(set_up(alice))
    alice.get("/sell/account/return")
    before = account_of(services, shop)
    assert not alice.page("/sell/connect").all("form", action="/sell/connect")
    refused = alice.get(agree(alice.post("/sell/connect").location))
    assert refused.status_code == 409
    assert Page(refused.text).h1 == "Your shop has another account already"
    assert "disconnected this one" in refused.text
    assert account_of(services, shop) == before


def test_an_account_that_came_first_through_oauth_stays(
    alice: Browser, shop: Shop, cast: Cast, services: Services, sandbox: Stripe
) -> None:
    there = set_out(alice)
    sandbox.fault(kind="drop_response", path="/v1/accounts", method="POST")
    alice.submit("/sell/connect", "/sell/account", country="US")
    assert alice.get(agree(there)).location == "/sell/connect"
    own = account_of(services, shop)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        run_once(services)
    after = account_of(services, shop)
    assert own is not None
    assert after is not None
    assert after.stripe_account_id == own.stripe_account_id
    with services.store.read() as tx:
        assert not creating.made_here(tx, after)


@pytest.mark.parametrize(
    ("ways", "offered", "refused"),
    [
        (("oauth",), "/sell/connect", "/sell/account"),
        (("account_links",), "/sell/account", "/sell/connect"),
    ],
)
@pytest.mark.one_database
def test_only_what_is_set_is_offered(
    alice: Browser,
    services: Services,
    sandbox: Stripe,
    ways: tuple[str, ...],
    offered: str,
    refused: str,
) -> None:
    config = replace(services.config, connect_ways=ways)
    alice.application.extensions["storefront"] = replace(services, config=config)
    page = alice.page("/sell/connect")
    assert page.one("form", action=offered) is not None
    assert not page.all("form", action=refused)
    assert alice.post(refused, data={"country": "US"}).status_code == 409
    assert made(sandbox) == []
