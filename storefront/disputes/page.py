"""What the pages about disputes show, put together once for operator and seller."""

from collections.abc import Mapping
from typing import Any

from storefront.debts import service as debts
from storefront.disputes import acceptance, policies, recovery, service
from storefront.disputes.service import ANSWERABLE, VIEWS, Dispute
from storefront.refunds import service as refunds
from storefront.repayments import service as repayments
from storefront.store import Tx

PAGE_SIZE = 25

Context = dict[str, Any]


def board(tx: Tx, asked: Mapping[str, str], seller_id: str = "") -> Context:
    """A part of the board, of one seller or of all."""
    view = asked.get("view", "needs_response")
    view = view if view in VIEWS else "all"
    sought = asked.get("q", "")[:100]
    number = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    number = min(max(1, number), 10_000)
    offset = (number - 1) * PAGE_SIZE
    found = service.page(tx, view, PAGE_SIZE + 1, offset, sought=sought, seller_id=seller_id)
    return {
        "found": found[:PAGE_SIZE],
        "more": len(found) > PAGE_SIZE,
        "page": number,
        "view": view,
        "sought": sought,
        "views": [(key, title) for key, (title, _) in VIEWS.items()],
        "counts": service.counted(tx, seller_id),
    }


def of_dispute(tx: Tx, dispute: Dispute, *, to_operator: bool) -> Context:
    """One dispute with its order, and what was recovered from the seller for it."""
    order = refunds.order_of(tx, dispute.order_id)
    return {
        "dispute": dispute,
        "sentence": acceptance.sentence(tx, dispute, to_operator=to_operator),
        "order": order,
        "answerable": dispute.status in ANSWERABLE and dispute.due_by is not None,
        "debt": debts.of_subject(tx, dispute.id),
        "repayment": repayments.of_subject(tx, dispute.id),
        "why_not_recover": recovery.why_not(tx, order, dispute),
        "to_recover": recovery.amount_of(tx, order, dispute),
        "recovery_rule": policies.of_seller(tx, dispute.seller_id).recovery,
    }
