"""What the tests about copies share."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront.config import Config
from storefront.current import Services
from storefront.stored_data import repository, service
from storefront.stored_data.repository import Copy, Fetch
from tests.cast import Cast, Shop
from tests.support.stripe import Stripe

Stored = Callable[..., list[Copy]]


@pytest.fixture
def config(config: Config) -> Config:
    """Settings that let a fetch go as fast as it can."""
    return replace(config, fetch_per_second=100)


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """Alice's shop."""
    return cast.shop()


@pytest.fixture
def begin(services: Services) -> Callable[..., None]:
    """Begin walks of everything: `begin(shop)`, `begin(shop, kinds=…, since=…)`."""

    def begin(
        shop: Shop, kinds: tuple[str, ...] = tuple(service.KINDS), since: int | None = None
    ) -> None:
        with services.store.transaction() as tx:
            service.start(tx, shop.account, list(kinds), since=since)

    return begin


@pytest.fixture
def fetch(services: Services, begin: Callable[..., None]) -> Callable[..., dict[str, Fetch]]:
    """Fetch everything of a shop to the end; how each kind ended."""

    def run(shop: Shop, **how: object) -> dict[str, Fetch]:
        begin(shop, **how)
        ended = service.run_to_end(services, [shop.account], lambda _: None)
        return {each.kind: each for each in ended}

    return run


@pytest.fixture
def ids(services: Services) -> Callable[[str, str], list[str]]:
    """The ids of what is stored of an account and a kind."""

    def read(account: str, kind: str) -> list[str]:
        with services.store.read() as tx:
            rows = tx.all(
                "SELECT id FROM stored_objects WHERE stripe_account_id = :account AND kind = :kind"
                " AND deleted = 0 ORDER BY id",
                account=account,
                kind=kind,
            )
        return [row["id"] for row in rows]

    return read


@pytest.fixture
def copy_of(services: Services) -> Callable[[Shop, str], Copy]:
    """One copy."""

    def read(shop: Shop, object_id: str) -> Copy:
        with services.store.transaction() as tx:
            return repository.locked(tx, shop.account, object_id)

    return read


def at_stripe(sandbox: Stripe, account: str, path: str) -> list[str]:
    """The ids of everything that an account has at Stripe."""
    listed = sandbox.get(f"/v1/{path}?limit=100", account=account)
    assert not listed["has_more"]
    return sorted(each["id"] for each in listed["data"])


def lived(cast: Cast, shop: Shop, sandbox: Stripe) -> None:
    """Two sales of the marketplace, a direct one, three customers and two payouts."""
    mug = cast.listing(shop)
    cast.order(mug)
    cast.order(mug)
    for number in range(3):
        sandbox.post("/v1/customers", {"email": f"c{number}@example.com"}, account=shop.account)
    paid = {"amount": 700, "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never"}  # fmt: skip
    sandbox.post("/v1/payment_intents", paid, account=shop.account)
    sandbox.control("payout", account=shop.account, amount=100, currency="usd")
    sandbox.control("payouts/automatic", account=shop.account, currency="usd")
