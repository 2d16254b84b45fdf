"""What sellers pay the marketplace for the application: plans, and who is on which.

A plan's price is a Price at Stripe on the platform's own account, a seller on it is a Customer
with a Subscription there (https://docs.stripe.com/billing/subscriptions/overview). Price and fee of
a plan never change; another one is another plan. Which plan a seller is on follows from the newest
read of the subscription, and is stored nowhere else.
"""

from dataclasses import dataclass, replace
from typing import Any

from storefront import clock, money
from storefront.audit import service as audit
from storefront.current import Services
from storefront.errors import Invalid, NotFound, Refused
from storefront.fees import FeeRule
from storefront.ids import new_id
from storefront.plans import repository
from storefront.plans.repository import MONTH, YEAR, Plan, Purchase
from storefront.plans.repository import subscribers as lists
from storefront.plans.repository.subscribers import Subscriber
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.service import (
    ACTIVE,
    CANCELED,
    INCOMPLETE,
    INCOMPLETE_EXPIRED,
    PAST_DUE,
    PAUSED,
    TRIALING,
    UNPAID,
    StripeSubscription,
)

__all__ = ["MONTH", "YEAR", "Plan", "Purchase", "Subscriber"]

CREATE_PRICE = "price.create"
HOLDS = (TRIALING, ACTIVE, PAST_DUE)
"""While a subscription is in one of these, its plan sets the fee: Stripe still tries to collect."""

PAYS = (ACTIVE, PAST_DUE)
OVER = (CANCELED, INCOMPLETE_EXPIRED)
STATUSES = (TRIALING, ACTIVE, PAST_DUE, UNPAID, PAUSED, INCOMPLETE, *OVER)

MAX_NAME, MAX_DESCRIPTION, MAX_FEATURES, MAX_TRIAL_DAYS = 40, 300, 12, 730
_EVERYBODY = 1_000_000

plans = repository.plans
status_counts = lists.status_counts


@dataclass(frozen=True, slots=True)
class Texts:
    """What of a plan can be edited. `position` orders the cards."""

    name: str
    description: str = ""
    features: str = ""
    recommended: bool = False
    position: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a plan stays as it was made: price in minor units, rhythm, trial and fee."""

    price_amount: int
    currency: str
    interval: str
    trial_days: int
    rule: FeeRule


@dataclass(frozen=True, slots=True)
class Holding:
    """What a seller has: the subscription, not read yet if it has no status, and its plan.

    `plan` is None if the price is none of our plans' (somebody changed it at Stripe).
    """

    purchase: Purchase
    subscription: StripeSubscription
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Taking:
    """Who is on a plan: sellers that count, and what they pay a month (minor units, down)."""

    sellers: int
    monthly: int


def register(outcomes: Outcomes) -> None:
    """Listen to the call that makes a plan's price."""
    outcomes.on(CREATE_PRICE, _priced)


def plan(tx: Tx, plan_id: str) -> Plan:
    """One plan. Raises NotFound."""
    found = repository.plan(tx, plan_id)
    if found is None:
        raise NotFound("There is no such plan.")
    return found


def offered(tx: Tx) -> list[Plan]:
    """The plans that sellers can choose, in their order."""
    return [each for each in repository.plans(tx) if each.offered]


def create(services: Services, texts: Texts, terms: Terms, actor_id: str) -> Plan:
    """Make a plan, and have its price made at Stripe. Raises Invalid."""
    new = _checked(texts, terms)
    with services.store.transaction() as tx:
        repository.insert_plan(tx, new, actor_id)
        audit.record(tx, actor_id, "plan.created", new.id, f"{new.name}: {new.price}, {new.rule}")
        call = _prepare_price(tx, new, actor_id)
    stripe_calls.execute(services, call.id)
    with services.store.read() as tx:
        return plan(tx, new.id)


def price_call(tx: Tx, plan_id: str) -> StripeCall | None:
    """How making the price of a plan stands."""
    return stripe_calls.of_subject(tx, CREATE_PRICE, plan_id)


def retry_price(services: Services, plan_id: str, actor_id: str) -> StripeCall:
    """Ask Stripe again for the price of a plan. Raises NotFound, and Refused if it has one."""
    with services.store.transaction() as tx:
        repository.lock_plan(tx, plan_id)
        found = plan(tx, plan_id)
        if found.stripe_price_id:
            raise Refused("This plan has its price at Stripe already.")
        call = _prepare_price(tx, found, actor_id)
    return stripe_calls.execute(services, call.id)


def change(tx: Tx, plan_id: str, texts: Texts, actor_id: str) -> Plan:
    """Change what a plan says. Raises NotFound and Invalid."""
    edited = replace(plan(tx, plan_id), **_said(texts))
    repository.update_plan(tx, edited)
    audit.record(tx, actor_id, "plan.changed", plan_id, edited.name)
    return edited


def archive(tx: Tx, plan_id: str, actor_id: str) -> Plan:
    """Offer a plan no more; sellers who are on it stay. Raises NotFound."""
    found = plan(tx, plan_id)
    if repository.archive(tx, plan_id, clock.timestamp()):
        audit.record(tx, actor_id, "plan.archived", plan_id, found.name)
    return found


