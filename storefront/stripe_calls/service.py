"""Calling Stripe so that a crash costs nothing.

1. `prepare` writes the call beside the business row, in the caller's transaction: frozen
   parameters and an idempotency key made from the row's id.
2. `execute` marks it sent, commits, and sends exactly that, with no transaction open.
3. The outcome is recorded together with what it means for the business row.

Whatever a crash leaves behind, `resume_due` picks up. Within 23 hours of the first sending the
same key makes a repetition harmless (Stripe keeps keys for at least 24 hours,
https://docs.stripe.com/api/idempotent_requests); after that a call is never sent again: its
object is looked for by the metadata, and a complete search without it ends the call.
"""

import logging
from typing import Any, Protocol

from storefront import clock
from storefront.ids import new_id
from storefront.store import Conflict, Store, Tx
from storefront.store.installation import token as installation_token
from storefront.stripe_calls import repository
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.repository import (
    ABANDONED,
    CONFIRMED,
    OPEN_STATES,
    PREPARED,
    REJECTED,
    STATES,
    UNKNOWN,
    StripeCall,
)
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import (
    KeyRefused,
    OutcomeUnknown,
    Rejected,
    StripeFailure,
    TryLater,
)
from storefront.stripe_gateway.operations import ENDS

__all__ = [
    "OPEN_STATES",
    "STATES",
    "Caller",
    "StripeCall",
    "counts",
    "execute",
    "found",
    "happened",
    "listing",
    "of_order",
    "of_subject",
    "prepare",
    "resume_due",
]

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
RESEND_HOURS = 23
_LOOK_FIRST_AFTER = 3
_KEY_REFUSED_SECONDS = 300
_HAPPENED_ALREADY = {"charge_already_refunded", "transfer_already_reversed"}

of_subject = repository.of_subject
listing = repository.listing
found = repository.found
of_order = repository.of_order
counts = repository.counts
key_refused = repository.key_refused


class Caller(Protocol):
    """What sending needs; `Services` is one."""

    @property
    def store(self) -> Store: ...
    @property
    def gateway(self) -> Gateway: ...
    @property
    def outcomes(self) -> Outcomes: ...


def prepare(
    tx: Tx,
    operation: str,
    subject_id: str,
    parameters: dict[str, Any],
    *,
    target: str = "",
    actor_id: str | None = None,
) -> StripeCall:
    """Write a call down. Nothing is sent before the caller's transaction is committed.

    `subject_id` is the row of ours that the call is for; it makes the idempotency key. A
    second call of the same kind for the same row is a new generation, never a repetition.
    """
    previous = repository.of_subject(tx, operation, subject_id)
    if previous is not None and previous.open:
        return previous
    generation = previous.generation + 1 if previous else 1
    call_id, now = new_id(), clock.timestamp()
    if operation not in ENDS:
        metadata = {**parameters.get("metadata", {}), "stripe_call_id": call_id}
        parameters = {**parameters, "metadata": metadata}
    call = StripeCall(
        id=call_id,
        operation=operation,
        subject_id=subject_id,
        target=target,
        parameters=parameters,
        idempotency_key=f"{installation_token(tx)}:{operation}:{subject_id}:g{generation}",
        generation=generation,
        state=PREPARED,
        attempts=0,
        first_sent_at=None,
        next_try_at=now,
        stripe_object_id=None,
        stripe_request_id=None,
        error_code="",
        error_message="",
        created_at=now,
        updated_at=now,
        actor_id=actor_id,
    )
    try:
        with tx.savepoint():
            repository.insert(tx, call)
    except Conflict:  # the other click was first
        return repository.of_subject(tx, operation, subject_id) or call
    return call


def execute(caller: Caller, call_id: str) -> StripeCall:
    """Send a prepared call now, or leave it to whoever is sending it; the call afterwards."""
    with caller.store.transaction() as tx:
        claimed = repository.claim(tx, call_id, clock.in_future(seconds=LEASE_SECONDS))
        call = repository.by_id(tx, call_id)
    if claimed:
        _attempt(caller, call)
        with caller.store.read() as tx:
            call = repository.by_id(tx, call_id)
    return call


