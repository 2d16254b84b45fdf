"""The platform's fee: rounded in the platform's disfavour, and given back to the last cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.errors import Invalid
from storefront.fees import (
    FeeRule,
    fee_to_return,
    parse_amounts,
    parse_fee_rule,
    parse_percent,
)

totals = st.integers(1, 99_999_999)
rules = st.builds(
    FeeRule,
    st.integers(0, 1_000_000),
    *(st.sampled_from([(), (("usd", 30),), (("usd", 99_999_999), ("eur", 25))]),) * 3,
)


@given(totals, rules, st.sampled_from(["usd", "eur", "jpy"]))
def test_a_fee_is_never_negative_and_never_above_the_total(
    total: int, rule: FeeRule, currency: str
) -> None:
    assert 0 <= rule.fee(total, currency) <= total


@given(totals, st.integers(0, 1_000_000))
def test_a_share_is_rounded_down_by_less_than_a_cent(total: int, millionths: int) -> None:
    exact = total * millionths
    assert 0 <= exact - FeeRule(millionths).fee(total, "usd") * 1_000_000 < 1_000_000


@st.composite
def refunded_sales(draw: st.DrawFn) -> tuple[int, int, list[int]]:
    """A total, its fee, and refunds that add up to the total."""
    total = draw(totals)
    cuts = sorted(draw(st.sets(st.integers(1, total), max_size=8)) | {total})
    refunds = [after - before for before, after in zip([0, *cuts], cuts, strict=False)]
    return total, draw(st.integers(0, total)), refunds


@given(refunded_sales())
def test_however_a_refund_is_split_the_whole_fee_goes_back_and_no_more(
    sale: tuple[int, int, list[int]],
) -> None:
    total, fee, refunds = sale
    refunded = returned = 0
    for refund in refunds:
        refunded += refund
        part = fee_to_return(fee, total, refunded, returned)
        assert 0 <= part <= refund
        returned += part
    assert refunded == total
    assert returned == fee


@given(totals, st.data())
def test_a_part_never_returns_more_than_its_share(total: int, data: st.DataObject) -> None:
    fee = data.draw(st.integers(0, total))
    refund = data.draw(st.integers(1, total))
    assert fee_to_return(fee, total, refund, 0) * total <= fee * refund


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("10%", 100),
        ("2.5%", 25),
        ("0%", 0),
        ("100%", 1000),
        ("10% + usd 0.30", 130),
        ("10% + eur 0.25 + jpy 30", 100),
        ("usd 99", 1000),
    ],
)
def test_it_reads_the_setting(text: str, fee: int) -> None:
    assert parse_fee_rule(text).fee(1000, "usd") == fee


@pytest.mark.parametrize("text", ["", "ten", "10", "101%", "-1%", "10% + usd", "10%+usd 0.001"])
def test_it_refuses_a_setting_that_makes_no_sense(text: str) -> None:
    with pytest.raises(Invalid):
        parse_fee_rule(text)


@given(st.builds(FeeRule, st.integers(0, 1_000_000), st.just((("usd", 30), ("eur", 25)))))
def test_a_rule_is_written_as_it_is_read(rule: FeeRule) -> None:
    assert parse_fee_rule(str(rule)) == rule


@pytest.mark.parametrize(("total", "fee"), [(100, 100), (200, 150), (2000, 230), (9900, 500)])
def test_a_fee_stays_between_its_least_and_its_most(total: int, fee: int) -> None:
    rule = FeeRule(100_000, (("usd", 30),), (("usd", 150),), (("usd", 500),))
    assert rule.fee(total, "usd") == fee
    assert rule.fee(total, "eur") == total // 10  # other currencies know nothing of these
    assert str(rule) == "10% + usd 0.30, at least usd 1.50, at most usd 5.00"


@pytest.mark.parametrize("text", ["usd", "usd 1 eur 2", "usd 1, usd 2", "usd 1.234", "usd -1"])
def test_amounts_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_amounts(text)


@pytest.mark.parametrize("text", ["", "ten", "-1", "101", "1e1", "٣", "12.34567"])
def test_a_share_is_a_percentage(text: str) -> None:
    with pytest.raises(Invalid):
        parse_percent(text)
