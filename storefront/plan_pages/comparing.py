"""What a seller would have paid under each plan, by what the shop has sold in thirty days.

Exact: the fee of every paid order is worked out again by the rules of today, in minor units, and
added up. Refunds are left out, since what they return depends on who pays for them.
"""

from dataclasses import dataclass, replace
from itertools import groupby

from storefront import clock
from storefront.fee_rules import service as fee_rules
from storefront.fee_rules.service import Goods, Rules
from storefront.plan_pages import repository
from storefront.plans.service import YEAR, Plan
from storefront.sellers.service import Seller
from storefront.store import Tx

DAYS = 30

Sale = tuple[list[Goods], int]
"""What was bought, and the shipping."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, a plan or (None) none: the fees on the sales, and with the plan's price.

    Minor units of the shop's currency. `in_all` is None if the plan is billed in another currency.
    """

    plan: Plan | None
    fees: int
    in_all: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`orders` paid orders that came to `total`; `own` if the operator made a rule for the shop,
    so that no plan changes the fee.
    """

    orders: int
    total: int
    currency: str
    own: bool
    options: dict[str, Option]

    def of(self, plan: Plan | None) -> Option:
        """What a choice comes to."""
        return self.options[plan.id if plan else ""]


def compare(tx: Tx, rules: Rules, seller: Seller, plans: list[Plan]) -> Comparison:
    """The shop's last thirty days under each of the plans and without one."""
    sales = _sales(tx, seller)
    choices: list[Plan | None] = [None, *plans]
    options = [_option(rules, seller, sales, plan) for plan in choices]
    return Comparison(
        orders=len(sales),
        total=sum(shipping + sum(some.amount for some in goods) for goods, shipping in sales),
        currency=seller.currency,
        own=rules.own is not None,
        options={option.plan.id if option.plan else "": option for option in options},
    )


def monthly(plan: Plan) -> int:
    """What a plan costs a month in minor units, rounded up."""
    return -(-plan.price_amount // 12) if plan.interval == YEAR else plan.price_amount


def _sales(tx: Tx, seller: Seller) -> list[Sale]:
    rows = repository.sold(tx, seller.id, seller.currency, clock.ago(days=DAYS))
    sales = []
    for _, found in groupby(rows, key=lambda row: row["order_id"]):
        of_order = list(found)
        goods = [Goods(row["category"], int(row["amount"])) for row in of_order]
        sales.append((goods, int(of_order[0]["shipping"])))
    return sales


def _option(rules: Rules, seller: Seller, sales: list[Sale], plan: Plan | None) -> Option:
    under = replace(rules, plan=plan)
    fees = sum(
        fee_rules.work_out(under, seller.currency, goods, shipping).amount
        for goods, shipping in sales
    )
    if plan is None:
        return Option(None, fees, fees)
    same = plan.currency == seller.currency
    return Option(plan, fees, fees + monthly(plan) if same else None)
