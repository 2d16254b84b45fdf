"""Rules of listings: who may change what, what is for sale, and a stock that never is negative."""

from collections.abc import Sequence
from dataclasses import replace

from storefront.catalog import details as accepted
from storefront.catalog import repository
from storefront.catalog.details import Details
from storefront.catalog.repository import Card, Listing, ListingForSale, gallery
from storefront.catalog.repository.gallery import Picture
from storefront.clock import timestamp
from storefront.errors import Invalid, NotFound, Refused
from storefront.ids import new_id
from storefront.slugs import another, slug_of
from storefront.store import Conflict, Row, Tx

__all__ = [
    "Card",
    "Details",
    "Listing",
    "ListingForSale",
    "Picture",
    "SkuTaken",
    "Subscribed",
    "create",
    "delete",
    "for_sale",
    "of_seller",
    "pause",
    "pictures",
    "publish",
    "return_stock",
    "set_price_and_stock",
    "take_stock",
    "update",
    "visible",
]


NOTHING_TO_PAUSE = "A draft is not for sale, so there is nothing to pause."
SUBSCRIBED = "Somebody has subscribed to this, so how often it is paid stays as it is."
_SKU_TAKEN = "Another listing of your shop has the SKU “{}”."


class Subscribed(Invalid):
    """Somebody has subscribed, so how often it is paid cannot be changed any more."""


class SkuTaken(Invalid):
    """Another listing of the same shop has this SKU."""


subscribed = repository.subscribed


# Buying -------------------------------------------------------------------------------


def for_sale(tx: Tx, listing_ids: Sequence[str], cart_id: str = "") -> dict[str, ListingForSale]:
    """What cart and checkout must know about some listings; unknown ids are left out.

    `for_sale` is False, with the reason in words, when the listing is not published, its
    shop's connected account cannot receive transfers, or nothing is left of it. What an
    unpaid order of this cart holds counts as in stock: nobody who comes back from Checkout
    should find the last piece sold out by himself.
    """
    if not listing_ids:
        return {}
    rows = repository.for_sale_rows(tx, list(dict.fromkeys(listing_ids)), cart_id)
    return {row["id"]: _offer(row) for row in rows}


def _offer(row: Row) -> ListingForSale:
    reason = _why_not(row)
    return ListingForSale(
        id=row["id"],
        slug=row["slug"],
        seller_id=row["seller_id"],
        title=row["title"],
        category=row["category"],
        price_amount=row["price_amount"],
        currency=row["currency"],
        stock=row["stock"],
        requires_shipping=bool(row["requires_shipping"]),
        picture_key=row["picture_key"],
        for_sale=not reason,
        reason=reason,
        billing=row["billing"],
    )


def _why_not(row: Row) -> str:
    if row["state"] == "paused":
        return "The shop has paused this listing."
    if row["state"] != "published":
        return "The shop does not offer this any more."
    if not row["sellable"]:
        return "This shop cannot take payments at the moment."
    return "Sold out." if row["stock"] == 0 else ""


def take_stock(tx: Tx, listing_id: str, quantity: int) -> bool:
    """Reserve some pieces; False, and nothing taken, if there are fewer.

    One conditional UPDATE, so that of many buyers of the last piece exactly one gets it.
    Raises ValueError for a quantity below 1.
    """
    if quantity < 1:
        raise ValueError(f"a quantity is at least 1, not {quantity}")
    return repository.take_stock(tx, listing_id, quantity)


def return_stock(tx: Tx, listing_id: str, quantity: int) -> None:
    """Give reserved pieces back. Unlimited stock stays unlimited."""
    if quantity < 1:
        raise ValueError(f"a quantity is at least 1, not {quantity}")
    repository.return_stock(tx, listing_id, quantity)


def visible(tx: Tx, slug: str, viewer_seller_id: str | None) -> Listing:
    """The listing at an address. Raises NotFound for a draft, except to its own seller."""
    listing = repository.by_slug(tx, slug)
    if listing is None or (listing.state == "draft" and listing.seller_id != viewer_seller_id):
        raise NotFound("This listing does not exist, or its shop has taken it down.")
    return listing


def pictures(tx: Tx, listing_id: str) -> list[Picture]:
    """The pictures of a listing, in their order."""
    return gallery.pictures(tx, listing_id)


# Selling ------------------------------------------------------------------------------


