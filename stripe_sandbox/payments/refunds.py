"""Refunds: what goes back to the customer, the seller and the platform.

Doc B: a refund takes the money from the platform; ``reverse_transfer`` brings back the
transfer's share, ``refund_application_fee`` returns the fee's share to the connected account.
Shares are proportional and cumulative, so that the last partial refund sweeps the remainder.
"""

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.connect.accounts import check_reversible
from stripe_sandbox.connect.application_fees import Part, give_back, share
from stripe_sandbox.connect.transfers import check_seller_can_pay, reverse, reversible
from stripe_sandbox.payments.charge_objects import empty_refund, unrefunded
from stripe_sandbox.payments.dispute_states import blocks_refunds
from stripe_sandbox.payments.fraud_warnings import note_end
from stripe_sandbox.payments.refund_states import decide, fail
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit


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
    decide(call.sandbox, refund, charge)
    emit(call.sandbox, "refund.created", refund)
    if refund["status"] == "failed":
        emit(call.sandbox, "refund.failed", refund)
        return refund
    charge["amount_refunded"] += amount
    charge["refunded"] = unrefunded(charge) == 0
    call.sandbox.store.save(charge)
    emit(call.sandbox, "charge.refunded", charge)
    if charge["refunded"] and not charge["disputed"]:
        note_end(call.sandbox, charge)
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
    check_reversible(call.sandbox, transfer["destination"], "reverse_transfer")
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


@operation(
    "POST", "/v1/test_helpers/refunds/<identifier>/expire", "test_helpers.RefundExpireParams"
)
def expire(call: Call, identifier: str) -> JSON:
    """The customer never says where a refund that waits for them should go: it fails."""
    refund = call.fetch("refund", identifier)
    if refund["status"] != "requires_action":
        message = f"Refund {identifier} cannot be expired: its status is {refund['status']}."
        raise errors.refused(message)
    fail(call.sandbox, identifier)
    return call.sandbox.store.get(identifier)
