"""What pages about evidence show, for operator and seller alike."""

from typing import Any

from storefront.disputes.service import Dispute
from storefront.evidence import answering, fields, sending, service
from storefront.refunds import service as refunds
from storefront.store import Tx


def of_dispute(tx: Tx, dispute: Dispute) -> dict[str, Any]:
    """The evidence of a dispute, and what can be done with it."""
    evidence = service.of_dispute(tx, dispute)
    calls = sending.calls(tx, dispute)
    return {
        "dispute": dispute,
        "order": refunds.order_of(tx, dispute.order_id),
        "evidence": evidence,
        "first": fields.first(dispute.reason),
        "others": fields.others(dispute.reason),
        "why_not": service.why_not(tx, dispute),
        "why_not_accept": sending.why_not_accept(tx, dispute),
        "call": calls[0] if calls else None,
        "planned": answering.plan(tx, dispute),
        "done_by_rule": next(filter(answering.is_done, calls), None),
        "submitted": sending.submitted(tx, dispute, evidence),
        "saved": sending.saved(tx, dispute, evidence),
    }
