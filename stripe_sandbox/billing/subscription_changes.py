"""What can be changed of a subscription (docs.stripe.com/api/subscriptions/update).

What is billed at once is collected after the change is kept, so a declined payment leaves the
subscription past due; with ``payment_behavior=error_if_incomplete`` it undoes the change instead.
"""

from typing import Any

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.billing import collection, objects
from stripe_sandbox.billing.collection import items_of
from stripe_sandbox.billing.lifecycle import end_later, move_to_next_period, rhythm_of
from stripe_sandbox.billing.subscriptions import (
    alive,
    check_recurring,
    declined,
    quantity_of,
    refuse_foreign_method,
    refuse_ignored,
    refuse_without_method,
    sold_price,
    terms,
)
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed

_BEHAVIORS = ("allow_incomplete", "error_if_incomplete")


@operation("POST", "/v1/subscriptions/<identifier>", "SubscriptionUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change the terms, the items (without proration) or when it ends."""
    subscription, params = alive(call, identifier), call.params
    _refuse(params)
    changes = terms(call, _with_destination(params, subscription))
    refuse_foreign_method(call, changes, subscription["customer"])
    subscription.update(changes)
    if subscription.get("_fee_percent") and subscription.get("_amount_percent"):
        raise errors.exclusive("application_fee_percent", "transfer_data[amount_percent]")
    _change_end(call, subscription)
    subscription["metadata"] = metadata(params, subscription["metadata"])
    begins = _change_items(call, subscription)
    if begins:
        _begin_period(call, subscription)
    changed(call.sandbox, "customer.subscription.updated", subscription)
    if begins:
        _collect(call, subscription)
    return call.sandbox.store.get(identifier)


def _refuse(params: JSON) -> None:
    refuse_ignored(params, "billing_cycle_anchor", "cancel_at")
    if params.get("payment_behavior", _BEHAVIORS[0]) not in _BEHAVIORS:
        message = "The sandbox offers allow_incomplete and error_if_incomplete for changes."
        raise errors.invalid(message, "payment_behavior")


def _with_destination(params: JSON, subscription: JSON) -> JSON:
    """A new fee counts for the destination that the subscription has already."""
    known = subscription["transfer_data"]
    if "application_fee_percent" in params and "transfer_data" not in params and known:
        return {**params, "transfer_data": {"destination": known["destination"]}}
    return params


def _change_end(call: Call, subscription: JSON) -> None:
    """By ``cancel_at_period_end``, or by ``cancel_at`` as subscriptions of flexible billing have
    it (docs.stripe.com/billing/subscriptions/cancel): then the flag stays false.
    """
    params = call.params
    if "cancel_at" in params and "cancel_at_period_end" in params:
        raise errors.exclusive("cancel_at", "cancel_at_period_end")
    if "cancel_at_period_end" in params:
        end_later(call.sandbox, subscription, later=params["cancel_at_period_end"])
    elif "cancel_at" in params:
        if params["cancel_at"] not in ("", "min_period_end"):
            message = "The sandbox offers `min_period_end` and nothing as `cancel_at`."
            raise errors.invalid(message, "cancel_at")
        end_later(call.sandbox, subscription, later=params["cancel_at"] != "")
        subscription["cancel_at_period_end"] = False


def _change_items(call: Call, subscription: JSON) -> bool:
    """Other prices or quantities count from the next invoice on; whether a period begins now.

    One does with another rhythm, with ``billing_cycle_anchor[type]=now`` and with the end of the
    trial (``trial_end=now``); else a trial goes on until its end
    (docs.stripe.com/billing/subscriptions/change-price).
    """
    params, sandbox = call.params, call.sandbox
    before = rhythm_of(items_of(sandbox, subscription))
    anchored = (params.get("billing_cycle_anchor") or {}).get("type") == "now"
    if "items" in params or anchored:
        _exchange_items(call, subscription)
    if subscription["status"] == "trialing":
        return bool(params.get("trial_end") == "now")
    return anchored or rhythm_of(items_of(sandbox, subscription)) != before


def _exchange_items(call: Call, subscription: JSON) -> None:
    if call.params.get("proration_behavior", "create_prorations") != "none":
        message = (
            "The sandbox does not prorate. Pass proration_behavior=none; the new price then "
            "counts from the next invoice on."
        )
        raise errors.invalid(message, "proration_behavior")
    known = {each["id"]: each for each in items_of(call.sandbox, subscription)}
    for position, given in enumerate(call.params.get("items") or []):
        _change_item(call, subscription, known, given, f"items[{position}]")
    after = items_of(call.sandbox, subscription)
    if not after:
        raise errors.invalid("A subscription must have at least one item.", "items")
    check_recurring([each["price"] for each in after], "items")


def _change_item(
    call: Call, subscription: JSON, known: dict[str, JSON], given: JSON, param: str
) -> None:
    if "id" not in given:
        objects.item(call.sandbox, subscription, *sold_price(call, given, param))
        return
    item = known.get(given["id"])
    if item is None:
        raise errors.missing("subscription_item", given["id"], f"{param}[id]", 400)
    if given.get("deleted"):
        call.sandbox.store.delete(item["id"])
        return
    if "price" in given or "price_data" in given:
        price, _ = sold_price(call, given, param)
        item.update(price=price, plan=objects.plan_of(price))
    item["quantity"] = quantity_of(given, param, item["quantity"])
    call.sandbox.store.save(item)


def _begin_period(call: Call, subscription: JSON) -> None:
    now: Any = call.sandbox.clock.now()
    if subscription["status"] == "trialing":
        subscription.update(status="active", trial_end=now)
    subscription["billing_cycle_anchor"] = now
    move_to_next_period(call.sandbox, subscription, now)


def _collect(call: Call, subscription: JSON) -> None:
    """Bill the period that begins; a decline undoes the change if the caller wants it so."""
    strict = call.params.get("payment_behavior") == "error_if_incomplete"
    if strict and collection.method_of(call.sandbox, subscription) is None:
        refuse_without_method()
    invoice = collection.draw_up(call.sandbox, subscription, "subscription_update", extra=[])
    decline = collection.collect(call.sandbox, invoice)
    if decline is not None and strict:
        raise declined(call, call.sandbox.store.get(invoice["id"]), decline)
