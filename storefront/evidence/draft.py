"""What we know of an order, as evidence: there from the first moment, and never stored."""

from collections.abc import Iterator

from storefront import clock
from storefront.messages import service as messages
from storefront.money import display
from storefront.orders import service as orders
from storefront.orders import visits
from storefront.orders.service import Order, OrderLine
from storefront.security.typed_text import many_lines
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects


def draft(tx: Tx, order: Order) -> dict[str, str]:
    """The fields of Stripe's evidence that the order itself can fill, each with its text."""
    lines = orders.lines(tx, order.id)
    known = {
        "product_description": "\n".join(_line(order, line) for line in lines),
        "customer_name": order.customer_name,
        "customer_email_address": order.email,
        "customer_purchase_ip": order.purchase_ip,
        "access_activity_log": "\n".join(visits.log(tx, order)),
        "refund_policy_disclosure": _policy(order),
        "uncategorized_text": "\n".join(_receipt(tx, order, lines)) + _messages(tx, order),
        **(_shipping(order) if order.requires_shipping else _service(order)),
    }
    return {name: many_lines(text) for name, text in known.items() if text}


def _line(order: Order, line: OrderLine) -> str:
    return f"{line.quantity} × {line.title}, {display(line.unit_amount, order.currency)} each"


def _shipping(order: Order) -> dict[str, str]:
    return {
        "shipping_address": "\n".join(orders.shipping_address(order)),
        "shipping_carrier": order.carrier,
        "shipping_tracking_number": order.tracking_number,
        "shipping_date": _day(order.shipped_at),
    }


def _service(order: Order) -> dict[str, str]:
    return {"service_date": _day(order.shipped_at or order.paid_at)}


def _day(text: str | None) -> str:
    return clock.display_day(text) if text else ""


def _policy(order: Order) -> str:
    if not order.refund_policy:
        return ""
    return f"The shopper saw this refund policy before paying:\n\n{order.refund_policy}"


def _receipt(tx: Tx, order: Order, lines: list[OrderLine]) -> Iterator[str]:
    yield f"Receipt of order {order.number} at {order.shop_name}"
    yield f"Placed: {clock.display_time(order.created_at)}"
    if order.paid_at:
        yield f"Paid: {clock.display_time(order.paid_at)}{_card(tx, order)}"
    yield ""
    yield from (f"{_line(order, line)}: {display(line.amount, order.currency)}" for line in lines)
    if order.shipping_amount:
        yield f"Shipping: {display(order.shipping_amount, order.currency)}"
    yield f"Total: {display(order.total_amount, order.currency)}"
    if order.refunded_amount:
        yield f"Refunded: {display(order.refunded_amount, order.currency)}"


def _messages(tx: Tx, order: Order) -> str:
    """What the two wrote; Stripe takes only a file as `customer_communication`."""
    said = messages.transcript(tx, order)
    return f"\n\nMessages between shopper and shop:\n{said}" if said else ""


def _card(tx: Tx, order: Order) -> str:
    charge = stripe_objects.by_id(tx, order.stripe_charge_id or "")
    facts = charge.facts if charge else {}
    if not facts.get("card_last4"):
        return ""
    return f", {facts.get('card_brand', 'card')} ending in {facts['card_last4']}"