def offer(tx: Tx, plan_id: str, actor_id: str) -> Plan:
    """Offer a plan again. Raises NotFound."""
    found = plan(tx, plan_id)
    if repository.archive(tx, plan_id, None):
        audit.record(tx, actor_id, "plan.offered", plan_id, found.name)
    return found


def takings(tx: Tx) -> dict[str, Taking]:
    """By plan, the sellers whose fee it sets and what comes in a month from those who pay."""
    sellers: dict[str, int] = {}
    for row in lists.takings(tx, HOLDS):
        sellers[row["plan_id"]] = sellers.get(row["plan_id"], 0) + int(row["sellers"])
    paid: dict[str, int] = {}
    for row in lists.takings(tx, PAYS):
        monthly = int(row["amount"]) // (12 if row["interval"] == YEAR else 1)
        paid[row["plan_id"]] = paid.get(row["plan_id"], 0) + monthly
    return {each: Taking(count, paid.get(each, 0)) for each, count in sellers.items()}


def monthly(found: dict[str, Taking], plans_: list[Plan]) -> dict[str, int]:
    """What comes in a month in all, by currency in minor units."""
    sums: dict[str, int] = {}
    for each in plans_:
        if each.id in found:
            sums[each.currency] = sums.get(each.currency, 0) + found[each.id].monthly
    return dict(sorted(sums.items()))


def subscribers(
    tx: Tx, status: str = "", seller_id: str = "", limit: int = _EVERYBODY
) -> list[Subscriber]:
    """Sellers with a subscription, those that began last first: in one status, or in any."""
    statuses = (status,) if status in STATUSES else STATUSES
    return lists.subscribers(tx, statuses, limit, seller_id)


def holding(tx: Tx, seller_id: str) -> Holding | None:
    """What a seller has and has not ended; None without."""
    for purchase in repository.subscribed(tx, seller_id):
        known = stripe_subscriptions.by_id(tx, purchase.stripe_subscription_id or "")
        if known is not None and not known.over:
            paid = repository.plan_of_seller(tx, seller_id, (known.status,))
            return Holding(purchase, known, paid)
    return None


def had_one(tx: Tx, seller_id: str) -> bool:
    """Whether a seller ever had a subscription: a trial is for the first one."""
    return bool(repository.subscribed(tx, seller_id))


def in_force(tx: Tx, seller_id: str) -> Plan | None:
    """The plan that sets a seller's fee at this moment, as the newest read has it."""
    return repository.plan_of_seller(tx, seller_id, HOLDS)


def _checked(texts: Texts, terms: Terms) -> Plan:
    if terms.currency not in money.CURRENCIES:
        raise Invalid("Please choose a currency.")
    money.check_chargeable(terms.price_amount, terms.currency)
    if terms.interval not in {MONTH, YEAR}:
        raise Invalid("A plan is paid monthly or yearly.")
    if not 0 <= terms.trial_days <= MAX_TRIAL_DAYS:
        raise Invalid(f"A trial lasts from 0 to {MAX_TRIAL_DAYS} days.")
    return Plan(
        id=new_id(),
        **_said(texts),
        price_amount=terms.price_amount,
        currency=terms.currency,
        interval=terms.interval,
        trial_days=terms.trial_days,
        rule=terms.rule,
        stripe_price_id=None,
        archived_at=None,
        created_at=clock.timestamp(),
    )


def _said(texts: Texts) -> dict[str, Any]:
    lines = [" ".join(line.split()) for line in texts.features.splitlines() if line.strip()]
    name, description = " ".join(texts.name.split()), " ".join(texts.description.split())
    if not 2 <= len(name) <= MAX_NAME:
        raise Invalid(f"A plan's name has 2 to {MAX_NAME} characters.")
    if len(description) > MAX_DESCRIPTION:
        raise Invalid(f"The description has up to {MAX_DESCRIPTION} characters.")
    if len(lines) > MAX_FEATURES or any(len(line) > MAX_DESCRIPTION for line in lines):
        raise Invalid(f"Up to {MAX_FEATURES} lines say what a plan brings.")
    if not 0 <= texts.position <= 999:
        raise Invalid("The place among the cards is a number from 0 to 999.")
    return {
        "name": name,
        "description": description,
        "features": "\n".join(lines),
        "recommended": texts.recommended,
        "position": texts.position,
    }


def _prepare_price(tx: Tx, found: Plan, actor_id: str) -> StripeCall:
    sent = {
        "currency": found.currency,
        "unit_amount": found.price_amount,
        "recurring": {"interval": found.interval},
        "product_data": {"name": f"{found.name} plan"},
        "metadata": {"plan_id": found.id, "asked_at": str(int(clock.now().timestamp()))},
    }
    return stripe_calls.prepare(tx, CREATE_PRICE, found.id, sent, actor_id=actor_id)


def _priced(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    if answer is not None:
        repository.set_price(tx, call.subject_id, answer["id"])
