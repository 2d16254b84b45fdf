"""What Stripe says corrects what we wished: ends taken back, refused, late or by another way."""

import pytest

from storefront.clock import display_day
from storefront.errors import Refused
from storefront.leaving import service as leaving
from storefront.subscriptions import service as subscriptions
from storefront.subscriptions.service import LEAVING, SHOPPER
from storefront.worker import run_once
from tests.client import Browser
from tests.subscriptions.club import Club
from tests.support import mailbox

pytestmark = pytest.mark.one_database

WHERE = "/v1/subscriptions"


def _at_stripe(club: Club) -> dict[str, object]:
    found: dict[str, object] = club.sandbox.get(WHERE)["data"][0]
    return found


def _subjects(club: Club, rounds: int = 3) -> list[str]:
    for _ in range(rounds):
        run_once(club.services)
    return [mail.subject for mail in mailbox.collect(club.services)]


def _address(club: Club, stripe_id: object) -> str:
    return f"{WHERE}/{stripe_id}"


def test_an_end_taken_back_at_stripe_is_forgotten(club: Club, client: Browser) -> None:
    first = club.join(email="b@example.com")
    found = club.of(first)
    subscriptions.end(club.services, found.id, SHOPPER)
    assert club.of(first).ending == SHOPPER
    back = {"cancel_at_period_end": "false"}
    club.sandbox.post(_address(club, found.stripe_subscription_id), back)
    club.read(first)
    assert club.of(first).ending == ""
    page = client.page(f"/subscriptions/{found.token}").text
    assert "Everything is paid." in page
    assert "Nothing more is charged" not in page
    assert not any("ends" in subject for subject in _subjects(club))
    leaving.leave(club.services, club.shop.seller.id, club.shop.owner.id)
    _subjects(club)
    assert club.of(first).ending == LEAVING
    assert _at_stripe(club)["cancel_at_period_end"] is True


def test_a_refused_end_of_a_shop_that_left_is_told_once(club: Club) -> None:
    first = club.join(email="b@example.com")
    club.cast.operator()
    club.sandbox.fault("status", WHERE, method="POST", status=400, times=9)
    leaving.leave(club.services, club.shop.seller.id, club.shop.owner.id)
    for _ in range(3):
        run_once(club.services)
        club.read(first)
    subjects = _subjects(club)
    assert club.of(first).ending == ""
    assert not any(subject.startswith("Your subscription") for subject in subjects)
    assert sum("does not end a subscription" in subject for subject in subjects) == 1
    with club.services.store.read() as tx:
        sql = "SELECT COUNT(*) FROM stripe_calls WHERE operation = 'shop_subscription.update'"
        assert tx.value(sql) == 1


def test_a_late_one_ends_at_once_when_the_shop_leaves_unless_refused(club: Club) -> None:
    first = club.join(email="b@example.com")
    club.change_card(first)
    club.pass_time()
    club.read(first)
    club.cast.operator()
    club.sandbox.fault("status", WHERE, method="DELETE", status=400, times=9)
    leaving.leave(club.services, club.shop.seller.id, club.shop.owner.id)
    for _ in range(3):
        run_once(club.services)
        club.read(first)
    assert club.of(first).ending == ""
    told = [subject for subject in _subjects(club) if "does not end a subscription" in subject]
    assert len(told) == 1
    with club.services.store.read() as tx:
        sql = "SELECT COUNT(*) FROM stripe_calls WHERE operation = 'subscription.cancel'"
        assert tx.value(sql) == 1


def test_the_shopper_hears_of_the_end_once_stripe_has_said_yes(club: Club) -> None:
    found = club.of(club.join(email="b@example.com"))
    club.sandbox.fault("status", WHERE, method="POST", status=400)
    with pytest.raises(Refused):
        subscriptions.end(club.services, found.id, SHOPPER)
    club.sandbox.fault("drop_request", WHERE, method="POST")
    subscriptions.end(club.services, found.id, SHOPPER)
    assert not any("” ends" in mail.subject for mail in mailbox.collect(club.services))
    with club.services.store.transaction() as tx:
        tx.run("UPDATE stripe_calls SET next_try_at = created_at WHERE state = 'unknown'")
    assert sum("” ends" in subject for subject in _subjects(club)) == 1


def test_what_the_portal_ends_by_a_date_can_be_kept(club: Club) -> None:
    first = club.join()
    found = club.of(first)
    at_end = {"cancel_at": "min_period_end"}
    club.sandbox.post(_address(club, found.stripe_subscription_id), at_end)
    club.read(first)
    assert (_at_stripe(club)["cancel_at_period_end"], club.of(first).ending) == (False, "")
    subscriptions.keep(club.services, found.id)
    assert _at_stripe(club)["cancel_at"] is None


def test_a_shop_leaves_while_stripe_is_asked_to_go_on(club: Club) -> None:
    found = club.of(club.join())
    subscriptions.end(club.services, found.id, SHOPPER)
    club.sandbox.fault("drop_request", WHERE, method="POST")
    subscriptions.keep(club.services, found.id)
    with pytest.raises(Refused):
        subscriptions.end(club.services, found.id, SHOPPER)
    leaving.leave(club.services, club.shop.seller.id, club.shop.owner.id)
    with club.services.store.transaction() as tx:
        tx.run("UPDATE stripe_calls SET next_try_at = created_at WHERE state = 'unknown'")
    _subjects(club)
    assert _at_stripe(club)["cancel_at_period_end"] is True


def test_what_is_not_paid_ends_at_once(club: Club, client: Browser) -> None:
    first = club.join(email="b@example.com")
    club.change_card(first)
    club.pass_time()
    club.read(first)
    address = f"/subscriptions/{club.of(first).token}"
    paid_until = client.page(address).text
    assert "Paid until" in paid_until
    with club.services.store.read() as tx:
        known = subscriptions.at_stripe(tx, club.of(first))
    assert known is not None
    assert f"Paid until {display_day(str(known.current_period_start))}" in paid_until
    assert "It ends now" in client.page(f"{address}/cancel").text
    assert client.submit(f"{address}/cancel", f"{address}/cancel").status_code == 303
    assert club.sandbox.get(f"{WHERE}?status=canceled")["data"]
    assert "Ended" in client.page(address).text
    club.pass_time()
    club.read(first)
    assert len(club.orders(first)) == 1
