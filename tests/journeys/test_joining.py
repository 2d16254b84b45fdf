"""Somebody joins with an account that is created for them, up to a listing on sale."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront.config import Config
from tests.cast import Cast
from tests.journeys.test_seller import open_shop, sign_up, write_listing
from tests.journeys.visitor import Visitor
from tests.support.mailbox import Message

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def config(config: Config) -> Config:
    """Stripe has closed OAuth to this platform."""
    return replace(config, connect_ways=("account_links",))


def test_from_signing_up_to_a_listing_on_sale_without_oauth(
    guest: Visitor,
    visitor: Callable[..., Visitor],
    worker: Callable[[], None],
    letter: Callable[[str], Message],
) -> None:
    """The listing is written before Stripe knows enough, and goes on sale by itself."""
    sign_up(guest, worker, letter)
    open_shop(guest)
    write_listing(guest)
    somebody = visitor()
    somebody.opens("/shops/tern-pottery")
    somebody.follows("Blue tern mug")
    somebody.does_not_see("Add to cart")

    guest.opens("/sell")
    guest.follows("Connect")
    guest.selects("Country of your business", "United States")
    guest.presses("Set up at Stripe")
    guest.page.wait_for_url("**/setup/s/*")
    guest.presses("Return without finishing")
    guest.sees("You have not finished at Stripe yet")
    guest.presses("Continue at Stripe")
    guest.page.wait_for_url("**/setup/s/*")
    guest.page.reload()
    guest.page.wait_for_url("**/setup/s/*")
    guest.presses("Provide everything and return")
    guest.sees("Your shop can be paid")

    somebody.page.reload()
    somebody.presses("Add to cart")
    somebody.sees("In your cart")


def test_joining_and_refreshing_need_no_script(
    signed_in: Callable[..., Visitor], cast: Cast
) -> None:
    """Every step is a form that a browser sends by itself."""
    cast.shop("Alice", ready=False)
    alice = signed_in("Alice", java_script_enabled=False)
    alice.opens("/sell/connect")
    alice.selects("Country of your business", "Germany")
    alice.presses("Set up at Stripe")
    alice.presses("Provide everything, and let Stripe check it first")
    alice.sees("Stripe is checking what was sent.")
    [account] = cast.sandbox.get("/v1/accounts")["data"]
    cast.sandbox.control(f"accounts/{account['id']}/requirements", currently_due=[])
    cast.sandbox.control(f"accounts/{account['id']}/capabilities", transfers="active")
    alice.presses("Refresh")
    alice.sees("Your shop can be paid")
