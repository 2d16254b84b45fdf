"""The content security policy holds, and lets people through to Stripe.

That forms reach Checkout and Connect is shown by every other journey; here, that those
journeys would notice if they did not.
"""

import pytest
from playwright.sync_api import Route

from tests.cast import Cast
from tests.journeys import shopping
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def with_own_forms_only(route: Route) -> None:
    """Serve a page as if the policy named neither Checkout nor Connect."""
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].split("; ")
    kept = ["form-action 'self'" if rule.startswith("form-action") else rule for rule in policy]
    route.fulfill(
        response=answer, headers=answer.headers | {"content-security-policy": "; ".join(kept)}
    )


def test_a_policy_without_checkout_would_stop_the_shopper(guest: Visitor, cast: Cast) -> None:
    """Chromium drops the redirect without a word to the person in front of it."""
    mug = cast.listing(cast.shop())
    guest.opens(f"/listings/{mug.slug}")
    guest.page.route("**/cart", with_own_forms_only)
    shopping.put_into_cart(guest)
    with guest.page.expect_console_message(lambda message: "form-action" in message.text):
        guest.presses("Checkout with Alice's shop")
    guest.sees_heading("Your cart")
    assert any("form-action" in problem for problem in guest.watch.problems)
    guest.watch.problems.clear()


def test_no_script_runs_that_is_not_ours(guest: Visitor) -> None:
    """Markup that slipped through would still do nothing."""
    guest.opens("/")
    slip_in = """document.body.insertAdjacentElement("beforeend",
      Object.assign(document.createElement("script"), {textContent: "window.slipped = true"}))"""
    with guest.page.expect_console_message(lambda message: "CSP: script-src" in message.text):
        guest.page.evaluate(slip_in)
    assert guest.page.evaluate("window.slipped") is None
    guest.watch.problems.clear()
