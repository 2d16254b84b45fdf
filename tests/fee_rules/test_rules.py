"""Which rule decides the fee of a sale, and what it comes to."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import clock
from storefront.current import Services
from storefront.errors import Invalid, Refused
from storefront.fee_rules import service
from storefront.fee_rules.service import CATEGORY, PLATFORM, SELLER, Fee, Goods, NewRule, Part
from storefront.fees import TEN_PERCENT, FeeRule
from tests.cast import Cast

FIVE, TWENTY = FeeRule(50_000), FeeRule(200_000)


def add(services: Services, scope: str, subject: str, rule: FeeRule, **when: str | None) -> str:
    dates = {"starts_at": clock.ago(days=1), "ends_at": None} | when
    with services.store.transaction() as tx:
        return service.add(tx, NewRule(scope, subject, rule, **dates), None).id


def fee(
    services: Services, seller: str, *goods: Goods, shipping: int = 0, moment: str | None = None
) -> Fee:
    with services.store.read() as tx:
        return service.fee_on(tx, TEN_PERCENT, seller, "usd", goods, shipping, moment)


def test_without_rules_the_setting_holds(services: Services) -> None:
    found = fee(services, "", Goods("kitchen", 1000), shipping=500)
    assert (found.amount, found.parts) == (150, (Part(1500, "10%", 150),))


def test_the_most_special_rule_decides(services: Services, cast: Cast) -> None:
    alice, dora = cast.shop("Alice").seller.id, cast.shop("Dora").seller.id
    add(services, PLATFORM, "", FeeRule(80_000))
    add(services, CATEGORY, "kitchen", TWENTY)
    add(services, SELLER, alice, FIVE)
    mug, print_ = Goods("kitchen", 1000), Goods("art", 1000)
    assert fee(services, alice, mug, print_, shipping=100).amount == 105
    assert fee(services, dora, mug).amount == 200
    assert fee(services, dora, print_).amount == 80
    mixed = fee(services, dora, mug, print_, mug, shipping=100)
    assert [(part.base, part.fee) for part in mixed.parts] == [(2000, 400), (1100, 88)]


def test_shipping_alone_pays_the_share_and_nothing_fixed(services: Services) -> None:
    add(services, PLATFORM, "", FeeRule(100_000, (("usd", 30),), (("usd", 100),)))
    add(services, CATEGORY, "kitchen", TWENTY)
    found = fee(services, "", Goods("kitchen", 1000), shipping=500)
    assert [part.fee for part in found.parts] == [200, 50]


def test_a_rule_with_an_end_gives_way_to_the_one_before(services: Services) -> None:
    add(services, PLATFORM, "", TWENTY, starts_at=clock.ago(days=30))
    offer = {"starts_at": clock.ago(days=3), "ends_at": clock.in_future(days=3)}
    add(services, PLATFORM, "", FIVE, **offer)
    goods = Goods("art", 1000)
    for moment, amount in (
        (clock.ago(days=40), 100),  # the setting
        (clock.ago(days=10), 200),
        (None, 50),
        (clock.in_future(days=4), 200),
    ):
        assert fee(services, "", goods, moment=moment).amount == amount
    with services.store.read() as tx:
        assert [rule.state for rule in service.listing(tx)] == ["in_force", "set_aside"]


def test_a_rule_ends_once(services: Services) -> None:
    rule = add(services, PLATFORM, "", TWENTY)
    upcoming = add(services, PLATFORM, "", FIVE, starts_at=clock.in_future(days=1))
    with services.store.transaction() as tx:
        service.end(tx, rule, None)
        service.end(tx, upcoming, None)
    assert fee(services, "", Goods("art", 1000)).amount == 100
    with services.store.transaction() as tx, pytest.raises(Refused):
        service.end(tx, rule, None)


@pytest.mark.parametrize(
    ("scope", "subject", "rule", "ends"),
    [
        (CATEGORY, "nonsense", FIVE, None),
        (SELLER, "nobody", FIVE, None),
        (PLATFORM, "", FIVE, "2020-01-01T00:00:00.000000Z"),
        (PLATFORM, "", FeeRule(0, (), (("usd", 2),), (("usd", 1),)), None),
    ],
    ids=["category", "seller", "dates", "bounds"],
)
@pytest.mark.one_database
def test_what_makes_no_sense_is_refused(
    services: Services, scope: str, subject: str, rule: FeeRule, ends: str | None
) -> None:
    with pytest.raises(Invalid):
        add(services, scope, subject, rule, ends_at=ends)


def test_the_fee_and_how_it_came_about_are_frozen_with_the_order(
    services: Services, cast: Cast
) -> None:
    shop = cast.shop()
    rule = add(services, SELLER, shop.seller.slug, TWENTY)
    order = cast.order(cast.listing(shop, requires_shipping=True), pay=False)
    with services.store.transaction() as tx:
        service.end(tx, rule, None)
    paid = cast.pay(order)
    assert (paid.status, paid.application_fee_amount) == ("paid", 300)
    assert service.basis_of(paid.fee_basis) == [Part(1500, "20%", 300, rule)]


rules = st.builds(
    FeeRule,
    st.integers(0, 1_000_000),
    *(st.sampled_from([(), (("usd", 7),), (("usd", 900_000),)]),) * 3,
)


@pytest.mark.one_database
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["kitchen", "art"]), st.integers(1, 500_000)), min_size=1),
    st.integers(0, 50_000),
    rules,
    rules,
)
def test_no_fee_is_above_its_sale(
    services: Services,
    bought: list[tuple[str, int]],
    shipping: int,
    of_kitchen: FeeRule,
    of_rest: FeeRule,
) -> None:
    goods = [Goods(*some) for some in bought]
    with services.store.transaction() as tx:
        for scope, subject, rule in (
            (CATEGORY, "kitchen", of_kitchen),
            (PLATFORM, "", of_rest),
        ):
            least, most = dict(rule.minimum), dict(rule.maximum)
            if least.get("usd", 0) <= most.get("usd", 10**9):
                service.add(tx, NewRule(scope, subject, rule, clock.timestamp()), None)
        found = service.fee_on(tx, TEN_PERCENT, "", "usd", goods, shipping)
    total = sum(some.amount for some in goods) + shipping
    assert 0 <= found.amount <= total
    assert sum(part.base for part in found.parts) == total
