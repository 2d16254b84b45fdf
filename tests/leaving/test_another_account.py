"""Another account than before: agreed to first, and nothing of old orders moves to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.repayments import service as repayments
from storefront.sellers import creating
from storefront.sellers import service as sellers
from storefront.sellers.connecting import NotConnected
from tests.client import Browser
from tests.leaving.conftest import PATH, WEALTH, Stage
from tests.leaving.test_points import listing_state, open_kinds
from tests.support.stripe import Stripe

AGREE = "/sell/connect/another"


def connected_to(stage: Stage) -> str:
    """The account that the shop has."""
    with stage.services.store.read() as tx:
        account = sellers.account_of(tx, stage.shop.seller.id)
    return account.stripe_account_id if account else ""


def connect_another(stage: Stage) -> str:
    """Choose a new account at Stripe."""
    return stage.cast.connect(stage.shop.owner, stage.shop.seller)


def test_without_a_word_another_account_is_let_go(stage: Stage, sandbox: Stripe) -> None:
    stage.leave("in Stripe")
    with pytest.raises(NotConnected, match="another account than before") as outcome:
        connect_another(stage)
    assert outcome.value.status == 409
    assert connected_to(stage) == ""
    assert len(sandbox.control("requests?path=/oauth/deauthorize", "GET")["requests"]) == 1
    stage.come_back()
    assert connected_to(stage) == stage.shop.account


def test_the_box_must_be_ticked_and_the_word_holds_for_an_hour(stage: Stage) -> None:
    stage.leave("in Stripe")
    page = stage.alice.page("/sell/connect")
    assert "It is never paid into the new one." in page.text
    stage.alice.post(AGREE)
    assert "tick the box" in stage.alice.page("/sell/connect").text
    stage.alice.post(AGREE, data={"agreed": "y"})
    assert "You may connect another account" in stage.alice.page("/sell/connect").text
    with time_machine.travel(clock.now() + timedelta(minutes=61)), pytest.raises(NotConnected):
        connect_another(stage)


def test_old_orders_keep_their_account(stage: Stage, sandbox: Stripe) -> None:
    stage.sell()
    failed = stage.refund(1500)
    stage.fail(failed)
    stage.leave("from here")
    stage.alice.post(AGREE, data={"agreed": "y"})
    second = connect_another(stage)
    repayments.pay_back(stage.services, stage.sold.id, failed.id, stage.cast.operator().id)
    stage.worker()
    assert (connected_to(stage), listing_state(stage)) == (second, "published")
    assert open_kinds(stage) == {"transfers", "to_ship"}
    balances = sandbox.control("balances", "GET")
    assert (balances.get(second, {}), stage.at_stripe()) == ({}, WEALTH)
    later = stage.cast.order(stage.listing)
    assert (later.destination, stage.sold.destination) == (second, stage.shop.account)
    stage.worker()
    stage.sandbox.control(f"accounts/{second}/disconnect")
    stage.worker()
    stage.alice.post(AGREE, data={"agreed": "y"})
    stage.come_back()
    assert stage.at_stripe() == WEALTH + 1316
    assert open_kinds(stage) == {"to_ship"}
    assert stage.differences() == 0


def test_an_account_that_was_made_here_comes_back_with_a_click(
    stage: Stage, sandbox: Stripe, as_user: Callable[[str], Browser]
) -> None:
    """Stripe lets the platform see it all the time; so it is only marked here."""
    dora = stage.cast.shop("Dora", ready=False)
    stage.cast.services = replace(
        stage.services,
        config=replace(stage.services.config, connect_ways=("oauth", "account_links")),
    )
    call = creating.create(stage.services, dora.owner, dora.seller, "US")
    assert call is not None
    account = str(call.stripe_object_id)
    sandbox.control(f"accounts/{account}/requirements", currently_due=[])
    stage.worker()
    browser = as_user("Dora")
    browser.submit(PATH, PATH, agreed="y")
    stage.shop = dora
    assert connected_to(stage) == ""
    browser.submit("/sell/connect", "/sell/connect/again")
    assert connected_to(stage) == account
