"""Disconnecting from here: what is shown beforehand, what happens, and what Stripe may answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.catalog import service as catalog
from storefront.ids import new_token
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.sellers import service as sellers
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.operations import DEAUTHORIZE
from tests.client import Browser
from tests.leaving.conftest import PATH, WEALTH, Stage
from tests.leaving.test_points import listing_state
from tests.support.stripe import Stripe

AGREED = {"agreed": "y"}


def call_of(stage: Stage) -> StripeCall:
    """The call that disconnects."""
    with stage.services.store.read() as tx:
        found = stripe_calls.of_subject(tx, DEAUTHORIZE, stage.shop.account)
    assert found is not None
    return found


def connected(stage: Stage) -> bool:
    """Whether the shop has an account."""
    with stage.services.store.read() as tx:
        return sellers.account_of(tx, stage.shop.seller.id) is not None


def asked(sandbox: Stripe) -> int:
    """How often Stripe was asked to disconnect."""
    return len(sandbox.control("requests?path=/oauth/deauthorize", "GET")["requests"])


def admin_path(stage: Stage) -> str:
    return f"/admin/sellers/{stage.shop.seller.id}/disconnect"


@pytest.mark.parametrize("who", ["Alice", "Olga"])
def test_all_that_is_open_is_shown_with_what_happens_to_it(
    stage: Stage, as_user: Callable[[str], Browser], who: str
) -> None:
    stage.sell()
    stage.fail(stage.refund(300))
    stage.dispute()
    stage.sell()
    stage.cast.order(stage.listing, pay=False)
    stage.refund(200, owed=True)
    path = PATH if who == "Alice" else admin_path(stage)
    browser = stage.alice if who == "Alice" else as_user("Olga")
    text = browser.page(path).text
    for title in (
        "Listings", "Open checkouts", "Orders to ship", "Disputes", "Owed to the market",
        "Refunds that came back from the bank", "Refunds afterwards",
    ):  # fmt: skip
        assert title in text, title
    assert "Transfers to the account" not in text
    answer = browser.post(path)
    assert (answer.status_code, "tick the box" in answer.text) == (422, True)
    assert connected(stage)


def test_an_operator_can_disconnect_a_seller(
    stage: Stage, as_user: Callable[[str], Browser], sandbox: Stripe
) -> None:
    olga = as_user("Olga")
    path = admin_path(stage)
    answer = olga.submit(path, path, **AGREED)
    assert (answer.status_code, answer.location) == (303, path)
    text = olga.page(path).text
    assert "The account is disconnected" in text
    assert "Only the seller can connect it again" in text
    assert not connected(stage)
    again = olga.post(path, data=AGREED)
    assert (again.status_code, "nothing to end" in again.text) == (409, True)
    stage.worker()
    assert (asked(sandbox), listing_state(stage)) == (1, "paused")


def test_what_was_paused_by_leaving_and_only_that_comes_back(stage: Stage) -> None:
    cast, shop = stage.cast, stage.shop
    paused, draft = cast.listing(shop), cast.listing(shop, publish=False)
    touched = cast.listing(shop)
    _by_hand(stage, paused.id, catalog.pause)
    stage.leave("from here")
    _by_hand(stage, touched.id, catalog.pause)
    stage.come_back()
    with stage.services.store.read() as tx:
        found = {
            each: catalog.of_seller(tx, shop.seller.id, each).state
            for each in (stage.listing.id, paused.id, touched.id, draft.id)
        }
    assert found == {
        stage.listing.id: "published", paused.id: "paused", touched.id: "paused", draft.id: "draft",
    }  # fmt: skip


def _by_hand(stage: Stage, listing_id: str, change: Callable[..., None]) -> None:
    with stage.services.store.transaction() as tx:
        change(tx, catalog.of_seller(tx, stage.shop.seller.id, listing_id))


def test_if_stripe_refuses_everything_is_as_before(stage: Stage, sandbox: Stripe) -> None:
    sandbox.fault("status", "/oauth/deauthorize", status=400)
    answer = stage.alice.submit(PATH, PATH, **AGREED)
    assert answer.status_code == 303
    assert "Stripe did not disconnect it" in stage.alice.page(PATH).text
    stage.worker()
    assert (connected(stage), listing_state(stage)) == (True, "published")
    assert call_of(stage).state == "rejected"
    stage.leave("from here")
    assert not connected(stage)


@pytest.mark.parametrize("lost", ["drop_request", "drop_response"])
def test_if_stripe_does_not_answer_it_is_asked_until_it_is_certain(
    stage: Stage, sandbox: Stripe, lost: str
) -> None:
    sandbox.control("deliveries/mode", mode="drop")
    sandbox.fault(lost, "/oauth/deauthorize")
    stage.alice.submit(PATH, PATH, **AGREED)
    assert call_of(stage).state == "unknown"
    page = stage.alice.page(PATH).text
    assert "has not answered yet" in page
    assert "Disconnect now" not in page
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        stage.worker()
    assert call_of(stage).state == "confirmed"
    assert not connected(stage)


def test_a_call_whose_answer_was_lost_cannot_end_a_later_connection(
    stage: Stage, sandbox: Stripe
) -> None:
    """The event said that it happened, and the seller was quick to come back."""
    sandbox.fault("drop_response", "/oauth/deauthorize")
    stage.alice.submit(PATH, PATH, **AGREED)
    stage.worker()
    assert (call_of(stage).state, connected(stage)) == ("confirmed", False)
    stage.come_back()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        stage.worker()
    assert (connected(stage), asked(sandbox)) == (True, 1)


def test_an_account_that_the_platform_has_made_leaves_on_our_side(
    stage: Stage, sandbox: Stripe
) -> None:
    """Stripe answers `no_deauth_on_controlled_account`: there is no OAuth connection to end."""
    made = sandbox.post("/v1/accounts", {"type": "express"})["id"]
    with stage.services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET stripe_account_id = :id", id=made)
    stage.shop = replace(stage.shop, account=made)
    stage.leave("from here")
    assert (connected(stage), call_of(stage).state) == (False, "rejected")
    assert listing_state(stage) == "paused"


def test_a_session_that_is_being_made_meanwhile_expires(stage: Stage, sandbox: Stripe) -> None:
    sandbox.fault("drop_response", "/v1/checkout/sessions")
    with pytest.raises(Exception, match="Stripe has not answered"):
        stage.cast.order(stage.listing, pay=False)
    stage.leave("from here")
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        stage.worker()
    [session] = sandbox.get("/v1/checkout/sessions")["data"]
    assert session["status"] == "expired"


def test_what_stripe_does_not_pull_back_any_more_is_owed_and_taken_later(
    stage: Stage, sandbox: Stripe
) -> None:
    """Where Stripe reverses nothing after a disconnect, in one call with the refund or apart."""
    sandbox.control("switches", reverse_after_disconnect=False)
    stage.sell()
    stage.leave("in Stripe")
    refused = stage.refund(500)
    assert (refused.state, "Let the seller owe it" in refused.failure) == ("rejected", True)
    wish = Wish(500, reverse_transfer=False, return_fee=False)
    by_us = refunds.request(stage.services, stage.sold.id, wish, Author(new_token()))
    rest = stage.refund(1000)  # completes the charge, so that pulling back is a call of its own
    assert (by_us.state, rest.state) == ("succeeded", "succeeded")
    stage.worker()
    assert stage.in_the_books() == (1316 + 122, 1000)
    assert stage.differences() == 0
    stage.come_back()
    assert stage.in_the_books() == (438, 0)
    assert stage.at_stripe() == WEALTH + 438
    assert stage.differences() == 0


def test_the_operator_reads_what_a_refund_can_do_without_the_account(
    stage: Stage, as_user: Callable[[str], Browser]
) -> None:
    stage.sell()
    stage.leave("in Stripe")
    text = as_user("Olga").page(f"/admin/refunds/{stage.sold.id}").text
    assert "Stripe may refuse to pull money back" in text
