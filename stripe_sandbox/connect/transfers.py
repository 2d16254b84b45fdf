"""Transfers to connected accounts and their reversals."""

from dataclasses import dataclass

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.connect.accounts import check_reversible, require_destination
from stripe_sandbox.connect.application_fees import Part, fee_of_transfer, give_back, share
from stripe_sandbox.payments.charge_objects import destination_payment, payment_refund
from stripe_sandbox.payments.refund_states import retry_unfunded
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

RECENT = 10


@dataclass(frozen=True)
class Sending:
    """What a transfer is to move (minor units)."""

    amount: int
    currency: str
    destination: str
    group: str | None = None
    charge: JSON | None = None
    description: str | None = None
    fee: int = 0
    pending: bool = False


def send(sandbox: Sandbox, sending: Sending, given_metadata: dict[str, str] | None = None) -> JSON:
    """Move money from the platform to a connected account, which gets a payment (``py_``)."""
    transfer: JSON = {
        "id": ids.new("tr"),
        "object": "transfer",
        "amount": sending.amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": sandbox.clock.now(),
        "currency": sending.currency,
        "description": sending.description,
        "destination": sending.destination,
        "destination_payment": None,
        "livemode": False,
        "metadata": given_metadata or {},
        "reversed": False,
        "source_transaction": sending.charge["id"] if sending.charge else None,
        "source_type": "card",
        "transfer_group": sending.group,
    }
    sandbox.store.add(transfer, sandbox.platform_id)
    debit = sandbox.ledger.enter(
        sandbox.platform_id,
        "transfer",
        -sending.amount,
        sending.currency,
        transfer["id"],
        category="transfer",
        counterparty="transfers",
        pending=sending.pending,
    )
    payment = _receive(sandbox, sending, transfer)
    transfer.update(balance_transaction=debit["id"], destination_payment=payment["id"])
    sandbox.store.save(transfer)
    emit(sandbox, "transfer.created", transfer)
    return transfer


def _receive(sandbox: Sandbox, sending: Sending, transfer: JSON) -> JSON:
    """The destination payment. An application fee is the ``fee`` of the same transaction."""
    payment = destination_payment(sandbox, transfer, sending.fee)
    details = [_application_fee_detail(sandbox, sending)] if sending.fee else []
    credit = sandbox.ledger.enter(
        sending.destination,
        "payment",
        sending.amount,
        sending.currency,
        payment["id"],
        category="charge",
        counterparty="transfers",
        fee=sending.fee,
        fee_details=details,
        pending=sending.pending,
    )
    payment["balance_transaction"] = credit["id"]
    sandbox.store.save(payment)
    if sandbox.switches.destination_payment_events:
        emit(sandbox, "payment.created", payment)
    return payment


def _application_fee_detail(sandbox: Sandbox, sending: Sending) -> JSON:
    return {
        "amount": sending.fee,
        "application": sandbox.store.setting("application", {})["id"],
        "currency": sending.currency,
        "description": "Application fee",
        "type": "application_fee",
    }


def reversible(transfer: JSON) -> int:
    """What is left of a transfer, in minor units."""
    left: int = transfer["amount"] - transfer["amount_reversed"]
    return left


def check_seller_can_pay(sandbox: Sandbox, transfer: JSON, amount: int, gets_back: int = 0) -> None:
    """Refuse a reversal that the connected account's available balance does not cover."""
    available = sandbox.ledger.available(transfer["destination"], transfer["currency"])
    if sandbox.switches.seller_shortfall == "error" and available + gets_back < amount:
        message = (
            "Insufficient funds in the connected account's balance to reverse this transfer "
            f"(available: {available}, needed: {amount})."
        )
        raise errors.refused(message, "balance_insufficient")


