"""Subscriptions (docs.stripe.com/api/subscriptions)."""

from typing import Any

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.billing import collection, objects
from stripe_sandbox.billing.lifecycle import (
    DAY,
    begin,
    end,
    first_collection,
    move_to_next_period,
)
from stripe_sandbox.catalog import prices
from stripe_sandbox.customers.customer_objects import fetch as fetch_customer
from stripe_sandbox.payments.attempts import Decline, card_error
from stripe_sandbox.payments.rules import check_split, named
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

_PLAIN = ("description",)
_MAX_ITEMS = 20
_NOT_OFFERED = (
    "add_invoice_items", "automatic_tax", "backdate_start_date", "billing_cycle_anchor",
    "billing_cycle_anchor_config", "cancel_at", "days_until_due", "default_tax_rates", "discounts",
    "pause_collection", "payment_settings", "trial_settings",
)  # fmt: skip


@operation("POST", "/v1/subscriptions", "SubscriptionCreateParams")
def create(call: Call) -> JSON:
    """Sell recurring prices to a customer, and collect for the first period."""
    params = call.params
    customer = fetch_customer(call, params["customer"])
    refuse_ignored(params)
    sold = _sold(call, params.get("items") or [])
    subscription = objects.subscription(
        call.sandbox,
        customer["id"],
        sold[0][0]["currency"],
        _account=call.account,
        _base_url=call.base_url,
        metadata=metadata(params),
        **terms(call, params),
    )
    refuse_foreign_method(call, subscription, customer["id"])
    trial_end = trial_of(call, params, sold, subscription["start_date"])
    waits = trial_end or params.get("payment_behavior") == "default_incomplete"
    if not waits and collection.method_of(call.sandbox, subscription) is None:
        refuse_without_method()
    begin(call.sandbox, subscription, sold, trial_end=trial_end)
    return _collect_first(call, subscription)


def _collect_first(call: Call, subscription: JSON) -> JSON:
    behavior = call.params.get("payment_behavior", "allow_incomplete")
    if behavior == "default_incomplete" and subscription["trial_end"] is None:
        _leave_open(call, subscription)
    else:
        decline = first_collection(call.sandbox, subscription)
        if decline is not None and behavior == "error_if_incomplete":
            invoice = call.sandbox.store.get(subscription["latest_invoice"])
            raise declined(call, invoice, decline)
    kept = call.sandbox.store.get(subscription["id"])
    emit(call.sandbox, "customer.subscription.created", kept)
    return kept


def declined(call: Call, invoice: JSON, decline: Decline) -> errors.ApiError:
    """The 402 of ``error_if_incomplete``, which leaves everything as it was."""
    error = card_error(call.sandbox, call.sandbox.store.get(invoice["_intent"]), decline)
    error.keeps_changes = False
    return error


def _leave_open(call: Call, subscription: JSON) -> None:
    """``default_incomplete``: the client confirms the payment intent of the first invoice."""
    invoice = collection.draw_up(call.sandbox, subscription, "subscription_create", extra=[])
    collection.open_intent(call.sandbox, invoice)


def refuse_without_method() -> None:
    """There must be something to pay with."""
    message = (
        "This customer has no attached payment source or default payment method. Please "
        "consider adding a default payment method."
    )
    raise errors.invalid(message, None, "resource_missing")


def refuse_ignored(params: JSON, *besides: str) -> None:
    """What the sandbox does not do, it does not pretend to do."""
    for name in _NOT_OFFERED:
        if name not in besides and params.get(name) not in (None, ""):
            raise errors.invalid(f"The sandbox does not offer `{name}`.", name)


def refuse_foreign_method(call: Call, given: JSON, customer: str) -> None:
    """Nobody pays with somebody else's card."""
    method = given.get("default_payment_method")
    if method is not None and call.sandbox.store.get(method)["customer"] != customer:
        message = f"The customer does not have a payment method with the ID {method}."
        raise errors.invalid(message, "default_payment_method", "resource_missing")


def _sold(call: Call, given: list[JSON]) -> list[tuple[JSON, int]]:
    """The recurring prices of ``items`` with their quantities."""
    if not given:
        raise errors.missing_param("items")
    if len(given) > _MAX_ITEMS:
        raise errors.invalid(f"You can only pass up to {_MAX_ITEMS} items", "items")
    sold = [sold_price(call, each, f"items[{n}]") for n, each in enumerate(given)]
    check_recurring([price for price, _ in sold], "items")
    return sold


