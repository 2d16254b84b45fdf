"""How subscriptions and their periods are put in words."""

from datetime import UTC, datetime, timedelta
from typing import Final

from storefront import clock
from storefront.clock import display_day
from storefront.stripe_subscriptions.service import (
    INCOMPLETE,
    PAST_DUE,
    PAUSED,
    UNPAID,
    StripeSubscription,
)
from storefront.subscriptions import repository
from storefront.subscriptions.repository import (
    BEGINNING,
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

_STATES: Final = {
    RUNNING: ("Running", "good", "Next payment"),
    LATE: ("Payment failed", "bad", "Paid until"),
    ENDING: ("Ending", "warn", "Ends"),
    ENDED: ("Ended", "neutral", "Ended"),
    repository.PAUSED: ("Paused", "warn", "Next"),
    BEGINNING: ("Being set up", "info", "Next"),
}
STATE: Final = {state: word for state, (word, _, _) in _STATES.items()}
TONE: Final = {state: tone for state, (_, tone, _) in _STATES.items()}
NEXT: Final = {state: date for state, (_, _, date) in _STATES.items()}
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
        return _late(found)
    if found.status in _NOT_PAID:
        return _NOT_PAID[found.status]
    if found.ends_at and found.ends_with_period:
        on = display_day(found.ends_at)
        return f"It ends on {on}{_because(subscription)}. Nothing more is charged."
    if subscription.ending:
        return f"It ends with the {subscription.billing} that is paid{_because(subscription)}."
    if found.ends_at:
        return f"Everything is paid. It goes on until {display_day(found.ends_at)}, and ends then."
    return "Everything is paid."


_NOT_PAID: Final = {
    UNPAID: "Your last payments did not go through, so nothing is sent, and they are not tried"
    " again by themselves. Please use another card, or cancel.",
    PAUSED: "It is paused: nothing is charged, and nothing is sent.",
    INCOMPLETE: "Your first payment is not complete, so it has not begun. If it is not paid within"
    " a day, it ends by itself and nothing is charged.",
}


def _late(found: StripeSubscription) -> str:
    failed = "Your last payment did not go through."
    if found.ends_at:
        return (
            f"{failed} It is tried again {_again(found)}by itself, and the subscription ends on"
            f" {display_day(found.ends_at)} in any case. If you cancel it now, nothing is tried."
        )
    return (
        f"{failed} Please use another card; {_again(found)}it is tried again by itself, and the"
        " subscription ends if that fails."
    )


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
        SHOPPER: ", as you wished",
        SELLER: f", because {subscription.shop_name} ends it",
        OPERATOR: ", because the marketplace ends it",
        LEAVING: f", because {subscription.shop_name} cannot be paid at the moment",
    }.get(subscription.ending, "")
