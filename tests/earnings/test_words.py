"""What is said about a seller's money, above all about what is below zero or in many parts."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from storefront import clock
from storefront.earnings import words
from storefront.earnings.positions import Position
from storefront.earnings.service import Money
from storefront.sellers.service import ConnectedAccount
from tests.earnings.test_positions import payout

DAY = clock.timestamp(datetime(2026, 12, 5, tzinfo=UTC))
COVERED = "covered by the next sales or debited from the bank"
_NOTHING: dict[str, Any] = dict.fromkeys(each.name for each in fields(ConnectedAccount))
ACCOUNT = ConnectedAccount(**_NOTHING | {"payouts_enabled": True, "payout_interval": "daily"})


@pytest.mark.parametrize(
    ("available", "waiting", "said"),
    [
        (0, 0, "nothing is waiting"),
        (9_000, 0, "available now"),
        (0, 5_000, "$50.00 from 5 Dec 2026"),
        (9_000, 5_000, "$90.00 now; $50.00 from 5 Dec 2026"),
        (9_000, -5_000, "$90.00 now; less $50.00 on 5 Dec 2026"),
        (-9_000, 0, COVERED),
        (-9_000, 5_000, f"$90.00 short, {COVERED}; $50.00 from 5 Dec 2026"),
        (0, -5_000, f"less $50.00 on 5 Dec 2026, {COVERED}"),
    ],
)
def test_what_is_owed_is_said_in_words(available: int, waiting: int, said: str) -> None:
    position = Position("usd", available=available, waiting=waiting, available_at=DAY)
    assert words.owed(position) == said


def test_a_debit_is_not_on_its_way_to_the_bank() -> None:
    assert words.on_its_way(Position("usd", on_its_way=100, arrives_at=DAY)) == "arrives 5 Dec 2026"
    debited = words.on_its_way(Position("usd", on_its_way=-100, arrives_at=DAY))
    assert debited == "debited from the bank 5 Dec 2026"
    debit = replace(payout("po_1", "pending"), amount=-9_000, arrives_at=DAY)
    title, text, tone = words.next_payout(Money(ACCOUNT, [], [debit], None))
    assert (title, tone) == ("$90.00 from your bank, 5 Dec 2026", "warn")
    assert "on its way" not in text


def test_what_is_below_zero_goes_with_no_payout() -> None:
    for available, waiting, title in (
        (-9_000, 0, "After new sales"),
        (-9_000, 5_000, "After new sales"),
        (-9_000, 10_000, "From 5 Dec 2026 on"),
        (9_000, 0, "With the next daily payout"),
    ):
        position = Position(
            "usd", available=available, waiting=waiting, available_at=DAY, known=True
        )
        found, text, _ = words.next_payout(Money(ACCOUNT, [position], [], None))
        assert found == title
        assert ("taken from it" in text) == title.startswith("From")


def test_all_payouts_without_their_sales_are_one_note() -> None:
    unknown = replace(payout("po_1", "paid"), explained=False)
    many = [unknown] * 1_200 + [replace(unknown, currency="eur")]
    [(_, text)] = words.notes(Money(ACCOUNT, [], many, None))
    assert "1,201 payouts, $1,200.00 and €1.00 in all" in text
    dated = replace(unknown, created_at=DAY)
    [(_, text)] = words.notes(Money(ACCOUNT, [], [dated], None))
    assert "the payout of $1.00 of 5 Dec 2026" in text
