"""Starting a checkout: one order, one Checkout Session, stock reserved."""

import threading
from dataclasses import replace

import pytest

from storefront.cart import service as cart
from storefront.cart.service import CartLine
from storefront.checkout import service as checkout
from storefront.checkout.service import Shopper
from storefront.current import Services
from storefront.errors import Busy, Refused
from storefront.fees import APPLICATION_FEE, TRANSFER_AMOUNT, parse_fee_rule
from storefront.ledger import service as ledger
from storefront.orders import service as orders
from tests.cast import Cast
from tests.support.stripe import Stripe


def test_the_session_names_the_destination_the_fee_and_the_order(cast: Cast) -> None:
    shop = cast.shop()
    order = cast.order(cast.listing(shop, requires_shipping=True), pay=False)
    session = cast.sandbox.get(f"/v1/checkout/sessions/{order.stripe_checkout_session_id}")
    assert session["client_reference_id"] == order.id
    assert session["metadata"]["order_id"] == order.id
    assert session["amount_total"] == order.total_amount == 1500
    assert session["branding_settings"]["display_name"] == "Alice's shop"
    assert session["shipping_address_collection"]["allowed_countries"] == ["DE", "US"]
    assert session["url"] == order.checkout_url


def test_the_example_of_the_documentation_to_the_cent(cast: Cast) -> None:
    """10.00, fee 1.23, Stripe's fee 0.59: platform 0.64, seller 8.77 (doc B, flow of funds)."""
    cast.services = _with_fee_of(cast.services, "usd 1.23")
    shop = cast.shop()
    order = cast.order(cast.listing(shop))
    with cast.services.store.read() as tx:
        entries = ledger.of_order(tx, order.id)
    balances = cast.sandbox.control("balances", "GET")
    platform = next(iter(set(balances) - {shop.account}))
    assert order.status == orders.PAID
    assert ledger.balances(entries) == {
        ("shopper", "usd"): -1000,
        ("platform", "usd"): 64,
        ("seller", "usd"): 877,
        ("stripe_fees", "usd"): 59,
    }
    assert balances[shop.account]["usd"]["available"] == 877
    assert balances[platform]["usd"]["available"] == 64


@pytest.mark.parametrize(
    ("mode", "fee", "frozen", "asked", "transferred"),
    [
        (APPLICATION_FEE, "usd 1.23", APPLICATION_FEE, 123, None),
        (TRANSFER_AMOUNT, "usd 1.23", TRANSFER_AMOUNT, None, 877),
        (TRANSFER_AMOUNT, "usd 9.99", TRANSFER_AMOUNT, None, 1),
        (TRANSFER_AMOUNT, "100%", APPLICATION_FEE, 1000, None),  # no transfer of nothing
        (TRANSFER_AMOUNT, "0%", APPLICATION_FEE, None, None),
    ],
)
@pytest.mark.one_database
def test_how_the_fee_is_kept_is_frozen_with_the_order(
    cast: Cast, mode: str, fee: str, frozen: str, asked: int | None, transferred: int | None
) -> None:
    cast.services = _with_fee_of(cast.services, fee, mode)
    order = cast.order(cast.listing(cast.shop()), pay=False)
    cast.services = _with_fee_of(cast.services, "5%", APPLICATION_FEE)
    paid = cast.pay(order)
    assert (paid.status, paid.fee_mode, paid.facts_wanted_at) == (orders.PAID, frozen, None)
    charge = cast.sandbox.get(f"/v1/charges/{paid.stripe_charge_id}")
    assert charge["application_fee_amount"] == asked
    assert charge["transfer_data"] == {"amount": transferred, "destination": paid.destination}
    assert bool(paid.stripe_application_fee_id) == bool(asked)


def _with_fee_of(services: Services, rule: str, mode: str = APPLICATION_FEE) -> Services:
    config = replace(services.config, platform_fee=parse_fee_rule(rule), fee_mode=mode)
    return replace(services, config=config)


