"""Disputes that were accepted here: they are lost without any decision of the bank's.

What somebody accepts in Stripe's Dashboard looks like a deadline that has passed.
"""

from typing import Final

from storefront import clock
from storefront.disputes import words
from storefront.disputes.repository import Dispute
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.users import service as users

CLOSE: Final = "dispute.close"
_A_RULE: Final = "A rule of the marketplace"


def sentence(tx: Tx, dispute: Dispute, *, to_operator: bool) -> str:
    """What a dispute's status means, and who has accepted it if that is why it is lost.

    Operators read which of them it was.
    """
    call = _acceptance(tx, dispute)
    if call is None:
        return words.sentence(dispute)
    who = _A_RULE if call.actor_id is None else "The marketplace"
    if to_operator and call.actor_id and (person := users.by_id(tx, call.actor_id)):
        who = person.name
    return words.accepted(who, clock.display_time(call.created_at))


def _acceptance(tx: Tx, dispute: Dispute) -> StripeCall | None:
    """The call, answered or not: Stripe's event can be here before its answer."""
    call = stripe_calls.of_subject(tx, CLOSE, dispute.id) if dispute.status == "lost" else None
    return call if call and (call.open or call.state == "confirmed") else None