def sold_price(call: Call, given: JSON, param: str) -> tuple[JSON, int]:
    """A price that is named or made on the spot, and how many of it."""
    if "price" in given:
        price = prices.stored(call, given["price"], f"{param}[price]")
    elif "price_data" in given:
        price = prices.inline(call, given["price_data"], f"{param}[price_data]")
    else:
        raise errors.missing_param(f"{param}[price]")
    return price, quantity_of(given, param)


def quantity_of(given: JSON, param: str, before: int = 1) -> int:
    """How many of a price."""
    quantity = int(given.get("quantity", before))
    if quantity < 0:
        message = "Invalid non-negative integer"
        raise errors.invalid(message, f"{param}[quantity]", "parameter_invalid_integer")
    return quantity


def check_recurring(found: list[JSON], param: str) -> None:
    """Prices of one subscription recur, in one currency and one rhythm."""
    if not all(price["recurring"] for price in found):
        message = (
            "The price specified is set to `type=one_time` but this field only accepts prices "
            "with `type=recurring`."
        )
        raise errors.invalid(message, f"{param}[0][price]")
    rhythms = {
        (price["currency"], price["recurring"]["interval"], price["recurring"]["interval_count"])
        for price in found
    }
    if len(rhythms) > 1:
        message = "All prices of a subscription must have the same currency and billing interval."
        raise errors.invalid(message, param)


def terms(call: Call, given: JSON, prefix: str = "") -> JSON:
    """Fee, destination, merchant of record, payment method: as members of a subscription."""
    data = given.get("transfer_data") or None
    check_split(call, {"transfer_data": _destination(data), **_merchant(given)}, 0, prefix)
    if given.get("collection_method", "charge_automatically") != "charge_automatically":
        message = "The sandbox collects automatically only."
        raise errors.invalid(message, named(prefix, "collection_method"))
    found: JSON = {name: given[name] for name in _PLAIN if name in given}
    found |= _merchant(given)
    if "cancel_at_period_end" in given:
        found["cancel_at_period_end"] = given["cancel_at_period_end"]
    if given.get("default_payment_method"):
        param = named(prefix, "default_payment_method")
        method = call.fetch("payment_method", given["default_payment_method"], param, 400)
        found["default_payment_method"] = method["id"]
    if data:
        found |= _transfer_data(data, prefix)
    if given.get("application_fee_percent") not in (None, ""):
        found |= _fee(call, given["application_fee_percent"], data, prefix)
    return found


def _destination(data: JSON | None) -> JSON | None:
    return {"destination": data["destination"]} if data else None


def _merchant(given: JSON) -> JSON:
    return {"on_behalf_of": given["on_behalf_of"] or None} if "on_behalf_of" in given else {}


def _percent(text: str, param: str) -> float:
    value = float(text)
    if not 0 <= value <= 100 or round(value, 2) != value:
        message = "Invalid percent: it must be from 0 to 100 with at most two decimal places."
        raise errors.invalid(message, param)
    return value


def _transfer_data(data: JSON, prefix: str) -> JSON:
    percent = data.get("amount_percent")
    param = named(prefix, "transfer_data", "amount_percent")
    shown = None if percent is None else _percent(percent, param)
    return {
        "transfer_data": {"destination": data["destination"], "amount_percent": shown},
        "_amount_percent": percent,
    }


def _fee(call: Call, percent: str, data: JSON | None, prefix: str) -> JSON:
    param = named(prefix, "application_fee_percent")
    if data is None and call.on_platform:
        message = (
            "You must specify `transfer_data[destination]` or use the Stripe-Account header to "
            "take an application fee."
        )
        raise errors.invalid(message, param, "application_fees_not_allowed")
    if data is not None and data.get("amount_percent") is not None:
        raise errors.exclusive(param, named(prefix, "transfer_data", "amount_percent"))
    return {"application_fee_percent": _percent(percent, param), "_fee_percent": percent}


