"""Pages and fragments: what htmx gets, what everybody else gets, and what caches are told."""

import hashlib

import pytest
from flask import Flask

from storefront import htmx, vendor
from storefront.security.policies import policy
from tests.client import HTMX, Browser

pytestmark = pytest.mark.one_database

SHA256 = "491955cd1810747d7d7b9ccb936400afb760e06d25d53e4572b64b6563b2784e"
"""Of htmx.min.js 2.0.3 as its authors publish it."""

RESTORE = {"HX-History-Restore-Request": "true"}


@pytest.fixture
def browser(app: Flask, client: Browser) -> Browser:
    """A browser and three more views."""

    @policy("public")
    def page() -> object:
        return htmx.render(
            "errors/error.html", partial="errors/_flash.html", status=422, message=""
        )

    @policy("public")
    def leave() -> object:
        return htmx.redirect("/elsewhere")

    @policy("public")
    def refresh() -> object:
        return htmx.refresh()

    app.jinja_env.globals["status"] = 422
    for view in (page, leave, refresh):
        app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=["GET", "POST"])
    return client


def test_everybody_gets_the_page_and_htmx_the_fragment(browser: Browser) -> None:
    assert "<!doctype html>" in browser.get("/page").text
    assert "<!doctype html>" not in browser.get("/page", headers=HTMX).text


def test_an_error_in_a_fragment_is_aimed_where_the_request_wanted_its_answer(
    browser: Browser,
) -> None:
    """Elsewhere the page shows none but 422 (tests/journeys/test_in_place.py)."""
    answer = browser.get("/page", headers=HTMX | {"HX-Target": "form-7"})
    assert answer.headers["HX-Retarget"] == "#form-7"
    assert "HX-Retarget" not in browser.get("/page").headers


@pytest.mark.parametrize("whole", [RESTORE, {"HX-Boosted": "true"}])
def test_htmx_gets_the_page_where_it_replaces_a_page(
    browser: Browser, whole: dict[str, str]
) -> None:
    assert "<!doctype html>" in browser.get("/page", headers=HTMX | whole).text


def test_caches_keep_pages_and_fragments_apart(browser: Browser) -> None:
    for headers in ({}, HTMX):
        vary = browser.get("/page", headers=headers).headers["Vary"]
        assert "HX-Request" in vary
        assert "HX-History-Restore-Request" in vary


def test_a_redirect_is_one_for_everybody(browser: Browser) -> None:
    plain, fragment = browser.post("/leave"), browser.post("/leave", headers=HTMX)
    assert (plain.status_code, plain.location) == (303, "/elsewhere")
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (200, "/elsewhere")


def test_a_refresh_is_one_for_everybody(browser: Browser) -> None:
    plain, fragment = browser.post("/refresh"), browser.post("/refresh", headers=HTMX)
    assert (plain.status_code, plain.location) == (303, "/refresh")
    assert (fragment.status_code, fragment.headers["HX-Refresh"]) == (200, "true")


def test_the_script_is_the_one_that_its_authors_publish() -> None:
    script = (vendor.folder() / "htmx.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() == SHA256
