"""Confirming an address."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.users import service
from tests.cast import PASSWORD
from tests.client import Browser
from tests.support.mailbox import collect

AsUser = Callable[[str], Browser]
NORA = {"name": "Nora", "email": "nora@example.com", "password": PASSWORD}


def sign_up(client: Browser, services: Services) -> str:
    """Nora signs up; the link in her mailbox."""
    client.post("/sign-up", data=NORA)
    return collect(services)[-1].link


def enter(client: Browser, link: str) -> str:
    """Open the link, sign in as asked, and be back at it."""
    asked = client.get(link)
    answer = client.submit(
        asked.location, "/sign-in", email=NORA["email"], password=NORA["password"]
    )
    return answer.location


def confirmed(services: Services) -> bool:
    """Whether Nora's address is confirmed."""
    with services.store.read() as tx:
        user = service.find_by_email(tx, NORA["email"])
    assert user is not None
    return user.email_verified


def test_the_link_and_the_password_together_confirm(client: Browser, services: Services) -> None:
    link = sign_up(client, services)
    assert enter(client, link) == link
    assert client.page(link).h1 == "Confirm your address"
    assert not confirmed(services), "looking at the page is not enough"
    answer = client.submit(link, link)
    assert answer.location == "/account"
    assert confirmed(services)
    assert client.page(link).h1 == "Your address is confirmed"
    assert client.post(link).status_code == 404


def test_whoever_signed_up_with_anothers_address_gains_nothing(
    client: Browser, as_user: AsUser, services: Services
) -> None:
    link = sign_up(client, services)
    for browser in (as_user("Bob"), as_user("Charlie")):
        assert browser.post(link).status_code == 404
    assert not confirmed(services)


@pytest.mark.one_database
def test_it_works_for_a_week(client: Browser, services: Services) -> None:
    link = sign_up(client, services)
    enter(client, link)
    with time_machine.travel(clock.now() + timedelta(days=7, seconds=1)):
        assert client.get(link).status_code == 404
        assert client.post(link).status_code == 404
    assert not confirmed(services)


@pytest.mark.one_database
def test_another_link_can_be_asked_for(client: Browser, services: Services) -> None:
    first = sign_up(client, services)
    enter(client, first)
    assert "Please confirm your address" in client.page("/account").text
    assert client.submit("/account", "/account/confirmation").location == "/mail-sent"
    second = collect(services)[-1].link
    assert second != first
    client.post(second)
    assert confirmed(services)
    assert "Please confirm your address" not in client.page("/account").text
    assert client.post(first).status_code == 404


@pytest.mark.one_database
def test_no_more_links_when_it_is_confirmed(as_user: AsUser, services: Services) -> None:
    as_user("Bob").post("/account/confirmation")
    assert collect(services) == []
