"""How a subscription stands, in every status that Stripe has, on pages and in lists alike."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from storefront import clock
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.repository import StripeSubscription
from storefront.subscriptions import page, repository, service, words
from tests.client import Browser
from tests.subscriptions.club import Club

pytestmark = pytest.mark.one_database

STATUSES = (
    "incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid",
    "paused", "",
)  # fmt: skip
ENDS = (None, "2026-10-15T00:00:00.000000Z", "2027-03-01T00:00:00.000000Z")
START, END = "2026-10-01T00:00:00.000000Z", "2026-11-01T00:00:00.000000Z"


def test_lists_say_what_pages_say(club: Club) -> None:
    first = club.join()
    ours = club.of(first)
    with club.services.store.read() as tx:
        read = service.at_stripe(tx, ours)
    assert read is not None
    for status, cancel_at, flag in product(STATUSES, ENDS, (False, True)):
        over = status in stripe_subscriptions.OVER
        known = replace(
            read, status=status, cancel_at=cancel_at, cancel_at_period_end=flag,
            current_period_start=START, current_period_end=END, ended_at=END if over else None,
        )  # fmt: skip
        _check(club, ours, known)


def _check(club: Club, ours: service.Subscription, known: StripeSubscription) -> None:
    with club.services.store.transaction() as tx:
        tx.run(
            "UPDATE stripe_subscriptions SET status = :status, cancel_at = :cancel_at,"
            " cancel_at_period_end = :flag, current_period_start = :start,"
            " current_period_end = :end, ended_at = :ended_at",
            status=known.status, cancel_at=known.cancel_at, flag=int(known.cancel_at_period_end),
            start=START, end=END, ended_at=known.ended_at,
        )  # fmt: skip
        [listed] = repository.of_seller(tx, ours.seller_id, "", 2, 0)
        state = service.state(known, ours)
        counts = known.status == "active" and state == repository.RUNNING
        assert service.recurring(tx, ours.seller_id) == ({"usd": 900} if counts else {})
    assert (listed.state, listed.next_at) == (state, page.next_at(known))
    said = words.sentence(known, ours)
    assert "as you wished" not in said
    assert ("Everything is paid" in said) == (state == repository.RUNNING)
    assert ("Nothing more is charged" in said) <= (state in {"ending", "ended"})


def test_each_status_has_a_sentence_of_its_own(club: Club) -> None:
    ours = club.of(club.join())
    with club.services.store.read() as tx:
        read = service.at_stripe(tx, ours)
    assert read is not None
    known = [replace(read, status=each) for each in STATUSES if each != "trialing"]
    known += [replace(read, status="past_due", cancel_at=END), replace(read, cancel_at=END)]
    known += [replace(read, cancel_at=ENDS[2])]
    sentences = [words.sentence(each, ours) for each in known]
    assert len(set(sentences)) == len(sentences)
    later = replace(read, cancel_at=ENDS[2], current_period_end=END)
    assert not service.why_not_end(later, ours)
    assert "1 Mar 2027" in words.sentence(later, ours)


def test_a_wish_to_read_invoices_during_a_read_is_kept(club: Club) -> None:
    ours = club.of(club.join())
    with club.services.store.transaction() as tx:
        repository.want_invoices(tx, ours.id, "2026-01-01T00:00:00.000000Z")
        asked_at = clock.timestamp()
        repository.want_invoices(tx, ours.id, clock.timestamp())
        repository.invoices_read(tx, ours.id, asked_at)
        assert repository.invoices_wanted(tx, clock.timestamp(), 9)
        repository.invoices_read(tx, ours.id, clock.timestamp())
        assert not repository.invoices_wanted(tx, clock.timestamp(), 9)


def test_pages_far_away_are_empty(club: Club, as_user: Callable[..., Browser]) -> None:
    alice, olga = as_user("Alice"), as_user("Olga")
    for browser, address in ((alice, "/sell/subscriptions"), (olga, "/admin/subscriptions")):
        assert browser.get(f"{address}?page={10**30}").status_code == 200
