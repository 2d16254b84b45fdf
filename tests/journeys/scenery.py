"""A market in which every page has something to show: used where pages are looked at."""

from dataclasses import dataclass
from typing import Any

from demo.drawing.palettes import PALETTES
from demo.pictures import KINDS, picture
from storefront.catalog import gallery, pictures
from storefront.catalog.service import Listing
from storefront.debts import service as debts
from storefront.external_refunds import service as external_refunds
from storefront.fees import FeeRule
from storefront.ids import new_token
from storefront.media import Media
from storefront.messages import service as messages
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.plans import buying
from storefront.plans import service as plans
from storefront.plans.service import Plan
from storefront.refund_requests import asking
from storefront.refund_requests.asking import Asking
from storefront.refund_requests.repository import RefundRequest
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from storefront.stored_data import service as stored_data
from storefront.subscriptions.repository import Subscription
from tests.cast import Cast, Shop
from tests.subscriptions.club import Club

STORY = "Two people, one kiln, a shed by the sea.\n\n- thrown by **hand**\n- fired twice"
POLICY = "Send it back within 30 days, unused. We return the price; you pay the postage."
ADDRESS = {
    "name": "Bob Buyer",
    "line1": "5 Harbor Street",
    "city": "Portland",
    "state": "ME",
    "postal_code": "04101",
    "country": "US",
}


@dataclass(frozen=True)
class Scenery:
    """What there is to look at."""

    shop: Shop
    closed_shop: Shop
    mug: Listing
    draft: Listing
    refunded: Order
    processing: Order
    failed: Order
    unpaid: Order
    refund: Refund
    asked: RefundRequest
    fresh: Order
    debt_id: str
    dispute_id: str
    elsewhere: Refund
    reviewed: Refund
    payout_id: str
    plan: Plan
    dearer: Plan
    club: Listing
    subscription: Subscription


def build(cast: Cast) -> Scenery:
    """Alice's busy shop, Dora's that is not connected, and Bob's orders in several states."""
    shop = cast.shop("Alice", name="Otter & Oak", story=STORY, refund_policy=POLICY)
    mug = _listing(cast, shop, "mug", title="Speckled mug", price_amount=2400, stock=12)
    bowl = _listing(cast, shop, "bowl", title="Low oak bowl", price_amount=6800, stock=2)
    _listing(cast, shop, "vase", title="Salt vase", price_amount=4200, stock=0)
    draft = cast.listing(shop, title="Teapot for two", publish=False)
    closed = cast.shop("Dora", ready=False, name="Dora's press")
    cast.listing(closed, title="Letterpress card", category="paper", price_amount=650)
    bob = cast.user("Bob")
    refunded = cast.order(mug, bob, quantity=2, shipping=ADDRESS)
    refund = _refund(cast, refunded, 1000)
    with cast.services.store.transaction() as tx:
        orders.mark_shipped(tx, shop.seller.id, refunded.id, "Harbor Post", "HP 2026 0042")
    processing = cast.order(bowl, bob, bank="succeed", shipping=ADDRESS)
    failed = cast.order(mug, bob, bank="fail", shipping=ADDRESS)
    cast.sandbox.control(f"sessions/{failed.stripe_checkout_session_id}/settle", outcome="fail")
    orders.read_payment(cast.services, failed)
    unpaid = cast.order(mug, bob, pay=False)
    asked = _asked(cast, refunded)
    fresh = cast.order(mug, quantity=2, shipping=ADDRESS)
    owed = _debt(cast, refunded, 500)
    for who, text in (("shopper", "Is the glaze lead-free?"), ("seller", "It is, as all of ours.")):
        messages.say(cast.services.store, refunded, who, text, new_token())
    dispute_id = _dispute(cast, fresh)
    _warn(cast, refunded)
    club = Club(cast, shop, title="Clay club", description="A small piece each month.")
    subscription = club.of(club.renew(club.join(bob)))
    return Scenery(
        shop, closed, mug, draft, refunded, processing, failed, unpaid, refund, asked, fresh, owed,
        dispute_id, _elsewhere(cast, fresh, 2400), _reviewed(cast, fresh, 300), _stored(cast, shop),
        *_plans(cast, shop),
        club.listing, subscription,
    )  # fmt: skip


