"""Listings in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storefront.store import Row, Tx

SELLABLE = (
    "EXISTS (SELECT 1 FROM account_terms a WHERE a.seller_id = listings.seller_id"
    " AND a.payable = 1)"
)
_SELLABLE_SHOPS = "listings.seller_id IN (SELECT seller_id FROM account_terms WHERE payable = 1)"
_PICTURE = (
    "(SELECT p.media_key FROM listing_pictures p WHERE p.listing_id = listings.id"
    " ORDER BY p.position LIMIT 1) AS picture_key"
)
_COLUMNS = (
    "listings.id, listings.seller_id, listings.slug, listings.title, listings.category,"
    " listings.description, listings.price_amount, listings.currency, listings.stock,"
    " listings.requires_shipping, listings.state, listings.created_at, listings.updated_at,"
    " listings.published_at, listings.sku, listings.billing"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Something a shop offers. `price_amount` is in minor units; unlimited stock is None.

    `billing` says how often the price is paid: `once`, or again every `month` or `year`.
    """

    id: str
    seller_id: str
    slug: str
    title: str
    category: str
    description: str
    price_amount: int
    currency: str
    stock: int | None
    requires_shipping: bool
    state: str
    created_at: str
    updated_at: str
    published_at: str | None
    sku: str = ""
    billing: str = "once"


@dataclass(frozen=True, slots=True)
class Card:
    """What a grid of listings shows of each."""

    id: str
    slug: str
    title: str
    price_amount: int
    currency: str
    stock: int | None
    state: str
    picture_key: str | None
    shop_name: str
    shop_slug: str
    billing: str


@dataclass(frozen=True, slots=True)
class ListingForSale:
    """A listing as cart and checkout see it. `reason` says in words why it is not for sale."""

    id: str
    slug: str
    seller_id: str
    title: str
    category: str
    price_amount: int
    currency: str
    stock: int | None
    requires_shipping: bool
    picture_key: str | None
    for_sale: bool
    reason: str
    billing: str = "once"


@dataclass(frozen=True, slots=True)
class Query:
    """Which listings are wanted, in which order. Empty and None mean no such condition."""

    words: str = ""
    category: str = ""
    currency: str = ""
    min_amount: int | None = None
    max_amount: int | None = None
    seller_id: str = ""
    listing_id: str = ""
    states: tuple[str, ...] = ("published",)
    sellable_only: bool = True
    order: str = "newest"


_ORDERS = {
    "newest": "listings.published_at DESC, listings.id",
    "price": "listings.currency, listings.price_amount, listings.id",
    "-price": "listings.currency DESC, listings.price_amount DESC, listings.id DESC",
    "written": "listings.id DESC",
}


def _where(tx: Tx, query: Query, sellable: str) -> tuple[str, dict[str, Any]]:
    values = {
        "words": tx.search_words(query.words),
        "category": query.category,
        "currency": query.currency,
        "min_amount": query.min_amount,
        "max_amount": query.max_amount,
        "seller_id": query.seller_id,
        "listing_id": query.listing_id,
    }
    conditions = {
        "words": tx.matches("listings.search", "words"),
        "category": "listings.category = :category",
        "currency": "listings.currency = :currency",
        "min_amount": "listings.price_amount >= :min_amount",
        "max_amount": "listings.price_amount <= :max_amount",
        "seller_id": "listings.seller_id = :seller_id",
        "listing_id": "listings.id = :listing_id",
    }
    states, state_values = one_of("state", query.states)
    parts = [f"listings.state {states}"]
    parts += [conditions[name] for name, value in values.items() if value not in ("", None)]
    if query.sellable_only:
        parts.append(sellable)
    used = {name: value for name, value in values.items() if value not in ("", None)}
    return " AND ".join(parts), used | state_values


def one_of(name: str, wanted: Sequence[str]) -> tuple[str, dict[str, str]]:
    """SQL for "is one of these" and the values to bind for it. `wanted` is never empty."""
    values = {f"{name}_{number}": value for number, value in enumerate(wanted)}
    if len(wanted) == 1:
        return f"= :{name}_0", values
    return f"IN ({', '.join(':' + key for key in values)})", values


