"""From a cart to Stripe Checkout: stock reserved, one order frozen, one Checkout Session.

One order has one session. A double click or the back button finds the open order of the same
cart and shop and gets the same session again; a changed cart expires that session first.
Every purchase is a destination charge: https://docs.stripe.com/connect/destination-charges
"""

import hashlib
import json
import time
from dataclasses import dataclass

from storefront import clock, money
from storefront.branding import service as brands
from storefront.cart import service as cart
from storefront.catalog import service as catalog
from storefront.catalog.service import ListingForSale
from storefront.checkout.session import parameters
from storefront.current import Services
from storefront.errors import Busy, Refused
from storefront.fee_rules import service as fee_rules
from storefront.fee_rules.service import Goods
from storefront.fees import APPLICATION_FEE
from storefront.ids import new_id, new_token
from storefront.merchants import service as merchants
from storefront.orders import service as orders
from storefront.orders.service import Order, OrderLine
from storefront.orders.settlement import reserve
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount, Seller
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_gateway.failures import StripeFailure

CREATE, EXPIRE = "checkout_session.create", "checkout_session.expire"
SUBSCRIBE = "subscription_session.create"
SESSION_MINUTES = 60
_REUSE_MARGIN_MINUTES = 2
_WAIT_SECONDS = 20
_STRIPE_SILENT = "Stripe has not answered in time. Please try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who is buying: a cart, who is signed in, if anybody, and from which IP address."""

    cart_id: str
    user_id: str | None = None
    email: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a shopper wants from one shop right now, checked and priced."""

    seller: Seller
    account: ConnectedAccount
    lines: list[tuple[ListingForSale, int]]
    suffix: str

    @property
    def items_amount(self) -> int:
        return sum(listing.price_amount * quantity for listing, quantity in self.lines)

    @property
    def requires_shipping(self) -> bool:
        return any(listing.requires_shipping for listing, _ in self.lines)

    @property
    def shipping_amount(self) -> int:
        return self.seller.shipping_amount if self.requires_shipping else 0

    @property
    def fingerprint(self) -> str:
        """Equal as long as the same session would be made."""
        lines = [
            (listing.id, listing.title, listing.price_amount, quantity)
            for listing, quantity in self.lines
        ]
        terms = (self.account.stripe_account_id, self.account.on_behalf_of, self.suffix)
        shop = (*terms, self.shipping_amount, *self.seller.countries)
        return hashlib.sha256(json.dumps([lines, shop]).encode()).hexdigest()


def start(services: Services, shopper: Shopper, seller_id: str) -> Order:
    """The open order of this cart at this shop, with the Checkout Session to pay it.

    It may also be an earlier order that turns out to be paid. Raises Refused or Invalid with
    a reason for the shopper, and Busy when Stripe does not answer; trying again then
    continues the same order.
    """
    for superseded in _superseded(services, shopper, seller_id):
        earlier = give_up(services, superseded)
        if earlier.status in {orders.PROCESSING, orders.PAID}:
            return earlier
    with services.store.transaction() as tx:
        cart.lock(tx, shopper.cart_id)
        # Before the cart: what is paid in between has left it, and is not ordered again.
        still_open = orders.open_orders(tx, shopper.cart_id, seller_id)
        wish = _wish(tx, shopper, seller_id)
        order = next((each for each in still_open if _is(each, wish)), None)
        order = order or _place(services, tx, shopper, wish)
    return order if order.checkout_url else send(services, order)


def _superseded(services: Services, shopper: Shopper, seller_id: str) -> list[Order]:
    """Open orders of this cart that are no longer what the shopper wants."""
    with services.store.read() as tx:
        wish = _wish(tx, shopper, seller_id)
        still_open = orders.open_orders(tx, shopper.cart_id, seller_id)
    return [order for order in still_open if not _is(order, wish)]


def _is(order: Order, wish: _Wish) -> bool:
    return is_alive(order) and order.fingerprint == wish.fingerprint


def is_alive(order: Order) -> bool:
    """Whether there is still time to pay in the session of an open order."""
    return order.expires_at > clock.in_future(minutes=_REUSE_MARGIN_MINUTES)


def give_up(services: Services, order: Order) -> Order:
    """Expire the session of an order; the order afterwards, which may have been paid."""
    if order.stripe_checkout_session_id is None:
        order = send(services, order)
    with services.store.transaction() as tx:
        target = str(order.stripe_checkout_session_id)
        call = stripe_calls.prepare(tx, EXPIRE, order.id, {}, target=target)
    call = stripe_calls.execute(services, call.id)
    if call.open:
        raise Busy(_STRIPE_SILENT)
    try:
        return orders.read_payment(services, order)
    except StripeFailure as failure:
        raise Busy(_STRIPE_SILENT) from failure


def _wish(tx: Tx, shopper: Shopper, seller_id: str) -> _Wish:
    seller = sellers.seller_by_id(tx, seller_id)
    account = sellers.account_of(tx, seller_id)
    if seller is None or account is None or not sellers.ready_to_sell(account):
        raise Refused("This shop cannot take payments at the moment. Your cart keeps its items.")
    in_cart = cart.lines_of_shop(tx, shopper.cart_id, seller_id)
    if not in_cart:
        raise Refused("Your cart has nothing from this shop any more.")
    if shopper.user_id == seller.user_id:
        raise Refused("This is your own shop; you cannot buy from yourself.")
    found = catalog.for_sale(tx, [line.listing_id for line in in_cart], shopper.cart_id)
    lines = [(found[line.listing_id], line.quantity) for line in in_cart]
    wish = _Wish(seller, account, lines, merchants.suffix(tx, seller_id))
    for listing, _ in wish.lines:
        if not listing.for_sale:
            raise Refused(f"“{listing.title}” cannot be bought: {listing.reason}")
        if listing.billing != "once":
            raise Refused(f"“{listing.title}”: {cart.SUBSCRIPTION}")
    money.check_chargeable(wish.items_amount + wish.shipping_amount, seller.currency)
    if wish.requires_shipping and not seller.countries:
        raise Refused("This shop has not said yet to which countries it ships.")
    return wish


def _place(services: Services, tx: Tx, shopper: Shopper, wish: _Wish) -> Order:
    order = _order(services, tx, shopper, wish)
    lines = [
        OrderLine(
            order.id,
            position,
            listing.id,
            listing.title,
            listing.price_amount,
            quantity,
            listing.picture_key,
        )
        for position, (listing, quantity) in enumerate(wish.lines, start=1)
    ]
    short = reserve(tx, lines)
    if short is not None:
        raise Refused(f"There is not enough left of “{short.title}”. Please change the quantity.")
    orders.insert(tx, order, lines)
    branding = brands.session_settings(tx, wish.seller)
    sent = parameters(
        services.config, order, lines, wish.seller, wish.suffix, branding, shopper.email
    )
    stripe_calls.prepare(tx, CREATE, order.id, sent)
    return order


def _order(services: Services, tx: Tx, shopper: Shopper, wish: _Wish) -> Order:
    total = wish.items_amount + wish.shipping_amount
    fee = fee_rules.fee_on(
        tx,
        services.config.platform_fee,
        wish.seller.id,
        wish.seller.currency,
        [Goods(listing.category, listing.price_amount * count) for listing, count in wish.lines],
        wish.shipping_amount,
    )
    return Order(
        id=new_id(),
        number=orders.next_number(tx),
        token=new_token(),
        seller_id=wish.seller.id,
        user_id=shopper.user_id,
        cart_id=shopper.cart_id,
        purchase_ip=shopper.address,
        fingerprint=wish.fingerprint,
        currency=wish.seller.currency,
        items_amount=wish.items_amount,
        shipping_amount=wish.shipping_amount,
        total_amount=total,
        application_fee_amount=fee.amount,
        fee_basis=fee.basis,
        fee_mode=_fee_mode(services, fee.amount, total),
        destination=wish.account.stripe_account_id,
        on_behalf_of=int(wish.account.on_behalf_of),
        cross_border=int(wish.account.cross_border),
        shop_name=wish.seller.name,
        refund_policy=wish.seller.refund_policy,
        requires_shipping=int(wish.requires_shipping),
        created_at=clock.timestamp(),
        expires_at=clock.in_future(minutes=SESSION_MINUTES),
        stock_held=1,
    )


def _fee_mode(services: Services, fee: int, total: int) -> str:
    """How a fee is kept. A smaller transfer says something only between nothing and everything.

    A transfer of 0 does not exist at Stripe, and one of the total is what happens without it.
    """
    return services.config.fee_mode if 0 < fee < total else APPLICATION_FEE


def send(services: Services, order: Order) -> Order:
    """Have the session made, by us or by whoever is at it already (the other click)."""
    deadline = time.monotonic() + _WAIT_SECONDS
    with services.store.read() as tx:
        operation = CREATE if order.subscription_id is None else SUBSCRIBE
        call = stripe_calls.of_subject(tx, operation, order.id)
    assert call is not None  # noqa: S101 - order and call are written in one transaction
    call = stripe_calls.execute(services, call.id)
    while call.state == "sent" and time.monotonic() < deadline:
        time.sleep(0.1)
        call = stripe_calls.execute(services, call.id)
    if call.open:
        raise Busy(_STRIPE_SILENT)
    if call.state != "confirmed":
        raise Refused(f"The payment could not be started. Stripe says: {call.error_message}")
    with services.store.read() as tx:
        found = orders.by_id(tx, order.id)
    assert found is not None  # noqa: S101 - orders are never deleted
    return found
