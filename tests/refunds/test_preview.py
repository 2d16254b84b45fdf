"""The arithmetic of refunds, for every amount and fee: no rounding ever loses a cent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.errors import Refused
from storefront.fees import FEE_MODES, TRANSFER_AMOUNT
from storefront.refunds.preview import Position, Preview, choices, preview

DOC_B = Position("usd", 1000, 123, refundable_amount=1000)
LESS = replace(DOC_B, fee_mode=TRANSFER_AMOUNT)
"""The same sale, of which only 8.77 were transferred."""

totals = st.integers(1, 99_999_999)
positions = totals.flatmap(
    lambda total: st.builds(
        Position,
        st.just("usd"),
        st.just(total),
        st.integers(0, total),
        refundable_amount=st.just(total),
    )
)


either_way = totals.flatmap(
    lambda total: st.builds(
        Position,
        st.just("usd"),
        st.just(total + 1),
        st.integers(1, total),
        refundable_amount=st.just(total + 1),
        fee_mode=st.sampled_from(FEE_MODES),
    )
)


def after(at: Position, made: Preview) -> Position:
    """The position once a refund has been made."""
    return replace(
        at,
        refundable_amount=at.refundable_amount - made.amount,
        reversed_amount=at.reversed_amount + made.effect.reversed_amount,
        fee_returned_amount=at.fee_returned_amount + made.fee_amount,
        refunded_with_fee=at.refunded_with_fee + (made.amount if made.return_fee else 0),
        returned_with_them=at.returned_with_them + made.fee_amount,
    )


@pytest.mark.parametrize(
    ("flags", "seller", "platform"),
    [((False, False), 0, -1000), ((True, False), -1000, 0), ((True, True), -877, -123)],
)
def test_a_full_refund_of_stripes_example(
    flags: tuple[bool, bool], seller: int, platform: int
) -> None:
    made = preview(DOC_B, 1000, reverse_transfer=flags[0], return_fee=flags[1])
    assert (made.effect.shopper, made.effect.seller, made.effect.platform) == (
        1000,
        seller,
        platform,
    )


def test_a_partial_refund_returns_its_part_of_the_fee_rounded_down() -> None:
    made = preview(DOC_B, 400, reverse_transfer=True, return_fee=True)
    assert (made.fee_amount, made.effect.seller, made.effect.platform) == (49, -351, -49)
    rest = preview(after(DOC_B, made), 600, reverse_transfer=True, return_fee=True)
    assert rest.fee_amount == 74


@given(positions | either_way, st.data())
def test_nothing_appears_or_vanishes(at: Position, data: st.DataObject) -> None:
    amount = data.draw(st.integers(1, at.total_amount))
    for option in choices(at, amount):
        made = option.preview
        if made is not None:
            assert made.effect.shopper + made.effect.seller + made.effect.platform == 0
            assert 0 <= made.fee_amount <= at.fee_left_amount


@given(positions | either_way, st.data())
def test_refunding_everything_in_any_parts_leaves_seller_and_fee_at_zero(
    at: Position, data: st.DataObject
) -> None:
    seller = at.total_amount - at.application_fee_amount
    platform = at.application_fee_amount
    with_fee = at.application_fee_amount > 0
    for _ in range(20):
        last = data.draw(st.booleans())
        amount = at.refundable_amount if last else data.draw(st.integers(1, at.refundable_amount))
        fee_left = at.fee_left_amount > 0
        made = preview(at, amount, reverse_transfer=True, return_fee=with_fee and fee_left)
        at, seller, platform = (
            after(at, made),
            seller + made.effect.seller,
            platform + made.effect.platform,
        )
        if at.refundable_amount == 0:
            break
    if at.refundable_amount:
        made = preview(
            at,
            at.refundable_amount,
            reverse_transfer=True,
            return_fee=at.fee_left_amount > 0,
        )
        at, seller, platform = (
            after(at, made),
            seller + made.effect.seller,
            platform + made.effect.platform,
        )
    assert (seller, platform, at.fee_left_amount, at.reversible_amount) == (0, 0, 0, 0)


def in_the_end(made: Preview) -> tuple[int, int, int]:
    """What each party has gained once nothing is owed any more."""
    effect = made.effect
    return effect.shopper, effect.seller - effect.owed_amount, effect.platform + effect.owed_amount


@given(either_way, st.data())
def test_every_choice_does_the_same_to_each_party_however_the_fee_is_kept(
    at: Position, data: st.DataObject
) -> None:
    amount = data.draw(st.integers(1, at.total_amount))
    for one, other in zip(
        *(choices(replace(at, fee_mode=mode), amount) for mode in FEE_MODES), strict=True
    ):
        if one.preview and other.preview:
            assert in_the_end(one.preview) == in_the_end(other.preview)
        else:
            assert one.preview
            assert other.reason.startswith("Only ")
            assert amount > at.total_amount - at.application_fee_amount


def test_of_a_smaller_transfer_no_more_is_pulled_back_than_it_held() -> None:
    with pytest.raises(Refused, match=r"Only \$8\.77 is left to pull back from the seller"):
        preview(LESS, 1000, reverse_transfer=True, return_fee=False)
    assert preview(LESS, 877, reverse_transfer=True, return_fee=False).effect.seller == -877
    whole = preview(LESS, 1000, reverse_transfer=True, return_fee=True)
    assert (whole.effect.reversed_amount, whole.fee_amount) == (877, 123)


def test_stripe_is_never_asked_for_a_share_of_a_smaller_transfer() -> None:
    for amount, apart in ((1, True), (400, True), (1000, False)):
        made = preview(LESS, amount, reverse_transfer=True, return_fee=True)
        assert (made.reversal_apart, made.fee_in_one_call) == (apart, False)
    rest = replace(LESS, refundable_amount=600)
    assert preview(rest, 600, reverse_transfer=True, return_fee=True).reversal_apart
    assert not preview(LESS, 400, reverse_transfer=False, return_fee=False).reversal_apart


@given(positions, st.data())
def test_the_fee_never_goes_back_twice(at: Position, data: st.DataObject) -> None:
    """Whatever was returned elsewhere, the parts add up to the fee at most."""
    elsewhere = data.draw(st.integers(0, at.application_fee_amount))
    at = replace(at, fee_returned_amount=elsewhere)
    while at.refundable_amount and at.fee_left_amount:
        amount = data.draw(st.integers(max(1, at.refundable_amount // 3), at.refundable_amount))
        at = after(at, preview(at, amount, reverse_transfer=True, return_fee=True))
    assert 0 <= at.fee_returned_amount <= at.application_fee_amount


def test_stripe_is_asked_for_the_fee_in_the_same_call_only_for_all_that_is_left() -> None:
    assert preview(DOC_B, 1000, reverse_transfer=True, return_fee=True).fee_in_one_call
    part = preview(DOC_B, 400, reverse_transfer=True, return_fee=True)
    assert not part.fee_in_one_call
    assert preview(after(DOC_B, part), 600, reverse_transfer=True, return_fee=True).fee_in_one_call
    kept = preview(DOC_B, 400, reverse_transfer=True, return_fee=False)
    rest = preview(after(DOC_B, kept), 600, reverse_transfer=True, return_fee=True)
    assert (rest.fee_amount, rest.fee_in_one_call) == (73, False)


def test_stripe_pulls_back_with_the_refund_unless_it_would_take_too_much() -> None:
    """The refund that completes a charge reverses the whole rest of the transfer."""
    first = preview(DOC_B, 400, reverse_transfer=False, return_fee=False)
    rest = after(DOC_B, first)
    assert preview(rest, 600, reverse_transfer=True, return_fee=False).reversal_apart
    assert not preview(rest, 599, reverse_transfer=True, return_fee=False).reversal_apart
    assert not preview(DOC_B, 1000, reverse_transfer=True, return_fee=False).reversal_apart


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (DOC_B, "only together with money pulled back"),
        (replace(DOC_B, application_fee_amount=0), "took no fee"),
        (replace(DOC_B, fee_returned_amount=123), "returned already"),
    ],
)
def test_an_impossible_return_of_the_fee_says_why(at: Position, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        preview(at, 100, reverse_transfer=False, return_fee=True)


@pytest.mark.parametrize(("reversed_amount", "reason"), [(1000, "already"), (950, "Only \\$0.50")])
def test_no_more_is_pulled_back_than_is_left_of_the_transfer(
    reversed_amount: int, reason: str
) -> None:
    at = replace(DOC_B, reversed_amount=reversed_amount)
    with pytest.raises(Refused, match=reason):
        preview(at, 100, reverse_transfer=True, return_fee=False)


def test_every_choice_is_there_or_says_why_not() -> None:
    found = choices(replace(DOC_B, application_fee_amount=0), 400)
    assert [(bool(option.preview), bool(option.reason)) for option in found] == [
        (False, True),
        (True, False),
        (True, False),
        (True, False),
    ]
