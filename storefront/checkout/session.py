"""What Stripe is told to make a Checkout Session: the parameters, frozen with the order.

https://docs.stripe.com/api/checkout/sessions/create and
https://docs.stripe.com/connect/destination-charges
"""

from typing import Any

from storefront import clock
from storefront.config import Config
from storefront.orders.service import Order, OrderLine
from storefront.sellers.service import Seller


def parameters(
    config: Config,
    order: Order,
    lines: list[OrderLine],
    seller: Seller,
    suffix: str,
    branding: dict[str, Any],
    email: str | None,
) -> dict[str, Any]:
    """The session of a destination charge: `transfer_data` names the seller's account.

    Our fee is an Application Fee, or the transfer is smaller by so much; Stripe takes one of the
    two. A fee of zero is left out, since Stripe refuses it. With `on_behalf_of` the seller is the
    merchant of record; `branding` is how the page
    looks; `suffix` stands on the shopper's statement after the prefix. Currency
    conversion (adaptive pricing) is off, so that what is charged equals the order.
    """
    payment: dict[str, Any] = {
        "transfer_data": {"destination": order.destination},
        "metadata": {"order_id": order.id},
        "description": f"Order {order.number} at {order.shop_name}",
    }
    if order.transfer_amount != order.total_amount:
        payment["transfer_data"]["amount"] = order.transfer_amount
    if order.on_behalf_of:
        payment["on_behalf_of"] = order.destination
    if suffix:
        payment["statement_descriptor_suffix"] = suffix
    if order.requested_fee_amount:
        payment["application_fee_amount"] = order.requested_fee_amount
    sent: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": order.id,
        "metadata": {"order_id": order.id},
        "line_items": [_line_item(order, line) for line in lines],
        "payment_intent_data": payment,
        "branding_settings": branding,
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(clock.parse(order.expires_at).timestamp()),
        "success_url": f"{config.public_url}/checkout/return?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{config.public_url}/cart",
    }
    if email:
        sent["customer_email"] = email
    if order.requires_shipping:
        sent["shipping_address_collection"] = {"allowed_countries": list(seller.countries)}
        sent["shipping_options"] = [_shipping(order)]
    return sent


def _line_item(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": order.currency,
            "unit_amount": line.unit_amount,
            "product_data": {"name": line.title, "metadata": {"listing_id": line.listing_id}},
        },
    }


def _shipping(order: Order) -> dict[str, Any]:
    return {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": "Standard shipping",
            "fixed_amount": {"amount": order.shipping_amount, "currency": order.currency},
        }
    }
