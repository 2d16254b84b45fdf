"""The seller's home."""

from collections.abc import Callable, Iterable

import pytest
from flask import Flask

from storefront.sellers.dashboard import Tile, show_tiles
from storefront.sellers.service import Seller
from storefront.store import Tx
from tests.cast import Cast
from tests.client import Browser
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


def test_the_checklist_says_what_is_left(as_user: AsUser, cast: Cast) -> None:
    shop = cast.shop(ready=False, countries=())
    alice = as_user("Alice")
    page = alice.page("/sell")
    assert "1 of 5 done" in page.text
    assert page.links()["Connect"] == "/sell/connect"
    cast.connect(shop.owner, shop.seller)
    cast.listing(shop)
    assert "3 of 5 done" in alice.page("/sell").text
    alice.submit("/sell/shop", "/sell/shop", refund_policy="30 days.", countries=["US"])
    page = alice.page("/sell")
    assert "On the way to your first sale" not in page.text


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
