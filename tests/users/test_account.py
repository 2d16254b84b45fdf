"""The account page."""

from collections.abc import Callable

import pytest

from tests.cast import PASSWORD, Cast
from tests.client import HTMX, Browser

AsUser = Callable[[str], Browser]
NEW = "a quite different one"


def test_the_name_can_be_changed(as_user: AsUser, cast: Cast) -> None:
    bob = as_user("Bob")
    assert bob.submit("/account", "/account/name", name="  Robert  B. ").location == "/account"
    page = bob.page("/account")
    assert "Your name is changed." in page.text
    assert cast.user("Bob").name == "Robert B."


@pytest.mark.one_database
def test_htmx_is_told_where_to_go(as_user: AsUser) -> None:
    answer = as_user("Bob").post("/account/name", data={"name": "Robert"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/account"


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_is_none_is_refused(as_user: AsUser, cast: Cast, name: str) -> None:
    answer = as_user("Bob").post("/account/name", data={"name": name})
    assert answer.status_code == 422
    assert cast.user("Bob").name == "Bob"


@pytest.mark.one_database
def test_markup_in_a_name_is_shown_as_it_is(as_user: AsUser) -> None:
    bob = as_user("Bob")
    bob.post("/account/name", data={"name": "<img src=x onerror=alert(1)>"})
    page = bob.page("/account")
    assert "<img src=x" not in page.html
    assert page.form("/account/name")["name"] == "<img src=x onerror=alert(1)>"


def test_a_new_password_ends_all_other_sessions(as_user: AsUser, client: Browser) -> None:
    here, elsewhere = as_user("Bob"), as_user("Bob")
    answer = here.submit("/account", "/account/password", current=PASSWORD, password=NEW)
    assert answer.location == "/account"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    bob = {"email": "bob@example.com"}
    assert client.post("/sign-in", data=bob | {"password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", data=bob | {"password": NEW}).status_code == 303


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("current", "password", "said"),
    [
        ("wrong horse battery", NEW, "This is not your current password."),
        ("", NEW, "Please enter your current password."),
        (PASSWORD, "short", "at least 10 characters"),
        (PASSWORD, "", "Please choose a password."),
    ],
)
def test_a_refused_change_changes_nothing(
    as_user: AsUser, cast: Cast, current: str, password: str, said: str
) -> None:
    bob, before = as_user("Bob"), cast.user("Bob")
    answer = bob.post("/account/password", data={"current": current, "password": password})
    assert answer.status_code == 422
    assert said in answer.text
    assert cast.user("Bob") == before


@pytest.mark.one_database
def test_a_stolen_session_cannot_guess_the_password(as_user: AsUser) -> None:
    bob = as_user("Bob")
    answers = [
        bob.post("/account/password", data={"current": f"guess {n:06}", "password": NEW})
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]


@pytest.mark.one_database
def test_the_menu_leads_there(as_user: AsUser) -> None:
    assert as_user("Bob").page("/").links()["Account"] == "/account"
