"""Stock: what is for sale, and that nobody gets what somebody else has taken."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from storefront.catalog import service
from storefront.catalog.service import Listing, ListingForSale
from storefront.store import Store
from tests.cast import Cast

THREADS = 24


def stock_of(store: Store, listing: Listing) -> int | None:
    with store.read() as tx:
        return service.of_seller(tx, listing.seller_id, listing.id).stock


def offer_of(store: Store, listing: Listing) -> ListingForSale:
    with store.read() as tx:
        return service.for_sale(tx, [listing.id])[listing.id]


@pytest.mark.parametrize("left", [1, 5])
def test_of_many_buyers_only_as_many_as_there_are_pieces_get_one(cast: Cast, left: int) -> None:
    store, listing = cast.services.store, cast.listing(cast.shop(ready=False), stock=left)
    ready = Barrier(THREADS)

    def buy() -> bool:
        ready.wait()
        with store.transaction() as tx:
            taken = service.take_stock(tx, listing.id, 1)
        store.close() if store.dialect == "sqlite" else None
        return taken

    with ThreadPoolExecutor(THREADS) as pool:
        won = [future.result() for future in [pool.submit(buy) for _ in range(THREADS)]]
    assert won.count(True) == left
    assert stock_of(store, listing) == 0


def test_it_takes_all_or_nothing(cast: Cast) -> None:
    store, listing = cast.services.store, cast.listing(cast.shop(ready=False), stock=3)
    with store.transaction() as tx:
        assert not service.take_stock(tx, listing.id, 4)
        assert service.take_stock(tx, listing.id, 3)
        assert not service.take_stock(tx, listing.id, 1)
        service.return_stock(tx, listing.id, 2)
    assert stock_of(store, listing) == 2


def test_stock_without_limit_stays_without_limit(cast: Cast) -> None:
    store, listing = cast.services.store, cast.listing(cast.shop(ready=False), stock=None)
    with store.transaction() as tx:
        assert service.take_stock(tx, listing.id, 99)
        service.return_stock(tx, listing.id, 99)
    assert stock_of(store, listing) is None


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_below_one_is_a_mistake_of_ours(cast: Cast, quantity: int) -> None:
    listing = cast.listing(cast.shop(ready=False))
    with cast.services.store.transaction() as tx:
        with pytest.raises(ValueError, match="at least 1"):
            service.take_stock(tx, listing.id, quantity)
        with pytest.raises(ValueError, match="at least 1"):
            service.return_stock(tx, listing.id, quantity)


def test_a_published_listing_of_a_shop_that_can_be_paid_is_for_sale(cast: Cast) -> None:
    listing = cast.listing(cast.shop(), stock=2)
    offer = offer_of(cast.services.store, listing)
    assert offer.for_sale
    assert not offer.reason
    assert (offer.price_amount, offer.currency, offer.stock) == (1000, "usd", 2)


def test_it_says_why_something_is_not_for_sale(cast: Cast) -> None:
    store, shop = cast.services.store, cast.shop()
    paused, gone = cast.listing(shop), cast.listing(shop, stock=0)
    draft, closed = cast.listing(shop, publish=False), cast.listing(cast.shop("Dora", ready=False))
    with store.transaction() as tx:
        service.pause(tx, paused)
    found = {each.id: offer_of(store, each) for each in (paused, gone, draft, closed)}
    assert not any(offer.for_sale for offer in found.values())
    assert "paused" in found[paused.id].reason
    assert "Sold out" in found[gone.id].reason
    assert "not offer" in found[draft.id].reason
    assert "cannot take payments" in found[closed.id].reason


def test_what_my_own_open_order_holds_is_still_there_for_me(cast: Cast) -> None:
    listing = cast.listing(cast.shop(), stock=1)
    order = cast.order(listing, pay=False)
    store = cast.services.store
    assert not offer_of(store, listing).for_sale
    with store.read() as tx:
        mine = service.for_sale(tx, [listing.id], str(order.cart_id))[listing.id]
    assert mine.for_sale
    assert mine.stock == 1


def test_unknown_listings_are_left_out(cast: Cast) -> None:
    with cast.services.store.read() as tx:
        assert service.for_sale(tx, []) == {}
        assert service.for_sale(tx, ["absent", "absent"]) == {}
