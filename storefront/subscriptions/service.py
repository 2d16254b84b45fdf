"""Ending subscriptions with their period, and going on after all.

A subscription is ended for the end of the time that is paid, never at once, so nothing has to be
given back. What somebody wants is a row before Stripe is asked (`stripe_calls`); how it stands is
what Stripe says (`stripe_subscriptions`).
"""

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Busy, NotFound, Refused
from storefront.mail import service as mail
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.service import StripeSubscription
from storefront.subscriptions import repository
from storefront.subscriptions.repository import (
    ENDED,
    ENDING,
    LATE,
    LEAVING,
    OPERATOR,
    RUNNING,
    SELLER,
    SHOPPER,
    STATES,
    Listed,
    Subscription,
)

__all__ = ["LEAVING", "OPERATOR", "SELLER", "SHOPPER", "STATES", "Listed", "Subscription"]

UPDATE = "shop_subscription.update"
REASON_LENGTH = 500
_UNDER_WAY = "Stripe has not answered to the last change yet. Please try again in a minute."

by_id = repository.by_id
by_token = repository.by_token
of_seller = repository.of_seller
of_user = repository.of_user
search = repository.search
counts = repository.counts
recurring = repository.recurring


def register(outcomes: Outcomes) -> None:
    """Listen to the calls of this feature."""
    outcomes.on(UPDATE, _updated)


def at_stripe(tx: Tx, subscription: Subscription) -> StripeSubscription | None:
    """How it stands at Stripe, as far as that has been read."""
    stripe_id = subscription.stripe_subscription_id
    return stripe_subscriptions.by_id(tx, stripe_id) if stripe_id else None


def state(found: StripeSubscription | None, subscription: Subscription) -> str:
    """One of STATES; empty before Stripe has told."""
    if found is None or not found.status:
        return ""
    if found.over:
        return ENDED
    if found.status in {stripe_subscriptions.PAST_DUE, stripe_subscriptions.UNPAID}:
        return LATE
    return ENDING if found.ends_at or subscription.ending else RUNNING


def of_shop(tx: Tx, seller_id: str, subscription_id: str) -> Subscription:
    """A shop's subscription. Raises NotFound for an absent one and for another shop's alike."""
    found = repository.by_id(tx, subscription_id)
    if found is None or found.seller_id != seller_id or not found.stripe_subscription_id:
        raise NotFound("There is no such subscription to your shop.")
    return found


def why_not_end(found: StripeSubscription | None, subscription: Subscription) -> str:
    """Why a subscription cannot be ended now; empty if it can."""
    if found is None or not found.status:
        return "This subscription is not confirmed yet. Please try again in a minute."
    if found.over:
        return "This subscription has ended already."
    if found.ends_at or subscription.ending:
        return "This subscription ends already, with the period that is paid."
    return ""


def why_not_keep(tx: Tx, found: StripeSubscription | None, subscription: Subscription) -> str:
    """Why a shopper cannot keep a subscription; empty if that can be done."""
    if found is None or found.over:
        return "This subscription has ended. You can subscribe again on its page."
    if not (found.ends_at or subscription.ending):
        return "This subscription goes on already."
    if subscription.ending in {SELLER, OPERATOR}:
        return f"{subscription.shop_name} ends this subscription, so it cannot go on."
    if not sellers.is_connected(tx, subscription.destination):
        return f"{subscription.shop_name} cannot be paid at the moment, so it cannot go on."
    return ""


def end(
    services: Services,
    subscription_id: str,
    who: str,
    reason: str = "",
    actor_id: str | None = None,
) -> None:
    """Let a subscription end with the period that is paid. Raises Refused, and Busy."""
    with services.store.transaction() as tx:
        subscription = repository.lock(tx, subscription_id)
        if problem := why_not_end(at_stripe(tx, subscription), subscription):
            raise Refused(problem)
        call = _end(tx, subscription, who, reason, actor_id)
    _send(services, call, subscription)


def end_all_into(tx: Tx, destination: str) -> None:
    """An account has left: nobody is charged for it any more. The worker asks Stripe.

    Stripe does not end subscriptions when an account disconnects
    (https://docs.stripe.com/connect/oauth-reference#post-deauthorize).
    """
    for subscription in repository.running_into(tx, destination):
        if not _is_under_way(tx, subscription):  # else the read after that call ends it (`follow`)
            _end(tx, repository.lock(tx, subscription.id), LEAVING, "", None)


def _end(
    tx: Tx, subscription: Subscription, who: str, reason: str, actor_id: str | None
) -> StripeCall:
    now = clock.timestamp()
    repository.update(
        tx, subscription.id, ending=who, ending_reason=reason[:REASON_LENGTH], ending_since=now
    )
    first = repository.first_order_id(tx, subscription.id)
    mail.enqueue(tx, "subscription_ending", f"{subscription.id} {now}", order_id=first)
    if actor_id is not None:
        audit.record(tx, actor_id, "subscription.ended", subscription.id, reason)
    return _prepare(tx, subscription, True, actor_id)


def keep(services: Services, subscription_id: str) -> None:
    """Let a subscription go on that was to end. Raises Refused, and Busy."""
    with services.store.transaction() as tx:
        subscription = repository.lock(tx, subscription_id)
        if problem := why_not_keep(tx, at_stripe(tx, subscription), subscription):
            raise Refused(problem)
        repository.update(tx, subscription.id, ending="", ending_reason="", ending_since=None)
        mail.overtake_about(tx, "subscription_ending", subscription.id)
        call = _prepare(tx, subscription, False, None)
    _send(services, call, subscription)


def _prepare(tx: Tx, subscription: Subscription, ends: bool, actor_id: str | None) -> StripeCall:
    if _is_under_way(tx, subscription):
        raise Busy(_UNDER_WAY)
    return stripe_calls.prepare(
        tx,
        UPDATE,
        subscription.id,
        {"cancel_at_period_end": ends},
        target=str(subscription.stripe_subscription_id),
        actor_id=actor_id,
    )


def _is_under_way(tx: Tx, subscription: Subscription) -> bool:
    before = stripe_calls.of_subject(tx, UPDATE, subscription.id)
    return before is not None and before.open


def _send(services: Services, call: StripeCall, subscription: Subscription) -> None:
    sent = stripe_calls.execute(services, call.id)
    if sent.state == "rejected":
        raise Refused(f"Stripe did not accept this: {sent.error_message}")
    stripe_subscriptions.read(services, str(subscription.stripe_subscription_id))


def _updated(tx: Tx, call: StripeCall, answer: dict[str, object] | None) -> None:
    """What Stripe refuses is not wanted any more; how it stands is read in any case."""
    if answer is None:
        repository.update(tx, call.subject_id, ending="", ending_reason="", ending_since=None)
        mail.overtake_about(tx, "subscription_ending", call.subject_id)
    stripe_subscriptions.changed(tx, call.target)


def card_url(services: Services, subscription: Subscription, return_url: str) -> str:
    """Where a shopper gives another card, once. Raises Refused, and Busy."""
    with services.store.read() as tx:
        found = at_stripe(tx, subscription)
    if found is None or not found.stripe_customer_id or found.over:
        raise Refused("There is nothing to pay with a card any more.")
    try:
        back = {"type": "redirect", "redirect": {"return_url": return_url}}
        flow = {"type": "payment_method_update", "after_completion": back}
        return services.gateway.portal_url(found.stripe_customer_id, return_url, flow)
    except StripeFailure as failure:
        raise Busy("Stripe has not answered in time. Please try again.") from failure
