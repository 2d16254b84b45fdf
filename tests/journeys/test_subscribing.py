"""A guest subscribes, looks for another card, cancels and changes their mind."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys import shopping, stripe_pages
from tests.journeys.visitor import Visitor
from tests.subscriptions.club import Club

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


def test_a_guest_joins_a_club(guest: Visitor, cast: Cast, worker: Callable[[], None]) -> None:
    """Every form that leads to Stripe gets there, which the content policy could forbid."""
    guest.opens(f"/listings/{Club(cast).listing.slug}")
    guest.presses("Subscribe")
    stripe_pages.fill_in(guest)
    stripe_pages.pay(guest)
    guest.sees_heading("Thank you, it is paid")
    shopping.open_order(guest)
    guest.follows("Manage it")
    guest.sees_heading("Clay club")
    worker()
    guest.sees("Next payment")  # without a reload
    guest.presses("Change the card")
    guest.page.wait_for_url("**/portal/**")
    guest.page.go_back()
    guest.follows("Cancel")
    guest.sees_heading("Cancel “Clay club”?")
    guest.presses("Cancel the subscription")
    guest.sees("It ends on")
    guest.presses("Keep it")
    guest.sees("Your subscription goes on.")
