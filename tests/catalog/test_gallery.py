"""Pictures of a listing in the editor: adding, ordering, describing, removing."""

import io
from collections.abc import Callable

from werkzeug.test import TestResponse

from storefront.catalog import service
from storefront.catalog.service import Listing, Picture
from tests.cast import Cast
from tests.catalog.test_pictures import image
from tests.client import HTMX, Browser
from tests.support.pages import Page

AsUser = Callable[[str], Browser]


def pictures(cast: Cast, listing: Listing) -> list[Picture]:
    with cast.services.store.read() as tx:
        return service.pictures(tx, listing.id)


def upload(
    browser: Browser, listing: Listing, headers: dict[str, str], **files: bytes
) -> TestResponse:
    sent = [(io.BytesIO(content), name.replace("_", ".")) for name, content in files.items()]
    address = f"/sell/listings/{listing.id}/pictures"
    return browser.post(address, data={"pictures": sent}, headers=headers)


def test_pictures_are_added_in_order(cast: Cast, as_user: AsUser, headers: dict[str, str]) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    answer = upload(alice, listing, headers, a_jpg=image((900, 600)), b_png=image((50, 50), "PNG"))
    added = pictures(cast, listing)
    assert [picture.width for picture in added] == [900, 50]
    if headers:
        assert len(Page(answer.text).all("li", class_="picture-card")) == 2
    else:
        assert answer.location == f"/sell/listings/{listing.id}#pictures"
    served = alice.get(f"/media/{added[0].media_key}", buffered=True)
    assert served.mimetype == "image/webp"


def test_what_is_no_picture_is_named_and_the_others_are_kept(
    cast: Cast, as_user: AsUser, headers: dict[str, str]
) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    answer = upload(alice, listing, headers, good_jpg=image((9, 9)), bad_svg=b"<svg onload='x'/>")
    assert answer.status_code == 422
    assert "bad.svg: This is not a picture." in Page(answer.text).text
    assert len(pictures(cast, listing)) == 1


def test_sending_nothing_is_said(cast: Cast, as_user: AsUser, headers: dict[str, str]) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    answer = alice.post(f"/sell/listings/{listing.id}/pictures", headers=headers)
    assert answer.status_code == 422
    assert "choose at least one picture" in answer.text


def test_a_listing_has_at_most_eight_pictures(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    seven = {f"p{number}_jpg": image((9, 9)) for number in range(7)}
    assert upload(alice, listing, HTMX, **seven).status_code == 200
    answer = upload(alice, listing, HTMX, a_jpg=image((9, 9)), b_jpg=image((9, 9)))
    assert answer.status_code == 422
    assert "at most 8 pictures" in answer.text
    assert len(pictures(cast, listing)) == 8
    assert not Page(answer.text).all("input", type="file")


def three(cast: Cast, as_user: AsUser) -> tuple[Browser, Listing, list[Picture]]:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    sizes = {f"p{side}_jpg": image((side, side)) for side in (10, 20, 30)}
    upload(alice, listing, HTMX, **sizes)
    return alice, listing, pictures(cast, listing)


def test_pictures_change_places(cast: Cast, as_user: AsUser, headers: dict[str, str]) -> None:
    alice, listing, (first, second, third) = three(cast, as_user)

    def move(picture: Picture, step: str) -> list[str]:
        address = f"/sell/listings/{listing.id}/pictures/{picture.id}/move"
        alice.post(address, data={"step": step}, headers=headers)
        return [each.id for each in pictures(cast, listing)]

    assert move(first, "1") == [second.id, first.id, third.id]
    assert move(third, "-1") == [second.id, third.id, first.id]
    assert move(second, "-1") == [second.id, third.id, first.id]
    assert move(first, "1") == [second.id, third.id, first.id]


def test_pictures_are_described_and_removed(
    cast: Cast, as_user: AsUser, headers: dict[str, str], client: Browser
) -> None:
    alice, listing, (first, second, _) = three(cast, as_user)
    base = f"/sell/listings/{listing.id}/pictures"
    alice.post(f"{base}/{first.id}/describe", data={"description": "The <foot>"}, headers=headers)
    alice.post(f"{base}/{second.id}/remove", headers=headers)
    left = pictures(cast, listing)
    assert [picture.description for picture in left] == ["The <foot>", ""]
    shown = client.page(f"/listings/{listing.slug}").one("img", itemprop="image")
    assert shown.get("alt") == "The <foot>"
    still = client.get(f"/media/{second.media_key}", buffered=True)
    assert still.status_code == 200


def test_pictures_of_others_are_absent(cast: Cast, as_user: AsUser) -> None:
    _, listing, (first, *_) = three(cast, as_user)
    own = cast.listing(cast.shop("Charlie", ready=False))
    charlie = as_user("Charlie")
    charlie.page(f"/sell/listings/{own.id}")
    for action in ("move", "describe", "remove"):
        for owner in (listing.id, own.id):
            address = f"/sell/listings/{owner}/pictures/{first.id}/{action}"
            assert charlie.post(address, data={"description": "x"}).status_code == 404
    assert first in pictures(cast, listing)


def test_the_files_of_a_deleted_draft_are_gone(cast: Cast, as_user: AsUser) -> None:
    draft = cast.listing(cast.shop(ready=False), publish=False)
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{draft.id}")
    upload(alice, draft, {}, a_jpg=image((9, 9)), b_jpg=image((9, 9)))
    files = [path for path in alice.config.media_root.rglob("*") if path.is_file()]
    assert len(files) == 4
    alice.post(f"/sell/listings/{draft.id}/delete")
    assert not [path for path in files if path.exists()]


def test_nothing_is_kept_of_a_picture_too_many(cast: Cast, as_user: AsUser) -> None:
    listing = cast.listing(cast.shop(ready=False))
    alice = as_user("Alice")
    alice.page(f"/sell/listings/{listing.id}")
    upload(alice, listing, HTMX, **{f"p{number}_jpg": image((9, 9)) for number in range(8)})
    upload(alice, listing, HTMX, one_jpg=image((9, 9)))
    assert len(list(alice.config.media_root.rglob("*.webp"))) == 16
