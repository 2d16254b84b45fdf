"""The page of a shop."""

from collections.abc import Callable

from storefront.catalog import service
from tests.cast import Cast
from tests.client import Browser


def test_it_tells_the_story_and_shows_what_is_sold(cast: Cast, client: Browser) -> None:
    shop = cast.shop(story="Two people and a *kiln*.", refund_policy="Thirty **days**.")
    cast.listing(shop, title="Blue mug")
    page = client.page("/shops/alices-shop")
    assert page.h1 == "Alice's shop"
    assert "Blue mug" in page.text
    assert [each.text for each in page.all("em")] == ["kiln"]
    assert [each.text for each in page.all("strong")].count("days") == 1
    assert page.one("link", href="/shops/alices-shop/brand.css").get("rel") == "stylesheet"


def test_a_shop_that_cannot_be_paid_is_not_yet_open(cast: Cast, client: Browser) -> None:
    cast.listing(cast.shop(ready=False), title="Blue mug")
    page = client.page("/shops/alices-shop")
    assert "Not yet open for sale" in page.text
    assert "Blue mug" in page.text


def test_only_its_seller_sees_what_is_not_published(
    cast: Cast, client: Browser, as_user: Callable[[str], Browser]
) -> None:
    shop = cast.shop()
    cast.listing(shop, title="A draft", publish=False)
    paused = cast.listing(shop, title="On pause")
    with cast.services.store.transaction() as tx:
        service.pause(tx, paused)
    for browser in (client, as_user("Bob")):
        text = browser.page("/shops/alices-shop").text
        assert "A draft" not in text
        assert "On pause" not in text
        assert "Nothing here yet" in text
    own = as_user("Alice").page("/shops/alices-shop")
    assert "A draft" in own.text
    assert "On pause" in own.text
    assert own.links()["New listing"] == "/sell/listings/new"


def test_an_unknown_shop_is_not_found(client: Browser) -> None:
    assert client.get("/shops/nobody").status_code == 404


def test_many_listings_come_in_pages(cast: Cast, client: Browser) -> None:
    shop = cast.shop()
    for _ in range(25):
        cast.listing(shop)
    first = client.page("/shops/alices-shop")
    second = client.page(first.links()["Next"])
    assert len(first.all("article")) == 24
    assert len(second.all("article")) == 1
