"""Subscriptions made at the sandbox, over its API: the ground of the tests here."""

from storefront.current import Services
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.service import StripeSubscription
from tests.support.stripe import Stripe

DAY = 86400
MONTH = 32 * DAY
BROKE = "pm_card_chargeCustomerFail"
"""A card that can be saved and then pays nothing."""


def price(sandbox: Stripe, amount: int = 900) -> str:
    """A monthly price in US dollars; its id."""
    values = {
        "currency": "usd", "unit_amount": amount, "product_data[name]": "Club",
        "recurring[interval]": "month",
    }  # fmt: skip
    return str(sandbox.post("/v1/prices", values)["id"])


def subscribe(sandbox: Stripe, card: str = "pm_card_visa", **terms: str) -> str:
    """A subscription of a new customer to a new price; its id."""
    customer = sandbox.post("/v1/customers", {"email": "b@example.com", "payment_method": card})
    wanted = {"customer": customer["id"], "items[0][price]": price(sandbox), **terms}
    return str(sandbox.post("/v1/subscriptions", wanted)["id"])


def change_card(sandbox: Stripe, subscription_id: str, card: str) -> None:
    """From now on the customer pays with another card."""
    customer = sandbox.get(f"/v1/subscriptions/{subscription_id}")["customer"]
    saved = sandbox.post(f"/v1/payment_methods/{card}/attach", {"customer": customer})["id"]
    wanted = {"invoice_settings[default_payment_method]": saved}
    sandbox.post(f"/v1/customers/{customer}", wanted)


def pass_days(sandbox: Stripe, days: int) -> None:
    """What falls due at the sandbox meanwhile happens."""
    sandbox.control("clock/advance", seconds=days * DAY)


def follow(services: Services, subscription_id: str) -> None:
    """Follow a subscription, as whoever has made its session does."""
    with services.store.transaction() as tx:
        stripe_subscriptions.want(tx, subscription_id)


def known(services: Services, subscription_id: str) -> StripeSubscription:
    """What we know of a subscription that is followed."""
    with services.store.read() as tx:
        found = stripe_subscriptions.by_id(tx, subscription_id)
    assert found is not None
    return found
