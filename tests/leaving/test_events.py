"""`account.application.deauthorized`, in every order and from everybody: the newest fact wins."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.checkout.service import EXPIRE
from storefront.current import Services
from storefront.leaving.events import settle_lost
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.account_changes import service as account_changes
from storefront.stripe_calls import service as stripe_calls
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.sellers.test_account_events import account_of, deliver, now, states
from tests.support.mailbox import collect
from tests.support.stripe import CLIENT_ID, Stripe

AsUser = Callable[[str], Browser]
Worker = Callable[[], None]
LEFT = "account.application.deauthorized"


def say_goodbye(client: Browser, shop: Shop, at: int, application: str = CLIENT_ID) -> None:
    """Deliver the event, made at a Unix time."""
    object_ = {"id": application, "object": "application"}
    deliver(client, LEFT, shop.account, object_, at)


@pytest.mark.usefixtures("served")
def test_seller_and_operators_are_told_once(
    cast: Cast,
    services: Services,
    sandbox: Stripe,
    worker: Worker,
    as_user: AsUser,
    client: Browser,
) -> None:
    cast.operator()
    shop = cast.shop()
    listing = cast.listing(shop)
    sandbox.control(f"accounts/{shop.account}/disconnect")
    worker()
    assert account_of(services, shop) is None
    told = {message.to: message for message in collect(services)}
    assert set(told) == {"alice@example.com", "olga@example.com"}
    assert told["alice@example.com"].link == "/sell/connect/disconnect"
    assert told["olga@example.com"].link == f"/admin/sellers/{shop.seller.id}/disconnect"
    assert "The shop has paused this listing" in client.page(f"/listings/{listing.slug}").text
    page = as_user("Alice").page("/sell/connect")
    assert "Your shop is not connected any more" in page.text
    for at in (now(), now() + 3600):
        say_goodbye(client, shop, at)
    worker()
    assert len(collect(services)) == 2


def test_an_event_that_is_clearly_newer_than_the_connection_counts_at_once(
    cast: Cast, services: Services, client: Browser
) -> None:
    shop = cast.shop()
    say_goodbye(client, shop, now() + 61)
    assert account_of(services, shop) is None
    cast.connect(shop.owner, shop.seller, shop.account)
    account = account_of(services, shop)
    assert account is not None
    assert account.disconnected_at is None
    assert sellers.ready_to_sell(account)


@pytest.mark.parametrize("ago", [0, 3600], ids=["of the same second", "of an hour ago"])
def test_a_late_event_about_an_earlier_connection_ends_nothing(
    cast: Cast, services: Services, client: Browser, worker: Worker, ago: int
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    say_goodbye(client, shop, now() - ago)
    worker()
    account = account_of(services, shop)
    assert account is not None
    assert sellers.ready_to_sell(account)
    assert "Add to cart" in client.page(f"/listings/{listing.slug}").text
    assert collect(services) == []


def test_while_stripe_does_not_answer_a_doubt_stays_a_doubt(
    cast: Cast, services: Services, client: Browser, worker: Worker, sandbox: Stripe
) -> None:
    shop = cast.shop()
    sandbox.control(f"accounts/{shop.account}/disconnect")
    sandbox.fault("status", f"/v1/accounts/{shop.account}", status=500, times=20)
    say_goodbye(client, shop, now())
    worker()
    assert account_of(services, shop) is not None
    sandbox.control("faults", "DELETE")
    with services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET doubted_at = connected_at")
    worker()
    assert account_of(services, shop) is None


def test_an_account_that_cannot_be_seen_for_a_day_has_left_without_an_event(
    cast: Cast, services: Services, client: Browser, sandbox: Stripe
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    order = cast.order(listing, pay=False)
    sandbox.control(f"accounts/{shop.account}/disconnect")
    assert not accounts.read(services.store, services.gateway, shop.account)
    with time_machine.travel(clock.now() + timedelta(hours=23)):
        accounts.read(services.store, services.gateway, shop.account)
        assert settle_lost(services) == 0, "it is too early"
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        sandbox.fault("status", "/v1/checkout/sessions", status=404, times=5)
        assert settle_lost(services) == 0, "the key is another platform's"
        sandbox.control("faults", "DELETE")
        assert account_of(services, shop) is not None
        assert settle_lost(services) == 1
        assert settle_lost(services) == 0
    assert account_of(services, shop) is None
    assert "The shop has paused this listing" in client.page(f"/listings/{listing.slug}").text
    with services.store.read() as tx:
        assert stripe_calls.of_subject(tx, EXPIRE, order.id) is not None


@pytest.mark.one_database
def test_before_the_first_order_nothing_shows_whose_key_it_is(
    cast: Cast, services: Services, sandbox: Stripe
) -> None:
    shop = cast.shop()
    sandbox.control(f"accounts/{shop.account}/disconnect")
    accounts.read(services.store, services.gateway, shop.account)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert settle_lost(services) == 0


def test_an_account_that_can_be_seen_again_stays(
    cast: Cast, services: Services, sandbox: Stripe
) -> None:
    shop = cast.shop()
    cast.order(cast.listing(shop))
    sandbox.control(f"accounts/{shop.account}/disconnect")
    accounts.read(services.store, services.gateway, shop.account)
    cast.connect(shop.owner, shop.seller, shop.account)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert settle_lost(services) == 0
    assert account_of(services, shop) is not None


def test_an_event_about_the_account_before_does_not_touch_the_one_after(
    cast: Cast, services: Services, client: Browser, worker: Worker
) -> None:
    shop = cast.shop()
    say_goodbye(client, shop, now() + 61)
    listing = cast.listing(shop)
    with services.store.transaction() as tx:
        account_changes.agree(tx, shop.seller.id)
    second = cast.connect(shop.owner, shop.seller)
    say_goodbye(client, shop, now() + 7200)
    worker()
    account = account_of(services, shop)
    assert account is not None
    assert account.stripe_account_id == second != shop.account
    assert "Add to cart" in client.page(f"/listings/{listing.slug}").text


def test_another_application_is_not_our_matter(
    cast: Cast, services: Services, client: Browser
) -> None:
    shop = cast.shop()
    say_goodbye(client, shop, now() + 61, "ca_somebody_else")
    assert account_of(services, shop) is not None
    assert states(services) == ["ignored"]
