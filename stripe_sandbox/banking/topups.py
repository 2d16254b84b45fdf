"""Top-ups: own money that an account brings into its balance."""

from stripe_sandbox import currencies, ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, created_filter, metadata, operation, page_of, within
from stripe_sandbox.payments.refund_states import retry_unfunded
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

DAY = 86400
ARRIVES_SECONDS = DAY
_FAILING_SOURCES = {
    "btok_us_verified_noAccount": "no_account",
    "btok_us_verified_accountClosed": "account_closed",
    "btok_us_verified_insufficientFunds": "insufficient_funds",
    "btok_us_verified_debitNotAuthorized": "debit_not_authorized",
    "btok_us_verified_invalidCurrency": "invalid_currency",
}
_COPIED = ("description", "statement_descriptor", "transfer_group", "payment_method")


def begin(sandbox: Sandbox, account: str, amount: int, currency: str, **given: object) -> JSON:
    """Ask the bank for money (minor units); it is pending until ``arrive``."""
    now = sandbox.clock.now()
    topup: JSON = {
        **dict.fromkeys(_COPIED),
        "id": ids.new("tu"),
        "object": "topup",
        "amount": amount,
        "balance_transaction": None,
        "created": now,
        "currency": currency,
        "expected_availability_date": now + ARRIVES_SECONDS,
        "failure_code": None,
        "failure_message": None,
        "initiated_by": "merchant",
        "livemode": False,
        "metadata": {},
        "payment_method_options": None,
        "source": None,
        "status": "pending",
        **given,
    }
    sandbox.store.add(topup, account)
    emit(sandbox, "topup.created", topup)
    return topup


def arrive(sandbox: Sandbox, topup: JSON) -> None:
    """The money is in the balance, and refunds that waited for it are sent."""
    _refuse_unless_pending(topup)
    sandbox.timers.cancel("topup_arrives", topup["id"])
    credit = sandbox.ledger.enter(
        topup["_account"],
        "topup",
        topup["amount"],
        topup["currency"],
        topup["id"],
        category="topup",
        counterparty="banks",
        description=topup["description"],
    )
    topup.update(status="succeeded", balance_transaction=credit["id"])
    sandbox.store.save(topup)
    emit(sandbox, "topup.succeeded", topup)
    retry_unfunded(sandbox)


def fail(sandbox: Sandbox, topup: JSON, code: str) -> None:
    """The bank refuses."""
    _refuse_unless_pending(topup)
    sandbox.timers.cancel("topup_arrives", topup["id"])
    message = f"The bank refused this top-up: {code}."
    topup.update(status="failed", failure_code=code, failure_message=message)
    sandbox.store.save(topup)
    emit(sandbox, "topup.failed", topup)


def _refuse_unless_pending(topup: JSON) -> None:
    if topup["status"] != "pending":
        raise ValueError(f"the top-up is {topup['status']}")


@when_due("topup_arrives")
def _when_due(sandbox: Sandbox, topup_id: str) -> None:
    topup = sandbox.store.get(topup_id)
    if topup["status"] != "pending":
        return
    if topup["_fails"]:
        fail(sandbox, topup, topup["_fails"])
    else:
        arrive(sandbox, topup)


@operation("POST", "/v1/topups", "TopupCreateParams")
def create(call: Call) -> JSON:
    """Bring money in from the account's bank; it arrives a day later."""
    params, currency = call.params, currencies.check(call.params["currency"], "currency")
    if params["amount"] <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    given = {name: params[name] for name in _COPIED if name in params}
    topup = begin(
        call.sandbox,
        call.account,
        params["amount"],
        currency,
        metadata=metadata(params),
        _fails=_FAILING_SOURCES.get(params.get("source", "")),
        **given,
    )
    call.sandbox.timers.start("topup_arrives", topup["id"], ARRIVES_SECONDS)
    return topup


@operation("GET", "/v1/topups/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One top-up."""
    return call.fetch("topup", identifier)


@operation("GET", "/v1/topups", "TopupListParams")
def list_all(call: Call) -> JSON:
    """Top-ups, by status and amount."""
    amount = call.params.get("amount")
    wanted = {"status": call.params.get("status")}
    if not isinstance(amount, dict):
        return call.page("topup", "/v1/topups", {**wanted, "amount": amount})
    chosen = {name: value for name, value in wanted.items() if value is not None}
    found = call.sandbox.store.select("topup", call.account, chosen, created_filter(call.params))
    return page_of(call, "/v1/topups", [each for each in found if within(each["amount"], amount)])


@operation("POST", "/v1/topups/<identifier>", "TopupUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change description and metadata."""
    topup = call.fetch("topup", identifier)
    topup["metadata"] = metadata(call.params, topup["metadata"])
    topup["description"] = call.params.get("description", topup["description"])
    return call.sandbox.store.save(topup)


@operation("POST", "/v1/topups/<identifier>/cancel", "TopupCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """Give up a top-up that is pending."""
    topup = call.fetch("topup", identifier)
    if topup["status"] != "pending":
        raise errors.refused(f"Only pending top-ups can be canceled; it is {topup['status']}.")
    call.sandbox.timers.cancel("topup_arrives", identifier)
    topup["status"] = "canceled"
    changed(call.sandbox, "topup.canceled", topup, status="pending")
    return topup