def of_seller(tx: Tx, seller_id: str, listing_id: str) -> Listing:
    """One of a seller's own listings. Raises NotFound for all others, absent or foreign."""
    listing = repository.of_seller(tx, seller_id, listing_id)
    if listing is None:
        raise NotFound("There is no such listing in your shop.")
    return listing


def create(
    tx: Tx, seller_id: str, currency: str, details: Details, *, publish: bool = False
) -> Listing:
    """Write a new listing in the shop's currency, a draft if it is not published at once.

    Raises Invalid and SkuTaken.
    """
    details = accepted.checked(details, currency)
    now = timestamp()
    listing = Listing(
        id=new_id(),
        seller_id=seller_id,
        slug=slug_of(details.title, "listing"),
        title=details.title,
        category=details.category,
        description=details.description,
        price_amount=details.price_amount,
        currency=currency,
        stock=details.stock,
        requires_shipping=details.requires_shipping,
        state="published" if publish else "draft",
        created_at=now,
        updated_at=now,
        published_at=now if publish else None,
        sku=details.sku,
        billing=details.billing,
    )
    return _insert(tx, listing)


def _insert(tx: Tx, listing: Listing) -> Listing:
    plain = listing.slug
    for _ in range(5):
        try:
            with tx.savepoint():
                repository.insert(tx, listing)
        except Conflict:
            _check_sku(tx, listing)
            listing = replace(listing, slug=another(plain))
        else:
            return listing
    raise Refused("Another listing has this address. Please change the title a little.")


def _check_sku(tx: Tx, listing: Listing) -> None:
    if listing.sku and repository.sku_is_taken(tx, listing.seller_id, listing.sku, listing.id):
        raise SkuTaken(_SKU_TAKEN.format(listing.sku))


def update(tx: Tx, listing: Listing, details: Details, stock_seen: int | None) -> None:
    """Change a listing; its address stays.

    `stock_seen` is the stock that the seller saw when typing: if it has changed since, and
    the seller changed it too, this raises Refused. Raises Invalid, SkuTaken and Subscribed.
    """
    details = accepted.checked(details, listing.currency)
    if details.billing != listing.billing and repository.subscribed(tx, [listing.id]):
        raise Subscribed(SUBSCRIBED)
    changed = replace(
        listing,
        title=details.title,
        category=details.category,
        description=details.description,
        price_amount=details.price_amount,
        requires_shipping=details.requires_shipping,
        sku=details.sku,
        billing=details.billing,
        updated_at=timestamp(),
    )
    try:
        with tx.savepoint():
            repository.update(tx, changed)
    except Conflict as error:
        raise SkuTaken(_SKU_TAKEN.format(changed.sku)) from error
    _set_stock(tx, listing.id, details.stock, stock_seen)


def set_price_and_stock(
    tx: Tx, listing: Listing, price_amount: int, stock: int | None, stock_seen: int | None
) -> None:
    """Change the two that change most. Raises Invalid, and Refused as `update` does."""
    details = Details(
        title=listing.title,
        category=listing.category,
        description=listing.description,
        price_amount=price_amount,
        stock=stock,
        requires_shipping=listing.requires_shipping,
        billing=listing.billing,
    )
    accepted.checked(details, listing.currency)
    repository.set_price(tx, listing.id, price_amount, at=timestamp())
    _set_stock(tx, listing.id, stock, stock_seen)


def _set_stock(tx: Tx, listing_id: str, stock: int | None, seen: int | None) -> None:
    if stock == seen:
        return
    if not repository.set_stock(tx, listing_id, stock, seen=seen, at=timestamp()):
        raise Refused("The stock has changed since you opened this page. Please look again.")


def publish(tx: Tx, listing: Listing) -> None:
    """Show a listing to everybody. It can be bought once the shop can receive transfers."""
    repository.set_state(tx, listing.id, "published", at=timestamp())


def pause(tx: Tx, listing: Listing) -> None:
    """Stop selling for a while. Raises Refused for a draft."""
    if listing.state == "draft":
        raise Refused(NOTHING_TO_PAUSE)
    repository.set_state(tx, listing.id, "paused", at=timestamp())


def delete(tx: Tx, listing: Listing) -> None:
    """Remove a draft that was never published. Raises Refused for anything else."""
    if listing.state != "draft" or listing.published_at is not None:
        raise Refused("Only drafts can be deleted: orders may point at this. Pause it instead.")
    try:
        with tx.savepoint():
            repository.delete(tx, listing.id)
    except Conflict as error:
        raise Refused("Carts or orders point at this listing, so it has to stay.") from error
