"""Four days without a single webhook, then one reconciliation."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.reconciliation import words
from storefront.reconciliation.service import Finding, Reconciliation
from tests.cast import Cast, Shop
from tests.reconciliation.conftest import Reconcile
from tests.support.scale import scaled
from tests.support.stripe import Stripe

ORDERS = scaled(30, 1000)
DAY = 24 * 3600


@pytest.mark.one_database
@pytest.mark.timeout(900)
def test_one_walk_repairs_every_order(
    services: Services,
    cast: Cast,
    shop: Shop,
    sandbox: Stripe,
    reconcile: Reconcile,
    differing: Callable[[Reconciliation], list[Finding]],
    record_property: Callable[[str, object], None],
) -> None:
    sandbox.control("deliveries/mode", mode="drop")
    for account in ({}, {"account": shop.account}):
        sandbox.control("topup", amount=10_000_000, currency="usd", **account)
    listing = cast.listing(shop, stock=ORDERS)
    made = [cast.order(listing, pay=False) for _ in range(ORDERS)]
    for number, order in enumerate(made):
        session = order.stripe_checkout_session_id
        paid = sandbox.control(f"sessions/{session}/pay")
        if number % 5 == 0:
            whole = {"charge": paid["charge"], "reverse_transfer": "true"}
            sandbox.post("/v1/refunds", whole | ({"amount": 250} if number % 2 else {}))
        if number % 25 == 1:
            sandbox.control(f"charges/{paid['charge']}/dispute", amount=400, reason="duplicate")
    sandbox.control("clock/advance", seconds=4 * DAY)

    first = reconcile()
    assert (first.repaired, differing(first)) == (ORDERS, [])
    assert words.verdict(reconcile()) == "Our books match Stripe to the cent."
    record_property(
        "measured",
        f"After four days without a webhook one reconciliation repaired {first.repaired:,} orders"
        f" ({sum(first.checked.values()):,} objects of Stripe's), 0 differences left",
    )