def cards(tx: Tx, query: Query, *, limit: int, offset: int = 0) -> list[Card]:
    """One page of listings, as cards."""
    where, values = _where(tx, query, SELLABLE)
    rows = tx.all(
        "SELECT listings.id, listings.slug, listings.title, listings.price_amount,"
        f" listings.currency, listings.stock, listings.state, {_PICTURE},"
        " s.name AS shop_name, s.slug AS shop_slug, listings.billing"
        " FROM listings JOIN sellers s ON s.id = listings.seller_id"
        f" WHERE {where} ORDER BY {_ORDERS[query.order]} LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
        **values,
    )
    return [Card(**row) for row in rows]


def count(tx: Tx, query: Query, *, limit: int) -> int:
    """How many listings there are, counted up to `limit` only."""
    where, values = _where(tx, query, _SELLABLE_SHOPS)
    found: int = tx.value(
        f"SELECT count(*) FROM (SELECT 1 FROM listings WHERE {where} LIMIT :limit) counted",
        limit=limit,
        **values,
    )
    return found


def currencies(tx: Tx) -> list[str]:
    """The currencies that shops use."""
    rows = tx.all("SELECT DISTINCT currency FROM sellers ORDER BY currency")
    return [row["currency"] for row in rows]


def states(tx: Tx, seller_id: str) -> dict[str, int]:
    """How many listings a shop has in each state."""
    rows = tx.all(
        "SELECT state, count(*) AS number FROM listings WHERE seller_id = :seller_id"
        " GROUP BY state",
        seller_id=seller_id,
    )
    return {row["state"]: row["number"] for row in rows}


def by_slug(tx: Tx, slug: str) -> Listing | None:
    """The listing at an address."""
    row = tx.one(f"SELECT {_COLUMNS} FROM listings WHERE slug = :slug", slug=slug)
    return _listing(row) if row else None


def of_seller(tx: Tx, seller_id: str, listing_id: str) -> Listing | None:
    """A listing, if it is this seller's."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM listings WHERE id = :id AND seller_id = :seller_id",
        id=listing_id,
        seller_id=seller_id,
    )
    return _listing(row) if row else None


def sku_is_taken(tx: Tx, seller_id: str, sku: str, except_id: str) -> bool:
    """Whether another listing of this seller has the SKU."""
    found = tx.value(
        "SELECT 1 FROM listings WHERE seller_id = :seller_id AND sku = :sku AND id <> :id",
        seller_id=seller_id,
        sku=sku,
        id=except_id,
    )
    return found is not None


def _listing(row: Row) -> Listing:
    return Listing(**{**row, "requires_shipping": bool(row["requires_shipping"])})


_HELD_BY_CART = (
    "(SELECT SUM(l.quantity) FROM order_lines l JOIN orders o ON o.id = l.order_id"
    " WHERE l.listing_id = listings.id AND o.cart_id = :cart_id"
    " AND o.status = 'awaiting_payment' AND o.stock_held = 1)"
)


def for_sale_rows(tx: Tx, listing_ids: Sequence[str], cart_id: str) -> list[Row]:
    """The rows behind `service.for_sale`; what the cart's own open orders hold is in stock."""
    ids, values = one_of("id", listing_ids)
    return tx.all(
        "SELECT listings.id, listings.slug, listings.seller_id, listings.title,"
        " listings.category, listings.price_amount, listings.currency, listings.requires_shipping,"
        " listings.billing,"
        f" listings.stock + CAST(COALESCE({_HELD_BY_CART}, 0) AS INTEGER) AS stock,"
        f" listings.state, {_PICTURE}, CASE WHEN {SELLABLE} THEN 1 ELSE 0 END AS sellable"
        f" FROM listings WHERE listings.id {ids}",
        cart_id=cart_id,
        **values,
    )


