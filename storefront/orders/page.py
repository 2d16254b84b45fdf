"""What an order's page shows, put together once for the page and its fragment."""

from typing import Any

from storefront.orders import repository, service, words
from storefront.orders.repository import (
    AWAITING,
    CANCELED,
    EXPIRED,
    FAILED,
    PAID,
    PROCESSING,
    Order,
    ShownRefund,
)
from storefront.sellers import service as sellers
from storefront.store import Tx

Step = dict[str, str]

_NEVER_PAID = {FAILED, EXPIRED, CANCELED}
_REFRESH_SECONDS = (2, 2, 3, 3, 4, 5, 8, 10, 15, 20, 30)


def of_order(tx: Tx, order: Order) -> dict[str, Any]:
    """The context of `orders/show.html` and `orders/_status.html`."""
    refunds = repository.shown_refunds(tx, order.id)
    return {
        "order": order,
        "lines": repository.lines(tx, order.id),
        "shop": sellers.seller_by_id(tx, order.seller_id),
        "address": service.shipping_address(order),
        "refunds": refunds,
        "steps": timeline(order, refunds),
        "final": is_final(order, refunds),
    }


def is_final(order: Order, refunds: list[ShownRefund]) -> bool:
    """Whether the page can stop looking for news."""
    if order.status in _NEVER_PAID:
        return True
    arrived = all(refund.state in {"succeeded", "rejected"} for refund in refunds)
    return order.refunded_amount >= order.total_amount and arrived


def refresh_after(age: int) -> int:
    """Seconds until the next look, longer the older the page is."""
    return _REFRESH_SECONDS[min(age, len(_REFRESH_SECONDS) - 1)]


def timeline(order: Order, refunds: list[ShownRefund]) -> list[Step]:
    """What has happened, what is happening, and what comes next."""
    first = [_step("Ordered", "done", order.created_at), _payment(order)]
    then = [_refund(refund) for refund in refunds]
    if order.requires_shipping and order.status not in _NEVER_PAID:
        then.append(_shipping(order))
    return first + sorted(then, key=lambda step: (step["state"] == "upcoming", step["at"]))


def _payment(order: Order) -> Step:
    if order.status in {AWAITING, PROCESSING}:
        return _step(words.STATUS[order.status], "current", "")
    if order.status in _NEVER_PAID:
        return _step(words.STATUS[order.status], "bad", "")
    if order.status == PAID:
        return _step("Paid", "done", order.paid_at or "")
    return _step(words.STATUS[order.status], "current", order.paid_at or "")


def _shipping(order: Order) -> Step:
    if not order.shipped_at:
        done = order.refunded_amount >= order.total_amount
        return _step("Not shipped" if done else "Shipping", "upcoming", "")
    parcel = " ".join(filter(None, (order.carrier, order.tracking_number)))
    return _step("Shipped", "done", order.shipped_at, parcel)


def _refund(refund: ShownRefund) -> Step:
    states = {"succeeded": "done", "failed": "bad", "canceled": "bad"}
    title = f"Refund: {words.REFUND_STATUS[refund.state].lower()}"
    text = " ".join(filter(None, (refund.message, words.REFUND_SENTENCE.get(refund.state, ""))))
    state = states.get(refund.state, "current")
    return {
        **_step(title, state, refund.updated_at, text),
        "amount": str(refund.amount),
        "currency": refund.currency,
    }


def _step(title: str, state: str, at: str, text: str = "") -> Step:
    return {"title": title, "state": state, "at": at, "text": text}
