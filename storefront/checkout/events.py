"""Which of Stripe's events concern a payment, and how they become facts about an order.

https://docs.stripe.com/checkout/fulfillment and https://docs.stripe.com/connect/webhooks:
everything about a destination charge happens on the platform's own account.
"""

from functools import partial

from storefront.orders.settlement import Settlement
from storefront.store import Tx
from storefront.stripe_objects.events import Event, Fold, Handlers
from storefront.stripe_subscriptions import events as subscription_events
from storefront.stripe_subscriptions.registry import Subscriptions

TYPES = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.succeeded",
    "charge.updated",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "transfer.created",
    "transfer.updated",
    "transfer.reversed",
    "application_fee.created",
    "application_fee.refunded",
    "application_fee.refund.updated",
)


def register(handlers: Handlers, settlement: Settlement, subscriptions: Subscriptions) -> None:
    """Fold every event about a payment."""
    for type_ in TYPES:
        handlers.on(type_, partial(_fold, settlement, subscriptions))


def _fold(settlement: Settlement, subscriptions: Subscriptions, tx: Tx, event: Event) -> Fold:
    snapshot = event.object
    if event.type == "checkout.session.async_payment_failed":
        snapshot = {**snapshot, "async_failed": True}
    if snapshot["object"] == "checkout.session" and snapshot.get("mode") == "subscription":
        return subscription_events.session(tx, subscriptions, snapshot)
    if snapshot["object"] == "transfer" and not snapshot.get("source_transaction"):
        return "ignored"  # of no charge: a seller is paid back, or somebody used the Dashboard
    if settlement.fold(tx, snapshot):
        return "done"
    own = any(listener(tx, snapshot) for listener in subscriptions.income)
    return "ignored" if own else "parked"
