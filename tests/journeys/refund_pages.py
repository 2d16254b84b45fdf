"""What an operator does to give money back."""

from tests.journeys.visitor import Visitor

NO_WAY_BACK = "Once it has been sent, a refund cannot be taken back."


def find_order(operator: Visitor, number: str, email: str = "bob@example.com") -> None:
    """From the list of refunds to the order's refund page."""
    operator.opens("/admin/refunds")
    operator.types("Order number, e-mail or Stripe id", email)
    operator.presses("Find order")
    operator.follows(number)
    operator.sees_heading(f"Refund order {number}")


def choose_part(operator: Visitor, amount: str) -> None:
    """A part of the order, taken from seller and platform as the form proposes."""
    operator.ticks("An amount")
    operator.types("Amount", amount)
    operator.types("Message to the shopper", "The handle was chipped.")


def review_and_confirm(operator: Visitor, amount: str) -> None:
    """Read what it does to everybody, then do it."""
    operator.presses("Review refund")
    operator.sees(f"Refund {amount} of order")
    operator.presses(f"Refund {amount}")
    operator.sees_heading(f"Refund of {amount}")
