"""How subscriptions to plans are called."""

from typing import Final

from storefront.clock import display_day
from storefront.plans.repository.subscribers import Subscriber
from storefront.stripe_subscriptions.service import StripeSubscription

STATUS: Final[dict[str, tuple[str, str]]] = {
    "": ("Being read", "neutral"),
    "trialing": ("On trial", "info"),
    "active": ("Paid", "good"),
    "past_due": ("Payment failed", "bad"),
    "unpaid": ("Unpaid", "bad"),
    "paused": ("Paused", "warn"),
    "incomplete": ("Not paid yet", "warn"),
    "canceled": ("Ended", "neutral"),
    "incomplete_expired": ("Never paid", "neutral"),
}
"""Stripe's statuses (https://docs.stripe.com/billing/subscriptions/overview) with a tone each."""


def badge_of(known: StripeSubscription | Subscriber) -> tuple[str, str]:
    """How a subscription stands, as words and a tone for `badge`."""
    words, tone = STATUS.get(known.status, (known.status, "neutral"))
    if known.ends_at and known.status in {"trialing", "active"}:
        return f"{words}, ends {display_day(known.ends_at)}", "warn"
    return words, tone


def ending(known: StripeSubscription | None) -> str:
    """How a plan stands after it was told to end or to go on; None if Stripe is still asked."""
    if known is None:
        return "Stripe has taken it. It is being confirmed."
    if known.over:
        return "Your plan has ended."
    if known.ends_at:
        return f"Your plan ends on {display_day(known.ends_at)}."
    return "Stripe says that your plan goes on."
