"""Canceling, keeping, another card; payments that fail; sellers who end it or leave."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.leaving import service as leaving
from storefront.orders import service as orders
from storefront.seller_data import service as seller_data
from storefront.subscriptions import service as subscriptions
from storefront.worker import run_once
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.subscriptions.club import DAY, Club
from tests.support import mailbox

pytestmark = pytest.mark.one_database


def _mails(club: Club) -> str:
    for _ in range(3):
        run_once(club.services)
    return "\n".join(f"{mail.subject}\n{mail.text}" for mail in mailbox.collect(club.services))


def test_canceled_kept_and_canceled_again(club: Club, client: Browser) -> None:
    first = club.join(email="b@example.com")
    address = f"/subscriptions/{club.of(first).token}"
    assert "Next payment" in client.page(address).text
    confirm = client.page(f"{address}/cancel")
    assert "runs until" in confirm.text
    assert client.submit(f"{address}/cancel", f"{address}/cancel").status_code == 303
    assert client.post(f"{address}/cancel").status_code == 409
    assert client.get(f"{address}/cancel").status_code == 303
    assert "It ends on" in client.page(address).text
    assert client.submit(address, f"{address}/keep").status_code == 303
    assert client.post(f"{address}/keep", headers=HTMX).status_code == 409
    assert club.sandbox.get("/v1/subscriptions")["data"][0]["cancel_at_period_end"] is False
    assert client.post(f"{address}/cancel", headers=HTMX).status_code in {200, 204, 303}
    club.pass_time()
    club.read(first)
    assert len(club.orders(first)) == 1
    assert "Ended" in client.page(f"{address}/status").text
    assert client.post(f"{address}/keep").status_code == 409
    assert client.post(f"{address}/card").status_code == 409
    assert "has ended" in _mails(club)


def test_another_card_is_given_at_stripe(club: Club, client: Browser) -> None:
    address = f"/subscriptions/{club.of(club.join()).token}"
    answer = client.submit(address, f"{address}/card")
    assert answer.status_code == 303
    assert re.search("/portal/bps_", answer.location)


@pytest.mark.parametrize("outcome", ["canceled", "unpaid"])
def test_a_renewal_that_fails(club: Club, client: Browser, outcome: str) -> None:
    club.sandbox.control("switches", dunning_ends=outcome)
    first = club.join(email="b@example.com")
    club.change_card(first)
    club.pass_time()
    club.read(first)
    address = f"/subscriptions/{club.of(first).token}"
    assert "Payment failed" in client.page(address).text
    assert "could not be paid" in _mails(club)
    for _ in range(4):
        club.pass_time(8 * DAY)
    club.read(first)
    assert len(club.orders(first)) == 1
    expected = "It ended" if outcome == "canceled" else "last payments did not go through"
    assert expected in client.page(address).text
    assert ("has ended" in _mails(club)) == (outcome == "canceled")


def test_a_late_payment_becomes_an_order(club: Club) -> None:
    first = club.join()
    club.change_card(first)
    club.pass_time()
    club.read(first)
    assert len(club.orders(first)) == 1
    club.change_card(first, "pm_card_visa")
    invoice = club.sandbox.get("/v1/invoices")["data"][0]["id"]
    club.sandbox.post(f"/v1/invoices/{invoice}/pay", {})
    club.read(first)
    newest = orders.read_payment(club.services, club.orders(first)[0])
    assert (newest.status, newest.stripe_invoice_id) == (orders.PAID, invoice)


def test_a_seller_ends_it_with_a_word(club: Club, as_user: Callable[..., Browser]) -> None:
    first = club.join(email="b@example.com")
    alice, found = as_user("Alice"), club.of(first)
    page = f"/sell/subscriptions/{found.id}"
    assert "$9.00" in alice.page("/sell/subscriptions").text
    assert alice.submit(page, f"{page}/end", reason=" ").status_code == 422
    assert alice.submit(page, f"{page}/end", reason="The kiln broke.").status_code == 303
    assert alice.post(f"{page}/end", data={"reason": "Twice"}).status_code == 409
    assert "The kiln broke." in alice.page(page).text
    assert "The kiln broke." in _mails(club)
    shopper = as_user("Bob")
    shopper.page(f"/subscriptions/{found.token}")
    assert shopper.post(f"/subscriptions/{found.token}/keep").status_code == 409
    assert "None of these" in alice.page("/sell/subscriptions?state=late").text


def test_lists_of_shoppers_and_operators(club: Club, as_user: Callable[..., Browser]) -> None:
    bob, olga = as_user("Bob"), as_user("Olga")
    assert "No subscriptions" in bob.page("/subscriptions").text
    assert "No subscriptions yet" in olga.page("/admin/subscriptions").text
    first = club.join(club.cast.user("Bob"))
    assert "Clay club" in bob.page("/subscriptions").text
    assert "Clay club" in bob.page(f"/orders/{first.token}").text
    stripe_id = club.of(first).stripe_subscription_id
    assert "Clay club" in olga.page(f"/admin/subscriptions?q={stripe_id}&state=running").text
    assert "None of these" in olga.page("/admin/subscriptions?q=nobody").text
    assert str(stripe_id) in olga.page(f"/admin/subscriptions/{club.of(first).id}").text
    assert "Subscription" in olga.page(f"/admin/orders/{first.id}").text


def test_a_seller_leaves_and_comes_back(cast: Cast, as_user: Callable[..., Browser]) -> None:
    club = Club(cast)
    first = club.join(email="b@example.com")
    alice = as_user("Alice")
    assert "Running subscriptions" in alice.page("/sell/connect/disconnect").text
    leaving.leave(cast.services, club.shop.seller.id, club.shop.owner.id)
    assert "cannot be paid at the moment" in _mails(club)
    assert cast.sandbox.get("/v1/subscriptions")["data"][0]["cancel_at_period_end"] is True
    with cast.services.store.read() as tx:
        reasons = seller_data.why_not(tx, club.shop.seller)
    assert any("still subscribes" in reason for reason in reasons)
    address = f"/subscriptions/{club.of(first).token}"
    bob = as_user("Bob")
    bob.page(address)
    assert bob.post(f"{address}/keep").status_code == 409
    cast.connect(club.shop.owner, club.shop.seller, club.shop.account)
    assert bob.submit(address, f"{address}/keep").status_code == 303
    assert club.renew(first).status == orders.PAID


def test_a_subscription_that_began_while_the_seller_left_is_ended(cast: Cast) -> None:
    club = Club(cast)
    begun = club.begin()
    club.sandbox.control(f"sessions/{begun.stripe_checkout_session_id}/pay")
    leaving.leave(cast.services, club.shop.seller.id, club.shop.owner.id)
    orders.read_payment(cast.services, begun)
    club.read(begun)
    assert club.of(begun).ending == subscriptions.LEAVING
    _mails(club)
    assert cast.sandbox.get("/v1/subscriptions")["data"][0]["cancel_at_period_end"] is True


def test_an_account_that_leaves_while_a_call_is_open_ends_it_too(club: Club) -> None:
    """Nobody knows yet whether the shopper keeps it when the account leaves."""
    first = club.join()
    found = club.of(first)
    subscriptions.end(club.services, found.id, subscriptions.SHOPPER)
    club.sandbox.fault("drop_response", "/v1/subscriptions", times=1)
    subscriptions.keep(club.services, found.id)
    with club.services.store.transaction() as tx:
        leaving.has_left(tx, club.shop.account)
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        for _ in range(3):
            run_once(club.services)
    assert club.of(first).ending == subscriptions.LEAVING
    assert club.sandbox.get("/v1/subscriptions")["data"][0]["cancel_at_period_end"] is True
