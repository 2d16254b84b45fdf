"""A forgotten password: the mailed link and what it does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.ids import digest
from storefront.users import service
from tests.cast import PASSWORD, Cast
from tests.client import Browser
from tests.support.mailbox import collect

AsUser = Callable[[str], Browser]
NEW = "a quite different one"


def ask(client: Browser, services: Services, email: str = "bob@example.com") -> str:
    """Ask for a link and read it in the mailbox."""
    answer = client.submit("/forgotten-password", "/forgotten-password", email=email)
    assert answer.location == "/mail-sent"
    return collect(services)[-1].link


def choose(client: Browser, link: str, password: str = NEW, repeated: str = NEW) -> int:
    """Choose a new password; the status of the answer."""
    return client.post(link, data={"password": password, "repeated": repeated}).status_code


def enter(client: Browser, password: str) -> int:
    """Try to sign in as Bob."""
    data = {"email": "bob@example.com", "password": password}
    return client.post("/sign-in", data=data).status_code


@pytest.mark.one_database
def test_the_link_sets_a_new_password(client: Browser, services: Services, cast: Cast) -> None:
    cast.user("Bob")
    link = ask(client, services)
    assert client.page(link).h1 == "Choose a new password"
    assert choose(client, link) == 303
    assert enter(client, PASSWORD) == 422
    assert enter(client, NEW) == 303


def test_it_works_once(client: Browser, services: Services, cast: Cast) -> None:
    cast.user("Bob")
    link = ask(client, services)
    choose(client, link)
    assert client.get(link).status_code == 404
    assert choose(client, link, "mallory was here", "mallory was here") == 404
    assert enter(client, NEW) == 303


def test_a_used_link_takes_the_others_with_it(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    first, second = ask(client, services), ask(client, services)
    assert choose(client, second) == 303
    assert choose(client, first) == 404


def test_it_works_for_thirty_minutes(client: Browser, services: Services, cast: Cast) -> None:
    cast.user("Bob")
    link = ask(client, services)
    with time_machine.travel(clock.now() + timedelta(minutes=29)):
        assert client.get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=30, seconds=1)):
        assert client.get(link).status_code == 404
        assert choose(client, link) == 404


def test_every_other_session_ends(as_user: AsUser, client: Browser, services: Services) -> None:
    elsewhere = as_user("Bob")
    choose(client, ask(client, services))
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.one_database
def test_looking_at_the_page_changes_nothing(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    link = ask(client, services)
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert choose(client, link) == 303


@pytest.mark.one_database
def test_the_answer_is_the_same_without_an_account(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    known = client.post("/forgotten-password", data={"email": "bob@example.com"})
    unknown = client.post("/forgotten-password", data={"email": "eve@example.com"})
    assert known.text == unknown.text
    assert known.headers["Location"] == unknown.headers["Location"]
    to_bob, to_eve = collect(services)
    assert to_bob.subject.startswith("Choose a new password")
    assert to_eve.subject.startswith("There is no account")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("password", "repeated"), [("short", "short"), (NEW, "another one"), ("", "")]
)
def test_a_refused_password_does_not_use_the_link_up(
    client: Browser, services: Services, cast: Cast, password: str, repeated: str
) -> None:
    cast.user("Bob")
    link = ask(client, services)
    assert choose(client, link, password, repeated) == 422
    assert choose(client, link) == 303


@pytest.mark.one_database
def test_the_link_leads_to_public_url_whatever_the_host(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    answer = client.post("/forgotten-password", data={"email": "bob@example.com"}, headers=headers)
    assert answer.status_code == 400
    client.post(
        "/forgotten-password",
        data={"email": "bob@example.com"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    [message] = collect(services)
    assert f"{services.config.public_url}/reset-password/" in message.text
    assert "evil.example" not in message.text


@pytest.mark.one_database
def test_only_the_hash_of_the_token_is_stored(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    token = ask(client, services).rpartition("/")[2]
    with services.store.read() as tx:
        stored = [row["token_hash"] for row in tx.all("SELECT token_hash FROM user_tokens")]
        kept = str([dict(row) for row in tx.all("SELECT * FROM mails")])
    assert stored == [digest(token)]
    assert token not in kept


@pytest.mark.one_database
def test_it_confirms_the_address_as_well(client: Browser, services: Services, cast: Cast) -> None:
    nora = {"name": "Nora", "email": "nora@example.com", "password": PASSWORD}
    client.post("/sign-up", data=nora)
    choose(client, ask(client, services, "nora@example.com"))
    with services.store.read() as tx:
        user = service.find_by_email(tx, "nora@example.com")
    assert user is not None
    assert user.email_verified


@pytest.mark.one_database
def test_a_confirmation_link_sets_no_password(client: Browser, services: Services) -> None:
    nora = {"name": "Nora", "email": "nora@example.com", "password": PASSWORD}
    client.post("/sign-up", data=nora)
    token = collect(services)[-1].link.rpartition("/")[2]
    assert choose(client, f"/reset-password/{token}") == 404


@pytest.mark.one_database
def test_a_reset_lifts_what_strangers_tried(
    client: Browser, services: Services, cast: Cast
) -> None:
    cast.user("Bob")
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as now:
        for number in range(61):
            data = {"email": "bob@example.com", "password": "guess guess"}
            network = {"REMOTE_ADDR": f"192.0.2.{number}"}
            client.post("/sign-in", data=data, environ_overrides=network)
        assert enter(client, PASSWORD) == 429
        choose(client, ask(client, services))
        now.shift(timedelta(seconds=1))
        assert enter(client, NEW) == 303


def test_old_tokens_are_deleted(client: Browser, services: Services, cast: Cast) -> None:
    cast.user("Bob")
    ask(client, services)
    assert service.clean_up(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert service.clean_up(services) == 1
