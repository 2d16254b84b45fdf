"""Evidence at Stripe: saved there, submitted once, or the dispute accepted.

`disputes.update` with `submit=false` saves; anything else submits, for good
(https://docs.stripe.com/api/disputes/update). `disputes.close` cannot be undone
(https://docs.stripe.com/api/disputes/close).
"""

from functools import partial
from typing import Any

from storefront.audit import service as audit
from storefront.current import Services
from storefront.disputes.service import ANSWERABLE, Dispute
from storefront.errors import Refused
from storefront.evidence import notices, service
from storefront.evidence.fields import FIELDS
from storefront.evidence.service import CLOSE, SAVE, SUBMIT, ChangedMeanwhile, Evidence, Item
from storefront.money import display
from storefront.orders.settlement import Settlement
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import StripeFailure


def register(outcomes: Outcomes, settlement: Settlement) -> None:
    """Fold what Stripe answers, like any other fact."""
    for operation in (SAVE, SUBMIT, CLOSE):
        outcomes.on(operation, partial(_answered, settlement))


def _answered(
    settlement: Settlement, tx: Tx, call: StripeCall, answer: dict[str, Any] | None
) -> None:
    if answer is not None:
        settlement.fold(tx, answer)
    if call.actor_id is None:
        notices.tell(tx, call)


def calls(tx: Tx, dispute: Dispute) -> list[StripeCall]:
    """The newest call of each kind that was made for a dispute, the newest first."""
    found = (stripe_calls.of_subject(tx, each, dispute.id) for each in (SAVE, SUBMIT, CLOSE))
    return sorted(filter(None, found), key=lambda call: call.created_at, reverse=True)


def saved(tx: Tx, dispute: Dispute, evidence: Evidence) -> bool:
    """Whether exactly this evidence is saved at Stripe."""
    call = stripe_calls.of_subject(tx, SAVE, dispute.id)
    return call is not None and call.state == "confirmed" and (
        call.parameters["evidence"] == evidence.sent
    )  # fmt: skip


def submitted(tx: Tx, dispute: Dispute, evidence: Evidence) -> Evidence | None:
    """What we have sent to the bank last, or are sending; None for nothing."""
    call = stripe_calls.of_subject(tx, SUBMIT, dispute.id)
    if call is None or call.state in {"rejected", "abandoned"}:
        return None
    names = {item.value: item.filename for item in evidence.filled}
    sent = call.parameters["evidence"].items()
    return Evidence({name: Item(name, value, names.get(value, "")) for name, value in sent})


def only_at_stripe(gateway: Gateway, dispute: Dispute, evidence: Evidence) -> Evidence | None:
    """What the Dashboard has saved in fields that are empty here, and that goes out with ours.

    None if Stripe cannot be asked.
    """
    try:
        there = gateway.dispute(dispute.id)["evidence"]
    except StripeFailure:
        return None
    more = {name: there[name] for name in FIELDS if there.get(name) and not evidence.value(name)}
    return Evidence({name: Item(name, value) for name, value in more.items()})


def why_not_accept(tx: Tx, dispute: Dispute) -> str:
    """Why a dispute cannot be accepted; empty if it can."""
    if dispute.status.startswith("warning_"):
        return "An inquiry cannot be accepted. To give in, refund the order."
    if dispute.status != "needs_response":
        return "Only a dispute that waits for its first answer can be accepted."
    return service.under_way(tx, dispute)


def save(services: Services, dispute_id: str, actor_id: str) -> StripeCall:
    """Save the evidence at Stripe without submitting it. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        dispute = service.locked(services, tx, dispute_id)
        if reason := service.why_not(tx, dispute):
            raise Refused(reason)
        call = stripe_calls.of_subject(tx, SAVE, dispute.id)
        if call is not None and call.open:
            raise Refused("Stripe has not answered the last save yet. Try again in a minute.")
        sent = {"evidence": service.of_dispute(tx, dispute).sent, "submit": False}
        call = stripe_calls.prepare(tx, SAVE, dispute.id, sent, target=dispute.id,
                                    actor_id=actor_id)  # fmt: skip
    return stripe_calls.execute(services, call.id)


def submit(services: Services, dispute_id: str, version: str, actor_id: str) -> StripeCall:
    """Submit exactly the evidence of this version, once. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        dispute = service.locked(services, tx, dispute_id)
        call = stripe_calls.of_subject(tx, SUBMIT, dispute.id)
        if call is None or not _repeats(call, dispute, version):
            call = prepare_submit(tx, dispute, version, actor_id)
    return stripe_calls.execute(services, call.id)


def _repeats(call: StripeCall, dispute: Dispute, version: str) -> bool:
    """Whether this was asked for before: a second click is no mistake."""
    same = call.parameters["metadata"]["evidence_version"] == version
    return same and (call.open or (call.state == "confirmed" and dispute.status not in ANSWERABLE))


def prepare_submit(
    tx: Tx, dispute: Dispute, version: str, actor_id: str | None, why: str = ""
) -> StripeCall:
    """Write the submission of exactly this version down, still to be sent. Raises Refused.

    Without an actor it is a rule that submits; `why` names it.
    """
    if reason := service.why_not(tx, dispute):
        raise Refused(reason)
    evidence = service.of_dispute(tx, dispute)
    _check_seen(evidence, version)
    audit.record(tx, actor_id, "dispute.submitted", dispute.order_id, f"{dispute.id}{why}")
    sent = {
        "evidence": evidence.sent,
        "submit": True,
        "metadata": {"evidence_version": version},
    }
    return stripe_calls.prepare(tx, SUBMIT, dispute.id, sent, target=dispute.id, actor_id=actor_id)


def _check_seen(evidence: Evidence, version: str) -> None:
    if evidence.version != version:
        raise ChangedMeanwhile(
            "The evidence has changed since you looked at it. Please read it once more."
        )
    if not evidence.filled:
        raise Refused("There is nothing to submit yet.")


def accept(services: Services, dispute_id: str, actor_id: str) -> StripeCall:
    """Give a dispute up, once. Raises NotFound and Refused."""
    with services.store.transaction() as tx:
        dispute = service.locked(services, tx, dispute_id)
        call = stripe_calls.of_subject(tx, CLOSE, dispute.id)
        if call is None or not (call.open or call.state == "confirmed"):
            call = prepare_accept(tx, dispute, actor_id)
    return stripe_calls.execute(services, call.id)


def prepare_accept(tx: Tx, dispute: Dispute, actor_id: str | None, why: str = "") -> StripeCall:
    """Write the acceptance down, still to be sent. Raises Refused.

    Without an actor it is a rule that accepts; `why` names it.
    """
    if reason := why_not_accept(tx, dispute):
        raise Refused(reason)
    detail = f"{display(dispute.amount, dispute.currency)}, {dispute.id}{why}"
    audit.record(tx, actor_id, "dispute.accepted", dispute.order_id, detail)
    return stripe_calls.prepare(tx, CLOSE, dispute.id, {}, target=dispute.id, actor_id=actor_id)
