"""What a refund does to shopper, seller and platform, to the minor unit, before it is made.

With `application_fee_amount` the transfer equals the charge, so reversing it takes exactly the
refunded amount from the seller, and the fee's part is ours to compute
(https://docs.stripe.com/connect/destination-charges#issue-refunds). Stripe's own fee on the
charge stays with Stripe whatever is chosen, so it is no part of this.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from storefront.errors import Refused
from storefront.fees import fee_to_return
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds.repository import Refund


@dataclass(frozen=True, slots=True)
class Position:
    """Where an order stands before its next refund, in minor units of `currency`.

    Refunds on their way count as done. `refunded_with_fee` is the sum of our refunds that return
    their part of the fee, `returned_with_them` what they return; `fee_returned_amount` is all
    that was returned, by whomever.
    """

    currency: str
    total_amount: int
    application_fee_amount: int
    refundable_amount: int
    reversed_amount: int = 0
    fee_returned_amount: int = 0
    refunded_with_fee: int = 0
    returned_with_them: int = 0

    @property
    def reversible_amount(self) -> int:
        """What is left of the transfer."""
        return max(0, self.total_amount - self.reversed_amount)

    @property
    def fee_left_amount(self) -> int:
        """What is left of the application fee."""
        return max(0, self.application_fee_amount - self.fee_returned_amount)


def position(order: Order, refunds: Iterable[Refund], entries: Iterable[Entry]) -> Position:
    """Where an order stands: our own refunds, and whatever else Stripe has booked."""
    moved = [refund for refund in refunds if refund.moved]
    reversed_by_us = sum(refund.amount for refund in moved if refund.reverse_transfer)
    booked = sum(entry.amount for entry in entries if entry.kind == "transfer_reversal")
    returned_by_us = sum(refund.fee_amount for refund in moved)
    return Position(
        currency=order.currency,
        total_amount=order.total_amount,
        application_fee_amount=order.application_fee_amount,
        refundable_amount=order.refundable_amount,
        reversed_amount=max(reversed_by_us, booked),
        fee_returned_amount=max(returned_by_us, order.fee_refunded_amount),
        refunded_with_fee=sum(refund.amount for refund in moved if refund.return_fee),
        returned_with_them=returned_by_us,
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What reaches the shopper, leaves the seller, and goes back to the seller of our fee."""

    currency: str
    refunded_amount: int
    reversed_amount: int
    fee_amount: int

    @property
    def shopper(self) -> int:
        """What the shopper gains."""
        return self.refunded_amount

    @property
    def seller(self) -> int:
        """What the seller gains; usually negative."""
        return self.fee_amount - self.reversed_amount

    @property
    def platform(self) -> int:
        """What the platform gains; usually negative."""
        return self.reversed_amount - self.refunded_amount - self.fee_amount


def effect(refund: Refund) -> Effect:
    """What a refund has done. When it fails later, only the shopper's part is undone."""
    return Effect(
        refund.currency,
        refund.amount if refund.holds else 0,
        refund.amount if refund.moved and refund.reverse_transfer else 0,
        refund.fee_amount if refund.moved else 0,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A refund that could be made.

    Stripe is asked to pull back and to return the fee together with the refund only where its
    rounding and its idea of "everything" can make no difference; the rest are calls of their
    own with exact amounts. `reversal_apart`: a refund that completes the charge reverses the
    whole transfer, which is too much if the seller did not pay for an earlier one.
    `fee_in_one_call`: this is all that is left of charge and fee.
    """

    amount: int
    reverse_transfer: bool
    return_fee: bool
    effect: Effect
    reversal_apart: bool
    fee_in_one_call: bool

    @property
    def fee_amount(self) -> int:
        """The part of the application fee that goes back."""
        return self.effect.fee_amount


def preview(at: Position, amount: int, *, reverse_transfer: bool, return_fee: bool) -> Preview:
    """What a refund of this amount with these flags would do. Raises Refused for illegal flags."""
    reason = why_not(at, amount, reverse_transfer=reverse_transfer, return_fee=return_fee)
    if reason:
        raise Refused(reason)
    fee_amount = _fee_part(at, amount) if return_fee else 0
    completes = amount == at.refundable_amount
    apart = reverse_transfer and completes and amount != at.reversible_amount
    return Preview(
        amount,
        reverse_transfer,
        return_fee,
        Effect(at.currency, amount, amount if reverse_transfer else 0, fee_amount),
        reversal_apart=apart,
        fee_in_one_call=completes and not apart and 0 < fee_amount == at.fee_left_amount,
    )


def _fee_part(at: Position, amount: int) -> int:
    part = fee_to_return(
        at.application_fee_amount,
        at.total_amount,
        at.refunded_with_fee + amount,
        at.returned_with_them,
    )
    return min(part, at.fee_left_amount)


def why_not(at: Position, amount: int, *, reverse_transfer: bool, return_fee: bool) -> str:
    """Why a choice of flags is impossible, in words; empty if it is possible."""
    if reverse_transfer and (reason := why_not_reverse(at, amount)):
        return reason
    if return_fee:
        return why_not_return_fee(at, reverse_transfer=reverse_transfer)
    return ""


def why_not_reverse(at: Position, amount: int) -> str:
    """Why money cannot be pulled back from the seller; empty if it can."""
    if at.reversible_amount == 0:
        return "Everything has been pulled back from the seller already."
    if amount > at.reversible_amount:
        left = display(at.reversible_amount, at.currency)
        return f"Only {left} is left to pull back from the seller."
    return ""


def why_not_return_fee(at: Position, *, reverse_transfer: bool) -> str:
    """Why our fee cannot be returned; empty if it can."""
    if at.application_fee_amount == 0:
        return "We took no fee on this order."
    if at.fee_left_amount == 0:
        return "Our fee on this order has been returned already."
    if not reverse_transfer:
        return "Stripe returns our fee only together with money pulled back from the seller."
    return ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to share a refund: what it does, or why it is impossible."""

    reverse_transfer: bool
    return_fee: bool
    preview: Preview | None
    reason: str


def choices(at: Position, amount: int) -> list[Choice]:
    """Every combination of the two flags for an amount."""
    return [
        _choice(at, amount, reverse_transfer, return_fee)
        for reverse_transfer, return_fee in ((True, True), (True, False), (False, False))
    ]


def _choice(at: Position, amount: int, reverse_transfer: bool, return_fee: bool) -> Choice:
    flags = {"reverse_transfer": reverse_transfer, "return_fee": return_fee}
    reason = why_not(at, amount, **flags)
    found = None if reason else preview(at, amount, **flags)
    return Choice(reverse_transfer, return_fee, found, reason)
