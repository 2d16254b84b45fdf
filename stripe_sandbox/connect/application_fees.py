"""Application fees and their refunds."""

from dataclasses import dataclass

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

RECENT = 10


def collect(sandbox: Sandbox, payment: JSON, charge: JSON, amount: int, *, pending: bool) -> JSON:
    """The platform earns ``amount`` of a connected account's payment."""
    fee: JSON = {
        "id": ids.new("fee"),
        "object": "application_fee",
        "account": payment["_account"],
        "amount": amount,
        "amount_refunded": 0,
        "application": sandbox.store.setting("application", {})["id"],
        "balance_transaction": None,
        "charge": payment["id"],
        "created": sandbox.clock.now(),
        "currency": charge["currency"],
        "fee_source": {"charge": payment["id"], "payout": None, "type": "charge"},
        "livemode": False,
        "originating_transaction": charge["id"] if charge["id"] != payment["id"] else None,
        "refunded": False,
    }
    sandbox.store.add(fee, sandbox.platform_id)
    earned = sandbox.ledger.enter(
        sandbox.platform_id,
        "application_fee",
        amount,
        charge["currency"],
        fee["id"],
        category="platform_earning",
        counterparty="application_fees",
        pending=pending,
    )
    fee["balance_transaction"] = earned["id"]
    sandbox.store.save(fee)
    payment["application_fee"] = fee["id"]
    sandbox.store.save(payment)
    emit(sandbox, "application_fee.created", fee)
    return fee


def fee_of_transfer(sandbox: Sandbox, transfer: JSON) -> JSON | None:
    """The application fee that was taken when the transfer arrived."""
    return sandbox.store.find(sandbox.store.get(transfer["destination_payment"])["application_fee"])


@dataclass(frozen=True)
class Part:
    """A part of something that may already have been given in part.

    ``whole`` is divided as ``amount`` is to ``total``; ``before`` and ``given`` are what earlier
    divisions were about and gave; ``left`` bounds the result; ``last`` takes all that is left.
    """

    whole: int
    amount: int
    total: int
    before: int
    given: int
    left: int
    last: bool


def share(sandbox: Sandbox, part: Part) -> int:
    """The proportional share (minor units), cumulative so that parts add up to the whole.

    Doc B: a full refund takes everything, a partial one a proportional amount. Stripe's
    rounding is unconfirmed: the switch ``fee_refund_rounding`` decides.
    """
    if part.last:
        return part.left
    half = part.total // 2 if sandbox.switches.fee_refund_rounding == "nearest" else 0
    cumulative = (part.whole * (part.before + part.amount) + half) // part.total
    return max(0, min(cumulative - part.given, part.left))


def give_back(
    sandbox: Sandbox, fee: JSON, amount: int, given_metadata: dict[str, str] | None = None
) -> JSON:
    """Return some of a fee to the connected account."""
    refund: JSON = {
        "id": ids.new("fr"),
        "object": "fee_refund",
        "amount": amount,
        "balance_transaction": None,
        "created": sandbox.clock.now(),
        "currency": fee["currency"],
        "fee": fee["id"],
        "metadata": given_metadata or {},
    }
    sandbox.store.add(refund, sandbox.platform_id)
    debit = sandbox.ledger.enter(
        sandbox.platform_id,
        "application_fee_refund",
        -amount,
        fee["currency"],
        refund["id"],
        category="platform_earning_refund",
        counterparty="application_fees",
    )
    sandbox.ledger.enter(
        fee["account"],
        "adjustment",
        amount,
        fee["currency"],
        fee["charge"],
        category="other_adjustment",
        counterparty="application_fees",
        description="Application fee refund",
    )
    refund["balance_transaction"] = debit["id"]
    sandbox.store.save(refund)
    fee["amount_refunded"] += amount
    fee["refunded"] = fee["amount_refunded"] == fee["amount"]
    sandbox.store.save(fee)
    emit(sandbox, "application_fee.refunded", fee)
    return refund


@computed("application_fee", "refunds")
def _refunds(sandbox: Sandbox, fee: JSON) -> JSON:
    found = sandbox.store.select("fee_refund", matching={"fee": fee["id"]}, limit=RECENT + 1)
    url = f"/v1/application_fees/{fee['id']}/refunds"
    return list_of(
        sandbox, url, found[:RECENT], has_more=len(found) > RECENT, total_count=len(found)
    )


@operation("GET", "/v1/application_fees/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One fee."""
    return call.fetch("application_fee", identifier)


@operation("GET", "/v1/application_fees", "ApplicationFeeListParams")
def list_all(call: Call) -> JSON:
    """Fees, by the connected account's payment or the platform's charge that they belong to."""
    charge = call.sandbox.store.find(call.params.get("charge"))
    wanted = {"charge": call.params.get("charge")}
    if charge is not None and charge["_account"] == call.sandbox.platform_id:
        wanted = {"originating_transaction": charge["id"]}
    return call.page("application_fee", "/v1/application_fees", wanted)


@operation("POST", "/v1/application_fees/<identifier>/refunds", "ApplicationFeeCreateRefundParams")
def create_refund(call: Call, identifier: str) -> JSON:
    """Give back all that is left of a fee, or ``amount`` of it."""
    fee = call.fetch("application_fee", identifier)
    left = fee["amount"] - fee["amount_refunded"]
    if left == 0:
        raise errors.refused(
            f"Application fee {identifier} has already been refunded.", "charge_already_refunded"
        )
    amount = call.params.get("amount", left)
    if amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on fee ({left})"
        raise errors.refused(message, None, "amount")
    return give_back(call.sandbox, fee, amount, metadata(call.params))


@operation("GET", "/v1/application_fees/<identifier>/refunds", "ApplicationFeeListRefundsParams")
def list_refunds(call: Call, identifier: str) -> JSON:
    """The refunds of a fee."""
    call.fetch("application_fee", identifier)
    return call.page(
        "fee_refund", f"/v1/application_fees/{identifier}/refunds", {"fee": identifier}
    )


@operation("GET", "/v1/application_fees/<identifier>/refunds/<refund>")
def retrieve_refund(call: Call, identifier: str, refund: str) -> JSON:
    """One refund of a fee."""
    call.fetch("application_fee", identifier)
    return call.fetch("fee_refund", refund)


@operation(
    "POST", "/v1/application_fees/<identifier>/refunds/<refund>", "ApplicationFeeRefundUpdateParams"
)
def update_refund(call: Call, identifier: str, refund: str) -> JSON:
    """Change the metadata of a fee's refund."""
    found = retrieve_refund(call, identifier, refund)
    before = found["metadata"]
    found["metadata"] = metadata(call.params, before)
    changed(call.sandbox, "application_fee.refund.updated", found, metadata=before)
    return found