def reverse(
    sandbox: Sandbox,
    transfer: JSON,
    amount: int,
    *,
    refund: str | None = None,
    given_metadata: dict[str, str] | None = None,
    description: str | None = None,
) -> JSON:
    """Bring money back to the platform; the destination payment is refunded by as much."""
    reversal: JSON = {
        "id": ids.new("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": sandbox.clock.now(),
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": given_metadata or {},
        "source_refund": refund,
        "transfer": transfer["id"],
        "_description": description,
    }
    sandbox.store.add(reversal, sandbox.platform_id)
    taken = _refund_destination_payment(sandbox, transfer, reversal)
    credit = sandbox.ledger.enter(
        sandbox.platform_id,
        "transfer_refund",
        amount,
        transfer["currency"],
        reversal["id"],
        category="transfer_reversal",
        counterparty="transfers",
        description=description,
    )
    reversal.update(balance_transaction=credit["id"], destination_payment_refund=taken["id"])
    sandbox.store.save(reversal)
    transfer["amount_reversed"] += amount
    transfer["reversed"] = reversible(transfer) == 0
    sandbox.store.save(transfer)
    emit(sandbox, "transfer.reversed", transfer)
    return reversal


def _refund_destination_payment(sandbox: Sandbox, transfer: JSON, reversal: JSON) -> JSON:
    payment = sandbox.store.get(transfer["destination_payment"])
    taken = payment_refund(sandbox, payment, reversal)
    debit = sandbox.ledger.enter(
        transfer["destination"],
        "payment_refund",
        -reversal["amount"],
        transfer["currency"],
        taken["id"],
        category="refund",
        counterparty="transfers",
    )
    taken["balance_transaction"] = debit["id"]
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    sandbox.store.save(payment)
    return sandbox.store.save(taken)


@computed("transfer", "reversals")
def _reversals(sandbox: Sandbox, transfer: JSON) -> JSON:
    found = sandbox.store.select(
        "transfer_reversal", matching={"transfer": transfer["id"]}, limit=RECENT + 1
    )
    url = f"/v1/transfers/{transfer['id']}/reversals"
    return list_of(
        sandbox, url, found[:RECENT], has_more=len(found) > RECENT, total_count=len(found)
    )


def _refuse_on_standard(call: Call) -> None:
    if not call.on_platform:
        message = "You cannot create transfers on behalf of a Standard account."
        raise errors.invalid(message, code="not_allowed_on_standard_account")


@operation("POST", "/v1/transfers", "TransferCreateParams")
def create(call: Call) -> JSON:
    """Send available platform funds, or the funds of one charge, to a connected account."""
    _refuse_on_standard(call)
    params, currency = call.params, call.params["currency"].lower()
    require_destination(call.sandbox, params["destination"], "destination")
    charge = _source(call, currency)
    amount = params.get("amount", _left_of(call.sandbox, charge) if charge else 0)
    if amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    _check_funds(call.sandbox, charge, amount, currency)
    group = params.get("transfer_group") or (charge or {}).get("transfer_group")
    sending = Sending(
        amount,
        currency,
        params["destination"],
        group,
        charge,
        params.get("description"),
        pending=_is_pending(call.sandbox, charge),
    )
    return send(call.sandbox, sending, metadata(params))


def _source(call: Call, currency: str) -> JSON | None:
    identifier = call.params.get("source_transaction")
    if identifier is None:
        return None
    charge = call.fetch("charge", identifier, "source_transaction", 400)
    if charge["currency"] != currency:
        message = (
            f"The currency of source_transaction's balance transaction ({charge['currency']}) "
            f"must be the same as the transfer currency ({currency})."
        )
        raise errors.invalid(message, "currency")
    return charge


def _is_pending(sandbox: Sandbox, charge: JSON | None) -> bool:
    """A transfer of a charge's funds is pending for as long as they are."""
    transaction = sandbox.store.find((charge or {}).get("balance_transaction"))
    return transaction is not None and transaction["status"] == "pending"


def _left_of(sandbox: Sandbox, charge: JSON) -> int:
    sent = sandbox.store.select("transfer", matching={"source_transaction": charge["id"]})
    left: int = charge["amount_captured"] - sum(transfer["amount"] for transfer in sent)
    return left


def _check_funds(sandbox: Sandbox, charge: JSON | None, amount: int, currency: str) -> None:
    if charge is not None and amount > _left_of(sandbox, charge):
        message = "Transfers using this transaction as a source must not exceed the source amount."
        raise errors.refused(message, "balance_insufficient", "amount")
    if charge is None and sandbox.ledger.available(sandbox.platform_id, currency) < amount:
        message = (
            "You have insufficient funds in your Stripe account for this transfer. Your card "
            "balance is too low."
        )
        raise errors.refused(message, "balance_insufficient")


@operation("GET", "/v1/transfers/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One transfer."""
    return call.fetch("transfer", identifier)


@operation("GET", "/v1/transfers", "TransferListParams")
def list_all(call: Call) -> JSON:
    """Transfers, by destination or group."""
    wanted = {name: call.params.get(name) for name in ("destination", "transfer_group")}
    return call.page("transfer", "/v1/transfers", wanted)


@operation("POST", "/v1/transfers/<identifier>", "TransferUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change description and metadata."""
    transfer = call.fetch("transfer", identifier)
    before = transfer["metadata"]
    transfer["metadata"] = metadata(call.params, before)
    transfer["description"] = call.params.get("description", transfer["description"])
    changed(call.sandbox, "transfer.updated", transfer, metadata=before)
    return transfer


@operation("POST", "/v1/transfers/<identifier>/reversals", "TransferCreateReversalParams")
def create_reversal(call: Call, identifier: str) -> JSON:
    """Reverse all that is left of a transfer, or ``amount`` of it."""
    transfer = call.fetch("transfer", identifier)
    left = reversible(transfer)
    if left == 0:
        raise errors.refused(f"Transfer {identifier} is already fully reversed.")
    amount = call.params.get("amount", left)
    if amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise errors.refused(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            None,
            "amount",
        )
    check_reversible(call.sandbox, transfer["destination"])
    fee_back = _fee_share(call, transfer, amount)
    check_seller_can_pay(call.sandbox, transfer, amount, fee_back)
    reversal = reverse(
        call.sandbox,
        transfer,
        amount,
        given_metadata=metadata(call.params),
        description=call.params.get("description"),
    )
    _give_fee_back(call.sandbox, transfer, fee_back)
    retry_unfunded(call.sandbox)
    return reversal


def _fee_share(call: Call, transfer: JSON, amount: int) -> int:
    fee = fee_of_transfer(call.sandbox, transfer)
    if not call.params.get("refund_application_fee") or fee is None:
        return 0
    left = fee["amount"] - fee["amount_refunded"]
    last = amount == reversible(transfer)
    return share(call.sandbox, Part(fee["amount"], amount, transfer["amount"], 0, 0, left, last))


def _give_fee_back(sandbox: Sandbox, transfer: JSON, amount: int) -> None:
    fee = fee_of_transfer(sandbox, transfer)
    if fee is not None and amount > 0:
        give_back(sandbox, fee, amount)


@operation("GET", "/v1/transfers/<identifier>/reversals", "TransferListReversalsParams")
def list_reversals(call: Call, identifier: str) -> JSON:
    """The reversals of a transfer."""
    call.fetch("transfer", identifier)
    return call.page(
        "transfer_reversal", f"/v1/transfers/{identifier}/reversals", {"transfer": identifier}
    )


@operation("GET", "/v1/transfers/<identifier>/reversals/<reversal>")
def retrieve_reversal(call: Call, identifier: str, reversal: str) -> JSON:
    """One reversal."""
    call.fetch("transfer", identifier)
    return call.fetch("transfer_reversal", reversal)


@operation(
    "POST",
    "/v1/transfers/<identifier>/reversals/<reversal>",
    "TransferReversalUpdateParams",
    ("metadata",),
)
def update_reversal(call: Call, identifier: str, reversal: str) -> JSON:
    """Change a reversal's metadata."""
    found = retrieve_reversal(call, identifier, reversal)
    found["metadata"] = metadata(call.params, found["metadata"])
    return call.sandbox.store.save(found)
