"""What changes inside a page while the page stays: results, the gallery, a row, the cart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_filters_change_the_results_the_heading_and_the_address(cast: Cast, guest: Visitor) -> None:
    shop = cast.shop()
    cast.listing(shop, title="Blue mug", price_amount=1000)
    cast.listing(shop, title="Red print", category="art", price_amount=3000)
    guest.opens("/")
    guest.ticks("Art & prints")
    guest.sees_heading("Art & prints")
    guest.does_not_see("Blue mug")
    guest.page.wait_for_url("**/?category=art")
    guest.ticks("All")
    guest.page.wait_for_url(f"{guest.home}/")
    guest.selects("Sort by", "Price, high to low")
    guest.page.wait_for_url("**/?sort=-price")
    expect(guest.page.get_by_role("heading", level=2)).to_have_text(["Red print", "Blue mug"])
    guest.goes_back_in_place()
    expect(guest.page.get_by_label("Sort by")).to_have_value("newest")
    guest.goes_back_in_place()
    guest.sees_heading("Art & prints")


def test_a_line_of_the_cart_is_changed_without_leaving(cast: Cast, guest: Visitor) -> None:
    listing = cast.listing(cast.shop(), title="Blue mug", stock=3)
    guest.opens(f"/listings/{listing.slug}")
    guest.presses("Add to cart")
    guest.sees("In your cart")
    guest.opens("/cart")
    guest.presses("One more")
    expect(guest.page.locator("#cart-count")).to_have_text("2")
    guest.watch.expected_answers.add(422)
    guest.types("Quantity of Blue mug", "3")
    guest.page.keyboard.press("Enter")
    expect(guest.page.locator("#cart-count")).to_have_text("3")
    expect(guest.page.get_by_role("button", name="One more")).to_be_disabled()
    guest.presses("Remove Blue mug")
    guest.sees("Your cart is empty")


def test_price_and_stock_are_edited_in_their_row(
    cast: Cast, signed_in: Callable[..., Visitor]
) -> None:
    shop = cast.shop()
    cast.listing(shop, title="Blue mug")
    cast.listing(shop, title="Red jug")
    alice = signed_in("Alice")
    alice.opens("/sell/listings")
    alice.follows("Change price and stock of Blue mug")
    alice.watch.expected_answers.add(422)
    alice.types("Price in USD", "a lot")
    alice.presses("Save")
    alice.sees("is not an amount")
    alice.types("Price in USD", "12.50")
    alice.presses("Save")
    alice.sees("$12.50")
    alice.sees("Red jug")
    alice.presses("Pause Blue mug")
    alice.sees("Paused")
    assert alice.address.endswith("/sell/listings")


def test_what_a_rule_refuses_is_said_in_the_form_and_nothing_typed_is_lost(
    cast: Cast, signed_in: Callable[..., Visitor]
) -> None:
    order = cast.order(cast.listing(cast.shop()), cast.user("Bob"))
    bob = signed_in("Bob")
    bob.opens(f"/orders/{order.token}/request")
    bob.watch.expected_answers.add(409)
    bob.ticks("An amount")
    bob.types("Amount", "99")
    bob.selects("Why?", "It arrived damaged")
    bob.types("Message to the shop", "One is cracked.")
    bob.presses("Ask for a refund")
    bob.sees("Only $10.00 of this order is left")
    assert bob.page.get_by_label("Message to the shop").input_value() == "One is cracked."


def test_a_form_that_is_too_large_is_said_to_be_and_nothing_typed_is_lost(
    cast: Cast, signed_in: Callable[..., Visitor], tmp_path: Path
) -> None:
    order = cast.order(cast.listing(cast.shop()))
    dispute = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute")
    cast.sandbox.settle()
    olga = signed_in("Olga")
    olga.opens(f"/admin/disputes/{dispute['id']}/evidence")
    olga.watch.expected_answers.add(413)
    scan = tmp_path / "scan.pdf"
    with scan.open("wb") as file:
        file.truncate(25_200_000)
    olga.attaches("Proof of shipping", scan)
    olga.types("Anything else", "They thanked us.")
    olga.presses("Save")
    olga.sees("choose smaller files or fewer of them")
    assert olga.page.get_by_label("Anything else").input_value() == "They thanked us."
