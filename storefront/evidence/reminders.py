"""Reminders to answer a dispute: 7, 3 and 1 days before the deadline, each once."""

from datetime import timedelta
from typing import Final

from storefront import clock
from storefront.current import Services
from storefront.disputes import notices, words
from storefront.disputes import service as disputes
from storefront.disputes.service import Dispute
from storefront.mail import service as mail
from storefront.refunds import service as refunds
from storefront.store import Tx

DAYS: Final = (1, 3, 7)


def remind_due(services: Services) -> int:
    """Write to operators and sellers of disputes that nobody has answered; how many mails."""
    with services.store.transaction() as tx:
        waiting = disputes.due_within(tx, max(DAYS))
        return sum(_remind(tx, dispute) for dispute in waiting)


def _remind(tx: Tx, dispute: Dispute) -> int:
    days = _days(dispute)
    if days is None:
        return 0
    order = refunds.order_of(tx, dispute.order_id)
    context = {
        "days": days,
        "reason": words.reason(dispute.reason),
        "amount": dispute.amount,
        "currency": dispute.currency,
        "due_by": dispute.due_by,
    }
    return sum(
        mail.enqueue(
            tx, "evidence_reminder", f"{dispute.id}:{dispute.due_by}:{days}:{who}", recipient,
            {**context, "path": f"{path}/evidence"}, order.id,
        )
        for who, recipient, path in notices.readers(tx, order, dispute)
    )  # fmt: skip


def _days(dispute: Dispute) -> int | None:
    """Which reminder it is time for; None if the dispute is newer than that moment."""
    due_by = dispute.due_by or ""
    days = next(days for days in DAYS if due_by <= clock.in_future(days=days))
    began = clock.timestamp(clock.parse(due_by) - timedelta(days=days))
    return days if dispute.opened_at < began else None
