"""What the tests about the numbers share."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.ids import new_id, new_token
from storefront.orders.service import Order
from storefront.store import Tx
from tests.disputes.conftest import answer, decide, dispute, of, olga, paid

__all__ = ["answer", "decide", "dispute", "of", "olga", "paid"]

Move = Callable[[str], None]


@pytest.fixture
def in_month(services: Services) -> Move:
    """Let everything that has happened so far have happened in a month: `in_month("2026-03")`."""

    def move(month: str) -> None:
        at = f"{month}-15T12:00:00.000000Z"
        with services.store.transaction() as tx:
            tx.run("UPDATE orders SET paid_at = :at WHERE paid_at IS NOT NULL", at=at)
            tx.run("UPDATE disputes SET opened_at = :at", at=at)
            tx.run("UPDATE fraud_warnings SET warned_at = :at", at=at)

    return move


def copied(tx: Tx, order: Order, **changes: object) -> str:
    """Another order like one that was paid; its id. Quicker than thousands of payments."""
    row = dict(tx.one("SELECT * FROM orders WHERE id = :id", id=order.id) or {})
    number = tx.value("SELECT MAX(number) + 1 FROM orders")
    new = {"id": new_id(), "number": number, "token": new_token(), **changes}
    row |= new | {"stripe_checkout_session_id": None, "stripe_charge_id": None}
    columns = ", ".join(row)
    tx.run(f"INSERT INTO orders ({columns}) VALUES (:{columns.replace(', ', ', :')})", **row)
    return str(row["id"])
