"""Rules of carts: what may be in one, and what of it can be paid for, shop by shop."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storefront import money
from storefront.cart import repository
from storefront.cart.repository import MAX_QUANTITY, CartLine, Shop, StoredLine
from storefront.catalog import service as catalog
from storefront.catalog.service import ListingForSale
from storefront.clock import ago, timestamp
from storefront.current import Services
from storefront.errors import Invalid, NotFound, Refused
from storefront.ids import new_id
from storefront.store import Tx

__all__ = [
    "MAX_QUANTITY",
    "Cart",
    "CartLine",
    "Group",
    "Line",
    "add",
    "change",
    "contents",
    "lines_of_shop",
    "lock",
    "merge",
    "parse_quantity",
    "put_back",
    "remove",
    "take_lines",
]

GUEST_CART_DAYS = 60
SUBSCRIPTION = "This is a subscription, so it is bought on its own page, not in a cart."
OWN_LISTING = "This is from your own shop, so you cannot buy it yourself."


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart beside what its listing is today. `problem` says what stands in the way."""

    listing: ListingForSale
    quantity: int
    seen_amount: int
    problem: str

    @property
    def amount(self) -> int:
        """The price of the line today, in minor units."""
        return self.listing.price_amount * self.quantity

    @property
    def price_changed(self) -> bool:
        """Whether one piece costs something else than when it was put in."""
        return self.listing.price_amount != self.seen_amount

    @property
    def most(self) -> int:
        """The largest quantity that can be chosen; at least 1."""
        stock = self.listing.stock
        return MAX_QUANTITY if stock is None else max(1, min(MAX_QUANTITY, stock))


@dataclass(frozen=True, slots=True)
class Group:
    """What is bought from one shop, and paid in one go. `blocked` says why it cannot be."""

    shop: Shop
    lines: list[Line]
    blocked: str

    @property
    def requires_shipping(self) -> bool:
        """Whether anything of it is sent by post."""
        return any(line.listing.requires_shipping for line in self.lines)

    @property
    def items_amount(self) -> int:
        """The lines together, in minor units of the shop's currency."""
        return sum(line.amount for line in self.lines)

    @property
    def shipping_amount(self) -> int:
        """The shop's flat price, once per order, if anything is sent."""
        return self.shop.shipping_amount if self.requires_shipping else 0

    @property
    def total_amount(self) -> int:
        """What Checkout will charge."""
        return self.items_amount + self.shipping_amount


@dataclass(frozen=True, slots=True)
class Cart:
    """Everything in a cart, by shop."""

    groups: list[Group]

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return sum(line.quantity for group in self.groups for line in group.lines)

    @property
    def totals(self) -> dict[str, int]:
        """What can be paid now, per currency, in minor units."""
        totals: dict[str, int] = {}
        for group in self.groups:
            if not group.blocked:
                currency = group.shop.currency
                totals[currency] = totals.get(currency, 0) + group.total_amount
        return totals


def parse_quantity(text: str) -> int:
    """A quantity that somebody typed: 1 to 99 in ASCII digits. Raises Invalid."""
    if not re.fullmatch(r"[1-9][0-9]?", text):
        raise Invalid(f"A quantity is a whole number from 1 to {MAX_QUANTITY}.")
    return int(text)


# Filling ------------------------------------------------------------------------------


def start(tx: Tx, user_id: str | None) -> str:
    """The id of a new cart: a guest's, or a person's who may have begun one meanwhile."""
    cart_id = new_id()
    if user_id and not repository.insert(tx, cart_id, user_id, at=timestamp()):
        return repository.of_user(tx, user_id) or cart_id
    if not user_id:
        repository.insert(tx, cart_id, None, at=timestamp())
    return cart_id


def of_user(tx: Tx, user_id: str) -> str | None:
    """The id of a person's cart, if there is one."""
    return repository.of_user(tx, user_id)


def exists(tx: Tx, cart_id: str) -> bool:
    """Whether there still is such a cart."""
    return repository.exists(tx, cart_id)


def pieces(tx: Tx, cart_id: str) -> int:
    """How many pieces are in a cart."""
    return repository.pieces(tx, cart_id)


def pieces_of_user(tx: Tx, user_id: str) -> int:
    """How many pieces are in a person's cart."""
    return repository.pieces_of_user(tx, user_id)


def add(tx: Tx, cart_id: str, line: CartLine, user_id: str | None) -> ListingForSale:
    """Put some more of a listing into a cart.

    Raises NotFound, and Refused when it is not for sale, one's own, or too much.
    """
    listing = _offered(tx, cart_id, line.listing_id, user_id)
    present = repository.quantity(tx, cart_id, line.listing_id)
    _check_quantity(listing, present + line.quantity, present)
    repository.add(tx, cart_id, line, at=timestamp())
    repository.touch(tx, cart_id, at=timestamp())
    return listing


def _offered(tx: Tx, cart_id: str, listing_id: str, user_id: str | None) -> ListingForSale:
    listing = catalog.for_sale(tx, [listing_id], cart_id).get(listing_id)
    if listing is None:
        raise NotFound("There is no such listing.")
    if not listing.for_sale:
        raise Refused(listing.reason)
    if listing.billing != "once":
        raise Refused(SUBSCRIPTION)
    if user_id is not None and repository.owner(tx, listing.seller_id) == user_id:
        raise Refused(OWN_LISTING)
    return listing


