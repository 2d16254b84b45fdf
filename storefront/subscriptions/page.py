"""What pages show of a subscription."""

from typing import Any

from storefront.orders import service as orders
from storefront.orders.panels import Panel
from storefront.orders.service import Order
from storefront.store import Tx
from storefront.stripe_subscriptions.service import (
    ACTIVE,
    PAST_DUE,
    TRIALING,
    StripeSubscription,
)
from storefront.subscriptions import repository, service, words
from storefront.subscriptions.repository import Subscription

MOST_ORDERS = 60


def context(tx: Tx, subscription: Subscription) -> dict[str, Any]:
    """How a subscription stands, its orders, and what can be done with it."""
    found = service.at_stripe(tx, subscription)
    state = service.state(found, subscription)
    ids = repository.order_ids(tx, subscription.id)
    shown = [orders.by_id(tx, id_) for id_ in ids[:MOST_ORDERS]]
    return {
        "subscription": subscription,
        "at_stripe": found,
        "state": state,
        "word": words.STATE[state],
        "tone": words.TONE[state],
        "sentence": words.sentence(found, subscription),
        "next_word": words.NEXT[state],
        "next_at": next_at(found),
        "who": words.WHO[subscription.ending],
        "orders": [order for order in shown if order],
        "order_count": len(ids),
        "ends_at_once": service.ends_at_once(found),
        "can_end": not service.why_not_end(found, subscription),
        "can_keep": not service.why_not_keep(tx, found, subscription),
        "can_pay": found is not None and bool(found.stripe_customer_id) and not found.over,
    }


def next_at(found: StripeSubscription | None) -> str | None:
    """The next payment or the end; until when it is paid if Stripe could not collect."""
    if found is None or found.over:
        return found.ended_at if found else None
    if found.status == PAST_DUE:
        return found.current_period_start
    if found.status not in {ACTIVE, TRIALING}:
        return None
    return found.ends_at if found.ends_with_period else found.current_period_end


def panel_of_shopper(tx: Tx, order: Order) -> Panel | None:
    """What an order is a period of."""
    return _panel(tx, order, "shopper")


def panel_of_seller(tx: Tx, order: Order) -> Panel | None:
    """The same for the seller."""
    return _panel(tx, order, "seller")


def panel_of_operator(tx: Tx, order: Order) -> Panel | None:
    """The same for an operator."""
    return _panel(tx, order, "operator")


def _panel(tx: Tx, order: Order, reader: str) -> Panel | None:
    if order.subscription_id is None:
        return None
    subscription = repository.by_id(tx, order.subscription_id)
    if subscription is None or subscription.stripe_subscription_id is None:
        return None
    shown = context(tx, subscription) | {"order": order, "reader": reader}
    return Panel("subscriptions/_panel.html", shown)
