"""Which fee the marketplace takes of a sale, by rules that operators make.

The most special rule decides: a seller's own rule is for everything of that seller; otherwise the
plan that the seller pays for is; otherwise a category's rule is for the goods in it, and the
platform's rule for the rest. Without any rule the setting `PLATFORM_FEE` holds. A plan's fee holds
while Stripe collects for it (trial, paid, a failed payment that is tried again), by what the newest
read says at the moment of the sale, whatever day is asked about. Shipping pays the share of the
rule for the rest; fixed part, minimum and maximum count once for each rule that an order's goods
fall under. Stripe's rules, a fee in the charge's currency and not above its total, hold by
construction (https://docs.stripe.com/connect/destination-charges#collect-fees).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from storefront import clock
from storefront.audit import service as audit
from storefront.catalog.categories import CATEGORIES
from storefront.errors import Invalid, NotFound, Refused
from storefront.fee_rules import repository
from storefront.fee_rules.repository import (
    CATEGORY,
    PLAN,
    PLATFORM,
    SELLER,
    CollectedFee,
    StoredRule,
)
from storefront.fees import FeeRule
from storefront.ids import new_id
from storefront.money import display
from storefront.orders.service import Order
from storefront.plans import service as plans
from storefront.plans.service import Plan
from storefront.sellers import service as sellers
from storefront.store import Tx

__all__ = [
    "CATEGORY",
    "PLATFORM",
    "SELLER",
    "CollectedFee",
    "Fee",
    "Goods",
    "NewRule",
    "Part",
    "Rules",
    "ShownRule",
    "StoredRule",
    "add",
    "basis_in_words",
    "basis_of",
    "collected",
    "end",
    "fee_on",
    "listing",
    "own_fee",
    "rule_for",
    "rules_of",
    "sums",
    "work_out",
]

collected = repository.collected
sums = repository.sums


@dataclass(frozen=True, slots=True)
class Goods:
    """Some of what is bought: a category and what it costs in minor units."""

    category: str
    amount: int


@dataclass(frozen=True, slots=True)
class Part:
    """One rule's part of a fee: on how much, by which rule, and how much. Minor units."""

    base: int
    rule: str
    fee: int
    rule_id: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee of a sale and how it came about."""

    amount: int
    parts: tuple[Part, ...]

    @property
    def basis(self) -> str:
        """The parts as JSON, to be frozen with the order."""
        return json.dumps([asdict(part) for part in self.parts])


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule in the operator's list; `state` is upcoming, in_force, set_aside or ended."""

    stored: StoredRule
    state: str


@dataclass(frozen=True, slots=True)
class NewRule:
    """What an operator wants to hold: for whom, what, and from when to when."""

    scope: str
    subject: str
    rule: FeeRule
    starts_at: str
    ends_at: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What may decide about a seller's sale: stored rules, the newest first, the plan that the
    seller is on, and the setting `PLATFORM_FEE`.
    """

    stored: tuple[StoredRule, ...]
    plan: Plan | None
    otherwise: FeeRule

    @property
    def own(self) -> StoredRule | None:
        """The seller's own rule, which an operator made."""
        return _first(self.stored, SELLER)

    @property
    def everything(self) -> StoredRule | None:
        """The rule for everything of the seller: the own one, or the plan's."""
        return self.own or (_of_plan(self.plan) if self.plan else None)

    @property
    def has_categories(self) -> bool:
        """Whether some categories have a rule of their own."""
        return any(rule.scope == CATEGORY for rule in self.stored)

    @property
    def rest(self) -> StoredRule | None:
        """The platform's rule, for what no other one is for."""
        return _first(self.stored, PLATFORM)


def listing(tx: Tx) -> list[ShownRule]:
    """Every rule and whether it holds now, or another of the same subject instead of it."""
    moment, holding, found = clock.timestamp(), set(), []
    for stored in repository.listing(tx):
        state = stored.state(moment)
        if state == "in_force" and (stored.scope, stored.subject) in holding:
            state = "set_aside"
        elif state == "in_force":
            holding.add((stored.scope, stored.subject))
        found.append(ShownRule(stored, state))
    return found


def basis_of(text: str) -> list[Part]:
    """How a frozen fee came about."""
    return [Part(**part) for part in json.loads(text)]


def basis_in_words(order: Order) -> str:
    """How the fee of an order came about."""
    parts = basis_of(order.fee_basis)
    return "; ".join(f"{part.rule} of {display(part.base, order.currency)}" for part in parts)


def fee_on(
    tx: Tx,
    otherwise: FeeRule,
    seller_id: str,
    currency: str,
    goods: Iterable[Goods],
    shipping: int,
    moment: str | None = None,
) -> Fee:
    """The fee on a sale, now or at a moment; `otherwise` is the setting `PLATFORM_FEE`."""
    return work_out(rules_of(tx, otherwise, seller_id, moment), currency, goods, shipping)


