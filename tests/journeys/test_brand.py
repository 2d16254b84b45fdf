"""What the brand studio's preview shows is what Checkout shows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def style(person: Visitor, selector: str, name: str) -> str:
    """A computed value of the first element that fits."""
    found = person.page.locator(selector).first
    return str(found.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def test_checkout_looks_like_the_preview(
    signed_in: Callable[..., Visitor], guest: Visitor, cast: Cast
) -> None:
    listing = cast.listing(cast.shop(), title="Harbor print")
    alice = signed_in("Alice")
    alice.opens("/sell/brand")
    alice.types("Main colour", "#204a5c")
    alice.types("Second colour", "#ffd98e")
    alice.types("Name at Checkout", "Otter & Oak")
    alice.selects("Font at Checkout", "Lora")
    alice.ticks("Pill")
    alice.page.locator("#preview-pay-name", has_text="Otter & Oak").wait_for()
    shown = expect(alice.page.locator("#preview-pay-summary"))
    shown.to_have_css("font-family", "Lora, serif")
    typed = looks(alice, "#preview-pay-summary", "#preview-pay-button")
    assert typed == ("rgb(32, 74, 92)", "rgb(255, 217, 142)", "rgb(0, 0, 0)", "999px")
    alice.presses("Save the look")
    alice.sees("This is how your shop looks from now on.")
    shown.to_have_css("font-family", "Lora, serif")
    assert looks(alice, "#preview-pay-summary", "#preview-pay-button") == typed
    order = cast.order(listing, pay=False)
    guest.opens(str(order.checkout_url))
    guest.sees("Otter & Oak")
    ground, button, _, radius = looks(guest, ".summary", ".pay")
    assert (ground, button, radius) == (typed[0], typed[1], typed[3])
    assert style(guest, ".summary", "fontFamily") == "serif"


def looks(person: Visitor, ground: str, button: str) -> tuple[str, str, str, str]:
    """Background, button, ink of the button, and how round it is."""
    return (
        style(person, ground, "backgroundColor"),
        style(person, button, "backgroundColor"),
        style(person, button, "color"),
        style(person, button, "borderTopLeftRadius"),
    )
