"""What the views of the seller's list are called, and what is said where one is empty."""

from storefront.sales.filters import Filters

VIEWS = {
    "all": "All",
    "to_ship": "To send",
    "shipped": "Sent",
    "refunded": "Refunded",
    "disputed": "Disputed",
    "requested": "With a request",
    "unread": "New messages",
}

_EMPTY = {
    "to_ship": ("Nothing to send", "Every paid order has left. Well done."),
    "shipped": ("Nothing sent yet", "Orders appear here when you mark them as sent."),
    "refunded": ("No refunds", "Orders appear here when all or a part of them is refunded."),
    "disputed": ("No disputes", "Orders appear here when a shopper's bank disputes a payment."),
    "unread": ("No new messages", "Orders appear here when a shopper has written about them."),
    "requested": ("No requests", "Orders appear here when their shopper asks for a refund."),
}


def empty(filters: Filters) -> tuple[str, str]:
    """A title and a sentence for an empty list."""
    if filters.is_narrowed:
        return (
            "Nothing found",
            "Every word must be part of the number, the shopper's name or e-mail, a title or the"
            " tracking number.",
        )
    fallback = ("No orders here", "Orders appear as soon as somebody has paid.")
    return _EMPTY.get(filters.view, fallback)
