"""Payouts as the API offers them."""

from stripe_sandbox import currencies
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import (
    Call,
    created_filter,
    metadata,
    operation,
    page_of,
    within,
)
from stripe_sandbox.banking.payout_states import Order, pay_out
from stripe_sandbox.banking.payout_states import cancel as cancel_payout
from stripe_sandbox.connect.banks import KINDS, default_of
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed

_WHOLE_HUNDREDS = ("huf", "twd")
_REVERSIBLE_COUNTRIES = ("US", "CA")


def _refuse_on_standard(call: Call) -> None:
    account = call.sandbox.store.get(call.account)
    if not call.on_platform and account["type"] == "standard":
        message = "You cannot create payouts on behalf of a Standard account."
        raise errors.invalid(message, code="not_allowed_on_standard_account")


@operation("POST", "/v1/payouts", "PayoutCreateParams")
def create(call: Call) -> JSON:
    """Send available money to the account's bank or debit card."""
    _refuse_on_standard(call)
    params, currency = call.params, currencies.check(call.params["currency"], "currency")
    _check_amount(params["amount"], currency)
    account = call.sandbox.store.get(call.account)
    if not account["payouts_enabled"]:
        raise errors.refused("Payouts are not enabled for this account.", "payouts_not_allowed")
    target = _destination(call, account, currency)
    _check_method(params.get("method", "standard"), target)
    _check_funds(call.sandbox, call.account, params["amount"], currency)
    copied = ("description", "method", "payout_method", "source_type", "statement_descriptor")
    given = {name: params[name] for name in copied if name in params}
    order = Order(params["amount"], currency, target, given={**given, "metadata": metadata(params)})
    return pay_out(call.sandbox, call.account, order)


def _check_amount(amount: int, currency: str) -> None:
    if amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if currency in _WHOLE_HUNDREDS and amount % 100:
        message = f"Payouts in {currency.upper()} must be evenly divisible by 100."
        raise errors.invalid(message, "amount")


def _destination(call: Call, account: JSON, currency: str) -> JSON:
    identifier = call.params.get("destination")
    if identifier is None:
        found = default_of(call.sandbox, account, currency)
        if found is None:
            message = f"Sorry, you don't have any external accounts in that currency ({currency})."
            raise errors.refused(message)
        return found
    found = call.sandbox.store.find(identifier)
    if found is None or found["object"] not in KINDS or found["_account"] != call.account:
        raise errors.missing("external account", identifier, "destination", 400)
    if found["currency"] != currency:
        message = f"The external account {identifier} does not take {currency}."
        raise errors.invalid(message, "destination")
    return found


def _check_method(method: str, target: JSON) -> None:
    if method not in target["available_payout_methods"]:
        message = "Payouts failed: this external account does not support instant payouts."
        raise errors.refused(message, "instant_payouts_unsupported", "method")


def _check_funds(sandbox: Sandbox, account: str, amount: int, currency: str) -> None:
    if sandbox.ledger.available(account, currency) < amount:
        message = (
            "You have insufficient funds in your Stripe account for this payout. Your card "
            "balance is too low."
        )
        raise errors.refused(message, "balance_insufficient")


@operation("GET", "/v1/payouts/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One payout."""
    return call.fetch("payout", identifier)


@operation("GET", "/v1/payouts", "PayoutListParams")
def list_all(call: Call) -> JSON:
    """Payouts, by status, destination and arrival."""
    wanted = {name: call.params.get(name) for name in ("status", "destination")}
    if "arrival_date" not in call.params:
        return call.page("payout", "/v1/payouts", wanted)
    chosen = {name: value for name, value in wanted.items() if value is not None}
    found = call.sandbox.store.select("payout", call.account, chosen, created_filter(call.params))
    arrival = created_filter({"created": call.params["arrival_date"]})
    arriving = [each for each in found if within(each["arrival_date"], arrival)]
    return page_of(call, "/v1/payouts", arriving)


@operation("POST", "/v1/payouts/<identifier>", "PayoutUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change the metadata."""
    payout = call.fetch("payout", identifier)
    before = payout["metadata"]
    payout["metadata"] = metadata(call.params, before)
    changed(call.sandbox, "payout.updated", payout, metadata=before)
    return payout


@operation("POST", "/v1/payouts/<identifier>/cancel", "PayoutCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """Keep the money of a manual payout that is still pending."""
    _refuse_on_standard(call)
    payout = call.fetch("payout", identifier)
    if payout["automatic"]:
        raise errors.refused("Automatic payouts cannot be canceled.")
    if payout["status"] != "pending":
        message = f"Only pending payouts can be canceled; this one is {payout['status']}."
        raise errors.refused(message)
    cancel_payout(call.sandbox, payout)
    return payout


@operation("POST", "/v1/payouts/<identifier>/reverse", "PayoutReverseParams")
def reverse(call: Call, identifier: str) -> JSON:
    """Take a connected account's payout back from its bank (US and Canada)."""
    _refuse_on_standard(call)
    payout = call.fetch("payout", identifier)
    _check_reversible(call, payout)
    target = call.sandbox.store.find(payout["destination"])
    order = Order(
        -payout["amount"],
        payout["currency"],
        target,
        original=payout,
        given={"metadata": metadata(call.params)},
    )
    reversal = pay_out(call.sandbox, call.account, order)
    payout["reversed_by"] = reversal["id"]
    changed(call.sandbox, "payout.updated", payout, reversed_by=None)
    return reversal


def _check_reversible(call: Call, payout: JSON) -> None:
    if call.on_platform:
        raise errors.refused("You can only reverse payouts of connected accounts.")
    if call.sandbox.store.get(call.account)["country"] not in _REVERSIBLE_COUNTRIES:
        raise errors.refused("Only payouts to US and Canadian bank accounts can be reversed.")
    if payout["original_payout"]:
        raise errors.refused("This payout is itself the reversal of a payout.")
    if payout["reversed_by"]:
        raise errors.refused("This payout has already been reversed.")
    if payout["status"] not in ("paid", "in_transit"):
        raise errors.refused(f"This payout cannot be reversed: it is {payout['status']}.")
