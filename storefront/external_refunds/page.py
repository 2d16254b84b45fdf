"""What the review of a refund shows: what Stripe has moved, and what can still be done."""

from typing import Any

from storefront.external_refunds import service
from storefront.external_refunds.forms import ReviewForm, proposal
from storefront.orders.service import Order
from storefront.refunds import fee_returns, lines, moved
from storefront.refunds import page as refund_page
from storefront.refunds import service as refunds
from storefront.store import Tx


def of_refund(tx: Tx, order: Order, refund_id: str, form: ReviewForm | None) -> dict[str, Any]:
    """A refund with its review, or with the form of one. Raises NotFound and Refused."""
    refund = service.one(tx, order, refund_id)
    at = refunds.position_of(tx, order)
    return refund_page.of_refund(tx, order, refund.id) | {
        "review": service.of_refund(tx, refund.id),
        "form": form or proposal(order, lines.left(tx, order), refund.amount),
        "restocked": any(line.restock for line in refunds.lines_of(tx, refund.id)),
        "still_reversible": min(refund.amount, at.reversible_amount),
        "fee_elsewhere": moved.fee_returned_elsewhere(tx, order),
        "fee_left": 0 if fee_returns.why_not(order, at) else at.fee_left_amount,
    }
