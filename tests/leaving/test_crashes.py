"""SIGKILL between any two steps of disconnecting from here: it happens, and happens once."""

import pytest

from storefront.config import Config
from storefront.sellers import service as sellers
from tests.cast import Cast, Shop
from tests.stripe_calls import crashing
from tests.support.stripe import Stripe

STEPS = 14
"""Writing all down, expiring one session, disconnecting; before and after each step."""


def _has_left_once(cast: Cast, shop: Shop, session_id: str) -> None:
    """Whoever tries again after a crash finds what an undisturbed one leaves."""
    crashing.recover(cast.services)
    crashing.leave(cast.services, shop.seller.id, shop.owner.id)
    crashing.recover(cast.services)
    with cast.services.store.read() as tx:
        assert sellers.account_of(tx, shop.seller.id) is None
        calls = tx.all("SELECT operation, state, generation FROM stripe_calls ORDER BY id")
        listings = tx.all("SELECT state, paused_by_leaving FROM listings")
        asked = tx.value("SELECT COUNT(*) FROM audit_log WHERE action = 'account.left'")
    assert [(call["operation"], call["state"], call["generation"]) for call in calls] == [
        ("checkout_session.create", "confirmed", 1),
        ("checkout_session.expire", "confirmed", 1),
        ("account.deauthorize", "confirmed", 1),
    ]
    assert [dict(row) for row in listings] == [{"state": "paused", "paused_by_leaving": 1}]
    assert asked == 1
    assert cast.sandbox.get(f"/v1/checkout/sessions/{session_id}")["status"] == "expired"


@pytest.mark.one_database
@pytest.mark.parametrize("point", [*range(STEPS), STEPS])
def test_who_is_killed_while_disconnecting_is_disconnected_once(
    cast: Cast, config: Config, sandbox: Stripe, point: int
) -> None:
    """The last one is not killed any more: there are no more steps."""
    shop = cast.shop()
    order = cast.order(cast.listing(shop), pay=False)
    killed = crashing.killed_at(config, point, crashing.leave, shop.seller.id, shop.owner.id)
    assert killed == (point < STEPS)
    _has_left_once(cast, shop, str(order.stripe_checkout_session_id))
