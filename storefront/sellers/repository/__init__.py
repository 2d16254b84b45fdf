"""Shops in the database."""

from dataclasses import asdict, dataclass

from storefront.store import Row, Tx

_COLUMNS = (
    "s.id, s.user_id, s.slug, s.name, s.story, s.primary_color, s.secondary_color, s.logo_key,"
    " s.stripe_logo_id, s.refund_policy, s.currency, s.shipping_countries, s.shipping_amount,"
    " s.created_at"
)


@dataclass(frozen=True, slots=True)
class Seller:
    """A shop and who runs it. `shipping_amount` is per order, in minor units of `currency`."""

    id: str
    user_id: str
    slug: str
    name: str
    story: str
    primary_color: str
    secondary_color: str
    logo_key: str | None
    stripe_logo_id: str | None
    refund_policy: str
    currency: str
    shipping_countries: str
    shipping_amount: int
    created_at: str

    @property
    def countries(self) -> tuple[str, ...]:
        """Where the shop ships to, as ISO 3166 codes; none: nowhere yet."""
        return tuple(code for code in self.shipping_countries.split(",") if code)

    @property
    def logo_url(self) -> str:
        """The address of the logo; empty without one."""
        return f"/media/{self.logo_key}" if self.logo_key else ""


def find(tx: Tx, seller_id: str) -> Seller | None:
    """The shop with this id."""
    return _seller(tx.one(f"SELECT {_COLUMNS} FROM sellers s WHERE s.id = :id", id=seller_id))


def is_closed(tx: Tx, seller_id: str) -> bool:
    """Whether a shop was deleted."""
    sql = "SELECT 1 FROM sellers WHERE id = :id AND closed_at IS NOT NULL"
    return tx.one(sql, id=seller_id) is not None


def find_by_user(tx: Tx, user_id: str) -> Seller | None:
    """The shop of a person."""
    sql = f"SELECT {_COLUMNS} FROM sellers s WHERE s.user_id = :user_id AND s.closed_at IS NULL"
    return _seller(tx.one(sql, user_id=user_id))


def find_by_slug(tx: Tx, slug: str) -> Seller | None:
    """The shop at an address."""
    sql = f"SELECT {_COLUMNS} FROM sellers s WHERE s.slug = :slug AND s.closed_at IS NULL"
    return _seller(tx.one(sql, slug=slug))


def lock(tx: Tx, seller_id: str) -> None:
    """Let nobody else decide about the shop's account until the transaction ends."""
    tx.run("UPDATE sellers SET id = id WHERE id = :id", id=seller_id)


def insert(tx: Tx, seller: Seller) -> None:
    """Store a new shop. Raises Conflict if the address is taken or the person has one."""
    tx.run(
        "INSERT INTO sellers (id, user_id, slug, name, story, primary_color, secondary_color,"
        " refund_policy, currency, shipping_countries, shipping_amount, created_at, updated_at)"
        " VALUES (:id, :user_id, :slug, :name, :story, :primary_color, :secondary_color,"
        " :refund_policy, :currency, :shipping_countries, :shipping_amount, :created_at,"
        " :created_at)",
        **asdict(seller),
    )


def update(tx: Tx, seller: Seller, now: str) -> None:
    """Store what can be edited: everything but address and currency."""
    tx.run(
        "UPDATE sellers SET name = :name, story = :story, primary_color = :primary_color,"
        " secondary_color = :secondary_color, refund_policy = :refund_policy,"
        " shipping_countries = :shipping_countries, shipping_amount = :shipping_amount,"
        " updated_at = :now WHERE id = :id",
        now=now,
        **asdict(seller),
    )


def set_logo(tx: Tx, seller_id: str, logo_key: str | None, now: str) -> None:
    """Change or remove the logo; Stripe gets the new one afterwards."""
    tx.run(
        "UPDATE sellers SET logo_key = :logo_key, stripe_logo_id = NULL, updated_at = :now"
        " WHERE id = :id",
        logo_key=logo_key,
        now=now,
        id=seller_id,
    )


def logos_to_upload(tx: Tx, limit: int) -> list[Row]:
    """Shops whose logo Stripe does not have yet: `id` and `logo_key`."""
    return tx.all(
        "SELECT id, logo_key FROM sellers WHERE logo_key IS NOT NULL AND stripe_logo_id IS NULL"
        " ORDER BY updated_at LIMIT :limit",
        limit=limit,
    )


def note_stripe_logo(tx: Tx, seller_id: str, logo_key: str, stripe_file_id: str) -> None:
    """Stripe has this logo now, unless it was changed meanwhile."""
    tx.run(
        "UPDATE sellers SET stripe_logo_id = :file WHERE id = :id AND logo_key = :logo_key",
        file=stripe_file_id,
        id=seller_id,
        logo_key=logo_key,
    )


def slugs_like(tx: Tx, slug: str) -> set[str]:
    """The addresses in use that begin like this one."""
    rows = tx.all(
        "SELECT slug FROM sellers WHERE slug = :slug OR slug LIKE :numbered",
        slug=slug,
        numbered=f"{slug}-%",
    )
    return {row["slug"] for row in rows}


@dataclass(frozen=True, slots=True)
class ListingCounts:
    """How many listings a shop has; `posted` are the published ones that are sent by post."""

    published: int
    unpublished: int
    posted: int


def listing_counts(tx: Tx, seller_id: str) -> ListingCounts:
    """How many listings a shop has, by what a new shop has to do about them."""
    rows = tx.all(
        "SELECT state, requires_shipping, COUNT(*) AS listings FROM listings"
        " WHERE seller_id = :id GROUP BY state, requires_shipping",
        id=seller_id,
    )
    published = [row for row in rows if row["state"] == "published"]
    return ListingCounts(
        sum(row["listings"] for row in published),
        sum(row["listings"] for row in rows if row["state"] in {"draft", "paused"}),
        sum(row["listings"] for row in published if row["requires_shipping"]),
    )


def _seller(row: Row | None) -> Seller | None:
    return Seller(**row) if row else None
