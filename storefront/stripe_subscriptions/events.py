"""Stripe's events about subscriptions and their invoices; each only says that one changed.

https://docs.stripe.com/billing/subscriptions/webhooks
"""

from collections.abc import Mapping
from typing import Any

from storefront.store import Tx
from storefront.stripe_objects.events import Event, Fold, Handlers
from storefront.stripe_subscriptions import service
from storefront.stripe_subscriptions.registry import Subscriptions

SUBSCRIPTION_TYPES = (
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
)
INVOICE_TYPES = (
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice.voided",
)


def register(handlers: Handlers) -> None:
    """Fold what happens to subscriptions of the platform's customers."""
    for type_ in SUBSCRIPTION_TYPES:
        handlers.on(type_, _subscription)
    for type_ in INVOICE_TYPES:
        handlers.on(type_, _invoice)


def session(tx: Tx, subscriptions: Subscriptions, snapshot: Mapping[str, Any]) -> Fold:
    """A Checkout Session that sells a subscription: given to whoever has made it.

    It is parked while the answer to the call that made it is still on its way.
    """
    if any(listener(tx, snapshot) for listener in subscriptions.sessions):
        return "done"
    ours = "stripe_call_id" in (snapshot.get("metadata") or {})
    return "parked" if ours else "ignored"


def _subscription(tx: Tx, event: Event) -> Fold:
    return _changed(tx, str(event.object["id"]))


def _invoice(tx: Tx, event: Event) -> Fold:
    return _changed(tx, subscription_of(event.object))


def _changed(tx: Tx, subscription_id: str) -> Fold:
    """Nothing waits for a subscription that is not followed yet: it is read when it will be."""
    return "done" if service.changed(tx, subscription_id) else "ignored"


def subscription_of(invoice: Mapping[str, Any]) -> str:
    """The subscription of an invoice, empty for one of its own.

    https://docs.stripe.com/api/invoices/object#invoice_object-parent-subscription_details
    """
    parent = (invoice.get("parent") or {}).get("subscription_details") or {}
    return str(parent.get("subscription") or "")
