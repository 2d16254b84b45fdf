"""What a refund does to shopper, seller and platform, to the minor unit, before it is made.

With `application_fee_amount` the transfer equals the charge, so reversing it takes exactly the
refunded amount from the seller, and the fee's part is ours to compute
(https://docs.stripe.com/connect/destination-charges#issue-refunds). Where less was transferred
instead, giving up our fee means that so much less is pulled back: the same for every party.
Stripe's own fee on the charge stays with Stripe whatever is chosen, so it is no part of this.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, TypedDict

from storefront.errors import Refused
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT, fee_to_return
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds.repository import Refund


class Flags(TypedDict):
    """Whether it is pulled back, whether our fee goes back, and whether the seller owes it."""

    reverse_transfer: bool
    return_fee: bool
    owed: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Where an order stands before its next refund, in minor units of `currency`.

    Refunds on their way count as done. `refunded_with_fee` is the sum of our refunds that return
    their part of the fee, `returned_with_them` what they return; `fee_returned_amount` is all
    that was returned, by whomever. `promised_amount` is the part of `reversed_amount` that debts
    have still to take back. `fee_mode` says how the platform keeps its fee.
    """

    currency: str
    total_amount: int
    application_fee_amount: int
    refundable_amount: int
    reversed_amount: int = 0
    fee_returned_amount: int = 0
    refunded_with_fee: int = 0
    returned_with_them: int = 0
    promised_amount: int = 0
    fee_mode: str = APPLICATION_FEE

    @property
    def transfer_amount(self) -> int:
        """What the transfer held: the whole charge, or what the fee left of it."""
        return pulled_back(self.fee_mode, self.total_amount, self.application_fee_amount)

    @property
    def reversible_amount(self) -> int:
        """What is left of the transfer."""
        return max(0, self.transfer_amount - self.reversed_amount)

    @property
    def fee_left_amount(self) -> int:
        """What is left of our fee."""
        return max(0, self.application_fee_amount - self.fee_returned_amount)


def pulled_back(fee_mode: str, amount: int, fee_amount: int) -> int:
    """What comes off the transfer for an amount of which a part is our fee, in minor units.

    All of it if Stripe takes the fee and returns it apart; else the fee was never transferred.
    """
    return amount - fee_amount if fee_mode == TRANSFER_AMOUNT else amount


