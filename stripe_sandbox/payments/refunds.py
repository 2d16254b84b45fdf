"""Refunds: what goes back to the customer, the seller and the platform.

Doc B: a refund takes the money from the platform; ``reverse_transfer`` brings back the
transfer's share, ``refund_application_fee`` returns the fee's share to the connected account.
Shares are proportional and cumulative, so that the last partial refund sweeps the remainder.
"""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.connect.application_fees import Part, give_back, share
from stripe_sandbox.connect.transfers import check_seller_can_pay, reverse, reversible
from stripe_sandbox.payments import cards
from stripe_sandbox.payments.charge_objects import empty_refund, unrefunded
from stripe_sandbox.payments.dispute_states import blocks_refunds
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

SETTLE_SECONDS = 60
FAIL_SECONDS = 60
RETRY_SECONDS = 30


@operation("POST", "/v1/refunds", "RefundCreateParams")
def create(call: Call) -> JSON:
    """Refund all that is left of a charge, or ``amount`` of it."""
    charge = _charge(call)
    amount = _amount(call, charge)
    fee, fee_back = _fee_share(call, charge, amount)
    transfer, taken = _transfer_share(call, charge, amount)
    if transfer is not None:
        check_seller_can_pay(call.sandbox, transfer, taken, fee_back)
    refund = _new(call, charge, amount)
    if fee is not None:
        refund["_fee_back"] = fee_back
        _give_back(call.sandbox, fee, fee_back)
    if transfer is not None:
        refund["_reversed"] = taken
        refund["transfer_reversal"] = _take_back(call.sandbox, transfer, taken, refund["id"])
    _decide(call.sandbox, refund, charge)
    emit(call.sandbox, "refund.created", refund)
    if refund["status"] == "failed":
        emit(call.sandbox, "refund.failed", refund)
        return refund
    charge["amount_refunded"] += amount
    charge["refunded"] = unrefunded(charge) == 0
    call.sandbox.store.save(charge)
    emit(call.sandbox, "charge.refunded", charge)
    return refund


def _give_back(sandbox: Sandbox, fee: JSON, amount: int) -> None:
    if amount > 0:
        give_back(sandbox, fee, amount)


def _take_back(sandbox: Sandbox, transfer: JSON, amount: int, refund: str) -> str | None:
    if amount == 0:
        return None
    return str(reverse(sandbox, transfer, amount, refund=refund)["id"])


