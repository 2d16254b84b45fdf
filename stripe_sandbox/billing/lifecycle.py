"""The life of a subscription: begun, renewed, in arrears, ended; driven by the sandbox's clock.

Periods follow each other without gaps however far the clock is moved: the next one is due one
period after the last was due, not after it was noticed.
"""

from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.billing import collection, objects
from stripe_sandbox.billing.collection import items_of, when_failed, when_paid
from stripe_sandbox.billing.periods import end_of
from stripe_sandbox.customers.customer_objects import when_deleted
from stripe_sandbox.payments.attempts import Decline
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

DAY = 86400
RETRY_DAYS = (3, 5, 7)
"""Days between the attempts to collect a renewal; then the subscription ends."""

INCOMPLETE_SECONDS = 23 * 3600
_WARNED_DAYS = 3
_LIVE = ("trialing", "active", "past_due", "unpaid", "incomplete", "paused")


def begin(
    sandbox: Sandbox,
    subscription: JSON,
    sold: list[tuple[JSON, int]],
    *,
    trial_end: int | None = None,
) -> JSON:
    """Keep a new subscription with its items; nothing is collected yet."""
    start = subscription["start_date"]
    recurring = sold[0][0]["recurring"]
    end = trial_end or end_of(start, recurring, start)
    subscription.update(_period=[start, end], _due=sandbox.clock.sandbox_now() + end - start)
    if trial_end:
        subscription.update(trial_start=start, trial_end=trial_end, billing_cycle_anchor=trial_end)
        _warn_later(sandbox, subscription)
    sandbox.store.add(subscription, subscription["_account"])
    for price, quantity in sold:
        objects.item(sandbox, subscription, price, quantity)
    _start_timer(sandbox, subscription)
    return subscription


def _start_timer(sandbox: Sandbox, subscription: JSON) -> None:
    sandbox.timers.cancel("renew_subscription", subscription["id"])
    left = subscription["_due"] - sandbox.clock.sandbox_now()
    sandbox.timers.start("renew_subscription", subscription["id"], left)


def _warn_later(sandbox: Sandbox, subscription: JSON) -> None:
    seconds = subscription["trial_end"] - subscription["start_date"] - _WARNED_DAYS * DAY
    sandbox.timers.start("trial_will_end", subscription["id"], max(0, seconds))


@when_due("trial_will_end")
def _trial_will_end(sandbox: Sandbox, subscription_id: str) -> None:
    subscription = sandbox.store.get(subscription_id)
    if subscription["status"] == "trialing":
        emit(sandbox, "customer.subscription.trial_will_end", subscription)


@when_due("renew_subscription")
def _renew_when_due(sandbox: Sandbox, subscription_id: str) -> None:
    subscription = sandbox.store.get(subscription_id)
    if subscription["status"] in ("trialing", "active", "past_due", "unpaid"):
        renew(sandbox, subscription)


def renew(sandbox: Sandbox, subscription: JSON) -> None:
    """The period is over: begin the next one and collect for it, or end."""
    if subscription["cancel_at_period_end"] or subscription["cancel_at"] is not None:
        end(sandbox, subscription, "cancellation_requested")
        return
    move_to_next_period(sandbox, subscription)
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    changed(sandbox, "customer.subscription.updated", subscription)
    invoice = collection.draw_up(sandbox, subscription, "subscription_cycle", extra=[])
    collection.collect(sandbox, invoice)


def move_to_next_period(sandbox: Sandbox, subscription: JSON, start: int | None = None) -> None:
    """Begin the period after this one, or one at ``start``."""
    items = items_of(sandbox, subscription)
    begins = subscription["_period"][1] if start is None else start
    ends = end_of(begins, items[0]["price"]["recurring"], subscription["billing_cycle_anchor"])
    due_from = subscription["_due"] if start is None else sandbox.clock.sandbox_now()
    subscription.update(_period=[begins, ends], _due=due_from + ends - begins)
    for each in items:
        each.update(current_period_start=begins, current_period_end=ends)
        sandbox.store.save(each)
    _start_timer(sandbox, subscription)


def end_later(sandbox: Sandbox, subscription: JSON, *, later: bool) -> None:
    """Let it end with its period, or go on after all. The caller saves."""
    ends = subscription["_period"][1] if later else None
    canceled = sandbox.clock.now() if later else None
    subscription.update(cancel_at_period_end=later, cancel_at=ends, canceled_at=canceled)
    reason = "cancellation_requested" if later else None
    subscription["cancellation_details"]["reason"] = reason


def follow_rhythm(sandbox: Sandbox, subscription: JSON, before: list[JSON]) -> None:
    """Items that recur in another rhythm than ``before`` begin a period at once.

    A trial goes on until its end (docs.stripe.com/billing/subscriptions/change-price).
    """
    now_recurs = rhythm_of(items_of(sandbox, subscription))
    if subscription["status"] == "trialing" or now_recurs == rhythm_of(before):
        return
    now = sandbox.clock.now()
    subscription["billing_cycle_anchor"] = now
    move_to_next_period(sandbox, subscription, now)
    sandbox.store.save(subscription)
    invoice = collection.draw_up(sandbox, subscription, "subscription_update", extra=[])
    collection.collect(sandbox, invoice)


def rhythm_of(items: list[JSON]) -> set[tuple[str, int]]:
    """In which intervals these items recur."""
    recurring = [item["price"]["recurring"] for item in items]
    return {(each["interval"], each["interval_count"]) for each in recurring}


