"""SIGKILL between any two steps of a checkout: afterwards Stripe has one session, or none."""

import pytest

from storefront.config import Config
from storefront.orders import service as orders
from tests.cast import Cast
from tests.stripe_calls import crashing

POINTS = range(8)
"""Two transactions around the order, the claim, the call, the outcome: eight steps."""


@pytest.mark.one_database
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_checkout_leaves_one_session_or_none(
    cast: Cast, config: Config, point: int
) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    cart_id = cast.cart(listing)

    killed = crashing.killed_at(config, point, crashing.buy, cart_id, shop.seller.id)
    crashing.recover(cast.services)

    sessions = cast.sandbox.get("/v1/checkout/sessions")["data"]
    with cast.services.store.read() as tx:
        found = orders.open_orders(tx, cart_id, shop.seller.id)
        states = {row["state"] for row in tx.all("SELECT state FROM stripe_calls")}
    assert killed
    assert [order.stripe_checkout_session_id for order in found] == [s["id"] for s in sessions]
    assert len(sessions) <= 1
    assert cast.stock(listing) == 1 - len(sessions)
    assert states <= {"confirmed"}
    again = cast.checkout(cart_id, shop)
    assert again.checkout_url
    assert len(cast.sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_an_uninterrupted_checkout_has_no_more_steps(cast: Cast, config: Config) -> None:
    """So the points above are all there are."""
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop))
    assert not crashing.killed_at(config, len(POINTS), crashing.buy, cart_id, shop.seller.id)
