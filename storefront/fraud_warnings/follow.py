"""Our rows follow Stripe's facts about early fraud warnings; operators are told once.

Called after every projection of an order with everything known of its payment.
"""

from datetime import UTC, datetime

from storefront import clock
from storefront.fraud_warnings import repository, words
from storefront.fraud_warnings.repository import DISPUTED, OVER, REFUNDED, TO_DO, FraudWarning
from storefront.mail import service as mail
from storefront.orders.service import Order
from storefront.store import Tx
from storefront.stripe_objects.service import StripeObject
from storefront.users import service as users

_KIND = "radar.early_fraud_warning"
_MAIL = "fraud_warning"


def follow(tx: Tx, order: Order, objects: list[StripeObject]) -> None:
    """Bring an order's warnings in line with what Stripe reports."""
    reported = [each for each in objects if each.object == _KIND and _is_of(order, each)]
    if not reported:
        return
    known = {each.id: (each.status, each.fraud_type) for each in repository.of_order(tx, order.id)}
    about = [each for each in objects if _is_of(order, each)]
    for each in reported:
        if "created" in each.facts:
            warning = _warning(order, each, about)
            if known.get(warning.id) != (warning.status, warning.fraud_type):
                repository.save(tx, warning)
            _tell(tx, order, warning, was_done=_was_done(order, each, about))


def _is_of(order: Order, known: StripeObject) -> bool:
    return known.parent_id is not None and known.parent_id == order.stripe_charge_id


def _warning(order: Order, reported: StripeObject, about: list[StripeObject]) -> FraudWarning:
    return FraudWarning(
        id=reported.id,
        order_id=order.id,
        seller_id=order.seller_id,
        fraud_type=reported.facts.get("fraud_type", ""),
        status=_status(order, reported, about),
        warned_at=clock.timestamp(datetime.fromtimestamp(reported.facts["created"], UTC)),
        order_number=order.number,
        shop_name=order.shop_name,
    )


def _status(order: Order, reported: StripeObject, about: list[StripeObject]) -> str:
    """What Stripe calls actionable, from our facts, since a refund may still come back.

    Stripe's own word counts where none of our facts explains it.
    """
    if any(each.object == "dispute" for each in about):
        return DISPUTED
    if order.refunded_amount >= order.total_amount:
        return REFUNDED
    explained = _refunds(about) >= order.total_amount
    return OVER if reported.facts.get("not_actionable") and not explained else TO_DO


def _was_done(order: Order, reported: StripeObject, about: list[StripeObject]) -> bool:
    """Whether there was a time at which nothing was left to do; further facts never undo it."""
    return (
        bool(reported.facts.get("not_actionable"))
        or any(each.object == "dispute" for each in about)
        or _refunds(about) >= order.total_amount
    )


def _refunds(about: list[StripeObject]) -> int:
    """What was ever refunded, that which came back included."""
    return sum(each.facts.get("amount", 0) for each in about if each.object == "refund")


def _tell(tx: Tx, order: Order, warning: FraudWarning, *, was_done: bool) -> None:
    for user in users.operators(tx):
        subject = f"{warning.id}:{user.id}"
        said = {"fraud_type": words.fraud_type(warning.fraud_type)}
        mail.enqueue(tx, _MAIL, subject, user.email, said, order.id)
        if was_done:
            mail.overtake(tx, _MAIL, subject)
