"""Asking Stripe about an account, by the button and by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
REFRESH = "/sell/account/refresh"


def account_of(services: Services, shop: Shop) -> ConnectedAccount:
    """The shop's account as we know it."""
    with services.store.read() as tx:
        found = sellers.account_of(tx, shop.seller.id)
    assert found is not None
    return found


def test_the_button_shows_what_stripe_says_now(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    shop = cast.shop()
    alice = as_user("Alice")
    due = ["external_account", "individual.verification.document", "something.new"]
    sandbox.control(
        f"accounts/{shop.account}/requirements", currently_due=due, past_due=due[:1],
        future_requirements=["company.tax_id"], eventually_due=["business_profile.url"],
        pending_verification=["individual.address.city"], current_deadline=1_800_000_000,
        errors=[{"code": "x", "reason": "Blurred.", "requirement": due[1]}],
    )  # fmt: skip
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    assert "Your shop can be paid" in alice.page("/sell/connect").text
    answer = alice.submit("/sell/connect", REFRESH)
    assert (answer.status_code, answer.location) == (303, "/sell/connect")
    page = alice.page("/sell/connect")
    assert "This is what Stripe says now." in page.text
    assert "Your shop cannot be paid yet" in page.text
    for words in (
        "a bank account for payouts overdueyour identity documentsomething.new By 15 Jan 2027",
        "Stripe could not accept your identity document: Blurred.",
        "Stripe is checking your address",
        "Stripe will ask for later a website, or a page about the shop",
        "Stripe's rules will change, and then it needs the company's tax number",
    ):
        assert words in page.text, words


def test_htmx_gets_the_part_that_changed(as_user: AsUser, cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    alice = as_user("Alice")
    form = alice.page("/sell/connect").one("form", action=REFRESH)
    assert form.get("hx-post") == REFRESH
    assert form.get("hx-target") == "#account-state"
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="pending")
    answer = alice.post(REFRESH, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="card stack" id="account-state"')
    assert "Stripe is checking your account" in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.one_database
def test_without_an_answer_the_page_says_so(
    as_user: AsUser, cast: Cast, services: Services, sandbox: Stripe, headers: dict[str, str]
) -> None:
    shop = cast.shop()
    alice = as_user("Alice")
    before = account_of(services, shop)
    sandbox.fault("drop_request", "/v1/accounts", times=5)
    answer = alice.post(REFRESH, headers=headers)
    text = answer.text if headers else alice.page("/sell/connect").text
    assert "Stripe did not answer." in text
    assert account_of(services, shop).transfers_capability == before.transfers_capability


@pytest.mark.one_database
def test_a_shop_without_an_account_has_nothing_to_refresh(as_user: AsUser, cast: Cast) -> None:
    cast.shop(ready=False)
    assert as_user("Alice").post(REFRESH).status_code == 409


@pytest.mark.one_database
def test_the_button_has_a_limit(as_user: AsUser, cast: Cast) -> None:
    cast.shop()
    alice = as_user("Alice")
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        statuses = [alice.post(REFRESH).status_code for _ in range(12)]
    assert statuses == [303] * 10 + [429] * 2


def test_every_account_is_looked_at_once_a_day(
    cast: Cast, services: Services, sandbox: Stripe
) -> None:
    shop = cast.shop()
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    assert accounts.refresh_stale(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert accounts.refresh_stale(services) == 1
        assert accounts.refresh_stale(services) == 0
    assert account_of(services, shop).transfers_capability == "inactive"


def test_the_newest_question_wins_whatever_comes_last(cast: Cast, services: Services) -> None:
    shop = cast.shop()
    asked_before = clock.timestamp()
    accounts.read(services.store, services.gateway, shop.account)
    with services.store.transaction() as tx:
        late = {"capabilities": {"transfers": "inactive"}}
        assert not accounts.record(tx, shop.account, late, asked_before)
    assert account_of(services, shop).transfers_capability == "active"


def test_what_changes_while_stripe_is_asked_is_asked_again(cast: Cast, services: Services) -> None:
    shop = cast.shop()
    asked_before = clock.timestamp()
    with services.store.transaction() as tx:
        accounts.changed(tx, shop.account)
        answer = {"capabilities": {"transfers": "pending"}}
        assert accounts.record(tx, shop.account, answer, asked_before)
    assert account_of(services, shop).stale_at is not None
    assert accounts.refresh_stale(services) == 1
    account = account_of(services, shop)
    assert account.stale_at is None
    assert account.transfers_capability == "active"


def test_without_access_nothing_is_for_sale_until_there_is_again(
    cast: Cast, services: Services, sandbox: Stripe
) -> None:
    shop = cast.shop()
    sandbox.control(f"accounts/{shop.account}/disconnect")
    assert not accounts.read(services.store, services.gateway, shop.account)
    account = account_of(services, shop)
    assert not sellers.ready_to_sell(account)
    assert "does not let us see this account" in sellers.why_not(account)
    cast.connect(shop.owner, shop.seller, shop.account)
    assert sellers.ready_to_sell(account_of(services, shop))