def happened(tx: Tx, operation: str, subject_id: str) -> None:
    """What an open call asks for is known to have happened: it is not sent any more."""
    call = repository.of_subject(tx, operation, subject_id)
    if call is not None:
        repository.record(tx, call, CONFIRMED, object_id=call.target)


def resume_due(caller: Caller, limit: int = 20) -> int:
    """Go on with the calls that are waiting; how many were tried."""
    with caller.store.read() as tx:
        ids = repository.due(tx, limit)
    for call_id in ids:
        if execute(caller, call_id).error_code == "key_refused":
            break
    return len(ids)


def _attempt(caller: Caller, call: StripeCall) -> None:
    try:
        answer = _answer(caller.gateway, call)
    except StripeFailure as failure:
        _record_failure(caller, call, failure)
    else:
        _record_end(caller, call, CONFIRMED if answer else ABANDONED, answer)


def _answer(gateway: Gateway, call: StripeCall) -> dict[str, Any] | None:
    """Stripe's answer; None if the call is too old to be sent and left no object."""
    expired = call.first_sent_at is not None and call.first_sent_at < clock.ago(hours=RESEND_HOURS)
    if expired or call.attempts > _LOOK_FIRST_AFTER:
        found = gateway.find(call.operation, call.target, call.parameters, call.id)
        if found is not None or expired:
            return found
    answer = gateway.send(call.operation, call.target, call.parameters, call.idempotency_key)
    if not isinstance(answer.get("id"), str):
        raise OutcomeUnknown("Stripe's answer has no id")
    return answer


def _record_failure(caller: Caller, call: StripeCall, failure: StripeFailure) -> None:
    if isinstance(failure, Rejected):
        _record_rejection(caller, call, failure)
        return
    before = UNKNOWN if call.state == UNKNOWN else PREPARED
    state = UNKNOWN if isinstance(failure, OutcomeUnknown) else before
    code = "key_refused" if isinstance(failure, KeyRefused) else failure.code
    with caller.store.transaction() as tx:
        repository.record(
            tx,
            call,
            state,
            next_try_at=clock.in_future(seconds=_delay(call, failure)),
            request_id=failure.request_id,
            error=(code, failure.message),
        )


def _delay(call: StripeCall, failure: StripeFailure) -> float:
    if isinstance(failure, KeyRefused):
        return _KEY_REFUSED_SECONDS
    base = 2 if isinstance(failure, TryLater) else 5
    return float(min(base * 2 ** min(call.attempts, 8), 900))


def _record_rejection(caller: Caller, call: StripeCall, failure: Rejected) -> None:
    """A no is final, unless it says that the thing is done already: then look for ours."""
    found = None
    if failure.code in _HAPPENED_ALREADY or call.operation in ENDS:
        try:
            found = caller.gateway.find(call.operation, call.target, call.parameters, call.id)
        except StripeFailure as unreadable:
            _record_failure(caller, call, OutcomeUnknown(unreadable.message))
            return
    if found is not None:
        _record_end(caller, call, CONFIRMED, found)
    else:
        _record_end(caller, call, REJECTED, None, failure)


def _record_end(
    caller: Caller,
    call: StripeCall,
    state: str,
    answer: dict[str, Any] | None,
    failure: StripeFailure | None = None,
) -> None:
    request_id = failure.request_id if failure else (answer or {}).pop("_request_id", "")
    with caller.store.transaction() as tx:
        recorded = repository.record(
            tx,
            call,
            state,
            object_id=answer["id"] if answer else None,
            request_id=request_id,
            error=(failure.code, failure.message) if failure else ("", ""),
        )
        if recorded:
            caller.outcomes.tell(tx, repository.by_id(tx, call.id), answer)
