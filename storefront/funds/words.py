"""Why money moved, in a sentence: for the operator, and for the seller."""

from typing import Final

from storefront.fees import TRANSFER_AMOUNT
from storefront.ledger.service import Entry
from storefront.money import display
from storefront.orders.service import Order
from storefront.refunds import words as refund_words
from storefront.refunds.service import RefundOfOrder

PARTIES: Final = {
    "shopper": "Shopper",
    "platform": "Platform",
    "seller": "Seller",
    "stripe_fees": "Stripe",
    "dispute": "Bank",
    "seller_debt": "Owes",
    "platform_claim": "Is owed",
}
"""Short enough for the heading of a narrow column."""

SENTENCES: Final = {
    "charge": "{shopper} paid for the order at Checkout.",
    "stripe_fee": "Stripe keeps its own fee for the charge; the platform pays it.",
    "transfer": "The charge was passed on to {shop}, whose sale it is.",
    "application_fee": "The marketplace took the fee that was frozen at checkout.",
    "transfer_reversal": "{because} money was pulled back from {shop}.",
    "fee_refund": "{because} a part of the fee went back to {shop}.",
    "refund": "{maker} refunded {shopper}: {reason}.",
    "refund_failure": "The bank returned the refund, so it is back with the platform.",
    "repayment": "{shop} got back what had been pulled back, since the sale stands.",
    "repayment_fee": "With it the marketplace took its fee again.",
    "debt": "The platform has paid for {shop} and is owed for it.",
    "debt_settled": "By that reversal {shop} has paid so much of its debt.",
    "debt_canceled": "What it was for has fallen away, so {shop} does not owe this any more.",
    "debt_written_off": "The platform has forgiven {shop} this part of the debt.",
    "dispute": "{shopper} disputed the payment, and the bank took it back from the platform.",
    "dispute_reinstated": "The bank decided for us and gave the money back.",
    "dispute_fee": "Stripe's fee for handling the dispute.",
    "dispute_fee_returned": "Stripe returned a fee of the dispute.",
}

LESS_TRANSFERRED: Final = {
    "transfer": "The charge was passed on to {shop}, whose sale it is, less the fee of {fee}.",
    "transfer_reversal": "{because} money was pulled back from {shop}, less {given_up} of the fee.",
}
"""Instead, where the marketplace keeps its fee by transferring less."""

SELLERS: Final = {
    "transfer": "What the shopper paid was passed on to you.",
    "application_fee": "The marketplace's fee, as it was at checkout.",
    "transfer_reversal": "Pulled back from you, because the shopper got money back.",
    "fee_refund": "A part of the marketplace's fee came back to you.",
    "repayment": "You got back what had been pulled back, since the sale stands.",
    "repayment_fee": "The marketplace's fee, once more, because the sale stands.",
}


def sentence(
    entry: Entry, order: Order, refund: RefundOfOrder | None, *, disputed: bool = False
) -> str:
    """Why money moved, for the operator; `disputed` if it was for a dispute."""
    return _template(entry, order, refund).format(
        shopper=order.customer_name or "The shopper",
        shop=order.shop_name,
        because=_because(refund, disputed=disputed),
        maker=refund_words.maker(refund) if refund else "Somebody",
        reason=_reason(refund),
        fee=display(order.application_fee_amount, order.currency),
        given_up=display(refund.refund.fee_amount, order.currency) if refund else "",
    )


def _because(refund: RefundOfOrder | None, *, disputed: bool) -> str:
    if refund:
        return "For a refund,"
    return "For a dispute," if disputed else "Without a refund,"


def _template(entry: Entry, order: Order, refund: RefundOfOrder | None) -> str:
    less = entry.kind == "transfer" or (refund is not None and refund.refund.fee_amount > 0)
    if order.fee_mode == TRANSFER_AMOUNT and less and entry.kind in LESS_TRANSFERRED:
        return LESS_TRANSFERRED[entry.kind]
    return SENTENCES.get(entry.kind, entry.kind.replace("_", " ").capitalize() + ".")


def _reason(refund: RefundOfOrder | None) -> str:
    if refund is None:
        return "no reason given"
    reason = refund_words.reason(refund.refund.reason)
    return reason[:1].lower() + reason[1:]


def to_seller(entry: Entry, order: Order) -> str:
    """Why a seller's money moved, for that seller."""
    if entry.kind == "transfer" and order.fee_mode == TRANSFER_AMOUNT:
        fee = display(order.application_fee_amount, order.currency)
        return f"What the shopper paid, less the marketplace's fee of {fee}, was passed on to you."
    return SELLERS.get(entry.kind, entry.kind.replace("_", " ").capitalize() + ".")


def party(account: str) -> str:
    """The short name of a party."""
    return PARTIES.get(account, account.replace("_", " ").capitalize())
