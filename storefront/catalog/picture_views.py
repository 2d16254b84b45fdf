"""The pictures of a listing, in the editor: each action answers with the row of pictures."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.catalog import gallery, pictures, service
from storefront.catalog.pictures import MAX_BYTES, MAX_PER_LISTING, Encoded
from storefront.catalog.seller_views import edit_page, own_shop
from storefront.catalog.service import Listing
from storefront.errors import Invalid, Refused
from storefront.media import Media
from storefront.security.policies import policy
from storefront.store import Tx

blueprint = Blueprint("pictures", __name__, url_prefix="/sell/listings/<listing_id>/pictures")


@blueprint.post("")
@policy("seller")
def add(listing_id: str) -> ResponseReturnValue:
    """Encode and keep each picture that is one; say of the others what is wrong."""
    listing = _listing(listing_id)
    files = [file for file in request.files.getlist("pictures") if file.filename]
    encoded, problems = _encoded(files[:MAX_PER_LISTING])
    if not files:
        problems = ["Please choose at least one picture."]
    problems += [f"{file.filename}: too many at once." for file in files[MAX_PER_LISTING:]]
    media = Media(current.config().media_root)
    with current.store().transaction() as tx:
        for name, picture in encoded:
            problems += _added(tx, listing, media, name, picture)
    return _answer(listing, problems, f"{len(encoded)} added.")


def _listing(listing_id: str) -> Listing:
    with current.store().read() as tx:
        return service.of_seller(tx, own_shop(tx).id, listing_id)


def _encoded(files: list[FileStorage]) -> tuple[list[tuple[str, Encoded]], list[str]]:
    encoded, problems = [], []
    for file in files:
        name = (file.filename or "")[:80]
        try:
            encoded.append((name, pictures.encode(file.stream.read(MAX_BYTES + 1))))
        except Invalid as error:
            problems.append(f"{name}: {error.message}")
    return encoded, problems


def _added(tx: Tx, listing: Listing, media: Media, name: str, picture: Encoded) -> list[str]:
    try:
        gallery.check_room(tx, listing)
        gallery.add(tx, listing, gallery.store(media, picture), picture)
    except Refused as error:
        return [f"{name}: {error.message}"]
    return []


@blueprint.post("/<picture_id>/move")
@policy("seller")
def move(listing_id: str, picture_id: str) -> ResponseReturnValue:
    """Put a picture one place earlier or later."""
    step = -1 if request.form.get("step") == "-1" else 1
    return _change(listing_id, lambda tx, of: gallery.move(tx, of, picture_id, step), "Moved.")


@blueprint.post("/<picture_id>/describe")
@policy("seller")
def describe(listing_id: str, picture_id: str) -> ResponseReturnValue:
    """Say what a picture shows, for those who cannot see it."""
    text = request.form.get("description", "")
    return _change(listing_id, lambda tx, of: gallery.describe(tx, of, picture_id, text), "Saved.")


@blueprint.post("/<picture_id>/remove")
@policy("seller")
def remove(listing_id: str, picture_id: str) -> ResponseReturnValue:
    """Take a picture off the listing."""
    return _change(listing_id, lambda tx, of: gallery.remove(tx, of, picture_id), "Removed.")


def _change(listing_id: str, change: Callable[[Tx, Listing], None], done: str) -> Response:
    listing = _listing(listing_id)
    with current.store().transaction() as tx:
        change(tx, listing)
    return _answer(listing, [], done)


def _answer(listing: Listing, problems: list[str], done: str) -> Response:
    status = 422 if problems else 200
    with current.store().read() as tx:
        if problems and not htmx.wanted():
            return edit_page(tx, listing, picture_problems=problems, status=status)
        shown = service.pictures(tx, listing.id)
    if not htmx.wanted():
        flash(f"Pictures: {done}", "success")
        there = url_for("listings.edit", listing_id=listing.id, _anchor="pictures")
        return htmx.redirect(there)
    fragment = render_template(
        "listings/_pictures.html",
        listing=listing,
        pictures=shown,
        most_pictures=MAX_PER_LISTING,
        problems=problems,
    )
    return make_response(fragment, status)
