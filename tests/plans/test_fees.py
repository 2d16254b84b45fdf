"""A plan's fee among the other rules, for every sale that there can be."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.categories import CATEGORIES
from storefront.fee_rules.repository import StoredRule
from storefront.fee_rules.service import CATEGORY, PLATFORM, SELLER, Goods, Rules, work_out
from storefront.fees import FeeRule
from storefront.plans.service import Plan

_AMOUNTS = st.integers(0, 5_000).map(lambda amount: (("usd", amount),))
_RULES = st.builds(FeeRule, st.integers(0, 1_000_000), _AMOUNTS)
_GOODS = st.lists(
    st.builds(Goods, st.sampled_from(sorted(CATEGORIES)), st.integers(1, 100_000)), min_size=1
)


def _stored(scope: str, subject: str, rule: FeeRule) -> StoredRule:
    return StoredRule(f"{scope} {subject}", scope, subject, rule, "", None, None, "")


def _plan(rule: FeeRule) -> Plan:
    return Plan("plan", "Pro", "", "", False, 0, 900, "usd", "month", 0, rule, "price_1", None, "")


@given(goods=_GOODS, shipping=st.integers(0, 5_000), rules=st.lists(_RULES, min_size=5, max_size=5))
def test_a_plan_beats_all_but_the_sellers_own_rule(
    goods: list[Goods], shipping: int, rules: list[FeeRule]
) -> None:
    plan, own, category, platform, setting = rules
    total = shipping + sum(some.amount for some in goods)
    others = (
        _stored(CATEGORY, sorted(CATEGORIES)[0], category), _stored(PLATFORM, "", platform),
    )  # fmt: skip
    known = Rules(others, _plan(plan), setting)
    fee = work_out(known, "usd", goods, shipping)
    assert fee.amount == plan.fee(total, "usd") <= total
    assert [part.rule for part in fee.parts] == [f"Pro plan: {plan}"]
    assert work_out(replace(known, stored=(_stored(SELLER, "me", own), *others)), "usd", goods,
                    shipping).amount == own.fee(total, "usd")  # fmt: skip
    without = work_out(replace(known, plan=None), "usd", goods, shipping)
    assert "Pro" not in without.basis
    assert 0 <= without.amount <= total
