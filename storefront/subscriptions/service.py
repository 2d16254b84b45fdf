"""Ending subscriptions with their period, and going on after all.

A subscription is ended for the end of the time that is paid, so nothing has to be given back, and
at once if nothing is paid. What somebody wants is a row before Stripe is asked (`stripe_calls`);
how it stands is what Stripe says (`stripe_subscriptions`), and a newer read corrects the wish.
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
from storefront.stripe_subscriptions.service import CANCEL, StripeSubscription
from storefront.subscriptions import notices, repository
from storefront.subscriptions.repository import (
    BEGINNING,
    ENDED,
    ENDING,
    LATE,
    LEAVING,
    OPERATOR,
    PAUSED,
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
_SOLD_OUT = "It sold out before your payment arrived, and you get everything back."
_NOTHING = {"ending": "", "ending_reason": "", "ending_since": None}
_NOT_PAID = {
    stripe_subscriptions.PAST_DUE,
    stripe_subscriptions.UNPAID,
    stripe_subscriptions.PAUSED,
    stripe_subscriptions.INCOMPLETE,
}
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
    """One of STATES."""
    if found is None or found.status in {"", stripe_subscriptions.INCOMPLETE}:
        return BEGINNING
    if found.over:
        return ENDED
    if found.status in {stripe_subscriptions.PAST_DUE, stripe_subscriptions.UNPAID}:
        return LATE
    if found.status == stripe_subscriptions.PAUSED:
        return PAUSED
    return ENDING if found.ends_with_period or subscription.ending else RUNNING


def ends_at_once(found: StripeSubscription | None) -> bool:
    """Whether no time is paid that it could run on for: ending it stops Stripe's attempts, too.

    https://docs.stripe.com/api/subscriptions/cancel: what is owed is not collected any more.
    """
    return found is not None and found.status in _NOT_PAID


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
    if subscription.ending or (found.ends_with_period and not ends_at_once(found)):
        return "This subscription ends already, with the period that is paid."
    return ""


def why_not_keep(tx: Tx, found: StripeSubscription | None, subscription: Subscription) -> str:
    """Why a shopper cannot keep a subscription; empty if that can be done."""
    if found is None or found.over:
        return "This subscription has ended. You can subscribe again on its page."
    if not (found.ends_at or subscription.ending):
        return "This subscription goes on already."
    if not found.ends_at:
        return _UNDER_WAY
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
) -> bool:
    """Let a subscription end with the period that is paid; True if none is, so that it ends at
    once. Raises Refused, and Busy.
    """
    with services.store.transaction() as tx:
        subscription = repository.lock(tx, subscription_id)
        if problem := why_not_end(at_stripe(tx, subscription), subscription):
            raise Refused(problem)
        call = _end(tx, subscription, who, reason, actor_id)
    _send(services, call, subscription)
    return call.operation == CANCEL


def end_all_into(tx: Tx, destination: str) -> None:
    """An account has left: nobody is charged for it any more. The worker asks Stripe.

    Stripe does not end subscriptions when an account disconnects
    (https://docs.stripe.com/connect/oauth-reference#post-deauthorize).
    """
    for subscription in repository.alive_into(tx, destination):
        leave(tx, repository.lock(tx, subscription.id))


def leave(tx: Tx, subscription: Subscription) -> None:
    """Tell Stripe, once since the account has left, to end a subscription that would go on.

    Once is enough: if Stripe refuses, or somebody takes it back there, it stays so. While a call
    has no answer nothing is sent; `_updated` sees to it then.
    """
    call = _newest(tx, subscription.id)
    if call is not None and call.open:
        if not _is_end(call):
            _wish(tx, subscription, LEAVING, "")
        return
    if not (_is_ending(call, at_stripe(tx, subscription)) or _was_told(tx, call, subscription)):
        _end(tx, subscription, LEAVING, "", None)


def _is_ending(call: StripeCall | None, found: StripeSubscription | None) -> bool:
    """Whether nothing is charged any more, by the newest read or by what was done after it."""
    if found is None:
        return False
    if call is not None and call.state == "confirmed" and call.updated_at >= found.asked_at:
        return _is_end(call)
    return found.over or (found.ends_with_period and not ends_at_once(found))


def _was_told(tx: Tx, call: StripeCall | None, subscription: Subscription) -> bool:
    account = sellers.account_by_id(tx, subscription.destination)
    left_at = account.disconnected_at if account else None
    return call is not None and _is_end(call) and call.created_at >= (left_at or "")


def sold_out(tx: Tx, subscription: Subscription) -> None:
    """Its first payment came too late and goes back by itself: it ends at once; the worker asks."""
    found = at_stripe(tx, subscription)
    told = stripe_calls.of_subject(tx, CANCEL, subscription.id)
    if told is None and not (found and found.over):
        _wish(tx, subscription, OPERATOR, _SOLD_OUT)
        _cancel(tx, subscription, None)


def correct(tx: Tx, subscription: Subscription, found: StripeSubscription) -> None:
    """Forget who ended it if a read that is newer than every call says that it goes on.

    Somebody may take an end back at Stripe: in the Dashboard, or in the portal.
    """
    call = _newest(tx, subscription.id)
    is_newer = call is None or not (call.open or call.updated_at >= found.asked_at)
    if subscription.ending and is_newer and not (found.over or found.ends_with_period):
        if call is not None and call.state == "rejected":
            notices.not_ended(tx, subscription, call)
        _forget(tx, subscription.id)


def _end(
    tx: Tx, subscription: Subscription, who: str, reason: str, actor_id: str | None
) -> StripeCall:
    _refuse_while_open(tx, subscription)
    _wish(tx, subscription, who, reason)
    if actor_id is not None:
        audit.record(tx, actor_id, "subscription.ended", subscription.id, reason)
    if ends_at_once(at_stripe(tx, subscription)):
        return _cancel(tx, subscription, actor_id)
    return _update(tx, subscription, ends=True, actor_id=actor_id)


def _wish(tx: Tx, subscription: Subscription, who: str, reason: str) -> None:
    now, reason = clock.timestamp(), reason[:REASON_LENGTH]
    repository.update(tx, subscription.id, ending=who, ending_reason=reason, ending_since=now)


def _forget(tx: Tx, subscription_id: str) -> None:
    repository.update(tx, subscription_id, **_NOTHING)
    mail.overtake_about(tx, "subscription_ending", subscription_id)


def keep(services: Services, subscription_id: str) -> None:
    """Let a subscription go on that was to end. Raises Refused, and Busy."""
    with services.store.transaction() as tx:
        subscription = repository.lock(tx, subscription_id)
        if problem := why_not_keep(tx, at_stripe(tx, subscription), subscription):
            raise Refused(problem)
        _refuse_while_open(tx, subscription)
        _forget(tx, subscription.id)
        call = _update(tx, subscription, ends=False, actor_id=None)
    _send(services, call, subscription)


def _newest(tx: Tx, subscription_id: str) -> StripeCall | None:
    """The call about a subscription that counts: one without an answer, or else the last."""
    found = [stripe_calls.of_subject(tx, name, subscription_id) for name in (UPDATE, CANCEL)]
    calls = [call for call in found if call is not None]
    return max(calls, key=lambda call: (call.open, call.created_at), default=None)


def _is_end(call: StripeCall) -> bool:
    return call.operation == CANCEL or call.parameters.get("cancel_at_period_end") is True


def _refuse_while_open(tx: Tx, subscription: Subscription) -> None:
    before = _newest(tx, subscription.id)
    if before is not None and before.open:
        raise Busy(_UNDER_WAY)


def _update(tx: Tx, subscription: Subscription, *, ends: bool, actor_id: str | None) -> StripeCall:
    sent = stripe_subscriptions.end_of(at_stripe(tx, subscription), ends=ends)
    target = str(subscription.stripe_subscription_id)
    return stripe_calls.prepare(tx, UPDATE, subscription.id, sent, target=target, actor_id=actor_id)


def _cancel(tx: Tx, subscription: Subscription, actor_id: str | None) -> StripeCall:
    target = str(subscription.stripe_subscription_id)
    return stripe_calls.prepare(tx, CANCEL, subscription.id, {}, target=target, actor_id=actor_id)


def _send(services: Services, call: StripeCall, subscription: Subscription) -> None:
    sent = stripe_calls.execute(services, call.id)
    if sent.state == "rejected":
        raise Refused(f"Stripe did not accept this: {sent.error_message}")
    stripe_subscriptions.read(services, str(subscription.stripe_subscription_id))


def _updated(tx: Tx, call: StripeCall, answer: dict[str, object] | None) -> None:
    """What Stripe refuses is not wanted any more; how it stands is read in any case."""
    stripe_subscriptions.changed(tx, call.target)  # first: a read of it takes its row first, too
    subscription = repository.lock(tx, call.subject_id)
    if _is_end(call):
        _end_answered(tx, subscription, call, refused=answer is None)
    elif subscription.ending == LEAVING:  # the account left while Stripe was asked to go on
        _forget(tx, subscription.id)
        if not sellers.is_connected(tx, subscription.destination):
            leave(tx, subscription)


def _end_answered(tx: Tx, subscription: Subscription, call: StripeCall, *, refused: bool) -> None:
    first = repository.first_order_id(tx, subscription.id)
    if not refused:
        mail.enqueue(tx, "subscription_ending", f"{subscription.id} {call.id}", order_id=first)
        return
    notices.not_ended(tx, subscription, call)
    _forget(tx, subscription.id)


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