def insert(tx: Tx, listing: Listing) -> None:
    """Write a new listing. Raises Conflict when its slug or its SKU is taken."""
    tx.run(
        "INSERT INTO listings (id, seller_id, slug, title, category, description, price_amount,"
        " currency, stock, requires_shipping, state, created_at, updated_at, published_at, sku,"
        " billing)"
        " VALUES (:id, :seller_id, :slug, :title, :category, :description, :price_amount,"
        " :currency, :stock, :requires_shipping, :state, :created_at, :updated_at, :published_at,"
        " :sku, :billing)",
        id=listing.id,
        seller_id=listing.seller_id,
        slug=listing.slug,
        title=listing.title,
        category=listing.category,
        description=listing.description,
        price_amount=listing.price_amount,
        currency=listing.currency,
        stock=listing.stock,
        requires_shipping=int(listing.requires_shipping),
        state=listing.state,
        created_at=listing.created_at,
        updated_at=listing.updated_at,
        published_at=listing.published_at,
        sku=listing.sku,
        billing=listing.billing,
    )


def update(tx: Tx, listing: Listing) -> None:
    """Write all that its seller may change but state and stock. Raises Conflict for the SKU."""
    tx.run(
        "UPDATE listings SET title = :title, category = :category, description = :description,"
        " price_amount = :price_amount, requires_shipping = :requires_shipping,"
        " sku = :sku, billing = :billing, updated_at = :updated_at WHERE id = :id",
        id=listing.id,
        title=listing.title,
        category=listing.category,
        description=listing.description,
        price_amount=listing.price_amount,
        requires_shipping=int(listing.requires_shipping),
        sku=listing.sku,
        billing=listing.billing,
        updated_at=listing.updated_at,
    )


def set_price(tx: Tx, listing_id: str, price_amount: int, *, at: str) -> None:
    """Change a price, in minor units of the listing's currency."""
    tx.run(
        "UPDATE listings SET price_amount = :price_amount, updated_at = :at WHERE id = :id",
        id=listing_id,
        price_amount=price_amount,
        at=at,
    )


def set_stock(tx: Tx, listing_id: str, stock: int | None, *, seen: int | None, at: str) -> bool:
    """Change the stock if it still is what the seller saw; whether it was."""
    changed = tx.run(
        "UPDATE listings SET stock = :stock, updated_at = :at"
        " WHERE id = :id AND stock IS NOT DISTINCT FROM :seen",
        id=listing_id,
        stock=stock,
        seen=seen,
        at=at,
    )
    return changed == 1


def set_state(tx: Tx, listing_id: str, state: str, *, at: str) -> None:
    """Change the state; the first publication is remembered."""
    tx.run(
        "UPDATE listings SET state = :state, updated_at = :at, paused_by_leaving = 0, published_at"
        " = CASE WHEN :state = 'published' THEN COALESCE(published_at, :at) ELSE published_at END"
        " WHERE id = :id",
        id=listing_id,
        state=state,
        at=at,
    )


def take_stock(tx: Tx, listing_id: str, quantity: int) -> bool:
    """Lower the stock if there is enough; whether there was. Unlimited stock always is."""
    return (
        tx.run(
            "UPDATE listings SET stock = stock - :quantity"
            " WHERE id = :id AND (stock IS NULL OR stock >= :quantity)",
            id=listing_id,
            quantity=quantity,
        )
        == 1
    )


def return_stock(tx: Tx, listing_id: str, quantity: int) -> None:
    """Raise the stock again; unlimited stock stays so."""
    tx.run(
        "UPDATE listings SET stock = stock + :quantity WHERE id = :id",
        id=listing_id,
        quantity=quantity,
    )


def subscribed(tx: Tx, ids: Sequence[str]) -> set[str]:
    """To which of these listings somebody has subscribed."""
    condition, values = one_of("id", ids)
    rows = tx.all(
        "SELECT DISTINCT listing_id FROM subscriptions WHERE stripe_subscription_id IS NOT NULL"
        f" AND listing_id {condition}",
        **values,
    )
    return {row["listing_id"] for row in rows}


def delete(tx: Tx, listing_id: str) -> None:
    """Remove a listing with its pictures. Raises Conflict when carts or orders know it."""
    tx.run("DELETE FROM listing_pictures WHERE listing_id = :id", id=listing_id)
    tx.run("DELETE FROM listings WHERE id = :id", id=listing_id)
