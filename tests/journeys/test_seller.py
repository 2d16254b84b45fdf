"""Somebody opens a shop, connects it to Stripe, and sells."""

from collections.abc import Callable

import pytest

from demo.drawing.palettes import PALETTES
from demo.pictures import picture
from tests.cast import Cast
from tests.journeys.visitor import Visitor
from tests.support.mailbox import Message

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

Letter = Callable[[str], Message]


def sign_up(person: Visitor, worker: Callable[[], None], letter: Letter) -> None:
    """An account whose address is confirmed by the link in the mail."""
    person.opens("/sign-up")
    person.types("Your name", "Maya Tern")
    person.types("E-mail", "maya@example.com")
    person.types("Password", "a kiln in the garden")
    person.presses("Make an account")
    person.sees_heading("Look into your mailbox")
    worker()
    person.opens(letter("Confirm").link)
    person.sees_heading("Sign in")
    person.types("E-mail", "maya@example.com")
    person.types("Password", "a kiln in the garden")
    person.presses("Sign in")
    person.presses("Yes, confirm it")


def open_shop(person: Visitor) -> None:
    """A shop that posts to the United States for 6.00."""
    person.opens("/sell")
    person.sees_heading("Open a shop")
    person.types("Name of the shop", "Tern Pottery")
    person.types("Story", "Mugs thrown by hand, **one at a time**.")
    person.types("Shipping, per order", "6")
    person.opens_up("North America")
    person.ticks("United States")
    person.types("Refund policy", "Send it back within 30 days.")
    person.presses("Open the shop")
    person.sees_heading("Tern Pottery")


def write_listing(person: Visitor) -> None:
    """A mug with a picture, published."""
    person.opens("/sell/listings")
    person.follows("Write it")
    person.types("Title", "Blue tern mug")
    person.selects("Category", "Kitchen & table")
    person.types("Description", "Holds **a lot** of tea.")
    person.page.locator("#preview strong", has_text="a lot").wait_for()
    person.types("Price", "32.50")
    person.types("In stock", "4")
    person.ticks("I send this by post")
    person.presses("Save and add pictures")
    drawn = picture("mug", min(PALETTES), 1)
    person.attaches("Add pictures", {"name": "mug.webp", "mimeType": "image/webp", "buffer": drawn})
    person.sees("1 of")
    person.presses("Publish")
    person.sees("Published")


def test_from_signing_up_to_a_listing_on_the_front_page(
    guest: Visitor,
    visitor: Callable[..., Visitor],
    worker: Callable[[], None],
    letter: Letter,
) -> None:
    """Everything that a new seller does, once."""
    sign_up(guest, worker, letter)
    open_shop(guest)
    guest.opens("/sell/connect")
    guest.presses("Connect with Stripe")
    guest.page.wait_for_url("**/oauth/authorize?*")
    guest.presses("Create account and connect")
    guest.sees("Your Stripe account is connected.")
    write_listing(guest)

    somebody = visitor()
    somebody.opens("/")
    somebody.sees("$32.50")
    somebody.follows("Blue tern mug")
    somebody.sees("Holds a lot of tea.")
    shown = somebody.page.get_by_role("img", name="Blue tern mug").first
    shown.evaluate("image => image.decode()")  # until it has arrived
    assert shown.evaluate("image => image.naturalWidth") > 100
    somebody.presses("Add to cart")
    somebody.sees("In your cart")


def test_a_seller_says_no_to_stripe(signed_in: Callable[..., Visitor], cast: Cast) -> None:
    """Nothing has happened, the page says so, and the way is open to try again."""
    cast.shop("Alice", ready=False)
    alice = signed_in("Alice")
    alice.opens("/sell/connect")
    alice.presses("Connect with Stripe")
    alice.presses("Refuse and go back")
    alice.sees("You said no")
    alice.follows("Back to the beginning")
    alice.presses("Connect with Stripe")
    alice.page.wait_for_url("**/oauth/authorize?*")