def _charge(call: Call) -> JSON:
    params = call.params
    if ("charge" in params) == ("payment_intent" in params):
        if "charge" in params:
            raise errors.exclusive("charge", "payment_intent")
        message = (
            "One of the following params should be provided for this request: payment_intent "
            "or charge."
        )
        raise errors.invalid(message, None, "parameter_missing")
    if "charge" in params:
        return call.fetch("charge", params["charge"], "charge")
    intent = call.fetch("payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None:
        message = (
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
        raise errors.refused(message, "payment_intent_unexpected_state")
    return call.sandbox.store.get(intent["latest_charge"])


def _amount(call: Call, charge: JSON) -> int:
    if charge["status"] != "succeeded" or not charge["captured"]:
        message = f"Charge {charge['id']} cannot be refunded: its status is {charge['status']}."
        raise errors.refused(message, "charge_not_refundable")
    if charge["disputed"] and not _refundable(call.sandbox, charge):
        raise errors.refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            "charge_disputed",
        )
    left = unrefunded(charge)
    if left <= 0:
        raise errors.refused(
            f"Charge {charge['id']} has already been refunded.", "charge_already_refunded"
        )
    amount: int = call.params.get("amount", left)
    if amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise errors.refused(message, None, "amount")
    return amount


def _refundable(sandbox: Sandbox, charge: JSON) -> bool:
    disputes = sandbox.store.select("dispute", matching={"charge": charge["id"]})
    return not any(map(blocks_refunds, disputes))


def _transfer_share(call: Call, charge: JSON, amount: int) -> tuple[JSON | None, int]:
    if not call.params.get("reverse_transfer"):
        return None, 0
    transfer = call.sandbox.store.find(charge["transfer"])
    if transfer is None:
        message = f"Charge {charge['id']} does not have an associated transfer to reverse."
        raise errors.refused(message, None, "reverse_transfer")
    if not call.sandbox.switches.reverse_after_disconnect:
        _refuse_disconnected(call.sandbox, transfer["destination"])
    left = reversible(transfer)
    return transfer, _share(call.sandbox, charge, amount, transfer["amount"], left, "_reversed")


def _share(sandbox: Sandbox, charge: JSON, amount: int, whole: int, left: int, note: str) -> int:
    """The share of this refund, after those that earlier refunds took (their ``note`` tells)."""
    earlier = sandbox.store.select("refund", matching={"charge": charge["id"]})
    sharing = [refund for refund in earlier if note in refund]
    before = sum(refund["amount"] for refund in sharing)
    given = sum(refund[note] for refund in sharing)
    total = charge["amount_captured"]
    last = amount == unrefunded(charge)
    return share(sandbox, Part(whole, amount, total, before, given, left, last))


def _refuse_disconnected(sandbox: Sandbox, destination: str) -> None:
    if not sandbox.store.get(destination)["_connected"]:
        message = f"The account {destination} is no longer connected to your platform."
        raise errors.refused(message, "account_invalid", "reverse_transfer")


def _fee_share(call: Call, charge: JSON, amount: int) -> tuple[JSON | None, int]:
    if not call.params.get("refund_application_fee"):
        return None, 0
    fee = call.sandbox.store.find(charge["application_fee"])
    if fee is None:
        message = f"Charge {charge['id']} does not have an application fee to refund."
        raise errors.refused(message, None, "refund_application_fee")
    if charge["transfer"] is not None and not call.params.get("reverse_transfer"):
        message = (
            "If you want to refund the application fee of a destination charge, you must also "
            "reverse the transfer."
        )
        raise errors.invalid(message, "refund_application_fee")
    left = fee["amount"] - fee["amount_refunded"]
    return fee, _share(call.sandbox, charge, amount, fee["amount"], left, "_fee_back")


def _new(call: Call, charge: JSON, amount: int) -> JSON:
    prefix = "re" if charge["id"].startswith("ch_") else "pyr"
    refund = empty_refund(call.sandbox, ids.new(prefix), charge, amount)
    refund.update(
        instructions_email=call.params.get("instructions_email"),
        metadata=metadata(call.params),
        reason=call.params.get("reason"),
    )
    refund["destination_details"] = _destination(call.sandbox, charge)
    return call.sandbox.store.add(refund, charge["_account"])


def _destination(sandbox: Sandbox, charge: JSON) -> JSON:
    kind = charge["payment_method_details"]["type"]
    if kind != "card":
        return {"type": kind, kind: {}}
    card = {
        "reference": None,
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    return {"card": card, "type": "card"}


def _card(sandbox: Sandbox, charge: JSON) -> cards.Card | None:
    method = sandbox.store.find(charge["payment_method"]) or {}
    return cards.by_number(method.get("_number", ""))


def _decide(sandbox: Sandbox, refund: JSON, charge: JSON) -> None:
    """Whether the refund is sent at once, waits for money (cards) or fails (other methods)."""
    short = sandbox.ledger.available(charge["_account"], charge["currency"]) < refund["amount"]
    if short and sandbox.switches.platform_shortfall == "pending":
        if charge["payment_method_details"]["type"] != "card":
            refund.update(status="failed", failure_reason="insufficient_funds")
            sandbox.store.save(refund)
            return
        refund.update(status="pending", pending_reason="insufficient_funds")
        sandbox.store.save(refund)
        sandbox.timers.start("refund_funds", refund["id"], RETRY_SECONDS)
        return
    _send(sandbox, refund, charge)


def _send(sandbox: Sandbox, refund: JSON, charge: JSON) -> None:
    kind = "refund" if charge["id"].startswith("ch_") else "payment_refund"
    debit = sandbox.ledger.enter(
        charge["_account"],
        kind,
        -refund["amount"],
        charge["currency"],
        refund["id"],
        category="refund",
        counterparty="customers",
        description="REFUND FOR CHARGE",
    )
    card = _card(sandbox, charge)
    behaviour = card.refund if card else None
    waits = behaviour == "pending"
    refund.update(
        balance_transaction=debit["id"],
        status="pending" if waits else "succeeded",
        pending_reason="processing" if waits else None,
    )
    sandbox.store.save(refund)
    if waits:
        sandbox.timers.start("refund_settles", refund["id"], SETTLE_SECONDS)
    elif behaviour == "fails":
        sandbox.timers.start("refund_fails", refund["id"], FAIL_SECONDS)


@when_due("refund_funds")
def _try_again(sandbox: Sandbox, refund_id: str) -> None:
    """The platform may have the money by now."""
    refund = sandbox.store.get(refund_id)
    if refund["status"] != "pending" or refund["balance_transaction"] is not None:
        return
    charge = sandbox.store.get(refund["charge"])
    if sandbox.ledger.available(charge["_account"], charge["currency"]) < refund["amount"]:
        sandbox.timers.start("refund_funds", refund_id, RETRY_SECONDS)
        return
    _send(sandbox, refund, charge)
    emit(
        sandbox,
        "refund.updated",
        refund,
        previous={"status": "pending", "balance_transaction": None},
    )


def retry_unfunded(sandbox: Sandbox) -> None:
    """Try every refund that waits for money, oldest first."""
    waiting = sandbox.store.select(
        "refund", matching={"pending_reason": "insufficient_funds", "status": "pending"}
    )
    for refund in reversed(waiting):
        sandbox.timers.cancel("refund_funds", refund["id"])
        _try_again(sandbox, refund["id"])


@when_due("refund_settles")
def settle(sandbox: Sandbox, refund_id: str) -> None:
    """A pending refund has reached the customer."""
    refund = sandbox.store.get(refund_id)
    if refund["status"] != "pending" or refund["balance_transaction"] is None:
        return
    sandbox.timers.cancel("refund_settles", refund_id)
    refund.update(status="succeeded", pending_reason=None)
    changed(sandbox, "refund.updated", refund, status="pending", pending_reason="processing")


@when_due("refund_fails")
def fail_when_due(sandbox: Sandbox, refund_id: str) -> None:
    """The bank sends the money back."""
    fail(sandbox, refund_id, "expired_or_canceled_card")


def fail(sandbox: Sandbox, refund_id: str, reason: str = "unknown", status: str = "failed") -> None:
    """The amount returns to the platform's balance; reversal and fee refund stay as they are.

    ``ValueError`` when the refund has already failed or was canceled.
    """
    refund = sandbox.store.get(refund_id)
    if refund["status"] in ("failed", "canceled"):
        raise ValueError(f"{refund_id} is already {refund['status']}")
    for kind in ("refund_fails", "refund_settles", "refund_funds"):
        sandbox.timers.cancel(kind, refund_id)
    before = {"status": refund["status"], "failure_reason": refund["failure_reason"]}
    charge = sandbox.store.get(refund["charge"])
    if refund["balance_transaction"] is not None:
        credit = sandbox.ledger.enter(
            charge["_account"],
            "refund_failure",
            refund["amount"],
            refund["currency"],
            refund_id,
            category="refund_failure",
            counterparty="customers",
            description="REFUND FAILURE",
        )
        refund["failure_balance_transaction"] = credit["id"]
    refund.update(status=status, failure_reason=reason, pending_reason=None)
    sandbox.store.save(refund)
    if sandbox.switches.failed_refund_reopens_charge:
        refunded = charge["amount_refunded"]
        charge.update(amount_refunded=refunded - refund["amount"], refunded=False)
        changed(sandbox, "charge.updated", charge, amount_refunded=refunded)
    emit(sandbox, "refund.updated", refund, previous=before)
    if status == "failed":
        emit(sandbox, "refund.failed", refund)


@operation("GET", "/v1/refunds/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One refund."""
    return call.fetch("refund", identifier)


@operation("GET", "/v1/refunds", "RefundListParams")
def list_all(call: Call) -> JSON:
    """Refunds, of one charge or intent."""
    wanted = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return call.page("refund", "/v1/refunds", wanted)


@operation("POST", "/v1/refunds/<identifier>", "RefundUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change the metadata."""
    refund = call.fetch("refund", identifier)
    before = refund["metadata"]
    refund["metadata"] = metadata(call.params, before)
    changed(call.sandbox, "refund.updated", refund, metadata=before)
    return refund


@operation("POST", "/v1/refunds/<identifier>/cancel", "RefundCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """Cancel a refund that waits for the customer; card refunds cannot be canceled."""
    refund = call.fetch("refund", identifier)
    if refund["status"] != "requires_action":
        message = f"Refund {identifier} cannot be canceled: its status is {refund['status']}."
        raise errors.refused(message)
    fail(call.sandbox, identifier, "merchant_request", "canceled")
    return call.sandbox.store.get(identifier)
