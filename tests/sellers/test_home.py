"""The seller's home."""

from collections.abc import Callable, Iterable

import pytest
from flask import Flask

from storefront.current import Services
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from storefront.sellers.dashboard import Tile, show_tiles
from storefront.sellers.service import Seller
from storefront.store import Tx
from tests.cast import Cast
from tests.client import Browser
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


def test_the_checklist_says_what_is_left(as_user: AsUser, cast: Cast) -> None:
    shop = cast.shop(ready=False, countries=())
    alice = as_user("Alice")
    page = alice.page("/sell")
    assert "0 of 5 done" in page.text
    assert page.links()["Connect"] == "/sell/connect"
    assert primary(page) == "Write the story"
    cast.listing(shop, publish=False)
    assert alice.page("/sell").links()["Publish it"] == "/sell/listings"
    cast.listing(shop, requires_shipping=True)
    page = alice.page("/sell")
    assert "1 of 5 done" in page.text
    assert "It goes on sale by itself as soon as you can be paid." in page.text
    cast.connect(shop.owner, shop.seller)
    assert "2 of 5 done" in alice.page("/sell").text
    alice.submit("/sell/shop", "/sell/shop", story="Two people.", refund_policy="30 days.")
    page = alice.page("/sell")
    assert "3 of 5 done" in page.text
    assert page.links()["Choose countries"] == "/sell/shop#countries"
    assert alice.page("/sell/shop").one("fieldset", id="countries") is not None
    alice.submit("/sell/shop", "/sell/shop", countries=["US"])
    alice.submit("/sell/brand", "/sell/brand", primary_color="#123456")
    assert "On the way to your first sale" not in alice.page("/sell").text


def primary(page: Page) -> str:
    """What the checklist says to do next."""
    [found] = [
        link
        for link in page.all("a", class_="button--primary")
        if "button--small" in link.get("class", "")
    ]
    return "".join(found.itertext())


@pytest.mark.one_database
def test_a_lost_account_is_the_next_step_again(
    as_user: AsUser, cast: Cast, services: Services
) -> None:
    shop = cast.shop(story="Two people.")
    with services.store.transaction() as tx:
        account = sellers.account_of(tx, shop.seller.id)
        assert account is not None
        accounts.disconnect(tx, account)
    page = as_user("Alice").page("/sell")
    assert "Disconnected" in page.text
    assert primary(page) == "Connect again"


@pytest.mark.one_database
def test_while_only_stripe_has_something_to_do_nothing_is_asked_for(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    shop = cast.shop(story="Two people.", refund_policy="30 days.", primary_color="#123456")
    cast.listing(shop)
    alice = as_user("Alice")
    assert "On the way to your first sale" not in alice.page("/sell").text
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="pending")
    alice.submit("/sell/connect", "/sell/account/refresh")
    page = alice.page("/sell")
    assert "Get paid through Stripe Stripe is checking" in page.text
    assert "There is nothing for you to do at the moment" in page.text
    assert "See how it stands" in page.links()


@pytest.mark.one_database
def test_a_shop_that_cannot_be_paid_is_told_on_top(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    shop = cast.shop()
    sandbox.control(
        f"accounts/{shop.account}/requirements", currently_due=["external_account"],
        disabled_reason="requirements.past_due",
    )  # fmt: skip
    sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    alice = as_user("Alice")
    alice.submit("/sell/connect", "/sell/account/refresh")
    page = alice.page("/sell")
    assert "Nothing can be bought in your shop yet" in page.text
    assert "Stripe waits for information that was due earlier." in page.text


@pytest.mark.one_database
def test_later_features_show_their_numbers(app: Flask, as_user: AsUser, cast: Cast) -> None:
    cast.shop(name="Otter & Oak")

    def tiles(tx: Tx, seller: Seller) -> Iterable[Tile]:
        return [Tile("Letters in the name", str(len(seller.name)), "counted just now")]

    show_tiles(app, tiles)
    page = as_user("Alice").page("/sell")
    assert "Letters in the name 11 counted just now" in page.text
