"""What a shop's money is called, and why it moved, for its seller."""

from typing import Final

from storefront.fees import TRANSFER_AMOUNT
from storefront.money import display
from storefront.statements.repository import Movement

KINDS: Final = {
    "transfer": "Sales",
    "application_fee": "Marketplace fees",
    "fee_refund": "Fees returned",
    "refund": "Refunds",
    "dispute": "Disputes",
    "repayment": "Paid back to you",
    "repayment_fee": "Fees on what was paid back",
    "debt_settled": "Debts settled",
}
"""In the order in which a statement tells them."""

ONE: Final = {
    "transfer": "Sale",
    "application_fee": "Marketplace fee",
    "fee_refund": "Fee returned",
    "refund": "Refund",
    "dispute": "Dispute",
    "repayment": "Paid back",
    "repayment_fee": "Marketplace fee",
    "debt_settled": "Debt settled",
}

WHY: Final = {
    "transfer": "What the shopper paid was passed on to you.",
    "application_fee": "The marketplace's fee, as it was at checkout.",
    "fee_refund": "A part of the marketplace's fee came back to you.",
    "refund": "Pulled back from you, because the shopper got money back.",
    "dispute": "Pulled back from you, because the shopper's bank took the money back.",
    "repayment": "You got back what had been pulled back, since the sale stands.",
    "repayment_fee": "The marketplace's fee, once more, because the sale stands.",
    "debt_settled": "Pulled back from you for what the marketplace had paid for you.",
}

OWED: Final = {
    "debt": "New debts",
    "debt_settled": "Settled from your balance",
    "debt_canceled": "Fallen away",
    "debt_written_off": "Forgiven",
}


def rank(kind: str) -> tuple[int, str]:
    """Where a kind stands on a statement; unknown ones come last."""
    return (list(KINDS).index(kind) if kind in KINDS else len(KINDS), kind)


def kinds(kind: str) -> str:
    """Movements of a kind."""
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def one(kind: str) -> str:
    """One movement of a kind."""
    return ONE.get(kind, kinds(kind))


def kept_back(movement: Movement) -> int:
    """The fee that was kept back before this sale was passed on, in minor units."""
    less = movement.kind == "transfer" and movement.fee_mode == TRANSFER_AMOUNT
    return movement.fee_amount if less else 0


def why(movement: Movement) -> str:
    """Why a seller's money moved."""
    if kept_back(movement):
        fee = display(movement.fee_amount, movement.currency)
        return f"What the shopper paid, less the marketplace's fee of {fee}, was passed on to you."
    return WHY.get(movement.kind, one(movement.kind) + ".")


def owed(kind: str) -> str:
    """Why what is owed to the marketplace changed."""
    return OWED.get(kind, kind.replace("_", " ").capitalize())
