"""How subscriptions at Stripe stand.

A subscription's status goes back and forth, so nothing of it is merged: an event tells only that
something changed; the subscription is then read, and the newest read wins. Late, repeated and
missing events do no harm, and every subscription is read once a day and after its period in any
case. https://docs.stripe.com/billing/subscriptions/webhooks
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from storefront.clock import in_future, now, parse, timestamp
from storefront.current import Services
from storefront.store import Tx
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import Rejected, StripeFailure
from storefront.stripe_subscriptions import repository
from storefront.stripe_subscriptions.registry import Subscriptions
from storefront.stripe_subscriptions.repository import (
    ACTIVE,
    CANCELED,
    INCOMPLETE,
    INCOMPLETE_EXPIRED,
    OVER,
    PAST_DUE,
    PAUSED,
    TRIALING,
    UNPAID,
    StripeSubscription,
)

__all__ = [
    "ACTIVE",
    "CANCEL",
    "CANCELED",
    "INCOMPLETE",
    "INCOMPLETE_EXPIRED",
    "OVER",
    "PAST_DUE",
    "PAUSED",
    "TRIALING",
    "UNPAID",
    "UPDATE",
    "StripeSubscription",
    "by_id",
    "changed",
    "end_of",
    "read",
    "read_due",
    "record",
    "register",
    "want",
]

log = logging.getLogger(__name__)

by_id = repository.by_id

_BATCH = 20
_RETRY_SECONDS, _RETRY_REJECTED_SECONDS = 60, 900
_LOOK_AGAIN = timedelta(days=1)
_AFTER_PERIOD = timedelta(hours=1)
_SHORTEST = timedelta(hours=1)


UPDATE, CANCEL = "subscription.update", "subscription.cancel"


def register(outcomes: Outcomes) -> None:
    """Listen to the calls about subscriptions, whoever made them.

    Each is read anew; whoever wants to know why Stripe refused looks at the call.
    """
    outcomes.on(UPDATE, _answered)
    outcomes.on(CANCEL, _answered)


def _answered(tx: Tx, call: StripeCall, _answer: dict[str, Any] | None) -> None:
    changed(tx, call.target)


def end_of(known: StripeSubscription | None, *, ends: bool) -> dict[str, Any]:
    """Parameters that let it end with its period, or go on whichever way it was to end.

    The portal may set `cancel_at` alone: https://docs.stripe.com/billing/subscriptions/cancel
    """
    if not ends and known is not None and known.cancel_at and not known.cancel_at_period_end:
        return {"cancel_at": ""}
    return {"cancel_at_period_end": ends}


def want(tx: Tx, subscription_id: str) -> None:
    """Follow a subscription that a session of ours has made, from now on; twice is once.

    The worker reads it; `read` does so at once. Events that came before lose nothing by it.
    """
    repository.insert(tx, subscription_id, timestamp())


def changed(tx: Tx, subscription_id: str) -> bool:
    """Something about a subscription changed at Stripe; False if it is none of ours."""
    return repository.mark_stale(tx, subscription_id, timestamp())


def read(services: Services, subscription_id: str) -> StripeSubscription | None:
    """Read a subscription that is followed from Stripe; how it stands then.

    None if Stripe did not tell: it is asked again later.
    """
    asked_at = timestamp()
    try:
        answer = services.gateway.subscription(subscription_id)
    except StripeFailure as failure:
        _not_read(services, subscription_id, failure)
        return None
    with services.store.transaction() as tx:
        if not record(tx, services.subscriptions, answer, asked_at):
            repository.mark_stale(tx, subscription_id, in_future(seconds=_RETRY_SECONDS))
        return repository.by_id(tx, subscription_id)


def read_due(services: Services) -> int:
    """Read the subscriptions that changed, and those not looked at for long; how many."""
    with services.store.read() as tx:
        due = repository.to_read(tx, timestamp(), _BATCH)
    return sum(read(services, subscription_id) is not None for subscription_id in due)


def record(tx: Tx, subscriptions: Subscriptions, answer: dict[str, Any], asked_at: str) -> bool:
    """Store Stripe's answer to a question of that time and tell the followers.

    `latest_invoice` must be expanded. False if we know a newer answer, or do not follow it.
    """
    facts, at = _facts(answer), timestamp()
    recorded = repository.record(tx, answer["id"], facts, asked_at, at, _again(facts))
    found = repository.by_id(tx, answer["id"])
    if recorded and found is not None:
        for follower in subscriptions.followers:
            follower(tx, found)
    return recorded


def _not_read(services: Services, subscription_id: str, failure: StripeFailure) -> None:
    rejected = isinstance(failure, Rejected)
    again = in_future(seconds=_RETRY_REJECTED_SECONDS if rejected else _RETRY_SECONDS)
    with services.store.transaction() as tx:
        repository.mark_stale(tx, subscription_id, again)
    log.warning(
        "subscription.not_read", extra={"subscription": subscription_id, "code": failure.code}
    )


def _again(facts: dict[str, Any]) -> str | None:
    """When to look again even if no event arrives; never once it is over."""
    if facts["status"] in OVER:
        return None
    latest = now() + _LOOK_AGAIN
    if facts["current_period_end"] is None:
        return timestamp(latest)
    after_period = max(parse(facts["current_period_end"]) + _AFTER_PERIOD, now() + _SHORTEST)
    return timestamp(min(latest, after_period))


def _facts(answer: dict[str, Any]) -> dict[str, Any]:
    """Periods stand on the items: https://docs.stripe.com/api/subscription_items/object"""
    items = (answer.get("items") or {}).get("data") or [{}]
    invoice = answer.get("latest_invoice") or {}
    details = answer.get("cancellation_details") or {}
    return {
        "status": answer["status"],
        "stripe_customer_id": answer.get("customer") or "",
        **_item_facts(items[0]),
        "trial_end": _time(answer.get("trial_end")),
        "cancel_at_period_end": int(bool(answer.get("cancel_at_period_end"))),
        "cancel_at": _time(answer.get("cancel_at")),
        "canceled_at": _time(answer.get("canceled_at")),
        "ended_at": _time(answer.get("ended_at")),
        "cancellation_reason": details.get("reason") or "",
        "latest_invoice_id": invoice.get("id") or "",
        "latest_invoice_status": invoice.get("status") or "",
        "latest_invoice_paid": _paid(invoice),
        "next_payment_attempt": _time(invoice.get("next_payment_attempt")),
    }


def _paid(invoice: dict[str, Any]) -> int:
    """What an invoice has taken for a period; invoices that somebody made by hand are for none.

    https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason
    """
    of_period = str(invoice.get("billing_reason") or "").startswith("subscription")
    return int(invoice.get("amount_paid") or 0) if of_period else 0


def _item_facts(item: dict[str, Any]) -> dict[str, Any]:
    price = item.get("price") or {}
    recurring = price.get("recurring") or {}
    return {
        "item_id": item.get("id") or "",
        "price_id": price.get("id") or "",
        "unit_amount": price.get("unit_amount") or 0,
        "quantity": item.get("quantity") or 0,
        "currency": price.get("currency") or "",
        "interval": recurring.get("interval") or "",
        "interval_count": recurring.get("interval_count") or 1,
        "current_period_start": _time(item.get("current_period_start")),
        "current_period_end": _time(item.get("current_period_end")),
    }


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else timestamp(datetime.fromtimestamp(seconds, UTC))