def _listing(cast: Cast, shop: Shop, kind: str, **details: Any) -> Listing:
    assert kind in KINDS
    described: dict[str, Any] = {"description": "Thrown by *hand*.", "requires_shipping": True}
    listing = cast.listing(shop, **described | details)
    palette = sorted(PALETTES)[len(kind) % len(PALETTES)]
    media = Media(cast.services.config.media_root)
    for seed in range(2 if kind == "mug" else 1):
        encoded = pictures.encode(picture(kind, palette, seed))
        with cast.services.store.transaction() as tx:
            gallery.add(tx, listing, gallery.store(media, encoded), encoded, f"A {kind}")
    return listing


def _debt(cast: Cast, order: Order, amount: int) -> str:
    """What the seller owes for a second refund."""
    refund = _refund(cast, order, amount, owed=True)
    with cast.services.store.read() as tx:
        found = debts.of_subject(tx, refund.id)
    assert found is not None
    return found.id


def _dispute(cast: Cast, order: Order) -> str:
    """An inquiry, which leaves the order as it is."""
    made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute", inquiry=True)
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)
    return str(made["id"])


def _warn(cast: Cast, order: Order) -> None:
    made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/warn")
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)


def _elsewhere(cast: Cast, order: Order, amount: int) -> Refund:
    """A refund that somebody makes in Stripe's Dashboard."""
    values = {"charge": order.stripe_charge_id, "amount": amount}
    made = cast.sandbox.post("/v1/refunds", values)
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)
        found = refunds.of_order(tx, order.id)
    return next(each for each in found if each.stripe_refund_id == made["id"])


def _reviewed(cast: Cast, order: Order, amount: int) -> Refund:
    refund = _elsewhere(cast, order, amount)
    meaning = external_refunds.Meaning("Oscar agreed on a discount by telephone")
    external_refunds.review(cast.services, order.id, refund.id, meaning, cast.operator().id)
    return refund


def _stored(cast: Cast, shop: Shop) -> str:
    """Copies of what the shop's account has at Stripe; the id of a payout among them."""
    customer = {"email": "bo.buyer@example.com", "name": "Bo Buyer"}
    cast.sandbox.post("/v1/customers", customer, account=shop.account)
    cast.sandbox.control("payouts/automatic", account=shop.account, currency="usd")
    with cast.services.store.transaction() as tx:
        stored_data.start(tx, shop.account, list(stored_data.KINDS))
    stored_data.run_to_end(cast.services, [shop.account], lambda _: None)
    listed = cast.sandbox.get("/v1/payouts?limit=1", account=shop.account)
    return str(listed["data"][0]["id"])


def _plans(cast: Cast, shop: Shop) -> tuple[Plan, Plan]:
    """Two plans; Alice's shop is on the first."""
    texts = (
        plans.Texts("Starter", "For shops that sell now and then."),
        plans.Texts("Pro", "For shops that live on it.", "Lowest fee\nYour own page", True, 1),
    )
    small, large = (
        plans.create(cast.services, said, plans.Terms(price, "usd", "month", 14, FeeRule(fee)),
                     cast.operator().id)
        for said, price, fee in zip(texts, (900, 2900), (80_000, 50_000), strict=True)
    )  # fmt: skip
    session = buying.choose(cast.services, shop.seller, small.id).rpartition("/")[2]
    session = session.partition("#")[0]
    cast.sandbox.control(f"sessions/{session}/pay")
    buying.returned(cast.services, shop.seller.id, session)
    return small, large


def _refund(cast: Cast, order: Order, amount: int, *, owed: bool = False) -> Refund:
    wish = Wish(
        amount,
        reverse_transfer=True,
        return_fee=True,
        owed=owed,
        message="One handle was chipped.",
    )
    author = Author(new_token(), cast.operator().id)
    return refunds.request(cast.services, order.id, wish, author)


def _asked(cast: Cast, order: Order) -> RefundRequest:
    said = "One of the two has a crack that goes right through the handle."
    return asking.ask(cast.services, order.id, Asking("damaged", said, new_token(), {1: 1}))
