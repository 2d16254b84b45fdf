"""The numbers as an operator sees them, of the platform and of one seller."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import clock
from storefront.current import Services
from storefront.dispute_numbers import period, service
from storefront.dispute_numbers.period import Period
from storefront.dispute_numbers.repository import Counts
from storefront.disputes.service import Dispute
from storefront.ids import new_id
from storefront.orders.service import Order
from storefront.store import Tx
from tests.cast import Cast
from tests.client import Browser
from tests.dispute_numbers.conftest import Move, copied
from tests.disputes.conftest import Decide, Open
from tests.support.scale import scaled
from tests.support.stripe import Stripe

_SVG = "{http://www.w3.org/2000/svg}"
PAGE = "/admin/disputes/numbers"
MARCH = f"{PAGE}?from=2026-02&until=2026-03"


def _table(olga: Browser, of: str, query: str = "from=2026-02&until=2026-03") -> list[list[str]]:
    answer = olga.get(f"{PAGE}.csv?of={of}&{query}")
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text)))


def test_a_young_marketplace_has_no_numbers_and_says_so(olga: Browser, cast: Cast) -> None:
    cast.shop()
    assert "Nothing was paid or disputed in these months" in olga.page(PAGE).text
    assert f"{PAGE}" in olga.page("/admin/disputes").links().values()


@pytest.mark.parametrize("of", ["months", "shops", "reasons"])
def test_a_table_without_numbers_has_its_headings(olga: Browser, of: str) -> None:
    rows = _table(olga, of)
    assert len(rows) == (3 if of == "months" else 1)
    assert rows[-1][1:4] == ["0", "0", ""] if of == "months" else rows[0]


def test_disputes_are_counted_by_how_they_end(
    paid: Order,
    cast: Cast,
    sandbox: Stripe,
    dispute: Open,
    decide: Decide,
    answer: Callable[[Dispute], Dispute],
    worker: Callable[[], None],
    olga: Browser,
    in_month: Move,
) -> None:
    decide(answer(dispute(paid, amount=100, reason="product_not_received")), "won")
    decide(dispute(paid, amount=150, reason="product_not_received"), "lost")
    dispute(paid, amount=200, reason="fraudulent")
    accepted = dispute(paid, amount=250, reason="fraudulent")
    olga.submit(f"/admin/disputes/{accepted.id}/accept", f"/admin/disputes/{accepted.id}/accept")
    vase = cast.listing(cast.shop("Dora"))
    dispute(cast.order(vase), inquiry=True)
    third = cast.order(vase)
    dispute(third, prevented=True)
    sandbox.control(f"charges/{third.stripe_charge_id}/warn")
    worker()
    in_month("2026-03")
    page = olga.page(MARCH)
    assert "Mar 2026: 4 disputes ÷ 3 paid charges = 133.33%." in page.text
    assert "A rate over 3 payments says little" in page.text
    assert "Win rate 50.00% 1 won of 2 decided" in page.text
    assert _table(olga, "months")[1:] == [
        ["2026-02", "0", "0", "", "0", "0", "0"],
        ["2026-03", "3", "4", "133.33", "1", "1", "1"],
    ]
    assert _table(olga, "reasons")[1:] == [
        ["fraudulent", "accepted", "usd", "1", "2.50"],
        ["fraudulent", "open", "usd", "1", "2.00"],
        ["product_not_received", "won", "usd", "1", "1.00"],
        ["product_not_received", "lost", "usd", "1", "1.50"],
    ]
    alice, dora = _table(olga, "shops")[1:]
    assert alice[2:] == ["1", "4", "400.00", "0", "0", "0"]
    assert dora[2:] == ["2", "0", "0.00", "1", "1", "1"]
    of_dora = olga.page(f"{MARCH}&seller={dora[0]}")
    assert "Dispute numbers of" in of_dora.text
    assert "0 disputes ÷ 2 paid charges = 0.00%" in of_dora.text
    assert "No dispute was opened" in of_dora.text
    assert "Nothing was paid" in olga.page(f"{PAGE}?from=2025-01&until=2025-03").text


def test_the_picture_has_a_title_words_and_every_threshold(
    paid: Order, olga: Browser, in_month: Move
) -> None:
    in_month("2026-03")
    page = olga.page(MARCH)
    named = page.one(f"{_SVG}svg", role="img").get("aria-labelledby", "").split()
    title, described = (
        page.words(f"{_SVG}{tag}", id=name)
        for tag, name in zip(("title", "desc"), named, strict=True)
    )
    assert title == "Dispute rate by month"
    assert "the newest 0.00% in Mar 2026" in described
    for words in ("Visa and Mastercard: 1.5%", "read 2026-11-28", "may change at any time"):
        assert words in page.text


def test_a_period_that_is_none_is_explained_beside_the_usual_one(
    paid: Order, olga: Browser
) -> None:
    answer = olga.get(f"{PAGE}?from=2026-99")
    assert answer.status_code == 422
    assert "Please write months as 2026-11" in answer.text
    assert "1 paid charge = 0.00%" in answer.text
    assert olga.get(f"{PAGE}.csv?from=2026-99").status_code == 422


@pytest.mark.parametrize("address", [f"{PAGE}?seller=nobody", f"{PAGE}.csv?of=nothing"])
def test_what_does_not_exist_is_not_found(olga: Browser, address: str) -> None:
    assert olga.get(address).status_code == 404


_KINDS = ("charge", "dispute", "inquiry", "prevented", "warning")
_FIRST = datetime(2025, 12, 31, 22, tzinfo=UTC)
_HAPPENED = st.lists(
    st.tuples(
        st.sampled_from(_KINDS),
        st.integers(0, 1),
        st.integers(0, 24 * 95).map(lambda hours: clock.timestamp(_FIRST + timedelta(hours=hours))),
    ),
    max_size=30,
)
_STATUS = {
    "dispute": "needs_response",
    "inquiry": "warning_closed",
    "prevented": "prevented",
}


@pytest.fixture
def shops(paid: Order, cast: Cast) -> list[str]:
    """The ids of two sellers."""
    return [paid.seller_id, cast.shop("Dora").seller.id]


@settings(
    max_examples=scaled(25, 500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happened=_HAPPENED)
def test_sql_counts_as_a_person_would(
    paid: Order, services: Services, shops: list[str], happened: list[tuple[str, int, str]]
) -> None:
    """Random events around the turns of months, counted by the database and one by one."""
    span = Period("2026-01", "2026-03")

    class Undo(Exception):
        pass

    with pytest.raises(Undo), services.store.transaction() as tx:
        tx.run("UPDATE orders SET paid_at = NULL")
        for kind, who, at in happened:
            _happen(tx, paid, kind, shops[who], at)
        one_by_one = Counter((kind, who, at[:7]) for kind, who, at in happened)
        for seller_id, whose in ((shops[0], [0]), (shops[1], [1]), ("", [0, 1])):
            months = service.months(tx, span, seller_id)
            assert [(month.name, month.counts) for month in months] == [
                (name, _counted(one_by_one, name, whose)) for name in span.months
            ]
        in_all = service.in_all(month.counts for month in service.months(tx, span))
        assert in_all == service.in_all(service.shops(tx, span))
        raise Undo


def _counted(one_by_one: Counter[tuple[str, int, str]], month: str, whose: list[int]) -> Counts:
    return Counts(*(sum(one_by_one[kind, who, month] for who in whose) for kind in _KINDS))


def _happen(tx: Tx, order: Order, kind: str, seller_id: str, at: str) -> None:
    """Write a row as it would be after something has happened."""
    values = {"id": new_id(), "order_id": order.id, "seller_id": seller_id, "at": at}
    if kind == "charge":
        copied(tx, order, seller_id=seller_id, paid_at=at)
    elif kind == "warning":
        tx.run(
            "INSERT INTO fraud_warnings (id, order_id, seller_id, fraud_type, status, warned_at,"
            " updated_at) VALUES (:id, :order_id, :seller_id, 'misc', 'over', :at, :at)",
            **values,
        )
    else:
        tx.run(
            "INSERT INTO disputes (id, order_id, seller_id, status, reason, amount, currency,"
            " withdrawn_amount, fee_amount, submission_count, opened_at, updated_at)"
            " VALUES (:id, :order_id, :seller_id, :status, 'general', 1, 'usd', 0, 0, 0, :at, :at)",
            **values,
            status=_STATUS[kind],
        )


def test_the_month_before_is_known_to_who_divides_by_it(
    paid: Order, services: Services, in_month: Move
) -> None:
    in_month("2026-02")
    with services.store.read() as tx:
        (march,) = service.months(tx, Period("2026-03", "2026-03"))
    assert (march.counts.charges, march.charges_before) == (0, 1)
    assert period.label(march.name) == "Mar 2026"
