"""A club with members: the words in which tests about subscriptions are written."""

from typing import Any

import stripe

from tests.stripe_sandbox.shop import Shop

DAY = 86400


class Club:
    """A monthly club of 9.00 that a seller offers; the platform takes 10 %."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.v1, self.control = shop, shop.client.v1, shop.sandbox.control
        self.price = self.recurring(900)

    def recurring(self, amount: int, interval: Any = "month") -> str:
        data: Any = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Club"}}
        return self.v1.prices.create(data | {"recurring": {"interval": interval}}).id

    def member(self, card: str = "pm_card_visa") -> str:
        return self.v1.customers.create({"email": "bob@example.com", "payment_method": card}).id

    def join(self, member: str, **terms: Any) -> stripe.Subscription:
        split = {"destination": self.shop.account}
        wanted: Any = {
            "customer": member, "items": [{"price": self.price}],
            "transfer_data": split, "application_fee_percent": 10,
        }  # fmt: skip
        return self.v1.subscriptions.create(wanted | terms)

    def now(self, subscription: stripe.Subscription) -> stripe.Subscription:
        return self.v1.subscriptions.retrieve(subscription.id)

    def pass_days(self, days: int) -> None:
        self.control("clock/advance", seconds=days * DAY)

    def invoices(self, subscription: stripe.Subscription) -> list[stripe.Invoice]:
        return list(self.v1.invoices.list({"subscription": subscription.id}).data)

    def change_card(self, customer: str, card: str) -> None:
        saved = self.v1.payment_methods.attach(card, {"customer": customer}).id
        settings_: Any = {"default_payment_method": saved}
        self.v1.customers.update(customer, {"invoice_settings": settings_})
