"""What the three modes of a Checkout Session sell: a payment, a subscription, a saved card."""

from dataclasses import dataclass, field

from stripe_sandbox import currencies
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata
from stripe_sandbox.billing import collection, lifecycle, objects, subscriptions
from stripe_sandbox.checkout import line_items
from stripe_sandbox.payments.rules import check_split
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

_FOREIGN = {
    "payment": ("subscription_data", "setup_intent_data"),
    "subscription": ("payment_intent_data", "setup_intent_data", "shipping_options", "submit_type"),
    "setup": ("line_items", "payment_intent_data", "subscription_data", "shipping_options"),
}


@dataclass(frozen=True)
class Offer:
    """What a session sells. ``subtotal`` is due now (minor units), None if nothing is sold."""

    items: list[JSON] = field(default_factory=list)
    currency: str | None = None
    subtotal: int | None = None
    options: list[JSON] = field(default_factory=list)
    members: JSON = field(default_factory=dict)
    """What the session keeps for the moment in which it is paid."""

    @property
    def shipping(self) -> int:
        """The price of the shipping that is chosen first, in minor units."""
        return int(self.options[0]["shipping_amount"]) if self.options else 0


def offer(call: Call) -> Offer:
    """The offer of a new session, or Stripe's error."""
    params = call.params
    mode = params.get("mode")
    if mode is None:
        raise errors.missing_param("mode")
    for name in _FOREIGN[mode]:
        if name in params:
            raise errors.invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if mode == "setup":
        return _nothing(call)
    if not params.get("line_items"):
        raise errors.missing_param("line_items")
    return _subscription(call) if mode == "subscription" else _payment(call)


def _nothing(call: Call) -> Offer:
    currency = call.params.get("currency")
    if currency is not None:
        currencies.check(currency, "currency")
    data = call.params.get("setup_intent_data") or {}
    return Offer(
        currency=currency, members={"_setup": data, "payment_status": "no_payment_required"}
    )


def _payment(call: Call) -> Offer:
    params = call.params
    items, currency = line_items.build(call, params["line_items"])
    options = line_items.shipping_options(call, params.get("shipping_options", []), currency)
    subtotal = sum(item["amount_total"] for item in items)
    found = Offer(items, currency, subtotal, options)
    total = subtotal + found.shipping
    currencies.check_charge(total, currency, "line_items")
    data = dict(params.get("payment_intent_data", {}))
    data["transfer_data"] = check_split(call, data, total, "payment_intent_data")
    found.members["_intent"] = data
    return found


def _subscription(call: Call) -> Offer:
    """Recurring items are due now unless there is a trial; one-time items always are."""
    items, currency = line_items.build(call, call.params["line_items"], recurring=True)
    recurring = [item for item in items if item["price"]["recurring"]]
    if not recurring:
        message = (
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices."
        )
        raise errors.invalid(message, "line_items")
    subscriptions.check_recurring([item["price"] for item in recurring], "line_items")
    data = call.params.get("subscription_data", {})
    sold = [(item["price"], item["quantity"]) for item in recurring]
    prefix = "subscription_data"
    terms = subscriptions.terms(call, data, prefix)
    trial_end = subscriptions.trial_of(call, data, sold, call.sandbox.clock.now(), prefix)
    due = [item for item in items if not (trial_end and item in recurring)]
    members = {
        "_terms": {**terms, "metadata": metadata(data)},
        "_trial_seconds": trial_end - call.sandbox.clock.now() if trial_end else None,
        "_base_url": call.base_url,
    }
    return Offer(items, currency, sum(item["amount_total"] for item in due), [], members)


def split_of(sandbox: Sandbox, session: JSON) -> JSON:
    """Fee, transfer and merchant of the first payment of a subscription."""
    terms = {"transfer_data": None, "on_behalf_of": None, **session["_terms"]}
    found = collection.split(sandbox, terms, session["amount_total"])
    return {**found, "on_behalf_of": terms["on_behalf_of"]}


def begin_subscription(sandbox: Sandbox, session: JSON, intent: JSON) -> None:
    """What was sold begins; its first invoice is (to be) paid by the intent, if one was needed."""
    trial = session["_trial_seconds"]
    subscription = objects.subscription(
        sandbox,
        session["_customer"],
        session["currency"],
        _account=session["_account"],
        _base_url=session["_base_url"],
        **{**session["_terms"], "default_payment_method": intent["payment_method"]},
    )
    recurring = [item for item in session["_line_items"] if item["price"]["recurring"]]
    once = [item for item in session["_line_items"] if not item["price"]["recurring"]]
    lifecycle.begin(
        sandbox,
        subscription,
        [(item["price"], item["quantity"]) for item in recurring],
        trial_end=subscription["start_date"] + trial if trial else None,
    )
    subscription["status"] = "trialing" if trial else "incomplete"
    invoice = collection.draw_up(
        sandbox, subscription, "subscription_create", free=bool(trial), extra=once
    )
    if intent["object"] == "payment_intent":
        collection.attach_intent(sandbox, invoice, intent)
        intent["_invoice"] = invoice["id"]
        sandbox.store.save(intent)
    if intent["status"] == "succeeded":
        collection.paid(sandbox, invoice)
    emit(sandbox, "customer.subscription.created", sandbox.store.get(subscription["id"]))
    session.update(subscription=subscription["id"], invoice=invoice["id"])