def test_a_double_click_gets_the_same_session(cast: Cast) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop, stock=1))
    first = cast.checkout(cart_id, shop)
    second = cast.checkout(cart_id, shop)
    assert first.id == second.id
    assert first.checkout_url == second.checkout_url


def test_two_clicks_at_once_make_one_session(cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop, stock=1))
    urls: list[str | None] = []

    def click() -> None:
        urls.append(checkout.start(cast.services, Shopper(cart_id), shop.seller.id).checkout_url)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 4
    assert len(set(urls)) == 1
    assert len(sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_a_changed_cart_expires_the_open_session(cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=3)
    cart_id = cast.cart(listing)
    first = cast.checkout(cart_id, shop)
    with cast.services.store.transaction() as tx:
        cart.change(tx, cart_id, CartLine(listing.id, 3))
    second = cast.checkout(cart_id, shop)
    assert cast.reread(first).status == "expired"
    assert second.total_amount == 3000
    assert cast.stock(listing) == 0
    session = sandbox.get(f"/v1/checkout/sessions/{first.stripe_checkout_session_id}")
    assert session["status"] == "expired"


def test_a_session_paid_meanwhile_is_not_sold_again(cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    cart_id = cast.cart(listing)
    first = cast.checkout(cart_id, shop)
    sandbox.control(f"sessions/{first.stripe_checkout_session_id}/pay", card="4242424242424242")
    with cast.services.store.transaction() as tx:
        tx.run("UPDATE listings SET price_amount = 2000 WHERE id = :id", id=listing.id)
    again = checkout.start(cast.services, Shopper(cart_id), shop.seller.id)
    assert again.id == first.id
    assert again.status == orders.PAID


def test_an_edited_price_does_not_change_an_open_order(cast: Cast) -> None:
    shop = cast.shop()
    listing = cast.listing(shop)
    order = cast.order(listing, pay=False)
    with cast.services.store.transaction() as tx:
        tx.run("UPDATE listings SET price_amount = 5 WHERE id = :id", id=listing.id)
    paid = cast.pay(order)
    assert paid.status == orders.PAID
    assert paid.total_amount == 1000


def test_too_little_stock_is_refused_in_words(cast: Cast) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=2)
    cart_id = cast.cart(listing, quantity=2)
    cast.order(listing, pay=False)
    with pytest.raises(Refused, match="not enough left"):
        cast.checkout(cart_id, shop)


def test_a_shop_without_transfers_cannot_be_paid(cast: Cast) -> None:
    shop = cast.shop()
    cart_id = cast.cart(cast.listing(shop))
    with cast.services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET transfers_capability = 'inactive'")
    with pytest.raises(Refused, match="cannot take payments"):
        cast.checkout(cart_id, shop)


def test_what_stripe_refuses_gives_the_stock_back(cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    with pytest.raises(Refused, match="Stripe says"):
        cast.order(listing, pay=False)
    assert cast.stock(listing) == 1


def test_no_answer_is_not_a_failure(cast: Cast, sandbox: Stripe) -> None:
    """The same order goes on at the next click, under the same idempotency key."""
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    cart_id = cast.cart(listing)
    sandbox.fault("drop_response", "/v1/checkout/sessions")
    with pytest.raises(Busy):
        cast.checkout(cart_id, shop)
    order = cast.checkout(cart_id, shop)
    assert order.checkout_url
    assert len(sandbox.get("/v1/checkout/sessions")["data"]) == 1


def test_an_expired_session_gives_the_stock_back(cast: Cast, sandbox: Stripe) -> None:
    shop = cast.shop()
    listing = cast.listing(shop, stock=1)
    order = cast.order(listing, pay=False)
    assert cast.stock(listing) == 0
    sandbox.control(f"sessions/{order.stripe_checkout_session_id}/expire")
    assert orders.read_payment(cast.services, order).status == "expired"
    assert cast.stock(listing) == 1
