"""What follows when a plan's subscription stands differently: mails to the seller; and leaving.

Each mail follows from the newest read; one that has not gone yet is overtaken when it is wrong.
"""

from collections.abc import Callable
from datetime import timedelta

from storefront import clock
from storefront.current import Services
from storefront.mail import service as mail
from storefront.plans import buying, changing, repository, service
from storefront.plans.repository import SUBSCRIBED, Purchase
from storefront.sellers import service as sellers
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_subscriptions.service import (
    PAST_DUE,
    TRIALING,
    UNPAID,
    UPDATE,
    StripeSubscription,
)
from storefront.users import service as users

BEGAN, FAILED, ENDED, TRIAL_ENDS = "plan_began", "plan_failed", "plan_ended", "plan_trial_ends"
_TRIAL_DAYS = 3
"""As Stripe's own `customer.subscription.trial_will_end`."""


OwnFee = Callable[[Tx, str], str]
"""The words of a fee that the marketplace has agreed with a seller; empty without one."""


def follow(own_fee: OwnFee, tx: Tx, known: StripeSubscription) -> None:
    """Tell the seller what is new of a plan's subscription; nothing for other subscriptions."""
    purchase = repository.by_subscription(tx, known.id)
    if purchase is None or purchase.state != SUBSCRIBED:
        return
    wanted = _wanted(known)
    for kind in (BEGAN, FAILED, ENDED, TRIAL_ENDS):
        if kind not in wanted:
            mail.overtake_about(tx, kind, known.id)
    for kind, subject in wanted.items():
        own = own_fee(tx, purchase.seller_id)
        _tell(tx, purchase, known, kind, subject, own)


def account_left(tx: Tx, seller_id: str) -> None:
    """A shop's account has left: its plan ends with its period, unless the account comes back;
    what is being chosen is not paid any more.
    """
    repository.lock(tx, seller_id)
    buying.stop_open(tx, seller_id)
    holding = service.holding(tx, seller_id)
    if holding is None or holding.subscription.ends_at is not None:
        return
    if _is_changing(tx, holding):  # `follow_leaving` does it when Stripe has answered
        repository.mark_leaving(tx, holding.purchase.id, leaving=True)
    else:
        changing.end_with_period(tx, holding, ends=True)


def shop_deleted(tx: Tx, seller_id: str) -> None:
    """A shop is deleted: its plan ends at once, and nothing can be paid any more."""
    repository.lock(tx, seller_id)
    holding = service.holding(tx, seller_id)
    if holding is not None:
        changing.end_now(tx, holding, None)
    buying.stop_open(tx, seller_id)


def follow_leaving(services: Services) -> int:
    """The worker's part: plans of shops whose account is back go on, and those that could not be
    told to end when it left are told now; how many.
    """
    with services.store.read() as tx:
        back, gone = repository.leaving(tx, back=True), repository.leaving(tx, back=False)
    goes_on = sum(_change(services, purchase, ends=False) for purchase in back)
    return goes_on + sum(_change(services, purchase, ends=True) for purchase in gone)


def _change(services: Services, purchase: Purchase, *, ends: bool) -> int:
    with services.store.transaction() as tx:
        repository.lock_customer(tx, purchase.seller_id, "", clock.timestamp())
        holding = service.holding(tx, purchase.seller_id)
        if holding is None or holding.purchase.id != purchase.id or _is_changing(tx, holding):
            return 0
        if not holding.purchase.ends_by_leaving:  # its seller has decided otherwise meanwhile
            return 0
        if ends and _was_told_to_end(tx, holding):
            return 0
        changing.end_with_period(tx, holding, ends=ends)
    return 1


def _was_told_to_end(tx: Tx, holding: service.Holding) -> bool:
    """Once is enough: if Stripe refused, or the seller renewed it there, it stays so."""
    call = stripe_calls.of_subject(tx, UPDATE, holding.purchase.id)
    return call is not None and call.parameters.get("cancel_at_period_end") is True


def _is_changing(tx: Tx, holding: service.Holding) -> bool:
    call = stripe_calls.of_subject(tx, UPDATE, holding.purchase.id)
    return call is not None and call.open


def _wanted(known: StripeSubscription) -> dict[str, str]:
    """The mails that are true now, by kind, with the subject that makes each one of a kind."""
    found: dict[str, str] = {}
    if known.status in service.HOLDS:
        found[BEGAN] = f"{known.id} began"
    if known.status == PAST_DUE:
        found[FAILED] = f"{known.id} {known.latest_invoice_id}"
    if known.over or known.status == UNPAID:
        found[ENDED] = f"{known.id} {known.status}"
    if _trial_ends_soon(known):
        found[TRIAL_ENDS] = f"{known.id} {known.trial_end}"
    return found


def _trial_ends_soon(known: StripeSubscription) -> bool:
    if known.status != TRIALING or known.ends_at or known.trial_end is None:
        return False
    soon = clock.parse(known.trial_end) - timedelta(days=_TRIAL_DAYS, hours=1)
    return clock.now() >= soon > clock.parse(known.created_at)


def _tell(
    tx: Tx, purchase: Purchase, known: StripeSubscription, kind: str, subject: str, own_fee: str
) -> None:
    seller = sellers.seller_by_id(tx, purchase.seller_id)
    user = users.by_id(tx, seller.user_id) if seller else None
    if seller is None or user is None:
        return
    paid = repository.plan_of_seller(tx, seller.id, (known.status,))
    plan = paid or service.plan(tx, purchase.plan_id)
    said = {
        "name": user.name,
        "shop_name": seller.name,
        "plan": plan.name,
        "fee": own_fee or str(plan.rule),
        "own": bool(own_fee),
        "amount": known.unit_amount * known.quantity,
        "currency": known.currency,
        "interval": known.interval,
        "trial_end": known.trial_end,
        "next_payment": known.next_payment_attempt,
        "status": known.status,
        "unpaid": known.cancellation_reason == "payment_failed" or known.status == UNPAID,
    }
    mail.enqueue(tx, kind, subject, user.email, said)
