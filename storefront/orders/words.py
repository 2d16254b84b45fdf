"""What orders and refunds are called on pages and in mails, one place for each reader."""

from storefront.orders.repository import (
    AWAITING,
    CANCELED,
    EXPIRED,
    FAILED,
    PAID,
    PROCESSING,
    QUARANTINED,
    Order,
)

STATUS = {
    AWAITING: "Waiting for payment",
    PROCESSING: "Payment processing",
    PAID: "Paid",
    FAILED: "Payment failed",
    EXPIRED: "Not paid in time",
    CANCELED: "Canceled",
    QUARANTINED: "Being checked",
}

TONE = {
    AWAITING: "neutral",
    PROCESSING: "info",
    PAID: "good",
    FAILED: "bad",
    EXPIRED: "neutral",
    CANCELED: "neutral",
    QUARANTINED: "warn",
}

REFUND_STATUS = {
    "needs_approval": "Being approved",
    "requested": "Being prepared",
    "rejected": "Not possible",
    "requires_action": "Waiting for your bank",
    "pending": "On its way",
    "succeeded": "Sent to your bank",
    "failed": "Returned by your bank",
    "canceled": "Canceled",
}

REFUND_TONE = {
    "needs_approval": "warn",
    "requested": "info",
    "rejected": "bad",
    "requires_action": "warn",
    "pending": "info",
    "succeeded": "good",
    "failed": "bad",
    "canceled": "warn",
}

REFUND_SENTENCE = {
    "requested": "We are preparing your refund.",
    "requires_action": "Your bank needs something from you; look for a mail about it.",
    "pending": "Your refund is on its way. Banks usually take 5 to 10 business days.",
    "succeeded": "The money has gone to your bank. It usually arrives in 5 to 10 business days.",
    "failed": "Your bank returned the money. We are looking into it and will write to you.",
    "canceled": "This refund did not go through. We are looking into it and will write to you.",
}


def headline(order: Order) -> str:
    """One short word about an order for its shopper, refunds and shipping included."""
    if order.status == PAID and order.refunded_amount >= order.total_amount:
        return "Refunded"
    if order.status == PAID and order.shipped_at:
        return "Shipped"
    if order.status == PAID and order.refunded_amount:
        return "Partly refunded"
    return STATUS[order.status]


def tone(order: Order) -> str:
    """The tone of the headline's badge."""
    if order.status == PAID and order.refunded_amount:
        return "info"
    return TONE[order.status]


def sentence(order: Order) -> str:
    """What an order's status means for its shopper, and what happens next."""
    if order.status == PAID:
        return _paid_sentence(order)
    return {
        AWAITING: "We have not received your payment yet.",
        PROCESSING: (
            "Your bank is working on it. This can take 2 to 14 days; it is safe to close this "
            "page, and we will write to you."
        ),
        FAILED: "Your bank declined the payment. Nothing was charged, and your cart is as it was.",
        EXPIRED: "The payment was not finished in time. Nothing was charged.",
        CANCELED: "The payment could not be started. Nothing was charged.",
        QUARANTINED: "Your payment has arrived and is being checked by a person. No need to act.",
    }[order.status]


def _paid_sentence(order: Order) -> str:
    if order.refunded_amount >= order.total_amount:
        return "We have returned the whole amount."
    if order.problem == "out_of_stock":
        return "It sold out before your payment arrived. We are refunding you in full."
    if order.shipped_at:
        return f"{order.shop_name} has sent your order."
    if order.requires_shipping:
        return f"Thank you! {order.shop_name} is preparing your order."
    return "Thank you! Your payment has arrived."
