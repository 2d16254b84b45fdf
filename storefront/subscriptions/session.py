"""The Checkout Session that begins a subscription.

https://docs.stripe.com/connect/subscriptions: customer and price belong to the platform, every
paid invoice is a destination charge. No `customer` is passed, so each subscription has one of its
own, and a way into the billing portal shows nothing else.
"""

from typing import Any

from storefront import clock
from storefront.config import Config
from storefront.orders.service import Order
from storefront.sellers.service import Seller
from storefront.subscriptions.repository import Subscription


def parameters(
    config: Config,
    order: Order,
    subscription: Subscription,
    seller: Seller,
    slug: str,
    branding: dict[str, Any],
    email: str | None,
) -> dict[str, Any]:
    """Delivery is in the price, since this mode knows no shipping options.

    A fee of nothing is left out, since Stripe takes none of zero.
    """
    sent: dict[str, Any] = {
        "mode": "subscription",
        "client_reference_id": order.id,
        "metadata": {"order_id": order.id},
        "line_items": [_line_item(subscription)],
        "subscription_data": _terms(order, subscription),
        "branding_settings": branding,
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(clock.parse(order.expires_at).timestamp()),
        "success_url": f"{config.public_url}/checkout/return?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{config.public_url}/listings/{slug}",
    }
    if email:
        sent["customer_email"] = email
    if order.requires_shipping:
        sent["shipping_address_collection"] = {"allowed_countries": list(seller.countries)}
    return sent


def _terms(order: Order, subscription: Subscription) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "transfer_data": {"destination": subscription.destination},
        "metadata": {"subscription_id": subscription.id},
        "description": f"{subscription.title} from {subscription.shop_name}",
    }
    if subscription.fee_percent:
        whole, hundredths = divmod(subscription.fee_percent, 100)
        terms["application_fee_percent"] = f"{whole}.{hundredths:02}"
    if order.on_behalf_of:
        terms["on_behalf_of"] = subscription.destination
    return terms


def _line_item(subscription: Subscription) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {
            "currency": subscription.currency,
            "unit_amount": subscription.price_amount,
            "recurring": {"interval": subscription.billing},
            "product_data": {
                "name": subscription.title,
                "metadata": {"listing_id": subscription.listing_id},
            },
        },
    }
