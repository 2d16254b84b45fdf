"""A seller changes plans, ends the plan, keeps it after all, or looks after the card.

Nothing is prorated (`proration_behavior=none`): a dearer plan, or one with another rhythm, begins
a period of its own at once and is billed in full; a cheaper one counts from the next invoice on.
During a trial nothing is billed before its end. So nobody has a lower fee without paying for it.
https://docs.stripe.com/billing/subscriptions/prorations
"""

from dataclasses import dataclass
from typing import Any

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
from storefront.stripe_subscriptions.service import ACTIVE, CANCEL, TRIALING, UPDATE

_CHANGEABLE = (TRIALING, ACTIVE)


@dataclass(frozen=True, slots=True)
class Change:
    """What changing to a plan means: whether Stripe bills it at once, or else when."""

    holding: Holding
    plan: Plan
    at_once: bool
    billed_at: str | None


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
    dearer = wanted.price_amount > known.unit_amount
    other_rhythm = (wanted.interval, 1) != (known.interval, known.interval_count)
    at_once = known.status == ACTIVE and (dearer or other_rhythm)
    return Change(holding, wanted, at_once, None if at_once else known.current_period_end)


def change(services: Services, seller: Seller, plan_id: str) -> Plan:
    """Change to another plan. Raises as `to_plan`, and Busy while Stripe does not answer."""
    with services.store.transaction() as tx:
        _lock(tx, seller)
        wanted = to_plan(tx, seller.id, plan_id)
        item = {"id": wanted.holding.subscription.item_id, "price": wanted.plan.stripe_price_id}
        sent: dict[str, Any] = {
            "items": [item], "proration_behavior": "none", "cancel_at_period_end": False,
        }  # fmt: skip
        if wanted.at_once:
            sent["billing_cycle_anchor"] = {"type": "now"}
        call = _prepare(tx, wanted.holding.purchase, sent, seller.user_id)
        audit.record(tx, seller.user_id, "plan.switched", seller.id, wanted.plan.name)
    _carry_out(services, call)
    return wanted.plan


def end(services: Services, seller: Seller) -> Holding:
    """Let the plan end with its period, or at once if it is not paid. Raises Refused and Busy."""
    with services.store.transaction() as tx:
        _lock(tx, seller)
        holding = _holding(tx, seller.id)
        audit.record(tx, seller.user_id, "plan.ended", seller.id, _name(holding))
        if holding.subscription.status in _CHANGEABLE:
            sent = {"cancel_at_period_end": True}
            call = _prepare(tx, holding.purchase, sent, seller.user_id)
        else:
            call = end_now(tx, holding, seller.user_id)
    _carry_out(services, call)
    return holding


def keep(services: Services, seller: Seller) -> Holding:
    """Go on after all with a plan that was to end. Raises Refused and Busy."""
    with services.store.transaction() as tx:
        _lock(tx, seller)
        holding = _holding(tx, seller.id)
        if holding.subscription.ends_at is None:
            raise Refused("Your plan goes on anyway.")
        repository.mark_leaving(tx, holding.purchase.id, leaving=False)
        sent = {"cancel_at_period_end": False}
        call = _prepare(tx, holding.purchase, sent, seller.user_id)
        audit.record(tx, seller.user_id, "plan.kept", seller.id, _name(holding))
    _carry_out(services, call)
    return holding


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
    return _prepare(tx, holding.purchase, {"cancel_at_period_end": ends}, None)


def refusal(tx: Tx, holding: Holding) -> str:
    """Why Stripe did not do what was asked last about a subscription; empty if it did."""
    calls = [stripe_calls.of_subject(tx, name, holding.purchase.id) for name in (UPDATE, CANCEL)]
    newest = max((call for call in calls if call), key=lambda call: call.created_at, default=None)
    return newest.error_message if newest and newest.state == "rejected" else ""


def _holding(tx: Tx, seller_id: str) -> Holding:
    found = service.holding(tx, seller_id)
    if found is None:
        raise Refused("You have no plan. You can choose one here.")
    if not found.subscription.status:
        raise Busy("Stripe is being asked how your plan stands. Please try again in a moment.")
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


def _carry_out(services: Services, call: StripeCall) -> None:
    """Send a change and read what has become of it. Raises Busy and Refused."""
    call = stripe_calls.execute(services, call.id)
    if call.open:
        raise Busy("Stripe has not answered yet. It is asked again until it is certain.")
    stripe_subscriptions.read(services, call.target)
    if call.state != "confirmed":
        raise Refused(f"Nothing was changed. Stripe says: {call.error_message}")
