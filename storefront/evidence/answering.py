"""What is done about disputes by itself: small ones accepted, the evidence submitted in time.

A rule acts once for each dispute, and only where nobody has: any attempt before, by whomever, keeps
it out. What it does are the calls that the buttons make, without a person behind them.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from storefront import clock
from storefront.current import Services
from storefront.disputes import service as disputes
from storefront.disputes.service import Dispute
from storefront.evidence import rules, sending, service
from storefront.evidence.repository import AnswerRule
from storefront.evidence.service import CLOSE, SAVE, SUBMIT
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_objects import service as stripe_objects

log = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)
"""How long people can object before a dispute is accepted, and how long before the deadline the
evidence goes out.
"""
_FIRST_ANSWER: Final = ("needs_response", "warning_needs_response")


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done by itself if nobody does anything before: `operation`, not before `at`."""

    operation: str
    at: str
    rule: AnswerRule

    @property
    def due(self) -> bool:
        """Whether it is time."""
        return self.at <= clock.timestamp()


def plan(tx: Tx, dispute: Dispute) -> Plan | None:
    """What a rule will do about a dispute, the earliest first; None for nothing."""
    if dispute.status not in _FIRST_ANSWER or service.why_not(tx, dispute):
        return None
    rule = rules.of_seller(tx, dispute.seller_id)
    plans = (_acceptance(tx, rule, dispute), _submission(tx, rule, dispute))
    return min(filter(None, plans), key=lambda found: found.at, default=None)


def _acceptance(tx: Tx, rule: AnswerRule, dispute: Dispute) -> Plan | None:
    """A person who has touched the evidence, here or in the Dashboard, wants to answer."""
    if not 0 < dispute.amount <= rule.limits.get(dispute.currency, 0):
        return None
    if sending.why_not_accept(tx, dispute) or _tried(tx, dispute, SAVE, SUBMIT, CLOSE):
        return None
    known = stripe_objects.by_id(tx, dispute.id)
    if service.of_dispute(tx, dispute).changed or (known and known.facts.get("has_evidence")):
        return None
    at = clock.timestamp(clock.parse(max(dispute.opened_at, rule.since)) + DAY)
    return Plan(CLOSE, at, rule) if at < (dispute.due_by or "") else None


def _submission(tx: Tx, rule: AnswerRule, dispute: Dispute) -> Plan | None:
    if not rule.submits or dispute.submission_count or _tried(tx, dispute, SUBMIT):
        return None
    if dispute.due_by is None or not service.of_dispute(tx, dispute).filled:
        return None
    return Plan(SUBMIT, clock.timestamp(clock.parse(dispute.due_by) - DAY), rule)


def _tried(tx: Tx, dispute: Dispute, *operations: str) -> bool:
    return any(stripe_calls.of_subject(tx, each, dispute.id) for each in operations)


def is_done(call: StripeCall) -> bool:
    """Whether a rule has made this call, and Stripe has done what it asked for."""
    return call.actor_id is None and call.state == "confirmed"


def answer_due(services: Services) -> int:
    """Do what rules say about the disputes whose time has come; how many were answered."""
    with services.store.read() as tx:
        due = [found.id for found in disputes.answerable(tx) if _is_due(tx, found)]
    return sum(_answer(services, dispute_id) for dispute_id in due)


def _is_due(tx: Tx, dispute: Dispute) -> bool:
    planned = plan(tx, dispute)
    return planned is not None and planned.due


def _answer(services: Services, dispute_id: str) -> int:
    """Answer one, unless Stripe knows better: somebody may have answered it in the Dashboard."""
    try:
        snapshot = services.gateway.dispute(dispute_id)
    except StripeFailure as failure:
        log.warning("dispute.unread", extra={"dispute": dispute_id, "reason": failure.message})
        return 0
    with services.store.transaction() as tx:
        services.settlement.fold(tx, snapshot)
        call = _prepared(tx, service.locked(services, tx, dispute_id))
    if call is None:
        return 0
    stripe_calls.execute(services, call.id)
    return 1


def _prepared(tx: Tx, dispute: Dispute) -> StripeCall | None:
    planned = plan(tx, dispute)
    if planned is None or not planned.due:
        return None
    why = f", by the rule of {'this seller' if planned.rule.seller_id else 'the platform'}"
    if planned.operation == CLOSE:
        return sending.prepare_accept(tx, dispute, None, why)
    version = service.of_dispute(tx, dispute).version
    return sending.prepare_submit(tx, dispute, version, None, why)
