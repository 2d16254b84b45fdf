"""Making an account."""

import pytest
import time_machine

from storefront.current import Services
from storefront.store import Row
from tests.cast import PASSWORD, Cast
from tests.client import Browser
from tests.support.mailbox import collect

NEWCOMER = {"name": "Nora", "email": "nora@example.com", "password": PASSWORD}


def users(services: Services) -> list[Row]:
    """Everybody with an account."""
    with services.store.read() as tx:
        return tx.all("SELECT email, name, password_hash, email_verified_at FROM users")


def test_a_newcomer_gets_an_account_and_a_link(client: Browser, services: Services) -> None:
    answer = client.submit("/sign-up", "/sign-up", **NEWCOMER)
    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    [user] = users(services)
    assert (user["email"], user["name"]) == ("nora@example.com", "Nora")
    assert user["email_verified_at"] is None
    assert PASSWORD not in user["password_hash"]
    [message] = collect(services)
    assert message.to == "nora@example.com"
    assert message.link.startswith("/confirm-address/")


def test_the_answer_is_the_same_for_an_address_with_an_account(
    client: Browser, services: Services, cast: Cast
) -> None:
    before = cast.user("Bob")
    new = client.submit("/sign-up", "/sign-up", **NEWCOMER)
    known = client.submit("/sign-up", "/sign-up", **NEWCOMER | {"email": before.email.upper()})
    assert (new.status_code, new.location) == (known.status_code, known.location)
    assert new.text == known.text
    assert set(new.headers.keys()) == set(known.headers.keys())
    assert collect(services)[-1].subject.startswith("You already have an account")
    assert cast.user("Bob") == before


@pytest.mark.one_database
def test_nobody_is_signed_in_by_it(client: Browser) -> None:
    client.submit("/sign-up", "/sign-up", **NEWCOMER)
    assert client.get("/account").status_code == 303


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Please enter your name."),
        ("name", "\u200b \u202e", "Please enter a name"),
        ("name", "x" * 81, "at most 80 characters"),
        ("email", "", "Please enter your e-mail address."),
        ("email", "nora", "This is no e-mail address."),
        ("email", "nora@example.com\nBcc: all@example.com", "This is no e-mail address."),
        ("email", "nora@example.com, mallory@example.com", "This is no e-mail address."),
        ("password", "", "Please choose a password."),
        ("password", "too short", "at least 10 characters"),
        ("password", "x" * 257, "at most 256 characters"),
    ],
)
def test_what_does_not_make_sense_is_said_at_the_field(
    client: Browser, services: Services, field: str, value: str, said: str
) -> None:
    answer = client.post("/sign-up", data=NEWCOMER | {field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert PASSWORD not in answer.text
    assert users(services) == []


@pytest.mark.one_database
def test_what_a_form_must_not_set_is_ignored(client: Browser, services: Services) -> None:
    more = {"is_operator": "1", "email_verified_at": "2026-01-01", "id": "mine"}
    client.post("/sign-up", data=NEWCOMER | more)
    with services.store.read() as tx:
        user = tx.one("SELECT id, is_operator, email_verified_at FROM users")
    assert user is not None
    assert (user["is_operator"], user["email_verified_at"]) == (0, None)
    assert user["id"] != "mine"


@pytest.mark.one_database
def test_nobody_can_fill_somebodys_mailbox(client: Browser, services: Services) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z"):
        answers = [client.post("/sign-up", data=NEWCOMER).status_code for _ in range(8)]
    assert answers == [303] * 4 + [429] * 4
    assert len(collect(services)) == 4


@pytest.mark.one_database
def test_without_a_mail_server_the_page_says_where_messages_are(client: Browser) -> None:
    assert str(client.config.mail_folder) in client.page("/mail-sent").text
