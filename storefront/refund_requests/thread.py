"""Who may do what about a refund request, and when: pure rules over a request and its steps.

open ──► accepted                            the seller pays, within the operator's limit
  ├────► declined ──► escalated              the shopper does not agree
  ├────► passed_on, escalated ──► accepted, declined for good      the operator decides
  └────► withdrawn, settled                  the shopper gives up; refunded in another way

What is accepted and then not refunded, because Stripe or a second operator says no, goes back to
whoever had to decide.
"""

from dataclasses import dataclass
from datetime import timedelta

from storefront import clock
from storefront.refund_requests.repository import (
    ACCEPTED,
    DECLINED,
    ESCALATED,
    OPEN,
    OPERATOR,
    PASSED_ON,
    SELLER,
    AskedLine,
    RefundRequest,
    Step,
)
from storefront.refunds.service import Refund

HOURS_TO_DECIDE = 48
"""How long a seller has before the shopper may ask the operator."""

_OF_SELLER = {
    OPEN: frozenset({"accept", "answer", "decline", "pass_on"}),
    PASSED_ON: frozenset({"answer"}),
    ESCALATED: frozenset({"answer"}),
}
_OF_OPERATOR = frozenset({"accept", "answer", "decline"})


@dataclass(frozen=True, slots=True)
class Thread:
    """A request, what it is about, everything that was said about it, and its refund if any."""

    request: RefundRequest
    lines: list[AskedLine]
    steps: list[Step]
    refund: Refund | None

    @property
    def final(self) -> bool:
        """Whether nobody can do anything about it any more, and nothing is under way."""
        return not self.is_under_way and not self.declined_by_seller

    @property
    def is_under_way(self) -> bool:
        """Whether it is open, or may be again because its refund could still be refused."""
        return self.request.is_open or self.waits_for_refund

    @property
    def waits_for_refund(self) -> bool:
        """Whether it was accepted and there is no refund at Stripe yet."""
        waiting = {"needs_approval", "requested"}
        return self.request.state == ACCEPTED and self.refund_state in waiting

    @property
    def refund_state(self) -> str:
        """The state of the newest refund that was tried for it; empty if none was."""
        return self.refund.state if self.refund else ""

    @property
    def declined_by_seller(self) -> bool:
        """Whether the shopper may still ask the operator; what an operator declines is over."""
        return self.request.state == DECLINED and self.steps[-1].who == SELLER

    @property
    def brought(self) -> str | None:
        """How it came to the operator, which is its state until there is a decision; or None."""
        kinds = {step.kind for step in self.steps}
        return next((state for state in (ESCALATED, PASSED_ON) if state in kinds), None)

    @property
    def escalates_at(self) -> str | None:
        """From when on the shopper may ask the operator because the seller does not decide."""
        if self.request.state != OPEN:
            return None
        asked = clock.parse(self.request.created_at)
        return clock.timestamp(asked + timedelta(hours=HOURS_TO_DECIDE))

    @property
    def may_escalate(self) -> bool:
        """Whether the shopper may ask the operator now."""
        moment = self.escalates_at
        return self.declined_by_seller or (moment is not None and moment <= clock.timestamp())

    @property
    def version(self) -> str:
        """Changes whenever a page about it would look different."""
        return f"{len(self.steps)}{self.refund_state}{'!' if self.may_escalate else ''}"

    def written_by(self, who: str) -> int:
        """How often somebody has said something, which names the empty form for more."""
        return sum(step.who == who for step in self.steps)

    def allows(self, who: str, act: str) -> bool:
        """Whether somebody may do something about it now."""
        return act in self.acts_of(who)

    def acts_of(self, who: str) -> frozenset[str]:
        """Everything that somebody may do about it now."""
        if who == SELLER:
            return _OF_SELLER.get(self.request.state, frozenset())
        if who == OPERATOR:
            return _OF_OPERATOR if self.request.is_open else frozenset()
        acts = {"answer", "withdraw"} if self.request.is_open else set()
        return frozenset(acts | ({"escalate"} if self.may_escalate else set()))
