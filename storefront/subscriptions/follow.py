"""What follows when an order of a subscription, or a subscription at Stripe, has changed."""

from collections.abc import Mapping
from typing import Any

from storefront import clock
from storefront.mail import service as mail
from storefront.orders.service import Order
from storefront.orders.settlement import OUT_OF_STOCK, Settlement
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
    """The session of a first period has named its subscription: from now on that is followed.

    A first payment that goes back since nothing is left must not be followed by others.
    """
    if changed.subscription_id is None or changed.stripe_checkout_session_id is None:
        return
    subscription = _named(tx, changed.subscription_id, changed.stripe_checkout_session_id)
    if subscription is not None and changed.problem == OUT_OF_STOCK:
        service.sold_out(tx, subscription)


def _named(tx: Tx, subscription_id: str, session_id: str) -> Subscription | None:
    """The subscription if its id at Stripe is known by now."""
    subscription = repository.by_id(tx, subscription_id)
    if subscription is None or subscription.stripe_subscription_id:
        return subscription
    known = stripe_objects.by_id(tx, session_id)
    stripe_id = known.facts.get("subscription") if known else None
    if not stripe_id:
        return None
    repository.update(tx, subscription_id, stripe_subscription_id=stripe_id)
    repository.want_invoices(tx, subscription_id, clock.timestamp())
    stripe_subscriptions.want(tx, stripe_id)
    return repository.by_id(tx, subscription_id)


def subscription(settlement: Settlement, tx: Tx, found: StripeSubscription) -> None:
    """A newer read: there may be new invoices, and something to write to the shopper."""
    ours = repository.by_stripe_id(tx, found.id)
    if ours is None:
        return
    if found.over or found.status == UNPAID:  # an order that still waits for its payment fails
        settlement.project(tx, repository.first_order_id(tx, ours.id))
    ours = repository.lock(tx, ours.id)
    repository.want_invoices(tx, ours.id, clock.timestamp())
    service.correct(tx, ours, found)
    _tell(tx, ours, found)
    if not found.over and not sellers.is_connected(tx, ours.destination):
        service.leave(tx, repository.lock(tx, ours.id))  # begun while the account left, or went on


def _tell(tx: Tx, ours: Subscription, found: StripeSubscription) -> None:
    first = repository.first_order_id(tx, ours.id)
    if found.status in {PAST_DUE, UNPAID}:
        subject = f"{ours.id} {found.latest_invoice_id}"
        mail.enqueue(tx, "subscription_late", subject, order_id=first)
    else:
        mail.overtake_about(tx, "subscription_late", ours.id)
    if found.over:
        mail.enqueue(tx, "subscription_ended", ours.id, order_id=first)
