"""From a listing's page to Checkout: one order frozen for the first period, one session.

As in `checkout.service` a double click finds the same open session; a price that has changed
expires it first.
"""

import hashlib
import json
from dataclasses import dataclass

from storefront import clock, money
from storefront.branding import service as brands
from storefront.cart import service as cart
from storefront.catalog import service as catalog
from storefront.catalog.service import Listing, ListingForSale
from storefront.checkout import service as checkout
from storefront.checkout.service import SUBSCRIBE, Shopper
from storefront.current import Services
from storefront.errors import NotFound, Refused
from storefront.fee_rules import service as fee_rules
from storefront.fee_rules.service import Fee, Goods
from storefront.fees import APPLICATION_FEE, FeeRule
from storefront.ids import new_id, new_token
from storefront.orders import service as orders
from storefront.orders.service import Order, OrderLine
from storefront.orders.settlement import reserve
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount, Seller
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.subscriptions import repository
from storefront.subscriptions.repository import Subscription
from storefront.subscriptions.session import parameters


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants to subscribe to right now, checked."""

    seller: Seller
    account: ConnectedAccount
    listing: ListingForSale

    @property
    def fingerprint(self) -> str:
        """Equal as long as the same session would be made."""
        of = self.listing
        terms = (of.id, of.title, of.price_amount, of.billing, of.requires_shipping)
        account = (self.account.stripe_account_id, self.account.on_behalf_of)
        said = [terms, account, self.seller.countries]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def start(services: Services, shopper: Shopper, slug: str) -> Order:
    """The open order with which a browser subscribes to a listing, with its session.

    Raises NotFound, Refused or Invalid with a reason for the shopper, and Busy when Stripe does
    not answer; trying again then continues the same order.
    """
    for superseded in _superseded(services, shopper, slug):
        earlier = checkout.give_up(services, superseded)
        if earlier.status in {orders.PROCESSING, orders.PAID}:
            return earlier
    with services.store.transaction() as tx:
        cart.lock(tx, shopper.cart_id)
        wish = _wish(tx, shopper, slug)
        found = _open_orders(tx, shopper, wish)
        order = next((each for each in found if _is(each, wish)), None)
        order = order or _place(services, tx, shopper, wish)
    return order if order.checkout_url else checkout.send(services, order)


def _superseded(services: Services, shopper: Shopper, slug: str) -> list[Order]:
    with services.store.read() as tx:
        wish = _wish(tx, shopper, slug)
        found = _open_orders(tx, shopper, wish)
    return [order for order in found if not _is(order, wish)]


def _is(order: Order, wish: _Wish) -> bool:
    return checkout.is_alive(order) and order.fingerprint == wish.fingerprint


def _open_orders(tx: Tx, shopper: Shopper, wish: _Wish) -> list[Order]:
    ids = repository.open_order_ids(tx, shopper.cart_id, wish.listing.id)
    return [order for order in (orders.by_id(tx, id_) for id_ in ids) if order]


def _wish(tx: Tx, shopper: Shopper, slug: str) -> _Wish:
    listing = catalog.visible(tx, slug, None)
    if listing.billing == "once":
        raise Refused("This is no subscription. Put it in your cart instead.")
    seller, account = _shop(tx, listing)
    if shopper.user_id == seller.user_id:
        raise Refused("This is your own shop; you cannot subscribe to it yourself.")
    offered = catalog.for_sale(tx, [listing.id], shopper.cart_id)[listing.id]
    if not offered.for_sale:
        raise Refused(f"“{listing.title}” cannot be subscribed to: {offered.reason}")
    money.check_chargeable(listing.price_amount, listing.currency)
    if listing.requires_shipping and not seller.countries:
        raise Refused("This shop has not said yet to which countries it ships.")
    return _Wish(seller, account, offered)


def _shop(tx: Tx, listing: Listing) -> tuple[Seller, ConnectedAccount]:
    seller = sellers.seller_by_id(tx, listing.seller_id)
    if seller is None:
        raise NotFound
    account = sellers.account_of(tx, seller.id)
    if account is None or not sellers.ready_to_sell(account):
        raise Refused("This shop cannot take payments at the moment. Please try again later.")
    return seller, account


def _place(services: Services, tx: Tx, shopper: Shopper, wish: _Wish) -> Order:
    rules = fee_rules.rules_of(tx, services.config.platform_fee, wish.seller.id)
    goods = [Goods(wish.listing.category, wish.listing.price_amount)]
    fee = fee_rules.work_out(rules, wish.seller.currency, goods, 0)
    rule = fee_rules.rule_for(rules, wish.listing.category)
    percent = fee_percent(rule, wish.listing.currency, wish.listing.price_amount)
    subscription = _subscription(shopper, wish, percent)
    order = _order(tx, shopper, wish, fee, subscription)
    listing = wish.listing
    line = OrderLine(
        order.id, 1, listing.id, listing.title, listing.price_amount, 1, listing.picture_key
    )
    if reserve(tx, [line]) is not None:
        raise Refused(f"Nothing is left of “{listing.title}”.")
    repository.insert(tx, subscription)
    orders.insert(tx, order, [line])
    branding = brands.session_settings(tx, wish.seller)
    sent = parameters(
        services.config, order, subscription, wish.seller, listing.slug, branding, shopper.email
    )
    stripe_calls.prepare(tx, SUBSCRIBE, order.id, sent)
    return order


def fee_percent(rule: FeeRule, currency: str, total: int) -> int:
    """A fee as the percentage that Stripe takes of each invoice, in hundredths of a percent.

    Stripe knows two decimals. A rule that is such a percentage is taken as it is; what any other
    comes to on one period's price is rounded down, so that it never is more than the rule's.
    """
    plain = rule.hundredths(currency)
    return rule.fee(total, currency) * 10_000 // total if plain is None else plain


def _subscription(shopper: Shopper, wish: _Wish, percent: int) -> Subscription:
    return Subscription(
        id=new_id(),
        token=new_token(),
        seller_id=wish.seller.id,
        listing_id=wish.listing.id,
        user_id=shopper.user_id,
        title=wish.listing.title,
        shop_name=wish.seller.name,
        price_amount=wish.listing.price_amount,
        currency=wish.listing.currency,
        billing=wish.listing.billing,
        fee_percent=percent,
        destination=wish.account.stripe_account_id,
        created_at=clock.timestamp(),
    )


def _order(tx: Tx, shopper: Shopper, wish: _Wish, fee: Fee, subscription: Subscription) -> Order:
    """The first period. An Application Fee is what a percentage of an invoice can be."""
    price = subscription.price_amount
    return Order(
        id=new_id(),
        number=orders.next_number(tx),
        token=new_token(),
        seller_id=wish.seller.id,
        user_id=shopper.user_id,
        cart_id=shopper.cart_id,
        purchase_ip=shopper.address,
        fingerprint=wish.fingerprint,
        currency=subscription.currency,
        items_amount=price,
        shipping_amount=0,
        total_amount=price,
        application_fee_amount=price * subscription.fee_percent // 10_000,
        fee_percent=subscription.fee_percent,
        fee_basis=fee.basis,
        fee_mode=APPLICATION_FEE,
        destination=subscription.destination,
        on_behalf_of=int(wish.account.on_behalf_of),
        cross_border=int(wish.account.cross_border),
        shop_name=wish.seller.name,
        refund_policy=wish.seller.refund_policy,
        requires_shipping=int(wish.listing.requires_shipping),
        created_at=clock.timestamp(),
        expires_at=clock.in_future(minutes=checkout.SESSION_MINUTES),
        stock_held=1,
        subscription_id=subscription.id,
    )
