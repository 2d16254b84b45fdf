"""Refunds that somebody makes at Stripe, without us."""

from collections.abc import Callable
from typing import Any

import pytest

from storefront.current import Services
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Refund
from tests.client import Browser
from tests.refunds.conftest import books, config, enrich, now, paid, refund
from tests.support.stripe import Stripe

__all__ = ["books", "config", "enrich", "now", "paid", "refund"]

Elsewhere = Callable[..., Refund]


@pytest.fixture
def elsewhere(
    services: Services, sandbox: Stripe, served: str, enrich: Callable[[Order], None]
) -> Elsewhere:
    """Refund as in Stripe's Dashboard, and learn of it: `elsewhere(order, 250)`."""

    def make(order: Order, amount: int, **flags: str) -> Refund:
        enrich(order)
        values: dict[str, Any] = {"charge": order.stripe_charge_id, "amount": amount, **flags}
        made = sandbox.post("/v1/refunds", values)
        sandbox.settle()
        with services.store.read() as tx:
            found = refunds.of_order(tx, order.id)
        return next(each for each in found if each.stripe_refund_id == made["id"])

    return make


@pytest.fixture
def olga(as_user: Callable[[str], Browser]) -> Browser:
    """The operator's browser."""
    return as_user("Olga")
