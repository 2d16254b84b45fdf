"""Mails about what a rule has done: operators and the seller hear of it once, when it is known."""

from typing import Final

from storefront.disputes import notices, words
from storefront.disputes import service as disputes
from storefront.evidence.service import CLOSE
from storefront.mail import service as mail
from storefront.refunds import service as refunds
from storefront.store import Tx
from storefront.stripe_calls.service import StripeCall

_DONE: Final = "confirmed"


def tell(tx: Tx, call: StripeCall) -> None:
    """Write what became of a rule's call. It has ended, so the same mails follow whenever asked."""
    dispute = disputes.by_id(tx, call.subject_id)
    order = refunds.order_of(tx, dispute.order_id)
    context = {
        "accepted": call.operation == CLOSE,
        "done": call.state == _DONE,
        "refusal": call.error_message,
        "reason": words.reason(dispute.reason),
        "amount": dispute.amount,
        "currency": dispute.currency,
    }
    for who, recipient, path in notices.readers(tx, order, dispute):
        subject, shown = f"{call.id}:{who}", {**context, "path": path}
        mail.enqueue(tx, "rule_answered", subject, recipient, shown, order.id)
