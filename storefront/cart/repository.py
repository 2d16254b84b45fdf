"""Carts and their lines in the database."""

from dataclasses import dataclass

from storefront.store import Tx

MAX_QUANTITY = 99


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of one listing."""

    listing_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it was put in; `seen_amount` is the price of one piece at that time."""

    listing_id: str
    quantity: int
    seen_amount: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What a cart shows of a shop. `shipping_amount` is per order, in minor units."""

    id: str
    user_id: str
    slug: str
    name: str
    logo_key: str | None
    currency: str
    shipping_amount: int
    shipping_countries: str
    is_open: bool


def insert(tx: Tx, cart_id: str, user_id: str | None, *, at: str) -> bool:
    """Begin a cart; False if this person has one already."""
    return (
        tx.run(
            "INSERT INTO carts (id, user_id, created_at, updated_at)"
            " VALUES (:id, :user_id, :at, :at) ON CONFLICT (user_id) DO NOTHING",
            id=cart_id,
            user_id=user_id,
            at=at,
        )
        == 1
    )


def of_user(tx: Tx, user_id: str) -> str | None:
    """The id of a person's cart."""
    found: str | None = tx.value("SELECT id FROM carts WHERE user_id = :id", id=user_id)
    return found


def is_guest_cart(tx: Tx, cart_id: str) -> bool:
    """Whether this is a cart that belongs to nobody yet."""
    row = tx.one("SELECT 1 FROM carts WHERE id = :id AND user_id IS NULL", id=cart_id)
    return row is not None


def give_to(tx: Tx, cart_id: str, user_id: str) -> None:
    """Make a guest's cart a person's."""
    tx.run("UPDATE carts SET user_id = :user_id WHERE id = :id", id=cart_id, user_id=user_id)


def delete(tx: Tx, cart_id: str) -> None:
    """Remove a cart with its lines."""
    tx.run("DELETE FROM carts WHERE id = :id", id=cart_id)


def delete_abandoned(tx: Tx, before: str) -> int:
    """Remove the guests' carts that nobody has changed since; how many."""
    return tx.run("DELETE FROM carts WHERE user_id IS NULL AND updated_at < :at", at=before)


def touch(tx: Tx, cart_id: str, *, at: str) -> None:
    """Note that a cart is in use."""
    tx.run("UPDATE carts SET updated_at = :at WHERE id = :id", id=cart_id, at=at)


def lines(tx: Tx, cart_id: str) -> list[StoredLine]:
    """The lines of a cart, in the order in which they were added."""
    rows = tx.all(
        "SELECT listing_id, quantity, seen_amount FROM cart_lines WHERE cart_id = :id"
        " ORDER BY added_at, listing_id",
        id=cart_id,
    )
    return [StoredLine(**row) for row in rows]


def lines_of_shop(tx: Tx, cart_id: str, seller_id: str) -> list[CartLine]:
    """The lines of a cart that are one shop's, in the order in which they were added."""
    rows = tx.all(
        "SELECT c.listing_id, c.quantity FROM cart_lines c"
        " JOIN listings l ON l.id = c.listing_id"
        " WHERE c.cart_id = :id AND l.seller_id = :seller_id ORDER BY c.added_at, c.listing_id",
        id=cart_id,
        seller_id=seller_id,
    )
    return [CartLine(**row) for row in rows]


def quantity(tx: Tx, cart_id: str, listing_id: str) -> int:
    """How many of a listing are in a cart."""
    found = tx.value(
        "SELECT quantity FROM cart_lines WHERE cart_id = :id AND listing_id = :listing_id",
        id=cart_id,
        listing_id=listing_id,
    )
    return int(found or 0)


def pieces(tx: Tx, cart_id: str) -> int:
    """How many pieces are in a cart."""
    sql = "SELECT COALESCE(SUM(quantity), 0) FROM cart_lines WHERE cart_id = :id"
    return int(tx.value(sql, id=cart_id))


def pieces_of_user(tx: Tx, user_id: str) -> int:
    """How many pieces are in a person's cart."""
    sql = (
        "SELECT COALESCE(SUM(l.quantity), 0) FROM cart_lines l"
        " JOIN carts c ON c.id = l.cart_id WHERE c.user_id = :user_id"
    )
    return int(tx.value(sql, user_id=user_id))


def add(tx: Tx, cart_id: str, line: CartLine, *, at: str) -> None:
    """Put in so many more, at today's price; never more than 99 of one listing."""
    tx.run(
        "INSERT INTO cart_lines (cart_id, listing_id, quantity, seen_amount, added_at)"
        " SELECT :cart_id, id, :quantity, price_amount, :at FROM listings"
        " WHERE id = :listing_id"
        " ON CONFLICT (cart_id, listing_id) DO UPDATE SET seen_amount = excluded.seen_amount,"
        " quantity = CASE WHEN cart_lines.quantity + excluded.quantity > :most THEN :most"
        " ELSE cart_lines.quantity + excluded.quantity END",
        cart_id=cart_id,
        listing_id=line.listing_id,
        quantity=line.quantity,
        most=MAX_QUANTITY,
        at=at,
    )


def set_quantity(tx: Tx, cart_id: str, line: CartLine, seen_amount: int) -> int:
    """Change a line and the price it saw; 0 if there is no such line."""
    return tx.run(
        "UPDATE cart_lines SET quantity = :quantity, seen_amount = :seen_amount"
        " WHERE cart_id = :cart_id AND listing_id = :listing_id",
        cart_id=cart_id,
        listing_id=line.listing_id,
        quantity=line.quantity,
        seen_amount=seen_amount,
    )


def take(tx: Tx, cart_id: str, line: CartLine) -> None:
    """Take so many out; the line goes when nothing is left of it."""
    key = {"cart_id": cart_id, "listing_id": line.listing_id, "quantity": line.quantity}
    where = " WHERE cart_id = :cart_id AND listing_id = :listing_id"
    tx.run("DELETE FROM cart_lines" + where + " AND quantity <= :quantity", **key)
    tx.run("UPDATE cart_lines SET quantity = quantity - :quantity" + where, **key)


def delete_line(tx: Tx, cart_id: str, listing_id: str) -> None:
    """Take a listing out of a cart."""
    tx.run(
        "DELETE FROM cart_lines WHERE cart_id = :cart_id AND listing_id = :listing_id",
        cart_id=cart_id,
        listing_id=listing_id,
    )


def exists(tx: Tx, cart_id: str) -> bool:
    """Whether there is such a cart."""
    return tx.one("SELECT 1 FROM carts WHERE id = :id", id=cart_id) is not None


_SHOP = (
    "SELECT s.id, s.user_id, s.slug, s.name, s.logo_key, s.currency, s.shipping_amount,"
    " s.shipping_countries, CASE WHEN EXISTS (SELECT 1 FROM account_terms a"
    " WHERE a.seller_id = s.id AND a.payable = 1)"
    " THEN 1 ELSE 0 END AS is_open FROM sellers s WHERE "
)


def shops(tx: Tx, cart_id: str) -> dict[str, Shop]:
    """The shops whose listings are in a cart, by id."""
    rows = tx.all(
        _SHOP + "s.id IN (SELECT l.seller_id FROM cart_lines c"
        " JOIN listings l ON l.id = c.listing_id WHERE c.cart_id = :id)",
        id=cart_id,
    )
    return {row["id"]: Shop(**{**row, "is_open": bool(row["is_open"])}) for row in rows}


def owner(tx: Tx, seller_id: str) -> str | None:
    """The person whose shop this is."""
    found: str | None = tx.value("SELECT user_id FROM sellers WHERE id = :id", id=seller_id)
    return found
