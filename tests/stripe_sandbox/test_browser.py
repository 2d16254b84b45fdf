"""The hosted pages in a real browser: without JavaScript, on a phone, and for everybody."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.stripe_sandbox.shop import REDIRECT, Shop

pytestmark = pytest.mark.browser
ACCEPTED = re.compile(r"^http://127\.0\.0\.1:9/")


def _page(browser: Browser, **options: object) -> Page:
    """A page; the merchant's own addresses, where nobody listens, answer with nothing."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]  # passed on as they are
    page.route(ACCEPTED, lambda route: route.fulfill(body="thank you"))
    return page


def test_paying_with_authentication_needs_no_script(shop: Shop, browser: Browser) -> None:
    session = shop.session(1000, application_fee_amount=123)
    page = _page(browser, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(str(session.url))
    page.get_by_label("Email").fill("bob@example.com")
    page.get_by_role("button", name="4000 0025 0000 3155").click()
    page.get_by_role("button", name="Pay $10.00").click()
    page.get_by_role("button", name="Complete authentication").click()
    page.wait_for_url(re.compile(f"/done\\?session_id={session.id}$"))
    assert shop.balances == (64, 877)


def test_connecting_needs_no_script(shop: Shop, browser: Browser) -> None:
    page = _page(browser, java_script_enabled=False)
    asked = {"scope": "read_write", "state": "s", "redirect_uri": REDIRECT}
    page.goto(shop.client.oauth.authorize_url(asked))  # type: ignore[arg-type]  # a dict is enough
    page.get_by_label("Business name").fill("Fern")
    page.get_by_label("Email").fill("fern@example.com")
    page.get_by_label("Country").select_option("Japan")
    page.get_by_role("button", name="Create account and connect").click()
    page.wait_for_url(re.compile(r"/callback\?scope=read_write&code=ac_\w+&state=s$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_the_pages(shop: Shop, browser: Browser, width: int, scheme: str) -> None:
    shop.sandbox.control(f"charges/{shop.sell().id}/dispute")
    session = shop.session()
    asked = {"scope": "read_write", "redirect_uri": REDIRECT}
    consent = shop.client.oauth.authorize_url(asked)  # type: ignore[arg-type]  # a dict is enough
    page = _page(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in (consent, f"{shop.sandbox.url}/", str(session.url)):
        page.goto(address)
        _check(page)
    page.get_by_role("button", name="Pay $10.00").click()
    _check(page)


def _check(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
