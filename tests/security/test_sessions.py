"""Sessions: where they live, what the browser holds, and when they end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie

import pytest
import time_machine
from flask import session
from flask.testing import FlaskClient

from storefront import clock, create_app
from storefront.current import Services
from storefront.ids import digest
from storefront.security import sessions
from storefront.store import Store
from tests.cast import PASSWORD, Cast
from tests.client import Browser

NAME = "storefront_session"

AsUser = Callable[[str], Browser]


def cookie_of(browser: FlaskClient, name: str = NAME) -> str:
    """What the browser holds."""
    cookie = browser.get_cookie(name, domain="127.0.0.1")
    assert cookie is not None
    return cookie.value


def sent_cookie(header: str | None) -> Morsel[str]:
    """The only cookie in a Set-Cookie header."""
    assert header is not None
    [cookie] = SimpleCookie(header).values()
    return cookie


def stored(store: Store) -> set[str]:
    """The hashes of all sessions."""
    with store.read() as tx:
        return {row["id_hash"] for row in tx.all("SELECT id_hash FROM sessions")}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/cart", "/nothing-here"])
def test_a_guest_who_looks_around_has_none(client: Browser, services: Services, path: str) -> None:
    assert "Set-Cookie" not in client.get(path).headers
    assert stored(services.store) == set()


def test_only_the_hash_of_a_256_bit_id_is_stored(as_user: AsUser, services: Services) -> None:
    cookie = cookie_of(as_user("Bob"))
    assert len(cookie) >= 43
    assert stored(services.store) == {digest(cookie)}


def test_the_cookie_is_hidden_from_scripts_and_other_sites(client: Browser, cast: Cast) -> None:
    bob = {"email": cast.user("Bob").email, "password": PASSWORD}
    cookie = sent_cookie(client.post("/sign-in", data=bob).headers.get("Set-Cookie"))
    assert (cookie.key, cookie["path"], cookie["samesite"]) == (NAME, "/", "Lax")
    assert cookie["httponly"]
    assert not cookie["domain"]
    assert not cookie["secure"], "PUBLIC_URL is http here"


def test_behind_https_the_cookie_is_bound_to_host_and_tls(services: Services, cast: Cast) -> None:
    secure = replace(services, config=replace(services.config, public_url="https://shop.example"))
    browser = create_app(services=secure).test_client()
    bob = {"email": cast.user("Bob").email, "password": PASSWORD}
    answer = browser.post("/sign-in", data=bob, base_url="https://shop.example")
    cookie = sent_cookie(answer.headers.get("Set-Cookie"))
    assert cookie.key == f"__Host-{NAME}"
    assert cookie["secure"]
    assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_signing_in_takes_a_new_id_and_keeps_only_the_cart(
    client: Browser, services: Services, cast: Cast
) -> None:
    with client.session_transaction(base_url=client.config.public_url) as before:
        before["cart_id"] = "a cart"
        before["something"] = "else"
    old = cookie_of(client)
    client.submit("/sign-in", "/sign-in", email=cast.user("Bob").email, password=PASSWORD)
    assert cookie_of(client) != old
    assert stored(services.store) == {digest(cookie_of(client))}
    with client.session_transaction(base_url=client.config.public_url) as after:
        assert "something" not in after


def test_an_id_that_we_did_not_make_is_never_adopted(client: Browser, cast: Cast) -> None:
    planted = "x" * 43
    client.set_cookie(NAME, planted, domain="127.0.0.1")
    client.submit("/sign-in", "/sign-in", email=cast.user("Bob").email, password=PASSWORD)
    assert cookie_of(client) != planted


def test_a_kept_cookie_opens_nothing_after_signing_out(
    as_user: AsUser, client: Browser, services: Services
) -> None:
    bob = as_user("Bob")
    kept = cookie_of(bob)
    answer = bob.post("/sign-out")
    assert sent_cookie(answer.headers["Set-Cookie"]).value == ""
    assert stored(services.store) == set()
    client.set_cookie(NAME, kept, domain="127.0.0.1")
    assert client.get("/account").status_code == 303


def test_a_slow_request_does_not_bring_an_ended_session_back(
    as_user: AsUser, services: Services
) -> None:
    bob = as_user("Bob")
    app = bob.application
    cookie = {"Cookie": f"{NAME}={cookie_of(bob)}"}
    with app.test_request_context(base_url=bob.config.public_url, headers=cookie):
        session["note"] = "written by a request that is still under way"
        bob.post("/sign-out")
        app.process_response(app.make_response("done"))
    assert stored(services.store) == set()


def test_it_ends_after_its_lifetime(as_user: AsUser, services: Services) -> None:
    bob = as_user("Bob")
    with time_machine.travel(clock.now() + timedelta(days=sessions.LIFETIME_DAYS - 1)):
        assert bob.get("/account").status_code == 200
        assert sessions.clean_up(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=sessions.LIFETIME_DAYS, seconds=1)):
        bob.set_cookie(NAME, cookie_of(bob), domain="127.0.0.1")
        assert bob.get("/account").status_code == 303
        assert sessions.clean_up(services) == 1


@pytest.mark.one_database
def test_what_needs_no_session_reads_none(as_user: AsUser, services: Services) -> None:
    bob = as_user("Bob")
    statements: list[str] = []
    services.store.observers.append(statements.append)
    for path in ("/static/site.css", "/healthz"):
        answer = bob.get(path)
        assert answer.status_code == 200
        assert "Cookie" not in answer.vary
    assert statements == []
