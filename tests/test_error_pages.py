"""Failures are pages: a status, words, what to do next, and a number to write to us about."""

import pytest
from flask import Flask

from storefront.errors import Busy, Invalid, NotFound, Refused, StorefrontError, TooMany
from storefront.security.policies import policy
from storefront.store import Store
from storefront.stripe_gateway.failures import (
    KeyRefused,
    OutcomeUnknown,
    Rejected,
    StripeFailure,
    TryLater,
)
from tests.client import HTMX, Browser
from tests.support.pages import Page

pytestmark = pytest.mark.one_database


@pytest.fixture
def failing(app: Flask, client: Browser) -> list[BaseException]:
    """What the page /fail raises."""
    raised: list[BaseException] = []

    @policy("public")
    def fail() -> str:
        raise raised[0]

    app._got_first_request = False
    app.add_url_rule("/fail", "fail", fail, methods=["GET", "POST"])
    return raised


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("A quantity is at least 1."), 422),
        (NotFound("We could not find that shop."), 404),
        (Refused("That was the last one."), 409),
        (TooMany("Please wait."), 429),
        (Busy("Please try again."), 503),
    ],
)
def test_a_failure_for_people_says_what_is_wrong(
    client: Browser, failing: list[BaseException], error: StorefrontError, status: int
) -> None:
    failing.append(error)
    answer = client.get("/fail")
    page = Page(answer.text)
    assert answer.status_code == status
    assert error.message in page.text
    assert answer.headers["X-Request-Id"] in page.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_must_wait_is_told_how_long(client: Browser, failing: list[BaseException]) -> None:
    failing.append(TooMany("Please wait.", retry_after=42))
    assert client.get("/fail").headers["Retry-After"] == "42"


@pytest.mark.parametrize(
    ("kind", "status"), [(Rejected, 502), (OutcomeUnknown, 502), (TryLater, 503), (KeyRefused, 503)]
)
def test_a_failure_of_stripe_shows_nothing_of_stripes_words(
    client: Browser, failing: list[BaseException], kind: type[StripeFailure], status: int
) -> None:
    failing.append(kind("No such account: acct_secret"))
    answer = client.get("/fail")
    assert answer.status_code == status
    assert "Stripe" in answer.text
    assert "acct_secret" not in answer.text


def test_an_unexpected_failure_asks_neither_session_nor_database(
    client: Browser, failing: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing.append(ZeroDivisionError("secret detail"))

    def broken(*_: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Store, "read", broken)
    monkeypatch.setattr(Store, "transaction", broken)
    client.set_cookie("session", "anything")
    answer = client.get("/fail")
    assert answer.status_code == 500
    assert Page(answer.text).h1 == "That was our fault"
    assert "secret detail" not in answer.text


def test_a_broken_database_is_a_page_too(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise Busy("The shop is very busy.")

    monkeypatch.setattr(Store, "read", busy)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "very busy" in answer.text


@pytest.mark.parametrize(
    ("error", "status"), [(Refused("Sold out."), 409), (ZeroDivisionError(), 500)]
)
def test_htmx_gets_errors_for_the_flash_region(
    client: Browser, failing: list[BaseException], error: BaseException, status: int
) -> None:
    failing.append(error)
    answer = client.post("/fail", headers=HTMX)
    assert answer.status_code == status
    assert answer.headers["HX-Retarget"] == "#flash"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert not Page(answer.text).is_document


def test_there_is_a_page_for_what_is_not_there(client: Browser) -> None:
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert Page(answer.text).h1 == "There is nothing here"


def test_a_wrong_method_names_the_right_ones(client: Browser) -> None:
    answer = client.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("files", [False, True], ids=["texts", "files"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read_in_words(
    client: Browser, headers: dict[str, str], *, files: bool
) -> None:
    size = {"CONTENT_LENGTH": str(25_200_000 if files else 1_100_000)}
    kind = "multipart/form-data; boundary=x" if files else "application/x-www-form-urlencoded"
    answer = client.post("/sign-in", headers=headers, content_type=kind, environ_overrides=size)
    page = Page(answer.text)
    assert (answer.status_code, page.is_document) == (413, not headers)
    assert "none of it was saved. What was saved before is as it was." in page.text
    assert "choose smaller files or fewer of them" in page.text
    assert answer.headers.get("HX-Retarget") == ("#flash" if headers else None)
