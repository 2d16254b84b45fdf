"""The ways in which paying at Checkout goes well, badly, or round in circles."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys import shopping, stripe_pages
from tests.journeys.visitor import Visitor
from tests.support.stripe import Stripe

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def print_for_sale(cast: Cast) -> None:
    """Alice sells a print for 10.00, to download."""
    cast.listing(cast.shop(), title="Harbor print")


def test_a_bank_asks_whether_it_is_really_bob(guest: Visitor) -> None:
    """3-D Secure, completed."""
    shopping.buy(guest, "Harbor print")
    stripe_pages.fill_in(guest, stripe_pages.CHALLENGE)
    stripe_pages.pay(guest)
    guest.sees_heading("Is it you who is paying?")
    guest.presses("Complete authentication")
    guest.sees_heading("Thank you, it is paid")


def test_an_empty_card_then_another_one(guest: Visitor) -> None:
    """A decline ends nothing: the same page takes the next card."""
    guest.watch.expected_answers.add(402)
    shopping.buy(guest, "Harbor print")
    stripe_pages.fill_in(guest, stripe_pages.NO_FUNDS)
    stripe_pages.pay(guest)
    guest.sees("Your card has insufficient funds.")
    stripe_pages.type_card(guest, stripe_pages.FINE)
    stripe_pages.pay(guest)
    guest.sees_heading("Thank you, it is paid")


def test_unionpay_pays(guest: Visitor) -> None:
    """Not every card begins with a 4."""
    shopping.buy(guest, "Harbor print")
    shopping.pay_and_open_order(guest, stripe_pages.UNIONPAY)
    guest.sees("Thank you! Your payment has arrived.")


def test_turning_back_at_checkout_keeps_the_cart(guest: Visitor) -> None:
    """Stripe's way back leads to the cart as it was, and from there to the same payment."""
    shopping.buy(guest, "Harbor print")
    session = guest.address
    guest.follows("Back to Alice's shop")
    guest.sees_heading("Your cart")
    guest.sees("Harbor print")
    shopping.check_out(guest)
    assert guest.address == session


def test_the_back_button_leads_to_the_same_payment(guest: Visitor, sandbox: Stripe) -> None:
    """However often somebody goes back and forth, there is one Checkout Session."""
    shopping.buy(guest, "Harbor print")
    session = guest.address
    for _ in range(2):
        guest.page.go_back()
        shopping.check_out(guest)
        assert guest.address == session
    assert len(sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_a_bank_debit_arrives_later(
    guest: Visitor, sandbox: Stripe, worker: Callable[[], None]
) -> None:
    """The page says processing, and paid by itself when the bank has decided."""
    shopping.buy(guest, "Harbor print")
    stripe_pages.choose_bank_debit(guest, "Succeeds after three minutes")
    stripe_pages.pay(guest)
    guest.sees_heading("Your payment is being processed")
    guest.sees("it is safe to close this page")
    let_minutes_pass(sandbox, worker)
    guest.sees("Thank you! Your payment has arrived.")


def test_a_bank_debit_fails_later_and_the_cart_is_back(
    guest: Visitor, sandbox: Stripe, worker: Callable[[], None]
) -> None:
    """Nothing was charged, and what Bob wanted is one click away."""
    shopping.buy(guest, "Harbor print")
    stripe_pages.choose_bank_debit(guest, "Fails after three minutes")
    stripe_pages.pay(guest)
    guest.sees_heading("Your payment is being processed")
    let_minutes_pass(sandbox, worker)
    guest.sees("Your bank declined the payment.")
    guest.opens("/cart")
    guest.sees("Harbor print")
    shopping.check_out(guest)


def let_minutes_pass(sandbox: Stripe, worker: Callable[[], None]) -> None:
    """Long enough for the bank to decide, and for us to hear of it."""
    sandbox.control("clock/advance", seconds=200)
    worker()
