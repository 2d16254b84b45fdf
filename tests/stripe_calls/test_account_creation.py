"""SIGKILL between any two steps of creating an account: afterwards Stripe has one, or none."""

from dataclasses import replace

import pytest

from storefront.config import Config
from storefront.sellers import creating, states
from storefront.sellers import service as sellers
from tests.cast import Cast
from tests.stripe_calls import crashing

POINTS = range(8)
"""Two transactions around the row, the claim, the call, the outcome: eight steps."""


@pytest.fixture
def config(config: Config) -> Config:
    """Accounts are created here."""
    return replace(config, connect_ways=("account_links",))


@pytest.mark.one_database
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_creation_leaves_one_account_or_none(
    cast: Cast, config: Config, point: int
) -> None:
    shop = cast.shop(ready=False)

    killed = crashing.killed_at(config, point, crashing.create_account, shop.owner.id, "US")
    crashing.recover(cast.services)

    made = [each["id"] for each in cast.sandbox.get("/v1/accounts")["data"]]
    with cast.services.store.read() as tx:
        account = sellers.account_of(tx, shop.seller.id)
        ours = creating.made_here(tx, account)
    assert killed
    assert made == ([account.stripe_account_id] if account else [])
    assert len(made) == (0 if point == 0 else 1)
    assert ours == bool(made)
    creating.create(cast.services, shop.owner, shop.seller, "US")
    with cast.services.store.read() as tx:
        assert states.state_of(sellers.account_of(tx, shop.seller.id)) == states.PENDING
    assert len(cast.sandbox.get("/v1/accounts")["data"]) == 1


def test_an_uninterrupted_creation_has_no_more_steps(cast: Cast, config: Config) -> None:
    """So the points above are all there are."""
    shop = cast.shop(ready=False)
    steps = len(POINTS)
    assert not crashing.killed_at(config, steps, crashing.create_account, shop.owner.id, "US")