def position(
    order: Order, refunds: Iterable[Refund], entries: Iterable[Entry], held_amount: int
) -> Position:
    """Where an order stands: our own refunds, and whatever else Stripe has booked.

    `held_amount`, in minor units, is what debts have taken back of the transfer or are going to.
    """
    moved = [refund for refund in refunds if refund.moved]
    reversed_by_us = sum(effect(refund, order.fee_mode).reversed_amount for refund in moved)
    booked = sum(entry.amount for entry in entries if entry.kind == "transfer_reversal")
    returned_by_us = sum(refund.fee_amount for refund in moved)
    return Position(
        currency=order.currency,
        total_amount=order.total_amount,
        application_fee_amount=order.application_fee_amount,
        refundable_amount=order.refundable_amount,
        reversed_amount=max(reversed_by_us + held_amount, booked),
        fee_returned_amount=max(returned_by_us, order.fee_refunded_amount),
        refunded_with_fee=sum(refund.amount for refund in moved if refund.return_fee),
        returned_with_them=returned_by_us,
        fee_mode=order.fee_mode,
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What reaches the shopper, is pulled back from the seller, and is given up of our fee.

    `owed_amount` is what the seller owes instead of paying it back at once.
    """

    currency: str
    refunded_amount: int
    reversed_amount: int
    fee_amount: int
    fee_mode: str = APPLICATION_FEE
    owed_amount: int = 0

    @property
    def returned_amount(self) -> int:
        """What goes to the seller of our fee; nothing where it was never taken from them."""
        return 0 if self.fee_mode == TRANSFER_AMOUNT else self.fee_amount

    @property
    def shopper(self) -> int:
        """What the shopper gains."""
        return self.refunded_amount

    @property
    def seller(self) -> int:
        """What the seller gains; usually negative."""
        return self.returned_amount - self.reversed_amount

    @property
    def platform(self) -> int:
        """What the platform gains; usually negative."""
        return self.reversed_amount - self.refunded_amount - self.returned_amount


def effect(refund: Refund, fee_mode: str) -> Effect:
    """What a refund has done. When it fails later, only the shopper's part is undone."""
    taken = refund.moved and refund.reverse_transfer
    pulled = pulled_back(fee_mode, refund.amount, refund.fee_amount) if taken else 0
    return Effect(
        refund.currency,
        refund.amount if refund.holds else 0,
        0 if refund.owed else pulled,
        refund.fee_amount if refund.moved else 0,
        fee_mode,
        pulled if refund.owed and refund.holds else 0,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A refund that could be made.

    Stripe is asked to pull back and to return the fee together with the refund only where its
    rounding and its idea of "everything" can make no difference; the rest are calls of their
    own with exact amounts. `reversal_apart`: a refund that completes the charge reverses the
    whole transfer, which is too much if the seller did not pay for an earlier one yet, and of a
    transfer that is smaller than the charge a part reverses a rounded share.
    `fee_in_one_call`: this is all that is left of charge and fee. `owed`: nothing is pulled back
    for now, the seller owes it.
    """

    amount: int
    reverse_transfer: bool
    return_fee: bool
    effect: Effect
    reversal_apart: bool
    fee_in_one_call: bool
    owed: bool = False

    @property
    def fee_amount(self) -> int:
        """The part of our fee that is given up."""
        return self.effect.fee_amount


def preview(
    at: Position, amount: int, *, reverse_transfer: bool, return_fee: bool, owed: bool = False
) -> Preview:
    """What a refund of this amount with these flags would do. Raises Refused for illegal flags."""
    if owed:
        return _owed(at, amount)
    reason = why_not(at, amount, reverse_transfer=reverse_transfer, return_fee=return_fee)
    if reason:
        raise Refused(reason)
    fee_amount = _fee_part(at, amount) if return_fee else 0
    pulled = pulled_back(at.fee_mode, amount, fee_amount) if reverse_transfer else 0
    apart = reverse_transfer and not _exact(at, amount, pulled)
    everything = amount == at.refundable_amount and 0 < fee_amount == at.fee_left_amount
    return Preview(
        amount,
        reverse_transfer,
        return_fee,
        Effect(at.currency, amount, pulled, fee_amount, at.fee_mode),
        reversal_apart=apart,
        fee_in_one_call=everything and not apart and at.fee_mode == APPLICATION_FEE,
    )


def _owed(at: Position, amount: int) -> Preview:
    """The platform pays now, and returns its fee at once, if any is left; the seller owes it."""
    shared = preview(at, amount, reverse_transfer=True, return_fee=at.fee_left_amount > 0)
    effect = replace(shared.effect, reversed_amount=0, owed_amount=shared.effect.reversed_amount)
    return replace(shared, effect=effect, reversal_apart=False, fee_in_one_call=False, owed=True)


def _exact(at: Position, amount: int, pulled: int) -> bool:
    """Whether Stripe's share of the transfer cannot be anything but what is to be pulled back."""
    if at.fee_mode == TRANSFER_AMOUNT:
        return amount == at.total_amount and pulled == at.reversible_amount == at.transfer_amount
    return amount != at.refundable_amount or amount == at.reversible_amount + at.promised_amount


def _fee_part(at: Position, amount: int) -> int:
    part = fee_to_return(
        at.application_fee_amount,
        at.total_amount,
        at.refunded_with_fee + amount,
        at.returned_with_them,
    )
    most = amount if at.fee_mode == TRANSFER_AMOUNT else part
    return min(part, most, at.fee_left_amount)


def why_not(at: Position, amount: int, *, reverse_transfer: bool, return_fee: bool) -> str:
    """Why a choice of flags is impossible, in words; empty if it is possible."""
    fee_amount = _fee_part(at, amount) if return_fee else 0
    pulled = pulled_back(at.fee_mode, amount, fee_amount)
    if reverse_transfer and (reason := why_not_reverse(at, pulled)):
        return reason
    if return_fee:
        return why_not_return_fee(at, reverse_transfer=reverse_transfer)
    return ""


def why_not_reverse(at: Position, pulled: int) -> str:
    """Why so much cannot be pulled back from the seller; empty if it can."""
    if pulled <= at.reversible_amount:
        return ""
    if at.reversible_amount == 0:
        return "Everything has been pulled back from the seller already."
    left = display(at.reversible_amount, at.currency)
    return f"Only {left} is left to pull back from the seller."


def why_not_return_fee(at: Position, *, reverse_transfer: bool) -> str:
    """Why our fee cannot be returned; empty if it can."""
    if at.application_fee_amount == 0:
        return "We took no fee on this order."
    if at.fee_left_amount == 0:
        return "Our fee on this order has been returned already."
    if not reverse_transfer:
        return "Our fee goes back only together with money pulled back from the seller."
    return ""


RETURN_FEE, KEEP_FEE, PLATFORM, OWED = "return_fee", "keep_fee", "platform", "owed"
SHARES: Final[dict[str, Flags]] = {
    RETURN_FEE: {"reverse_transfer": True, "return_fee": True, "owed": False},
    KEEP_FEE: {"reverse_transfer": True, "return_fee": False, "owed": False},
    PLATFORM: {"reverse_transfer": False, "return_fee": False, "owed": False},
    OWED: {"reverse_transfer": True, "return_fee": True, "owed": True},
}
"""Each way to share a refund."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to share a refund: what it does, or why it is impossible."""

    share: str
    preview: Preview | None
    reason: str


def choices(at: Position, amount: int) -> list[Choice]:
    """Every way to share a refund of an amount."""
    return [_choice(at, amount, share) for share in SHARES]


def _choice(at: Position, amount: int, share: str) -> Choice:
    try:
        return Choice(share, preview(at, amount, **SHARES[share]), "")
    except Refused as refused:
        return Choice(share, None, refused.message)
