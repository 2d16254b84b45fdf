"""Signing in."""

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher

from storefront.current import Services
from storefront.security import passwords
from tests.cast import PASSWORD, Cast
from tests.client import Browser
from tests.support.pages import Page

WRONG = "wrong horse battery"
NOON = "2026-03-01T12:00:00Z"


def enter(browser: Browser, email: str = "bob@example.com", password: str = PASSWORD) -> int:
    """Try to sign in; the status of the answer."""
    return browser.post("/sign-in", data={"email": email, "password": password}).status_code


class Counting:
    """A hasher that counts how often it is asked."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.verified = 0
        self._hasher = hasher

    def verify(self, hashed: str, password: str) -> bool:
        self.verified += 1
        return self._hasher.verify(hashed, password)

    def __getattr__(self, name: str) -> object:
        return getattr(self._hasher, name)


def test_the_right_password_opens_the_account(client: Browser, cast: Cast) -> None:
    bob = cast.user("Bob")
    answer = client.submit("/sign-in", "/sign-in", email=bob.email, password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.page("/account").h1 == "Your account"
    assert client.get("/sign-in?next=/orders").location == "/orders"


@pytest.mark.one_database
@pytest.mark.parametrize("email", ["BOB@example.com", "  bob@EXAMPLE.com "])
def test_an_address_may_be_written_in_any_way(client: Browser, cast: Cast, email: str) -> None:
    cast.user("Bob")
    assert enter(client, email) == 303


@pytest.mark.one_database
def test_unknown_and_wrong_look_the_same(client: Browser, cast: Cast) -> None:
    cast.user("Bob")
    wrong = client.post("/sign-in", data={"email": "bob@example.com", "password": WRONG})
    unknown = client.post("/sign-in", data={"email": "eve@example.com", "password": WRONG})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace("bob@", "eve@") == unknown.text
    assert "do not belong together" in Page(unknown.text).text


@pytest.mark.one_database
def test_unknown_and_wrong_cost_the_same_work(
    client: Browser, services: Services, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.user("Bob")
    enter(client, "warms.up@example.com")
    hasher = Counting(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    work = []
    for email in ("bob@example.com", "eve@example.com"):
        statements: list[str] = []
        services.store.observers[:] = [statements.append]
        enter(client, email, WRONG)
        work.append((hasher.verified, statements))
        hasher.verified = 0
    assert work[0] == work[1]
    assert work[0][0] == 1


@pytest.mark.one_database
@pytest.mark.parametrize(("email", "password"), [("", PASSWORD), ("bob@example.com", ""), ("", "")])
def test_an_empty_field_is_said_at_the_field(client: Browser, email: str, password: str) -> None:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert "Please enter your" in answer.text


@pytest.mark.one_database
@pytest.mark.parametrize("email", ["x" * 5000, "' OR 1=1 --", "é" * 300])
def test_strange_input_is_simply_wrong(client: Browser, cast: Cast, email: str) -> None:
    cast.user("Bob")
    assert enter(client, email) == 422


def test_a_character_that_no_database_likes_is_refused(client: Browser) -> None:
    assert enter(client, "bob@example.com\x00") == 400
    assert client.get("/sign-in?next=%00").status_code == 400
    assert client.get("/shops/%00").status_code == 400


def test_guessing_soon_has_to_wait_and_ever_longer(client: Browser, cast: Cast) -> None:
    cast.user("Bob")
    with time_machine.travel(NOON, tick=False) as now:
        assert [enter(client, password=WRONG) for _ in range(6)] == [422] * 5 + [429]
        now.shift(timedelta(minutes=1))
        assert [enter(client, password=WRONG) for _ in range(5)] == [422] * 5
        now.shift(timedelta(minutes=1))
        refused = client.post("/sign-in", data={"email": "bob@example.com", "password": WRONG})
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 60


@pytest.mark.one_database
def test_the_right_password_does_not_help_while_waiting(client: Browser, cast: Cast) -> None:
    cast.user("Bob")
    with time_machine.travel(NOON, tick=False):
        for _ in range(6):
            enter(client, password=WRONG)
        assert enter(client) == 429


@pytest.mark.one_database
def test_a_stranger_does_not_lock_the_owner_out(client: Browser, cast: Cast) -> None:
    cast.user("Bob")
    with time_machine.travel(NOON, tick=False):
        for _ in range(10):
            enter(client, password=WRONG)
        at_home = {"REMOTE_ADDR": "192.0.2.7"}
        answer = client.post(
            "/sign-in",
            data={"email": "bob@example.com", "password": PASSWORD},
            environ_overrides=at_home,
        )
    assert answer.status_code == 303


@pytest.mark.one_database
def test_one_network_cannot_try_many_accounts(client: Browser) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [enter(client, f"somebody.{number}@example.com") for number in range(25)]
    assert answers == [422] * 20 + [429] * 5


@pytest.mark.one_database
def test_who_remembers_after_all_begins_anew(client: Browser, cast: Cast) -> None:
    cast.user("Bob")
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            enter(client, password=WRONG)
        assert enter(client) == 303
        client.get("/account")
        client.post("/sign-out")
        assert [enter(client, password=WRONG) for _ in range(5)] == [422] * 5


@pytest.mark.one_database
def test_what_is_counted_cannot_be_read(client: Browser, services: Services, cast: Cast) -> None:
    enter(client, cast.user("Bob").email, WRONG)
    with services.store.read() as tx:
        buckets = [row["bucket"] for row in tx.all("SELECT bucket FROM rate_limits")]
    assert buckets
    assert not any("bob" in bucket or "127.0.0.1" in bucket for bucket in buckets)


def test_a_hash_of_another_cost_is_renewed(client: Browser, services: Services, cast: Cast) -> None:
    bob = cast.user("Bob")
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with services.store.transaction() as tx:
        tx.run("UPDATE users SET password_hash = :hash WHERE id = :id", hash=cheap, id=bob.id)
    assert enter(client) == 303
    renewed = cast.user("Bob").password_hash
    assert renewed != cheap
    assert not passwords.needs_rehash(renewed)
    assert passwords.matches(renewed, PASSWORD)