def _check_quantity(listing: ListingForSale, wanted: int, present: int = 0) -> None:
    if wanted > MAX_QUANTITY:
        raise Refused(f"A cart takes at most {MAX_QUANTITY} of one listing.")
    if listing.stock is not None and wanted > listing.stock:
        raise Refused(_only(listing.stock) + (f" Your cart has {present}." if present else ""))


def _only(stock: int) -> str:
    return f"Only {stock} left." if stock else "Sold out."


def change(tx: Tx, cart_id: str, line: CartLine) -> None:
    """Set the quantity of a line. Raises NotFound, and Refused when there is less in stock."""
    listing = catalog.for_sale(tx, [line.listing_id], cart_id).get(line.listing_id)
    if listing is None or not repository.quantity(tx, cart_id, line.listing_id):
        raise NotFound("This is not in your cart any more.")
    _check_quantity(listing, line.quantity)
    repository.set_quantity(tx, cart_id, line, listing.price_amount)
    repository.touch(tx, cart_id, at=timestamp())


def remove(tx: Tx, cart_id: str, listing_id: str) -> None:
    """Take a listing out of a cart, if it is in it."""
    repository.delete_line(tx, cart_id, listing_id)


# Showing ------------------------------------------------------------------------------


def contents(tx: Tx, cart_id: str, user_id: str | None) -> Cart:
    """A cart as it stands today: prices, stock and shops are read anew; three statements."""
    stored = repository.lines(tx, cart_id)
    if not stored:
        return Cart([])
    listings = catalog.for_sale(tx, [line.listing_id for line in stored], cart_id)
    by_shop: dict[str, list[Line]] = {}
    for each in stored:
        listing = listings[each.listing_id]
        by_shop.setdefault(listing.seller_id, []).append(_line(listing, each))
    shops = repository.shops(tx, cart_id)
    return Cart([_group(shops[seller], lines, user_id) for seller, lines in by_shop.items()])


def _line(listing: ListingForSale, stored: StoredLine) -> Line:
    problem = listing.reason or ("" if listing.billing == "once" else SUBSCRIPTION)
    if listing.for_sale and listing.stock is not None and stored.quantity > listing.stock:
        problem = _only(listing.stock) + " Please choose fewer."
    return Line(listing, stored.quantity, stored.seen_amount, problem)


def _group(shop: Shop, lines: list[Line], user_id: str | None) -> Group:
    group = Group(shop, lines, "")
    return Group(shop, lines, _why_blocked(group, user_id))


def _why_blocked(group: Group, user_id: str | None) -> str:
    if user_id is not None and group.shop.user_id == user_id:
        return OWN_LISTING
    if not group.shop.is_open:
        return (
            f"{group.shop.name} cannot take payments at the moment. What you chose stays here;"
            " please try again later."
        )
    if any(line.problem for line in group.lines):
        return "Please correct or remove what is marked; then you can check out here."
    if group.requires_shipping and not group.shop.shipping_countries:
        return f"{group.shop.name} has not said yet to which countries it ships."
    try:
        money.check_chargeable(group.total_amount, group.shop.currency)
    except Invalid as error:
        return error.message
    return ""


# Checkout -----------------------------------------------------------------------------


def lines_of_shop(tx: Tx, cart_id: str, seller_id: str) -> list[CartLine]:
    """What of a cart is bought from one shop."""
    return repository.lines_of_shop(tx, cart_id, seller_id)


def lock(tx: Tx, cart_id: str) -> None:
    """Let nobody else check out with this cart until the transaction ends."""
    repository.touch(tx, cart_id, at=timestamp())


def take_lines(tx: Tx, cart_id: str, lines: Iterable[CartLine]) -> None:
    """Take out what was bought; what was added meanwhile stays."""
    for line in lines:
        repository.take(tx, cart_id, line)


def put_back(tx: Tx, cart_id: str, lines: Iterable[CartLine]) -> bool:
    """Put in again what was not paid after all; False if the cart is gone."""
    if not repository.exists(tx, cart_id):
        return False
    for line in lines:
        repository.add(tx, cart_id, line, at=timestamp())
    return True


def merge(tx: Tx, from_cart: str, into_user: str) -> None:
    """Make a guest's cart that of the person who has just signed in.

    The guest's cart stays, so that a checkout begun with it goes on; what the person's
    earlier cart held is added to it. A cart that is somebody's already is left alone.
    """
    if not repository.is_guest_cart(tx, from_cart):
        return
    earlier = repository.of_user(tx, into_user)
    if earlier is not None:
        for line in repository.lines(tx, earlier):
            kept = CartLine(line.listing_id, line.quantity)
            repository.add(tx, from_cart, kept, at=timestamp())
        repository.delete(tx, earlier)
    repository.give_to(tx, from_cart, into_user)


def clean_up(services: Services) -> int:
    """Remove guests' carts that nobody has touched for 60 days; how many."""
    with services.store.transaction() as tx:
        return repository.delete_abandoned(tx, ago(days=GUEST_CART_DAYS))
