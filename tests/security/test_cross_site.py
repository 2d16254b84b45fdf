"""No other site may act in a visitor's name."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import PASSWORD, Cast
from tests.client import Browser

AsUser = Callable[[str], Browser]
NEW_NAME = {"name": "Somebody Else"}


def plain(browser: Browser) -> FlaskClient:
    """The same browser, sending only what the test says."""
    bare = FlaskClient(browser.application, browser.response_wrapper)
    bare._cookies = browser._cookies
    return bare


def name_of(browser: Browser) -> str:
    """The name on the account page."""
    return browser.page("/account").form("/account/name")["name"]


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "ours"}, False),
        ({"Origin": "ours"}, True),
        ({"Origin": "null"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://127.0.0.1"}, False),
        ({"Origin": "http://127.0.0.1:99999"}, False),
        ({"Origin": "http://[::1"}, False),
        ({"Origin": ""}, False),
        ({}, True),
    ],
)
@pytest.mark.one_database
def test_where_a_sign_in_may_come_from(
    client: Browser, cast: Cast, headers: dict[str, str], accepted: bool
) -> None:
    ours = client.config.public_url
    sent = {name: ours if value == "ours" else value for name, value in headers.items()}
    answer = plain(client).post(
        "/sign-in",
        data={"email": cast.user("Bob").email, "password": PASSWORD},
        headers=sent,
        base_url=ours,
    )
    assert answer.status_code == (303 if accepted else 403)
    assert ("Set-Cookie" in answer.headers) is accepted


@pytest.mark.parametrize("token", [None, "", "made up", "IjEyMyI.aaaa.bbbb"])
def test_a_form_of_somebody_signed_in_needs_our_token(as_user: AsUser, token: str | None) -> None:
    bob = as_user("Bob")
    data = NEW_NAME if token is None else {**NEW_NAME, "csrf_token": token}
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = plain(bob).post(
        "/account/name", data=data, headers=headers, base_url=bob.config.public_url
    )
    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert name_of(bob) == "Bob"


def test_a_token_of_another_person_is_refused(as_user: AsUser) -> None:
    bob, mallory = as_user("Bob"), as_user("Mallory")
    answer = bob.post("/account/name", data={**NEW_NAME, "csrf_token": mallory.token})
    assert answer.status_code == 403
    assert name_of(bob) == "Bob"


def test_the_right_token_from_another_site_is_refused(as_user: AsUser) -> None:
    bob = as_user("Bob")
    answer = bob.post("/account/name", data=NEW_NAME, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert name_of(bob) == "Bob"


def test_a_token_from_before_signing_in_again_is_refused(as_user: AsUser) -> None:
    bob = as_user("Bob")
    old = bob.token
    bob.post("/sign-out")
    bob.token = ""
    bob.submit("/sign-in", "/sign-in", email="bob@example.com", password=PASSWORD)
    answer = bob.post("/account/name", data={**NEW_NAME, "csrf_token": old})
    assert answer.status_code == 403


@pytest.mark.one_database
def test_webhooks_come_from_another_site(client: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://stripe.com"}
    for path in ("/webhooks/stripe", "/webhooks/stripe/connect"):
        assert client.post(path, data="{}", headers=headers).status_code == 400  # not signed
