"""What mails about an order say, read when they are sent: the newest truth, not the oldest."""

from collections.abc import Mapping
from typing import Any

from storefront.errors import NotFound
from storefront.mail.service import Mail
from storefront.orders import repository, service
from storefront.orders.repository import Order, ShownRefund
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects
from storefront.users import service as users

_TO_SELLER = {"seller_sale", "seller_owes", "seller_disputed", "message_to_seller"}


def load(tx: Tx, mail: Mail) -> Mapping[str, Any]:
    """The facts of the order that a mail is about, and who gets it; nothing for other mails."""
    if mail.order_id is None:
        return {}
    order = repository.by_id(tx, mail.order_id)
    if order is None:
        raise NotFound(f"There is no order {mail.order_id}.")
    facts: dict[str, Any] = {
        "order": order,
        "lines": repository.lines(tx, order.id),
        "address": service.shipping_address(order),
        "recipient": mail.recipient or order.email or "",
    }
    if mail.kind.startswith("refund_"):
        facts |= _refund(tx, order, mail.subject_id)
    if mail.kind in _TO_SELLER:
        facts["recipient"] = _address_of_seller(tx, order)
    return facts


def _refund(tx: Tx, order: Order, stripe_refund_id: str) -> dict[str, Any]:
    known = stripe_objects.by_id(tx, stripe_refund_id)
    shown = [refund for refund in repository.shown_refunds(tx, order.id)
             if refund.stripe_refund_id == stripe_refund_id]  # fmt: skip
    return {
        "amount": known.facts.get("amount", 0) if known else 0,
        "message": _message(shown),
    }


def _message(refunds: list[ShownRefund]) -> str:
    return refunds[0].message if refunds else ""


def _address_of_seller(tx: Tx, order: Order) -> str:
    seller = sellers.seller_by_id(tx, order.seller_id)
    user = users.by_id(tx, seller.user_id) if seller else None
    return user.email if user else ""