def trial_of(
    call: Call, given: JSON, sold: list[tuple[JSON, int]], start: int, prefix: str = ""
) -> int | None:
    """When the trial ends (Unix seconds), if there is one."""
    if "trial_end" in given and "trial_period_days" in given:
        raise errors.exclusive(named(prefix, "trial_end"), named(prefix, "trial_period_days"))
    if given.get("trial_end") not in (None, "now"):
        ends = int(given["trial_end"])
        if ends <= call.sandbox.clock.now():
            message = "Invalid timestamp: must be an integer Unix timestamp in the future."
            raise errors.invalid(message, named(prefix, "trial_end"))
        return ends
    days = given.get("trial_period_days")
    if days is None and given.get("trial_from_plan"):
        days = max((price["recurring"]["trial_period_days"] or 0 for price, _ in sold), default=0)
    if days is not None and days < 0:
        message = "Invalid non-negative integer"
        raise errors.invalid(message, named(prefix, "trial_period_days"))
    return start + days * DAY if days else None


@operation("GET", "/v1/subscriptions/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One subscription."""
    return call.fetch("subscription", identifier)


@operation("GET", "/v1/subscriptions", "SubscriptionListParams")
def list_all(call: Call) -> JSON:
    """Subscriptions, by customer and status; ended ones only if they are asked for."""
    wanted = {"customer": call.params.get("customer")}
    status = call.params.get("status")
    if status not in (None, "all", "ended"):
        wanted["status"] = status
    if "price" in call.params:
        raise errors.invalid("The sandbox does not filter by `price`.", "price")
    if status in (None, "ended"):
        wanted["_ended"] = status == "ended"
    return call.page("subscription", "/v1/subscriptions", wanted)


def alive(call: Call, identifier: str) -> JSON:
    """A subscription that has not ended for good."""
    subscription = call.fetch("subscription", identifier)
    if subscription["status"] in ("canceled", "incomplete_expired"):
        message = f"No such subscription: '{identifier}'"
        raise errors.invalid(message, "id", "resource_missing", status=404)
    return subscription


@operation("DELETE", "/v1/subscriptions/<identifier>", "SubscriptionCancelParams")
def cancel(call: Call, identifier: str) -> JSON:
    """End the subscription now. Nothing is given back."""
    subscription = alive(call, identifier)
    for name in ("invoice_now", "prorate"):
        if call.params.get(name):
            raise errors.invalid(f"The sandbox does not offer `{name}`.", name)
    details: Any = call.params.get("cancellation_details") or {}
    subscription["cancellation_details"].update(details)
    end(call.sandbox, subscription, "cancellation_requested")
    return subscription


@operation("POST", "/v1/subscriptions/<identifier>/resume", "SubscriptionResumeParams")
def resume(call: Call, identifier: str) -> JSON:
    """Go on with a paused subscription: a new period begins and is collected for."""
    subscription = alive(call, identifier)
    if subscription["status"] != "paused":
        raise errors.refused("Only paused subscriptions can be resumed.")
    now = call.sandbox.clock.now()
    subscription.update(status="active", billing_cycle_anchor=now)
    move_to_next_period(call.sandbox, subscription, now)
    changed(call.sandbox, "customer.subscription.resumed", subscription)
    invoice = collection.draw_up(call.sandbox, subscription, "subscription_update", extra=[])
    collection.collect(call.sandbox, invoice)
    return call.sandbox.store.get(identifier)


@operation("POST", "/v1/subscriptions/<identifier>/pause", "SubscriptionPauseParams")
def pause(call: Call, identifier: str) -> JSON:
    """Stop renewing until the subscription is resumed."""
    subscription = alive(call, identifier)
    if subscription["status"] not in ("active", "trialing"):
        raise errors.refused("Only active subscriptions can be paused.")
    subscription["status"] = "paused"
    call.sandbox.timers.cancel("renew_subscription", identifier)
    changed(call.sandbox, "customer.subscription.paused", subscription)
    return subscription


@operation("GET", "/v1/subscription_items", "SubscriptionItemListParams")
def list_items(call: Call) -> JSON:
    """The items of a subscription."""
    wanted = {"subscription": call.params["subscription"]}
    return call.page("subscription_item", "/v1/subscription_items", wanted)


@operation("GET", "/v1/subscription_items/<identifier>")
def retrieve_item(call: Call, identifier: str) -> JSON:
    """One item of a subscription."""
    return call.fetch("subscription_item", identifier)
