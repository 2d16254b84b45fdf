"""Rates, periods and the picture: pure functions."""

from fractions import Fraction

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from storefront import plots
from storefront.dispute_numbers import period, plot, words
from storefront.dispute_numbers.rates import Rate
from storefront.dispute_numbers.repository import Counts
from storefront.dispute_numbers.service import Measure, Month, measures
from storefront.dispute_numbers.thresholds import THRESHOLDS, Threshold
from storefront.errors import Invalid

COUNTS = st.integers(0, 1_000_000)


@given(part=COUNTS, whole=COUNTS, basis_points=st.integers(1, 10_000))
def test_a_rate_is_exact_and_only_its_text_is_rounded(
    part: int, whole: int, basis_points: int
) -> None:
    rate = Rate(part, whole)
    if not whole:
        assert (str(rate), rate.percent, rate.reaches(basis_points)) == ("–", "", False)
        return
    exact = Fraction(100 * part, whole)
    assert abs(Fraction(rate.percent) - exact) <= Fraction(1, 200)
    assert rate.reaches(basis_points) == (exact >= Fraction(basis_points, 100))


def test_a_rate_is_rounded_half_up_and_may_pass_one_hundred() -> None:
    shown = [str(Rate(*each)) for each in ((1, 20_000), (1, 20_001), (5, 2), (0, 7), (3, 0))]
    assert shown == ["0.01%", "0.00%", "250.00%", "0.00%", "–"]


@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("", ""), ("2025-12", "2026-11")),
        (("2026-01", ""), ("2026-01", "2026-11")),
        (("", "2026-02"), ("2025-03", "2026-02")),
        (("2026-11", "2031-01"), ("2026-11", "2026-11")),
    ],
)
def test_what_is_left_out_of_a_period_is_as_usual(
    asked: tuple[str, str], found: tuple[str, str]
) -> None:
    span = period.read(*asked)
    assert (span.first, span.last) == found
    assert (span.months[0], span.months[-1]) == found


def test_a_period_knows_its_bounds() -> None:
    span = period.Period("2025-12", "2026-01")
    assert span.months == ["2025-12", "2026-01"]
    assert (span.before, span.since[:10], span.until[:10]) == (
        "2025-11", "2025-12-01", "2026-02-01",
    )  # fmt: skip


@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("2026-13", ""), "write months as 2026-11"),
        (("soon", ""), "write months as 2026-11"),
        (("2026-05", "2026-04"), "must come before the last"),
        (("2027-01", "2027-02"), "not after this month"),
        (("2020-01", "2026-01"), "at most 36 months"),
    ],
)
def test_a_period_that_is_none_is_refused_in_words(asked: tuple[str, str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        period.read(*asked)


def _month(name: str = "2026-05", before: int = 0, **counts: int) -> Month:
    return Month(name, Counts(**counts), before)


def _measured(month: Month) -> dict[str, Measure]:
    return {each.threshold.program: each for each in measures(month)}


def test_each_network_divides_in_its_own_way() -> None:
    month = _month(before=5_000, charges=10_000, disputes=100, warnings=60)
    visa, ecm, hecm = _measured(month).values()
    assert (visa.rate, ecm.rate) == (Rate(160, 10_000), Rate(100, 5_000))
    assert (visa.state, ecm.state, hecm.state) == ("rate_only", "reached", "below")


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=lambda each: each.program)
def test_a_threshold_is_reached_by_rate_and_number_together(threshold: Threshold) -> None:
    charges = 10_000 * threshold.least_count // threshold.basis_points
    for disputes, paid, state in (
        (threshold.least_count, charges, "reached"),
        (threshold.least_count - 1, charges // 2, "rate_only"),
        (threshold.least_count, charges + threshold.least_count, "below"),
    ):
        month = _month(before=paid, charges=paid, disputes=disputes)
        assert _measured(month)[threshold.program].state == state


def test_every_threshold_says_where_and_when_it_was_read() -> None:
    for each in THRESHOLDS:
        assert each.source.startswith("https://")
        assert each.in_force_since < each.read_on


def test_few_payments_do_not_stretch_the_picture() -> None:
    months = [_month(charges=2, disputes=1), _month(charges=1_000, disputes=3)]
    drawn = plot.drawn(months)
    few, many = drawn.bars
    assert (few.beyond, few.tone, few.y) == (True, "neutral", plots.TOP)
    assert (many.beyond, many.tone) == (False, "good")
    assert [line.text for line in drawn.thresholds] == ["Visa and Mastercard: 1.5%"]


@given(
    st.lists(
        st.builds(_month, charges=st.integers(0, 10_000), disputes=COUNTS), min_size=1, max_size=36
    )
)
def test_every_bar_stays_inside_the_picture(months: list[Month]) -> None:
    drawn = plot.drawn(months)
    for bar in drawn.bars:
        assert plots.LEFT <= bar.x <= bar.x + bar.width <= plots.RIGHT
        assert plots.TOP <= bar.y <= bar.y + bar.height <= plots.BOTTOM + 0.1
    assert len(drawn.grid) <= 12
    assert drawn.thresholds


@time_machine.travel("2026-11-28T12:00:00Z", tick=False)
@pytest.mark.parametrize(
    ("month", "said"),
    [
        (_month(charges=1_034, disputes=12), "May 2026: 12 disputes ÷ 1,034 paid charges = 1.16%."),
        (_month(charges=1, disputes=1), "May 2026: 1 dispute ÷ 1 paid charge = 100.00%."),
        (_month(disputes=1), "In May 2026 nobody has paid, so there is no rate."),
        (_month("2026-11"), "In Nov 2026 nobody has paid yet, so there is no rate."),
        (
            _month("2026-11", charges=200),
            "Nov 2026 so far: 0 disputes ÷ 200 paid charges = 0.00%.",
        ),
    ],
)
def test_a_verdict_says_what_is_divided_by_what(month: Month, said: str) -> None:
    assert words.verdict(month) == said


def test_few_payments_are_said_to_mean_little() -> None:
    assert words.few(Rate(0, 3)) == (
        "A rate over 3 payments says little: one dispute more would make it 33.33%."
    )
    assert words.few(Rate(0, 100)) == words.few(Rate(1, 0)) == ""


def test_the_picture_is_told_in_words() -> None:
    months = [_month("2026-04", charges=200, disputes=3), _month(charges=200), _month("2026-06")]
    assert words.outline(months) == (
        "From Apr 2026 to Jun 2026; the highest is 1.50% in Apr 2026, the newest 0.00% in May"
        " 2026. The table below has every month."
    )
    assert words.outline([_month()]) == "No payment in any month, so there is no rate."
