"""How subscriptions and their periods are put in words."""

from datetime import UTC, datetime, timedelta
from typing import Final

from storefront import clock
from storefront.clock import display_day
from storefront.stripe_subscriptions.service import PAST_DUE, StripeSubscription
from storefront.subscriptions.repository import (
    ENDED,
    ENDING,
    LATE,
    LEAVING,
    OPERATOR,
    RUNNING,
    SELLER,
    SHOPPER,
    Subscription,
)

STATE: Final = {RUNNING: "Running", LATE: "Payment failed", ENDING: "Ending", ENDED: "Ended"}
TONE: Final = {RUNNING: "good", LATE: "bad", ENDING: "warn", ENDED: "neutral"}
BEING_SET_UP: Final = "Being set up"

NEXT: Final = {RUNNING: "Next payment", LATE: "Paid until", ENDING: "Ends", ENDED: "Ended"}
"""What the date of a subscription in a list is, by its state."""

WHO: Final = {
    "": "at Stripe",
    SHOPPER: "by the shopper",
    SELLER: "by the shop",
    OPERATOR: "by the marketplace",
    LEAVING: "because the shop's Stripe account is disconnected",
}


def moment(seconds: int | None) -> str:
    """A Unix time as a timestamp; now if there is none."""
    return clock.timestamp(datetime.fromtimestamp(seconds, UTC)) if seconds else clock.timestamp()


def period(bounds: list[int] | None, billing: str) -> str:
    """The time that an invoice is for: `October 2026`, or `15 Oct to 14 Nov 2026`."""
    if not bounds:
        return ""
    start, end = (datetime.fromtimestamp(each, UTC) for each in bounds)
    last = end - timedelta(days=1)
    if billing == "month" and start.day == 1 and last.month == start.month:
        return f"{start:%B %Y}"
    year = "" if start.year == last.year else f" {start.year}"
    return f"{start.day} {start:%b}{year} to {last.day} {last:%b %Y}"


def sentence(found: StripeSubscription | None, subscription: Subscription) -> str:
    """How a subscription stands, for its shopper."""
    if found is None or not found.status:
        return "Your payment is being confirmed. This page shows it in a moment."
    if found.over:
        return _over(found)
    if found.status == PAST_DUE:
        return (
            "Your last payment did not go through. Please use another card;"
            f" {_again(found)}it is tried again by itself, and the subscription ends if that fails."
        )
    if found.status == "unpaid":
        return "Your last payments did not go through, so nothing is sent. Please use another card."
    if ends_at := found.ends_at:
        return (
            f"It ends on {display_day(ends_at)}{_because(subscription)}. Nothing more is charged."
        )
    if subscription.ending:
        return f"It ends with the {subscription.billing} that is paid{_because(subscription)}."
    return "Everything is paid."


def _again(found: StripeSubscription) -> str:
    attempt = found.next_payment_attempt
    return f"on {display_day(attempt)} " if attempt else ""


def _over(found: StripeSubscription) -> str:
    on = f" on {display_day(found.ended_at)}" if found.ended_at else ""
    if found.cancellation_reason == "payment_failed":
        return f"It ended{on}, since the last payment did not go through. Nothing more is charged."
    if found.status == "incomplete_expired":
        return "It never began, since it was not paid. Nothing is charged."
    return f"It ended{on}. Nothing more is charged."


def _because(subscription: Subscription) -> str:
    return {
        SELLER: f", because {subscription.shop_name} ends it",
        OPERATOR: ", because the marketplace ends it",
        LEAVING: f", because {subscription.shop_name} cannot be paid at the moment",
    }.get(subscription.ending, ", as you wished")
