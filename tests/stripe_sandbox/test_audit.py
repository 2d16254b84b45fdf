"""The books are looked at closely enough: whatever is tampered with is noticed."""

from typing import Any

import pytest

from tests.stripe_sandbox.shop import Shop

TAMPERED: list[tuple[str, dict[str, Any]]] = [
    ("charge", {"amount_refunded": 1}),
    ("charge", {"amount_refunded": 2000}),
    ("transfer", {"amount_reversed": 7}),
    ("application_fee", {"amount_refunded": 7}),
    ("refund", {"status": "failed"}),
    ("refund", {"amount": 101}),
    ("balance_transaction", {"fee": 7}),
    ("balance_transaction", {"net": 7}),
    ("balance_transaction", {"status": "pending"}),
    ("balance_transaction", {"source": "ch_nowhere"}),
    ("payout", {"amount": 7}),
    ("dispute", {"status": "won"}),
    ("dispute", {"status": "warning_closed"}),
]


@pytest.mark.parametrize(("kind", "change"), TAMPERED, ids=str)
def test_tampering_is_noticed(shop: Shop, kind: str, change: dict[str, Any]) -> None:
    shop.topup(5000)
    shop.refund(shop.sell(), amount=100, reverse_transfer=True, refund_application_fee=True)
    shop.sandbox.control(f"charges/{shop.sell().id}/dispute")
    shop.sandbox.control("payouts/automatic")
    assert shop.sandbox.read("invariants")["ok"]
    store = shop.sandbox.sandbox.store
    found = store.select(kind, shop.sandbox.sandbox.platform_id)[-1]
    store.save({**found, **change})
    assert not shop.sandbox.read("invariants")["ok"]
    store.save(found)


def test_a_balance_without_transactions_is_noticed(shop: Shop) -> None:
    shop.topup(5000)
    books = shop.sandbox.sandbox.store.db
    books.execute("UPDATE balances SET available = available + 1")
    assert not shop.sandbox.read("invariants")["ok"]
    books.execute("UPDATE balances SET available = available - 1")
