"""How shops look at Checkout, in the database. Colours and logo belong to `sellers`."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Look:
    """What a shop has chosen. An empty display name means the shop's own."""

    seller_id: str
    display_name: str = ""
    font: str = "default"
    border_style: str = "rounded"
    icon_key: str | None = None
    stripe_icon_id: str | None = None

    @property
    def icon_url(self) -> str:
        """The address of the icon; empty without one."""
        return f"/media/{self.icon_key}" if self.icon_key else ""


def look(tx: Tx, seller_id: str) -> Look:
    """What a shop has chosen, or what it has without choosing."""
    row = tx.one(
        "SELECT seller_id, display_name, font, border_style, icon_key, stripe_icon_id"
        " FROM brand_looks WHERE seller_id = :id",
        id=seller_id,
    )
    return Look(**row) if row else Look(seller_id)


def set_look(tx: Tx, chosen: Look) -> None:
    """Change everything but the icon."""
    tx.run(
        "INSERT INTO brand_looks (seller_id, display_name, font, border_style, updated_at)"
        " VALUES (:seller_id, :display_name, :font, :border_style, :now)"
        " ON CONFLICT (seller_id) DO UPDATE SET display_name = :display_name, font = :font,"
        " border_style = :border_style, updated_at = :now",
        seller_id=chosen.seller_id,
        display_name=chosen.display_name,
        font=chosen.font,
        border_style=chosen.border_style,
        now=timestamp(),
    )


def set_icon(tx: Tx, seller_id: str, icon_key: str | None) -> None:
    """Change or remove the icon; Stripe gets the new one afterwards."""
    tx.run(
        "INSERT INTO brand_looks (seller_id, icon_key, updated_at) VALUES (:id, :key, :now)"
        " ON CONFLICT (seller_id) DO UPDATE SET icon_key = :key, stripe_icon_id = NULL,"
        " updated_at = :now",
        id=seller_id,
        key=icon_key,
        now=timestamp(),
    )


def icons_to_upload(tx: Tx, limit: int) -> list[Row]:
    """Shops whose icon Stripe does not have yet: `seller_id` and `icon_key`."""
    return tx.all(
        "SELECT seller_id, icon_key FROM brand_looks WHERE icon_key IS NOT NULL"
        " AND stripe_icon_id IS NULL ORDER BY updated_at LIMIT :limit",
        limit=limit,
    )


def note_stripe_icon(tx: Tx, seller_id: str, icon_key: str, stripe_file_id: str) -> None:
    """Stripe has this icon now, unless it was changed meanwhile."""
    tx.run(
        "UPDATE brand_looks SET stripe_icon_id = :file"
        " WHERE seller_id = :id AND icon_key = :icon_key",
        file=stripe_file_id,
        id=seller_id,
        icon_key=icon_key,
    )
