"""Amounts: typed, shown, checked, and never rounded in silence."""

from contextlib import suppress

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from storefront import money
from storefront.errors import Invalid
from storefront.money import Money

KNOWN = sorted(
    {*money.CURRENCIES, *money.ZERO_DECIMAL, *money.THREE_DECIMAL, *money.WHOLE_UNITS_ONLY}
)
currencies = st.sampled_from(KNOWN)
amounts = st.integers(0, money.MAXIMUM)


@given(amounts, currencies)
def test_what_a_form_shows_is_what_it_reads_back(amount: int, currency: str) -> None:
    assert money.parse(money.plain(amount, currency), currency) == amount


@given(amounts, amounts, currencies)
def test_sums_stay_whole_and_in_their_currency(first: int, second: int, currency: str) -> None:
    total = Money(first, currency) + Money(second, currency)
    assert total == Money(first + second, currency)
    assert total - Money(second, currency) == Money(first, currency)
    assert -total + total == Money(0, currency)


@given(st.text(max_size=12), currencies)
def test_whatever_is_typed_is_an_amount_or_is_refused_in_words(text: str, currency: str) -> None:
    with suppress(Invalid):
        assert type(money.parse(text, currency)) is int


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("12.50", "usd", 1250),
        (" 12.5 ", "usd", 1250),
        ("$1,200", "usd", 120_000),
        ("300", "jpy", 300),
        ("1.234", "kwd", 1234),
        ("0.1", "eur", 10),
        ("12,50", "eur", 1250),
        ("12,5 €", "eur", 1250),
        (",50", "eur", 50),
        ("1.200,50", "eur", 120_050),
        ("1,200.50", "usd", 120_050),
        ("1 200,50", "eur", 120_050),
        ("1’200.50", "chf", 120_050),
        ("1,234,567", "jpy", 1_234_567),
        ("1.234.567", "jpy", 1_234_567),
    ],
)
def test_it_reads_what_people_type(typed: str, currency: str, amount: int) -> None:
    assert money.parse(typed, currency) == amount


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1.005", "NaN", "Infinity", "1e5", "1_0", "١٢", "-1", ".", ",", "1,2,3", "1.2,3.4"],
)
def test_it_refuses_what_is_no_amount(typed: str) -> None:
    with pytest.raises(Invalid):
        money.parse(typed, "usd")


def test_a_comma_that_may_or_may_not_group_is_refused() -> None:
    with pytest.raises(Invalid, match="two ways"):
        money.parse("1,234", "kwd")


def test_a_yen_has_no_cents() -> None:
    with pytest.raises(Invalid, match="0 decimals"):
        money.parse("3.50", "jpy")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (1250, "usd", "$12.50"),
        (99, "eur", "€0.99"),
        (300, "jpy", "¥300"),
        (123_456_789 % money.MAXIMUM, "usd", "$234,567.90"),
    ],
)
def test_it_shows_amounts_to_people(amount: int, currency: str, shown: str) -> None:
    assert money.display(amount, currency) == shown


@pytest.mark.parametrize("wrong", [1.0, "1", None, True])
def test_only_an_int_is_an_amount(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong, "usd")  # type: ignore[arg-type] # that is the test


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot be mixed"):
        Money(1, "usd") + Money(1, "eur")
    with pytest.raises(ValueError, match="cannot be mixed"):
        assert Money(1, "usd") < Money(2, "eur")


def test_currencies_are_written_in_lower_case() -> None:
    with pytest.raises(ValueError, match="lower-case"):
        Money(1, "USD")


@pytest.mark.parametrize(("amount", "currency"), [(50, "usd"), (50, "jpy"), (99_999_999, "eur")])
def test_the_limits_themselves_can_be_charged(amount: int, currency: str) -> None:
    money.check_chargeable(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(49, "usd"), (0, "jpy"), (100_000_000, "eur"), (150, "isk"), (1234, "kwd"), (-100, "usd")],
)
def test_it_refuses_what_stripe_would_refuse(amount: int, currency: str) -> None:
    with pytest.raises(Invalid):
        money.check_chargeable(amount, currency)


@pytest.mark.parametrize("currency", money.CURRENCIES)
def test_the_decimals_are_those_of_the_standard(currency: str) -> None:
    assert money.exponent(currency) == get_currency_precision(currency.upper())
