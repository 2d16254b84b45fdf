"""A seller changes plans, ends the plan, keeps it after all, or looks after the card.

Nothing is prorated (`proration_behavior=none`): a dearer plan, or one with another rhythm, begins
a period of its own at once and is billed in full; a cheaper one counts from the next invoice on,
and so does going back to what is paid for the current period already.
A trial is one plan's: a change ends it and is billed at once, unless the new plan's own trial is at
least as long as what is left. What cannot be paid at once is not changed. So nobody has a lower fee
without paying for it. https://docs.stripe.com/billing/subscriptions/prorations

Every decision rests on a read that is newer than the change before, or nothing is sent.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Busy, Refused
from storefront.plans import repository, service
from storefront.plans.repository import Plan, Purchase
from storefront.plans.service import Holding
from storefront.sellers.service import Seller
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.service import (
    ACTIVE,
    CANCEL,
    TRIALING,
    UPDATE,
    StripeSubscription,
)

_CHANGEABLE = (TRIALING, ACTIVE)
_NOW = {"type": "now"}
_UNREAD = "Stripe is being asked how your plan stands. Please try again in a moment."


@dataclass(frozen=True, slots=True)
class Change:
    """What changing to a plan means: whether Stripe bills it at once, or else when."""

    holding: Holding
    plan: Plan
    at_once: bool
    billed_at: str | None

    @property
    def ends_trial(self) -> bool:
        """Whether the trial ends with the change."""
        return self.at_once and self.holding.subscription.status == TRIALING

    @property
    def is_paid(self) -> bool:
        """Whether it is dearer than now, but paid for the current period already."""
        known = self.holding.subscription
        dearer = self.plan.price_amount > known.unit_amount
        return dearer and known.status == ACTIVE and not self.at_once

    @property
    def promise(self) -> str:
        """What a seller agrees to: how much is billed (minor units), and when."""
        when = "now" if self.at_once else self.billed_at
        return f"{self.plan.price_amount} {self.plan.currency} {when}"


class ReviewAgain(Refused):
    """The change means something else by now than what the seller has read and agreed to."""


def to_plan(tx: Tx, seller_id: str, plan_id: str) -> Change:
    """What changing to another plan would mean. Raises NotFound, and Refused with the reason."""
    wanted, holding = service.plan(tx, plan_id), _holding(tx, seller_id)
    known = holding.subscription
    if not wanted.offered:
        raise Refused(f"The plan “{wanted.name}” is not offered any more. Please choose another.")
    if wanted.stripe_price_id == known.price_id:
        raise Refused(f"You are on the plan “{wanted.name}” already.")
    if known.status not in _CHANGEABLE:
        raise Refused("A payment for your plan is missing. Please pay it first, or end the plan.")
    if wanted.currency != known.currency:
        raise Refused(
            f"“{wanted.name}” is billed in {wanted.currency.upper()}, your plan in"
            f" {known.currency.upper()}, and Stripe bills one subscription in one currency. End"
            " yours first, and choose the other one when it is over."
        )
    at_once = _bills_at_once(known, wanted)
    return Change(holding, wanted, at_once, None if at_once else known.current_period_end)


def _bills_at_once(known: StripeSubscription, wanted: Plan) -> bool:
    if known.status == TRIALING:
        own_trial = clock.timestamp(clock.now() + timedelta(days=wanted.trial_days))
        return (known.trial_end or "") > own_trial
    dearer = wanted.price_amount > max(known.unit_amount, known.latest_invoice_paid)
    return dearer or (wanted.interval, 1) != (known.interval, known.interval_count)


def change(
    services: Services, seller: Seller, plan_id: str, promised: str = ""
) -> tuple[Plan, bool]:
    """Change to another plan; and whether Stripe has been read to say so.

    `promised` is the `promise` that was shown; without one nothing is billed at once. Raises as
    `to_plan`, ReviewAgain, and Busy while Stripe does not answer.
    """
    _look(services, seller.id)
    with services.store.transaction() as tx:
        _lock(tx, seller)
        wanted = to_plan(tx, seller.id, plan_id)
        if promised != wanted.promise and (promised or wanted.at_once):
            raise ReviewAgain("What this change means is different by now. Please look again.")
        repository.mark_leaving(tx, wanted.holding.purchase.id, leaving=False)
        call = _prepare(tx, wanted.holding.purchase, _sent(wanted), seller.user_id)
        audit.record(tx, seller.user_id, "plan.switched", seller.id, wanted.plan.name)
    known = _carry_out(services, call)
    return wanted.plan, known is not None and known.price_id == wanted.plan.stripe_price_id


def _sent(wanted: Change) -> dict[str, Any]:
    """What is billed at once is paid, or nothing changes:
    https://docs.stripe.com/api/subscriptions/update#update_subscription-payment_behavior
    """
    known = wanted.holding.subscription
    item = {"id": known.item_id, "price": wanted.plan.stripe_price_id}
    sent: dict[str, Any] = {
        "items": [item],
        "proration_behavior": "none",
        **stripe_subscriptions.end_of(known, ends=False),
    }
    if wanted.at_once:
        sent["payment_behavior"] = "error_if_incomplete"
        now = {"trial_end": "now"} if wanted.ends_trial else {"billing_cycle_anchor": _NOW}
        sent.update(now)
    return sent


def end(services: Services, seller: Seller) -> StripeSubscription | None:
    """Let the plan end with its period, or at once if it is not paid; how it stands then.

    None if Stripe has taken it and is still to be read. Raises Refused and Busy.
    """
    _look(services, seller.id)
    with services.store.transaction() as tx:
        _lock(tx, seller)
        holding = _holding(tx, seller.id)
        repository.mark_leaving(tx, holding.purchase.id, leaving=False)
        audit.record(tx, seller.user_id, "plan.ended", seller.id, _name(holding))
        if holding.subscription.status in _CHANGEABLE:
            sent = stripe_subscriptions.end_of(holding.subscription, ends=True)
            call = _prepare(tx, holding.purchase, sent, seller.user_id)
        else:
            call = end_now(tx, holding, seller.user_id)
    return _carry_out(services, call)


def keep(services: Services, seller: Seller) -> StripeSubscription | None:
    """Go on after all with a plan that was to end; how it stands then, or None as `end`.

    Raises Refused and Busy.
    """
    _look(services, seller.id)
    with services.store.transaction() as tx:
        _lock(tx, seller)
        holding = _holding(tx, seller.id)
        if holding.subscription.ends_at is None:
            raise Refused("Your plan goes on anyway.")
        repository.mark_leaving(tx, holding.purchase.id, leaving=False)
        sent = stripe_subscriptions.end_of(holding.subscription, ends=False)
        call = _prepare(tx, holding.purchase, sent, seller.user_id)
        audit.record(tx, seller.user_id, "plan.kept", seller.id, _name(holding))
    return _carry_out(services, call)


def portal(services: Services, seller: Seller, return_url: str, *, card: bool = False) -> str:
    """Where a seller finds card and invoices at Stripe, or changes the card alone.

    Raises Refused without a customer, and Busy if Stripe does not answer.
    """
    with services.store.read() as tx:
        customer = repository.customer_id(tx, seller.id)
    if customer is None:
        raise Refused("There is nothing to show yet: you never had a plan.")
    try:
        flow = {"type": "payment_method_update"} if card else None
        return services.gateway.portal_url(customer, return_url, flow)
    except StripeFailure as failure:
        raise Busy("Stripe has not answered. Please try again in a few seconds.") from failure


def end_now(tx: Tx, holding: Holding, actor_id: str | None) -> StripeCall:
    """End a subscription at once; the call is to be sent."""
    target = holding.subscription.id
    return stripe_calls.prepare(
        tx, CANCEL, holding.purchase.id, {}, target=target, actor_id=actor_id
    )


def end_with_period(tx: Tx, holding: Holding, *, ends: bool) -> StripeCall:
    """Let a subscription end with its period because the shop left, or go on; to be sent."""
    repository.mark_leaving(tx, holding.purchase.id, leaving=ends)
    return _prepare(
        tx, holding.purchase, stripe_subscriptions.end_of(holding.subscription, ends=ends), None
    )


def refusal(tx: Tx, holding: Holding) -> str:
    """Why Stripe did not do what was asked last about a subscription; empty if it did."""
    newest = max(_calls(tx, holding), key=lambda call: call.created_at, default=None)
    return newest.error_message if newest and newest.state == "rejected" else ""


def unconfirmed(tx: Tx, holding: Holding) -> bool:
    """Whether Stripe has not been read since the last change, or has not answered to it."""
    read_at = holding.subscription.asked_at
    return any(call.open or call.updated_at >= read_at for call in _calls(tx, holding))


def _calls(tx: Tx, holding: Holding) -> list[StripeCall]:
    calls = [stripe_calls.of_subject(tx, name, holding.purchase.id) for name in (UPDATE, CANCEL)]
    return [call for call in calls if call is not None]


def _look(services: Services, seller_id: str) -> None:
    """Read the subscription if what we know of it may be wrong. Raises Busy if Stripe is silent."""
    with services.store.read() as tx:
        holding = service.holding(tx, seller_id)
        if holding is None or any(call.open for call in _calls(tx, holding)):
            return
        doubtful = unconfirmed(tx, holding) or _is_old(holding.subscription)
    if doubtful and stripe_subscriptions.read(services, holding.subscription.id) is None:
        raise Busy(_UNREAD)


def _is_old(known: StripeSubscription) -> bool:
    """Whether an event has told of a change, or its period is over, and it was not read since."""
    now, ends = clock.timestamp(), known.current_period_end
    told = known.stale_at is not None and known.stale_at <= now
    return told or (ends is not None and known.asked_at <= ends <= now)


def _holding(tx: Tx, seller_id: str) -> Holding:
    found = service.holding(tx, seller_id)
    if found is None:
        raise Refused("You have no plan. You can choose one here.")
    if not found.subscription.status:
        raise Busy(_UNREAD)
    if any(call.open for call in _calls(tx, found)):
        raise Busy("Stripe has not answered to the change before. Please try again in a minute.")
    if unconfirmed(tx, found):
        raise Busy(_UNREAD)
    return found


def _lock(tx: Tx, seller: Seller) -> None:
    repository.lock_customer(tx, seller.id, "", seller.created_at)


def _name(holding: Holding) -> str:
    return holding.plan.name if holding.plan else holding.subscription.id


def _prepare(tx: Tx, purchase: Purchase, sent: dict[str, Any], actor_id: str | None) -> StripeCall:
    """One change at a time. Raises Busy while another one has no answer yet."""
    before = stripe_calls.of_subject(tx, UPDATE, purchase.id)
    if before is not None and before.open:
        raise Busy("Stripe has not answered to the change before. Please try again in a minute.")
    target = str(purchase.stripe_subscription_id)
    return stripe_calls.prepare(tx, UPDATE, purchase.id, sent, target=target, actor_id=actor_id)


def _carry_out(services: Services, call: StripeCall) -> StripeSubscription | None:
    """Send a change and read what has become of it, None if it cannot be read at this moment.

    Raises Busy and Refused.
    """
    call = stripe_calls.execute(services, call.id)
    if call.open:
        raise Busy("Stripe has not answered yet. It is asked again until it is certain.")
    known = stripe_subscriptions.read(services, call.target)
    if call.state != "confirmed":
        raise Refused(f"Nothing was changed. Stripe says: {call.error_message}")
    return known
