"""The pictures of a listing: adding, ordering, describing and removing them."""

from collections.abc import Iterable

from storefront.catalog.details import picture_description
from storefront.catalog.pictures import MAX_PER_LISTING, Encoded
from storefront.catalog.repository import Listing
from storefront.catalog.repository import gallery as repository
from storefront.catalog.repository.gallery import Picture
from storefront.errors import NotFound, Refused
from storefront.ids import new_id
from storefront.media import Media, variant
from storefront.store import Tx

SMALL = "600"


def picture_url(media_key: str | None, size: str = "small") -> str:
    """The address of a picture, small for grids and rows, or `large`; empty without one."""
    if not media_key:
        return ""
    return "/media/" + (media_key if size == "large" else variant(media_key, SMALL))


def store(media: Media, encoded: Encoded) -> str:
    """Keep an encoded picture in both sizes; the key of the large one."""
    return media.save(encoded.large, ".webp", variants={SMALL: encoded.small})


def discard(media: Media, pictures: Iterable[Picture]) -> None:
    """Remove the files of pictures that no order can show."""
    for picture in pictures:
        media.delete(picture.media_key, SMALL)


def check_room(tx: Tx, listing: Listing) -> None:
    """Raise Refused when a listing has eight pictures already."""
    if len(repository.pictures(tx, listing.id)) >= MAX_PER_LISTING:
        raise Refused(f"A listing has at most {MAX_PER_LISTING} pictures. Remove one first.")


def add(
    tx: Tx, listing: Listing, media_key: str, encoded: Encoded, description: str = ""
) -> Picture:
    """Put a stored picture at the end. Raises Refused when there are eight already."""
    check_room(tx, listing)
    present = repository.pictures(tx, listing.id)
    picture = Picture(
        id=new_id(),
        listing_id=listing.id,
        position=present[-1].position + 1 if present else 1,
        media_key=media_key,
        width=encoded.width,
        height=encoded.height,
        description=picture_description(description),
    )
    repository.insert_picture(tx, picture)
    return picture


def move(tx: Tx, listing: Listing, picture_id: str, step: int) -> None:
    """Move a picture by some places: -1 is earlier, 1 later. Stops at either end."""
    order = repository.pictures(tx, listing.id)
    picture = _one(order, picture_id)
    index = order.index(picture)
    order.insert(max(0, index + step), order.pop(index))
    for position, each in enumerate(order, start=1):
        repository.place_picture(tx, each.id, position)


def describe(tx: Tx, listing: Listing, picture_id: str, description: str) -> None:
    """Say what a picture shows. Raises NotFound for a picture of another listing."""
    picture = _one(repository.pictures(tx, listing.id), picture_id)
    repository.describe_picture(tx, picture.id, picture_description(description))


def remove(tx: Tx, listing: Listing, picture_id: str) -> None:
    """Take a picture off. Its file stays, because orders may still show it."""
    repository.delete_picture(tx, _one(repository.pictures(tx, listing.id), picture_id).id)


def _one(pictures: list[Picture], picture_id: str) -> Picture:
    for picture in pictures:
        if picture.id == picture_id:
            return picture
    raise NotFound("This listing has no such picture.")
