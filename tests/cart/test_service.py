"""What checkout and sign-in do with carts."""

import pytest

from storefront.cart import service
from storefront.cart.service import CartLine
from storefront.clock import ago
from storefront.errors import Refused
from storefront.store import Tx
from tests.cast import Cast


def lines(tx: Tx, cart_id: str, *sellers: str) -> dict[str, int]:
    found = [line for seller in sellers for line in service.lines_of_shop(tx, cart_id, seller)]
    return {line.listing_id: line.quantity for line in found}


def test_lines_come_by_shop(cast: Cast) -> None:
    one, other = cast.shop("Alice"), cast.shop("Charlie")
    mug, jug = cast.listing(one), cast.listing(other)
    with cast.services.store.transaction() as tx:
        cart_id = service.start(tx, None)
        service.add(tx, cart_id, CartLine(mug.id, 2), None)
        service.add(tx, cart_id, CartLine(jug.id, 1), None)
        assert service.lines_of_shop(tx, cart_id, one.seller.id) == [CartLine(mug.id, 2)]
        assert service.lines_of_shop(tx, "absent", one.seller.id) == []


def test_what_is_bought_leaves_and_what_is_not_paid_returns(cast: Cast) -> None:
    shop = cast.shop()
    mug, jug = cast.listing(shop, stock=None), cast.listing(shop)
    with cast.services.store.transaction() as tx:
        cart_id = service.start(tx, None)
        service.add(tx, cart_id, CartLine(mug.id, 5), None)
        service.add(tx, cart_id, CartLine(jug.id, 1), None)
        bought = [CartLine(mug.id, 3), CartLine(jug.id, 1)]
        service.take_lines(tx, cart_id, bought)
        assert lines(tx, cart_id, shop.seller.id) == {mug.id: 2}
        assert service.put_back(tx, cart_id, bought)
        assert lines(tx, cart_id, shop.seller.id) == {mug.id: 5, jug.id: 1}
        service.put_back(tx, cart_id, [CartLine(mug.id, 99)])
        assert lines(tx, cart_id, shop.seller.id)[mug.id] == 99
        service.take_lines(tx, cart_id, [CartLine(mug.id, 99), CartLine("absent", 1)])
        assert lines(tx, cart_id, shop.seller.id) == {jug.id: 1}


def test_a_cart_that_is_gone_takes_nothing_back(cast: Cast) -> None:
    listing = cast.listing(cast.shop())
    with cast.services.store.transaction() as tx:
        assert not service.put_back(tx, "absent", [CartLine(listing.id, 1)])


def test_a_person_has_one_cart(cast: Cast) -> None:
    bob = cast.user("Bob")
    with cast.services.store.transaction() as tx:
        assert service.start(tx, bob.id) == service.start(tx, bob.id)
        assert service.start(tx, None) != service.start(tx, None)


def test_signing_in_keeps_the_guests_cart_and_adds_the_earlier_one(cast: Cast) -> None:
    shop, bob = cast.shop(), cast.user("Bob")
    mug, jug = cast.listing(shop, stock=None), cast.listing(shop)
    with cast.services.store.transaction() as tx:
        earlier, guest = service.start(tx, bob.id), service.start(tx, None)
        service.add(tx, earlier, CartLine(mug.id, 60), bob.id)
        service.add(tx, guest, CartLine(mug.id, 60), None)
        service.add(tx, guest, CartLine(jug.id, 1), None)
        service.merge(tx, guest, bob.id)
        assert service.of_user(tx, bob.id) == guest
        assert not service.exists(tx, earlier)
        assert lines(tx, guest, shop.seller.id) == {mug.id: 99, jug.id: 1}


def test_the_cart_of_somebody_else_is_never_taken_over(cast: Cast) -> None:
    bob, charlie = cast.user("Bob"), cast.user("Charlie")
    with cast.services.store.transaction() as tx:
        of_bob, of_charlie = service.start(tx, bob.id), service.start(tx, charlie.id)
        service.merge(tx, of_bob, charlie.id)
        service.merge(tx, "absent", charlie.id)
        assert service.of_user(tx, bob.id) == of_bob
        assert service.of_user(tx, charlie.id) == of_charlie


def test_guest_carts_are_forgotten_after_a_while(cast: Cast) -> None:
    listing, bob = cast.listing(cast.shop()), cast.user("Bob")
    with cast.services.store.transaction() as tx:
        old, new, kept = (service.start(tx, who) for who in (None, None, bob.id))
        service.add(tx, old, CartLine(listing.id, 1), None)
        tx.run(
            "UPDATE carts SET updated_at = :at WHERE id <> :new",
            at=ago(days=service.GUEST_CART_DAYS + 1),
            new=new,
        )
    assert service.clean_up(cast.services) == 1
    with cast.services.store.read() as tx:
        assert [service.exists(tx, each) for each in (old, new, kept)] == [False, True, True]


def test_too_much_money_for_one_payment_is_said(cast: Cast) -> None:
    listing = cast.listing(cast.shop(), price_amount=99_999_999, stock=None)
    with cast.services.store.transaction() as tx:
        cart_id = service.start(tx, None)
        service.add(tx, cart_id, CartLine(listing.id, 2), None)
        (group,) = service.contents(tx, cart_id, None).groups
        assert "largest possible amount" in group.blocked
        with pytest.raises(Refused):
            service.add(tx, cart_id, CartLine(listing.id, 98), None)
