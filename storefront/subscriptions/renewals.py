"""Each paid invoice of a later period becomes an order, exactly once.

Invoices are read whenever the subscription was (`follow`), and reconciliation walks through all of
them; both fold what they find, and `newcomer` makes the order that is missing. An invoice that
nobody has paid, or on which nothing was due, is none.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storefront import clock
from storefront.current import Services
from storefront.ids import new_id, new_token
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.orders.settlement import Settlement
from storefront.store import Tx
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_objects import service as stripe_objects
from storefront.subscriptions import repository, words
from storefront.subscriptions.repository import Subscription

log = logging.getLogger(__name__)

_FIRST = "subscription_create"
_BATCH = 20
_RETRY_SECONDS = 60

Facts = dict[str, Any]


def newcomer(tx: Tx, snapshot: Mapping[str, Any]) -> None:
    """Make the order of an invoice that has been paid for a later period of a subscription.

    Whoever folds the same invoice at the same time waits for its row, and finds the order then.
    """
    if snapshot.get("object") != "invoice":
        return
    known = stripe_objects.by_id(tx, snapshot["id"])
    facts = known.facts if known else {}
    if not _is_renewal(facts) or orders.by_invoice(tx, snapshot["id"]) is not None:
        return
    subscription = repository.by_stripe_id(tx, facts.get("subscription") or "")
    if subscription is not None:
        _place(tx, subscription, snapshot["id"], facts)


def _is_renewal(facts: Facts) -> bool:
    paid = facts.get("status") == "paid" and bool(facts.get("amount_paid"))
    charged = facts.get("payment_intent") is not None
    return paid and charged and facts.get("billing_reason") != _FIRST


def _place(tx: Tx, subscription: Subscription, invoice_id: str, facts: Facts) -> None:
    """What was frozen when somebody subscribed holds; whatever differs is quarantined."""
    first = orders.by_id(tx, repository.first_order_id(tx, subscription.id))
    assert first is not None  # noqa: S101 - a subscription and its first order are written together
    [line] = orders.lines(tx, first.id)
    period = words.period(facts.get("period"), subscription.billing)
    order = _order(tx, first, subscription, invoice_id, facts, period)
    title = f"{subscription.title}, {period}" if period else subscription.title
    orders.insert(tx, order, [replace(line, order_id=order.id, title=title)])


def _order(
    tx: Tx,
    first: Order,
    subscription: Subscription,
    invoice_id: str,
    facts: Facts,
    period: str,
) -> Order:
    price, created = subscription.price_amount, words.moment(facts.get("created"))
    return Order(
        id=new_id(),
        number=orders.next_number(tx),
        token=new_token(),
        seller_id=first.seller_id,
        user_id=first.user_id,
        cart_id=None,
        fingerprint="",
        currency=first.currency,
        items_amount=price,
        shipping_amount=0,
        total_amount=price,
        application_fee_amount=price * subscription.fee_percent // 10_000,
        fee_percent=subscription.fee_percent,
        fee_basis=first.fee_basis,
        fee_mode=first.fee_mode,
        destination=subscription.destination,
        on_behalf_of=first.on_behalf_of,
        cross_border=first.cross_border,
        shop_name=first.shop_name,
        refund_policy=first.refund_policy,
        requires_shipping=first.requires_shipping,
        created_at=created,
        expires_at=created,
        subscription_id=subscription.id,
        stripe_invoice_id=invoice_id,
        period=period,
    )


def read_due(services: Services) -> int:
    """Read the invoices of subscriptions that have changed; of how many it was possible."""
    with services.store.read() as tx:
        due = repository.invoices_wanted(tx, clock.timestamp(), _BATCH)
    return sum(read(services, subscription) for subscription in due)


def read(services: Services, subscription: Subscription) -> bool:
    """Read the invoices of a subscription and fold those that tell something new."""
    asked_at = clock.timestamp()
    try:
        invoices = services.gateway.invoices_of(str(subscription.stripe_subscription_id))
    except StripeFailure as failure:
        log.warning("invoices.unread", extra={"subscription": subscription.id,
                                              "reason": failure.message})  # fmt: skip
        with services.store.transaction() as tx:
            again = clock.in_future(seconds=_RETRY_SECONDS)
            repository.invoices_read(tx, subscription.id, asked_at, again)
        return False
    for invoice in reversed(invoices):
        with services.store.transaction() as tx:
            _take(tx, services.settlement, invoice)
    with services.store.transaction() as tx:
        repository.invoices_read(tx, subscription.id, asked_at)
    return True


def _take(tx: Tx, settlement: Settlement, invoice: Mapping[str, Any]) -> None:
    has_order = orders.by_invoice(tx, invoice["id"]) is not None
    if not (has_order and stripe_objects.knows(tx, invoice)):
        settlement.fold(tx, invoice)