def rules_of(tx: Tx, otherwise: FeeRule, seller_id: str, moment: str | None = None) -> Rules:
    """What decides about a seller's sales, now or at a moment; the plan is today's."""
    stored = repository.in_force(tx, seller_id, moment or clock.timestamp())
    return Rules(tuple(stored), plans.in_force(tx, seller_id), otherwise)


def own_fee(tx: Tx, seller_id: str) -> str:
    """The words of a seller's own rule, which holds whatever the plan is; empty without one."""
    own = _first(repository.in_force(tx, seller_id, clock.timestamp()), SELLER)
    return own.words if own else ""


def work_out(rules: Rules, currency: str, goods: Iterable[Goods], shipping: int) -> Fee:
    """The fee on a sale by given rules."""
    everything, rest = rules.everything, rules.rest
    bases: dict[StoredRule | None, int] = {}
    for some in goods:
        rule = everything or _first(rules.stored, CATEGORY, some.category) or rest
        bases[rule] = bases.get(rule, 0) + some.amount
    parts = [_part(rule, rules.otherwise, amount, currency) for rule, amount in bases.items()]
    if shipping:
        parts = _with_shipping(parts, everything or rest, rules.otherwise, shipping, currency)
    total = sum(part.base for part in parts)
    return Fee(min(total, sum(part.fee for part in parts)), tuple(parts))


def rule_for(rules: Rules, category: str) -> FeeRule:
    """The rule that decides about goods of one category, bought alone."""
    stored = rules.everything or _first(rules.stored, CATEGORY, category) or rules.rest
    return stored.rule if stored else rules.otherwise


def _of_plan(plan: Plan) -> StoredRule:
    return StoredRule(plan.id, PLAN, plan.name, plan.rule, plan.created_at, None, None, "")


def _first(
    rules: Sequence[StoredRule], scope: str, subject: str | None = None
) -> StoredRule | None:
    for rule in rules:
        if rule.scope == scope and subject in {None, rule.subject}:
            return rule
    return None


def _part(stored: StoredRule | None, otherwise: FeeRule, amount: int, currency: str) -> Part:
    rule = stored.rule if stored else otherwise
    words = stored.words if stored else str(rule)
    return Part(amount, words, rule.fee(amount, currency), stored.id if stored else None)


def _with_shipping(
    parts: list[Part], stored: StoredRule | None, otherwise: FeeRule, shipping: int, currency: str
) -> list[Part]:
    """Shipping joins the goods under the rule for the rest, or pays its share alone."""
    rule, rule_id = (stored.rule, stored.id) if stored else (otherwise, None)
    for position, part in enumerate(parts):
        if part.rule_id == rule_id:
            base = part.base + shipping
            joined = Part(base, part.rule, rule.fee(base, currency), rule_id)
            return [*parts[:position], joined, *parts[position + 1 :]]
    alone = Part(shipping, f"{rule.percent}% of shipping", rule.share(shipping), rule_id)
    return [*parts, alone]


def add(tx: Tx, new: NewRule, actor_id: str | None) -> StoredRule:
    """Let a rule hold from a moment on. Raises Invalid or NotFound for what makes no sense.

    Of several for the same subject the one that began last holds, so a rule with an end (a
    season, an introductory offer) gives way to the one before it when it is over.
    """
    _check(new)
    stored = StoredRule(
        id=new_id(),
        scope=new.scope,
        subject=sellers.shop_named(tx, new.subject).id if new.scope == SELLER else new.subject,
        rule=new.rule,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        actor_id=actor_id,
        created_at=clock.timestamp(),
    )
    repository.insert(tx, stored)
    audit.record(tx, actor_id, "fee_rule.added", stored.id, _detail(stored))
    return stored


def _check(new: NewRule) -> None:
    if new.scope == CATEGORY and new.subject not in CATEGORIES:
        raise Invalid("Please choose a category.")
    if new.ends_at is not None and new.ends_at <= new.starts_at:
        raise Invalid("A rule must end after it begins.")
    least, most = dict(new.rule.minimum), dict(new.rule.maximum)
    for currency in least.keys() & most.keys():
        if least[currency] > most[currency]:
            raise Invalid(f"In {currency.upper()} the least is more than the most.")


def _detail(stored: StoredRule) -> str:
    until = f" until {clock.display_day(stored.ends_at)}" if stored.ends_at else ""
    subject = f" {stored.subject}" if stored.subject else ""
    return (
        f"{stored.scope}{subject}: {stored.rule} from {clock.display_day(stored.starts_at)}{until}"
    )


def end(tx: Tx, rule_id: str, actor_id: str | None) -> StoredRule:
    """Let a rule end now. Raises NotFound, and Refused if it has ended already."""
    stored = repository.by_id(tx, rule_id)
    if stored is None:
        raise NotFound("There is no such fee rule.")
    if not repository.end(tx, rule_id, clock.timestamp()):
        raise Refused("This rule has ended already.")
    audit.record(tx, actor_id, "fee_rule.ended", rule_id, _detail(stored))
    return stored
