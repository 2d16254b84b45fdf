"""What follows when an order of a subscription, or a subscription at Stripe, has changed."""

from collections.abc import Mapping
from typing import Any

from storefront import clock
from storefront.mail import service as mail
from storefront.orders.service import Order
from storefront.orders.settlement import Settlement
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_objects import service as stripe_objects
from storefront.stripe_objects.service import StripeObject
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.service import PAST_DUE, UNPAID, StripeSubscription
from storefront.subscriptions import repository, service
from storefront.subscriptions.repository import Subscription


def session(settlement: Settlement, tx: Tx, snapshot: Mapping[str, Any]) -> bool:
    """Fold a Checkout Session that sells a subscription; whether it is one of ours."""
    return bool(settlement.fold(tx, snapshot))


def order(tx: Tx, changed: Order, _: list[StripeObject]) -> None:
    """The session of a first period has named its subscription: from now on that is followed."""
    if changed.subscription_id is None or changed.stripe_checkout_session_id is None:
        return
    known = stripe_objects.by_id(tx, changed.stripe_checkout_session_id)
    stripe_id = known.facts.get("subscription") if known else None
    subscription = repository.by_id(tx, changed.subscription_id)
    if not stripe_id or subscription is None or subscription.stripe_subscription_id:
        return
    repository.update(tx, subscription.id, stripe_subscription_id=stripe_id)
    repository.want_invoices(tx, subscription.id, clock.timestamp())
    stripe_subscriptions.want(tx, stripe_id)


def subscription(tx: Tx, found: StripeSubscription) -> None:
    """A newer read: there may be new invoices, and something to write to the shopper."""
    ours = repository.by_stripe_id(tx, found.id)
    if ours is None:
        return
    repository.want_invoices(tx, ours.id, clock.timestamp())
    _tell(tx, ours, found)
    is_going_on = not (found.over or found.ends_at or ours.ending)
    if is_going_on and not sellers.is_connected(tx, ours.destination):
        service.end_all_into(tx, ours.destination)  # begun while the account left


def _tell(tx: Tx, ours: Subscription, found: StripeSubscription) -> None:
    first = repository.first_order_id(tx, ours.id)
    if found.status in {PAST_DUE, UNPAID}:
        subject = f"{ours.id} {found.latest_invoice_id}"
        mail.enqueue(tx, "subscription_late", subject, order_id=first)
    else:
        mail.overtake_about(tx, "subscription_late", ours.id)
    if found.over:
        mail.enqueue(tx, "subscription_ended", ours.id, order_id=first)
