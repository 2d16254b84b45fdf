"""What disputes move stands in the ledger, to the cent, as Stripe's balance transactions say."""

import pytest

from storefront.current import Services
from storefront.ledger import service as ledger
from storefront.orders.service import Order
from tests.cast import Cast
from tests.support.stripe import Stripe


@pytest.fixture
def paid(cast: Cast) -> Order:
    """A paid order of 10.00."""
    return cast.order(cast.listing(cast.shop()))


def platform_at_stripe(sandbox: Stripe) -> int:
    balance = sandbox.get("/v1/balance")
    return sum(part["amount"] for part in balance["available"] + balance["pending"])


def balances(services: Services, order: Order) -> dict[str, int]:
    with services.store.read() as tx:
        found = ledger.balances(ledger.of_order(tx, order.id))
    return {party: amount for (party, _), amount in found.items()}


@pytest.mark.parametrize(("outcome", "bank"), [("", 600), ("lost", 600), ("won", 0)])
def test_the_platform_pays_a_dispute_until_it_is_won(
    services: Services, served: str, paid: Order, sandbox: Stripe, outcome: str, bank: int
) -> None:
    """https://docs.stripe.com/connect/destination-charges#handle-disputes"""
    dispute = sandbox.control(
        f"charges/{paid.stripe_charge_id}/dispute", amount=600, reason="fraudulent"
    )
    if outcome:
        sandbox.control(f"disputes/{dispute['id']}/decide", outcome=outcome)
    sandbox.settle()
    booked = balances(services, paid)
    assert booked["dispute"] == bank
    assert booked["platform"] == platform_at_stripe(sandbox)
    assert sum(booked.values()) == 0
