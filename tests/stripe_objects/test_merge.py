"""Merging facts: the order and number of snapshots must not matter."""

from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from storefront.stripe_objects.facts import FIELDS, explode, facts, merge

_STATUSES = ["open", "expired", "complete", "pending", "failed", "succeeded", "won", "lost", "new"]
_VALUES = st.one_of(
    st.booleans(),
    st.integers(-10, 10**8),
    st.sampled_from(_STATUSES),
    st.text(max_size=5),
)
_STANDINGS = st.tuples(st.integers(0, 3), st.sampled_from(_STATUSES)).map(list)


@st.composite
def _snapshots(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    kind = draw(st.sampled_from(sorted(FIELDS)))
    facts = {name: _STANDINGS if name == "standing" else _VALUES for name in sorted(FIELDS[kind])}
    known = st.fixed_dictionaries({}, optional=facts)
    return kind, draw(st.lists(known, min_size=1, max_size=5))


@given(_snapshots(), st.randoms())
def test_order_and_repetition_do_not_matter(
    drawn: tuple[str, list[dict[str, Any]]], random: Any
) -> None:
    kind, known = drawn
    shuffled = known + random.choices(known, k=3)
    random.shuffle(shuffled)

    def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
        return reduce(lambda left, right: merge(kind, left, right), parts, {})

    assert merged(shuffled) == merged(known)


def test_a_status_never_falls() -> None:
    late = merge("refund", {"status": "failed"}, {"status": "succeeded"})
    assert late == {"status": "failed"}


def test_an_unknown_status_never_wins() -> None:
    assert merge("charge", {"status": "brand_new"}, {"status": "pending"}) == {"status": "pending"}


def test_null_is_no_fact() -> None:
    snapshot = {"object": "transfer", "id": "tr_1", "amount": 5, "currency": None}
    assert facts(snapshot) == {"amount": 5}


def test_what_a_charge_names_belongs_to_it() -> None:
    charge = {
        "object": "charge",
        "id": "ch_1",
        "transfer": "tr_1",
        "application_fee": {"object": "application_fee", "id": "fee_1", "amount": 3},
        "balance_transaction": "txn_1",
        "refunds": {"object": "list", "data": [{"object": "refund", "id": "re_1"}]},
    }
    assert {(part["object"], part["id"]) for part in explode(charge)} == {
        ("charge", "ch_1"),
        ("transfer", "tr_1"),
        ("application_fee", "fee_1"),
        ("balance_transaction", "txn_1"),
        ("refund", "re_1"),
    }
