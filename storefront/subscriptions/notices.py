"""Mails to operators about subscriptions."""

from storefront.mail import service as mail
from storefront.store import Tx
from storefront.stripe_calls.service import StripeCall
from storefront.subscriptions.repository import LEAVING, OPERATOR, Subscription
from storefront.users import service as users

_WHY = {
    LEAVING: "The shop has left, so nobody should pay for it any more.",
    OPERATOR: "It sold out before its first payment arrived, and that goes back.",
}


def not_ended(tx: Tx, subscription: Subscription, call: StripeCall) -> None:
    """Stripe refuses to end a subscription that nobody is there to end again: a person must."""
    if subscription.ending not in _WHY:
        return
    said = {
        "why": _WHY[subscription.ending],
        "title": subscription.title,
        "shop_name": subscription.shop_name,
        "refusal": call.error_message,
        "path": f"/admin/subscriptions/{subscription.id}",
    }
    for user in users.operators(tx):
        mail.enqueue(tx, "subscription_not_ended", f"{call.id} {user.id}", user.email, said)
