"""The page of one listing, in each state that it can be in."""

from collections.abc import Callable

import pytest

from storefront.catalog import gallery, pictures, service
from storefront.catalog.service import Listing
from storefront.media import Media
from tests.cast import Cast
from tests.catalog.test_pictures import image
from tests.client import HTMX, Browser
from tests.support.pages import Page


def with_pictures(cast: Cast, listing: Listing, *descriptions: str) -> Listing:
    encoded = pictures.encode(image((300, 300)))
    media = Media(cast.services.config.media_root)
    with cast.services.store.transaction() as tx:
        for text in descriptions:
            gallery.add(tx, listing, gallery.store(media, encoded), encoded, text)
    return listing


def test_it_says_what_a_shopper_wants_to_know(cast: Cast, client: Browser) -> None:
    shop = cast.shop(refund_policy="Send it back within 30 days. Postage is yours.")
    listing = cast.listing(shop, title="Blue mug", stock=2, requires_shipping=True)
    page = client.page(f"/listings/{listing.slug}")
    assert page.h1 == "Blue mug"
    assert "$10.00" in page.text
    assert "Only 2 left" in page.text
    assert "Ships to Germany and United States, $5.00 per order." in page.text
    assert "Send it back within 30 days." in page.text
    assert "Postage is yours" not in page.text
    assert "On your card statement: Storefront" in page.text
    assert page.one("input", name="quantity").get("max") == "2"
    assert page.form("/cart/add")["listing_id"] == listing.id
    assert page.all("em")[0].text == "hand"


def test_it_describes_itself_to_search_engines(cast: Cast, client: Browser) -> None:
    page = client.page(f"/listings/{cast.listing(cast.shop('Kenji', currency='jpy')).slug}")
    assert page.one("article", itemtype="https://schema.org/Product") is not None
    assert page.one("meta", itemprop="price").get("content") == "1000"
    assert page.one("meta", itemprop="priceCurrency").get("content") == "JPY"
    assert (page.one("meta", itemprop="availability").get("content") or "").endswith("/InStock")


def test_its_gallery_works_with_links_and_with_htmx(cast: Cast, client: Browser) -> None:
    listing = with_pictures(cast, cast.listing(cast.shop()), "The handle", "The foot")
    address = f"/listings/{listing.slug}?picture=2"
    page = client.page(address)
    assert page.one("img", itemprop="image").get("alt") == "The foot"
    fragment = Page(client.get(address, headers=HTMX).text)
    assert not fragment.is_document
    assert fragment.one("div", id="gallery") is not None
    assert fragment.one("img", itemprop="image").get("alt") == "The foot"
    for image_of_page in page.all("img"):
        assert client.get(str(image_of_page.get("src")), buffered=True).status_code == 200
    beyond = client.page(f"/listings/{listing.slug}?picture=99")
    assert beyond.one("img", itemprop="image").get("alt") == "The handle"


@pytest.mark.parametrize(
    ("stock", "state", "ready", "said"),
    [
        (0, "published", True, "Sold out"),
        (5, "paused", True, "The shop has paused this listing."),
        (5, "published", False, "This shop cannot take payments"),
    ],
)
def test_it_says_why_it_cannot_be_bought(
    cast: Cast, client: Browser, stock: int, state: str, ready: bool, said: str
) -> None:
    listing = cast.listing(cast.shop(ready=ready), stock=stock)
    if state == "paused":
        with cast.services.store.transaction() as tx:
            service.pause(tx, listing)
    page = client.page(f"/listings/{listing.slug}")
    assert said in page.text
    assert not page.all("form", action="/cart/add")
    assert (page.one("meta", itemprop="availability").get("content") or "").endswith("/OutOfStock")


def test_a_draft_exists_for_its_seller_only(
    cast: Cast, client: Browser, as_user: Callable[[str], Browser]
) -> None:
    draft = cast.listing(cast.shop("Alice"), publish=False)
    cast.shop("Charlie")
    address = f"/listings/{draft.slug}"
    strangers = [client, as_user("Bob"), as_user("Charlie"), as_user("Olga")]
    answers = [browser.get(address) for browser in strangers]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert client.get("/listings/absent").status_code == 404
    assert "Only you can see this draft" in as_user("Alice").page(address).text


def test_sellers_cannot_buy_from_themselves(cast: Cast, as_user: Callable[[str], Browser]) -> None:
    listing = cast.listing(cast.shop("Alice"))
    page = as_user("Alice").page(f"/listings/{listing.slug}")
    assert "This is your own listing" in page.text
    assert not page.all("form", action="/cart/add")


def test_it_shows_other_things_of_the_shop(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    listing, other = cast.listing(shop, title="Mug"), cast.listing(shop, title="Jug")
    cast.listing(cast.shop("Charlie"), title="Elsewhere")
    page = client.page(f"/listings/{listing.slug}")
    assert page.links()["Jug"] == f"/listings/{other.slug}"
    assert "Elsewhere" not in page.text
