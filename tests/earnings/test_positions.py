"""Where money is: every cent of every transaction is in exactly one number."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from storefront.earnings.positions import positions
from storefront.payouts import service
from storefront.payouts.repository import Part, Payout, Sum
from storefront.payouts.service import BACK, ON_ITS_WAY, PAID

IDS = ("po_1", "po_2", "po_3", "po_4")
STATUSES = ("paid", "pending", "in_transit", "failed", "canceled")


def payout(id_: str, status: str, reversed_by: str | None = None) -> Payout:
    """A payout of which only this matters."""
    return Payout(
        id_,
        "acct_1",
        "",
        100,
        "usd",
        status,
        None,
        automatic=True,
        explained=True,
        reversed_by=reversed_by,
        original=None,
        failure="",
        method="",
        bank="",
    )


sums = st.builds(
    Sum,
    currency=st.sampled_from(("usd", "eur")),
    booked=st.sampled_from(("usd", "eur")),
    payout_id=st.sampled_from((None, *IDS)),
    waits=st.booleans(),
    available_at=st.sampled_from(("2026-11-30", "2026-12-01")),
    amount=st.integers(-9_999, 99_999),
)


@given(
    st.lists(sums),
    st.lists(st.sampled_from(STATUSES), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(IDS), st.sampled_from((None, *IDS))),
    st.dictionaries(st.sampled_from(("usd", "eur")), st.integers(0, 99_999)),
    st.dictionaries(st.sampled_from(("usd", "eur")), st.integers(-9_999, 99_999)),
)
def test_earned_is_what_is_somewhere_and_what_is_not_told(
    found: list[Sum],
    statuses: Sequence[str],
    back: dict[str, str | None],
    earned: dict[str, int],
    changed: dict[str, int],
) -> None:
    payouts = [payout(id_, status) for id_, status in zip(IDS, statuses, strict=True)]
    fates = service.fates(payouts, back)
    by_currency = positions(earned, found, fates, {}, changed, known=True)
    for currency, position in by_currency.items():
        booked = [each for each in found if each.booked == currency]
        placed = position.paid_out + position.on_its_way + position.owed
        assert placed == sum(each.amount for each in booked if each.currency == currency)
        assert position.changed == changed.get(currency, 0)
        assert position.earned == placed + position.changed + position.untold
        converted = sum(each.amount for each in booked if each.currency != currency)
        assert sum(position.converted.values()) == converted


@given(
    st.lists(st.sampled_from(STATUSES), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(IDS), st.sampled_from((None, *IDS))),
)
def test_money_of_a_failed_payout_is_where_its_carrier_is(
    statuses: Sequence[str], back: dict[str, str | None]
) -> None:
    payouts = {id_: payout(id_, status) for id_, status in zip(IDS, statuses, strict=True)}
    for id_, (fate, carrier) in service.fates(payouts.values(), back).items():
        later = back.get(id_)
        if service.state(payouts[id_]) != BACK:
            assert (fate, carrier) == (service.state(payouts[id_]), id_)
        elif later is None:
            assert (fate, carrier) == (BACK, id_)
        else:
            assert fate in {PAID, ON_ITS_WAY, BACK}
            assert service.state(payouts[carrier]) == fate


def test_a_payout_that_was_taken_back_went_with_what_followed() -> None:
    first, second = payout("po_1", "paid", reversed_by="po_r"), payout("po_2", "paid")
    taken_back = payout("po_r", "paid")
    fates = service.fates([first, second, taken_back], {"po_r": "po_2"})
    assert fates["po_1"] == (PAID, "po_2")
    assert service.fates([first, taken_back], {"po_r": None})["po_1"][0] == BACK


def part(kind: str, type_: str, net: int, *, dispute: str = "", settles: bool = False) -> Part:
    """A transaction of which only this matters."""
    return Part("txn_1", "", type_, net, net, "usd", "tr_1", "", kind, "", 0, dispute, settles)


KINDS = ("", "transfer", "transfer_reversal", "application_fee", "fee_refund", "repayment")
TYPES = ("payment", "payment_refund", "adjustment", "charge", "refund", "payout_failure", "payout",
         "stripe_fee", "reserve_transaction", "something_new", "transfer")  # fmt: skip


@given(
    st.lists(
        st.builds(
            part,
            st.sampled_from(KINDS),
            st.sampled_from(TYPES),
            st.integers(-9_999, 99_999),
            dispute=st.sampled_from(("", "dp_1")),
            settles=st.booleans(),
        )
    )
)
def test_every_part_of_a_payout_is_in_one_group(parts: list[Part]) -> None:
    groups = service.parts_in_groups(parts)
    assert sum(len(group.parts) for group in groups) == len(parts)
    assert sum(group.net for group in groups) == sum(each.net for each in parts)
    assert all(each in service.GROUPS for each in (group.name for group in groups))
