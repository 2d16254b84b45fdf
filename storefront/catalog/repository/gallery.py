"""The pictures of listings in the database."""

from dataclasses import dataclass

from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a listing; `width` and `height` are those of its large size."""

    id: str
    listing_id: str
    position: int
    media_key: str
    width: int
    height: int
    description: str


def pictures(tx: Tx, listing_id: str) -> list[Picture]:
    """The pictures of a listing, in their order."""
    rows = tx.all(
        "SELECT id, listing_id, position, media_key, width, height, description"
        " FROM listing_pictures WHERE listing_id = :id ORDER BY position, id",
        id=listing_id,
    )
    return [Picture(**row) for row in rows]


def insert_picture(tx: Tx, picture: Picture) -> None:
    """Write a new picture."""
    tx.run(
        "INSERT INTO listing_pictures"
        " (id, listing_id, position, media_key, width, height, description) VALUES"
        " (:id, :listing_id, :position, :media_key, :width, :height, :description)",
        id=picture.id,
        listing_id=picture.listing_id,
        position=picture.position,
        media_key=picture.media_key,
        width=picture.width,
        height=picture.height,
        description=picture.description,
    )


def place_picture(tx: Tx, picture_id: str, position: int) -> None:
    """Put a picture at a place in the order."""
    tx.run(
        "UPDATE listing_pictures SET position = :position WHERE id = :id",
        id=picture_id,
        position=position,
    )


def describe_picture(tx: Tx, picture_id: str, description: str) -> None:
    """Change what a picture says to those who cannot see it."""
    tx.run(
        "UPDATE listing_pictures SET description = :description WHERE id = :id",
        id=picture_id,
        description=description,
    )


def delete_picture(tx: Tx, picture_id: str) -> None:
    """Remove a picture. Its file stays: orders may still show it."""
    tx.run("DELETE FROM listing_pictures WHERE id = :id", id=picture_id)
