"""What a shopper does before and after Stripe's page."""

from tests.journeys import stripe_pages
from tests.journeys.visitor import Visitor


def buy(shopper: Visitor, title: str, shop: str = "Alice's shop") -> None:
    """From the front page to the payment page."""
    shopper.opens("/")
    shopper.types("Search listings", title)
    shopper.presses("Search")
    shopper.sees_heading(f"Results for “{title}”")
    shopper.follows(title)
    shopper.sees_heading(title)
    put_into_cart(shopper)
    check_out(shopper, shop)


def put_into_cart(shopper: Visitor) -> None:
    """From a listing to the cart; without scripts the button leads there."""
    shopper.presses("Add to cart")
    if shopper.has_scripts:
        shopper.sees("In your cart")
        shopper.follows("View cart")


def check_out(shopper: Visitor, shop: str = "Alice's shop") -> None:
    """From the cart to the payment page."""
    shopper.sees_heading("Your cart")
    shopper.presses(f"Checkout with {shop}")
    shopper.page.wait_for_url("**/c/pay/**")


def pay_and_open_order(shopper: Visitor, card: str = stripe_pages.FINE) -> str:
    """Pay with a card that works; the number of the order, whose page is then open."""
    stripe_pages.fill_in(shopper, card)
    stripe_pages.pay(shopper)
    shopper.sees_heading("Thank you, it is paid")
    shopper.sees("Ordered")
    return open_order(shopper)


def open_order(shopper: Visitor) -> str:
    """From the return page to the order's own page; its number."""
    shopper.arrives_at("/checkout/return")
    shopper.follows("See your order")
    shopper.sees("Print receipt")
    return number_of_order(shopper)


def number_of_order(shopper: Visitor) -> str:
    """The number in the heading of the order page."""
    return shopper.page.get_by_role("heading", level=1).inner_text().removeprefix("Order ")