def first_collection(
    sandbox: Sandbox, subscription: JSON, *, present: bool = False
) -> Decline | None:
    """Collect for the first period; a trial costs nothing. The status tells the outcome."""
    trial = subscription["trial_end"] is not None
    invoice = collection.draw_up(sandbox, subscription, "subscription_create", free=trial, extra=[])
    if trial:
        subscription["status"] = "trialing"
        sandbox.store.save(subscription)
    decline = collection.collect(sandbox, invoice, present=present)
    latest = sandbox.store.get(subscription["id"])
    if latest["status"] == "incomplete":
        sandbox.timers.start("expire_incomplete", subscription["id"], INCOMPLETE_SECONDS)
    return decline


@when_due("expire_incomplete")
def _expire_incomplete(sandbox: Sandbox, subscription_id: str) -> None:
    subscription = sandbox.store.get(subscription_id)
    if subscription["status"] != "incomplete":
        return
    void(sandbox, sandbox.store.get(subscription["latest_invoice"]))
    subscription.update(status="incomplete_expired", ended_at=sandbox.clock.now(), _ended=True)
    changed(sandbox, "customer.subscription.updated", subscription)


def void(sandbox: Sandbox, invoice: JSON) -> None:
    """Nobody will pay this invoice; its intent is canceled with it."""
    invoice.update(status="void", auto_advance=False, next_payment_attempt=None)
    invoice["status_transitions"]["voided_at"] = sandbox.clock.now()
    sandbox.store.save(invoice)
    intent = sandbox.store.find(invoice.get("_intent"))
    if intent is not None and intent["status"] not in ("succeeded", "processing", "canceled"):
        intent.update(
            status="canceled",
            canceled_at=sandbox.clock.now(),
            cancellation_reason="void_invoice",
            next_action=None,
        )
        sandbox.store.save(intent)
        emit(sandbox, "payment_intent.canceled", intent)
    emit(sandbox, "invoice.voided", invoice)


@when_paid
def _in_good_order(sandbox: Sandbox, invoice: JSON) -> None:
    subscription = sandbox.store.get(invoice["_subscription"])
    sandbox.timers.cancel("retry_invoice", invoice["id"])
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        subscription["status"] = "active"
        if invoice["billing_reason"] == "subscription_create":
            sandbox.store.save(subscription)
        else:
            changed(sandbox, "customer.subscription.updated", subscription)


@when_failed
def _in_arrears(sandbox: Sandbox, invoice: JSON) -> None:
    """A first invoice leaves the subscription incomplete; a later one makes it past due."""
    subscription = sandbox.store.get(invoice["_subscription"])
    if invoice["billing_reason"] == "subscription_create":
        return
    if subscription["status"] == "active":
        subscription["status"] = "past_due"
        changed(sandbox, "customer.subscription.updated", subscription)
    tries = invoice["attempt_count"]
    if tries <= len(RETRY_DAYS):
        seconds = RETRY_DAYS[tries - 1] * DAY
        invoice["next_payment_attempt"] = sandbox.clock.now() + seconds
        sandbox.store.save(invoice)
        sandbox.timers.start("retry_invoice", invoice["id"], seconds)
    elif subscription["status"] == "past_due":
        _give_up(sandbox, subscription)


@when_due("retry_invoice")
def _retry(sandbox: Sandbox, invoice_id: str) -> None:
    invoice = sandbox.store.get(invoice_id)
    if invoice["status"] == "open":
        collection.collect(sandbox, invoice)


def _give_up(sandbox: Sandbox, subscription: JSON) -> None:
    """Every retry has failed: Stripe's setting decides, here the switch ``dunning_ends``."""
    outcome = sandbox.switches.dunning_ends
    if outcome == "canceled":
        end(sandbox, subscription, "payment_failed")
    elif outcome == "unpaid":
        subscription["status"] = "unpaid"
        changed(sandbox, "customer.subscription.updated", subscription)


def end(sandbox: Sandbox, subscription: JSON, reason: str) -> None:
    """The subscription is over for good."""
    now = sandbox.clock.now()
    sandbox.timers.cancel("renew_subscription", subscription["id"])
    _stop_collecting(sandbox, subscription)
    subscription.update(status="canceled", ended_at=now, _ended=True)
    subscription["canceled_at"] = subscription["canceled_at"] or now
    subscription["cancellation_details"]["reason"] = reason
    sandbox.store.save(subscription)
    emit(sandbox, "customer.subscription.deleted", subscription)


def _stop_collecting(sandbox: Sandbox, subscription: JSON) -> None:
    """What is owed stays open, but nobody is charged any more."""
    owed = {"_subscription": subscription["id"], "status": "open"}
    for invoice in sandbox.store.select("invoice", subscription["_account"], owed):
        sandbox.timers.cancel("retry_invoice", invoice["id"])
        invoice.update(auto_advance=False, next_payment_attempt=None)
        sandbox.store.save(invoice)


@when_deleted
def _customer_is_gone(sandbox: Sandbox, customer: JSON) -> None:
    for subscription in sandbox.store.select(
        "subscription", customer["_account"], {"customer": customer["id"]}
    ):
        if subscription["status"] in _LIVE:
            end(sandbox, subscription, "cancellation_requested")


@computed("subscription", "items")
def _items(sandbox: Sandbox, subscription: JSON) -> JSON:
    found = items_of(sandbox, subscription)
    url = f"/v1/subscription_items?subscription={subscription['id']}"
    return list_of(sandbox, url, found, total_count=len(found))
