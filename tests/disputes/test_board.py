"""Disputes as operator, seller and shopper see them, through every turn that one can take."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.disputes import words
from storefront.disputes.service import Dispute
from storefront.orders.service import Order
from storefront.refunds.service import Refund
from stripe_sandbox.payments.dispute_objects import REASONS
from tests.cast import Cast
from tests.client import Browser
from tests.disputes.conftest import Decide, Open
from tests.refunds.conftest import Books

AsUser = Callable[[str], Browser]
WON_OR_LOST = pytest.mark.parametrize(("outcome", "withdrawn"), [("won", 0), ("lost", 1000)])


@WON_OR_LOST
def test_a_dispute_is_followed_to_its_end(
    paid: Order,
    dispute: Open,
    decide: Decide,
    answer: Callable[[Dispute], Dispute],
    olga: Browser,
    outcome: str,
    withdrawn: int,
) -> None:
    opened = dispute(paid, reason="product_not_received")
    assert (opened.status, opened.withdrawn_amount, opened.submission_count) == (
        "needs_response", 1000, 0,
    )  # fmt: skip
    board = olga.page("/admin/disputes")
    assert "The shopper says nothing arrived" in board.text
    assert "$10.00" in board.text
    assert "in 8 days" in board.text
    under_review = answer(opened)
    assert (under_review.status, under_review.submission_count) == ("under_review", 1)
    assert "Nothing here" in olga.page("/admin/disputes").text
    over = decide(under_review, outcome)
    assert (over.status, over.withdrawn_amount) == (outcome, withdrawn)
    assert str(paid.number) in olga.page(f"/admin/disputes?view={outcome}").text
    assert "The bank has decided for the " in olga.page(f"/admin/disputes/{over.id}").text
    assert "At risk Nothing" in olga.page("/admin/disputes").text


def test_an_inquiry_moves_nothing_and_the_order_can_be_refunded(
    paid: Order, dispute: Open, refund: Callable[..., Refund], olga: Browser, books: Books
) -> None:
    before = books.ledger(paid)
    opened = dispute(paid, inquiry=True)
    assert (opened.status, opened.withdrawn_amount) == ("warning_needs_response", 0)
    assert books.ledger(paid) == before
    page = olga.page(f"/admin/disputes/{opened.id}").text
    assert "refund the order, and it usually ends here" in page
    assert str(paid.number) in olga.page("/admin/disputes?view=inquiries").text
    assert refund(paid, 400).state == "succeeded"


def test_an_inquiry_that_becomes_a_dispute_blocks_refunds(
    paid: Order, dispute: Open, decide: Decide, olga: Browser
) -> None:
    escalated = decide(dispute(paid, inquiry=True), "escalate")
    assert (escalated.status, escalated.withdrawn_amount) == ("needs_response", 1000)
    assert "bank disputes this payment" in olga.page(f"/admin/refunds/{paid.id}").text


def test_an_appeal_that_is_lost_again_is_lost(
    paid: Order, dispute: Open, decide: Decide, answer: Callable[[Dispute], Dispute]
) -> None:
    lost = decide(answer(dispute(paid)), "lost")
    appealed = decide(lost, "appeal")
    assert appealed.status == "appeal_needs_response"
    assert answer(appealed).status == "appeal_under_review"
    assert decide(appealed, "lost").status == "lost"


def test_a_dispute_that_is_won_late_is_won(paid: Order, dispute: Open, decide: Decide) -> None:
    late = decide(decide(dispute(paid), "lost"), "won")
    assert (late.status, late.withdrawn_amount) == ("won", 0)


def test_several_disputes_of_one_payment_are_told_apart(
    paid: Order, dispute: Open, decide: Decide, olga: Browser
) -> None:
    first, second = dispute(paid, amount=300), dispute(paid, amount=200)
    decide(first, "won")
    page = olga.page(f"/admin/orders/{paid.id}").text
    assert "$3.00" in page
    assert "$2.00" in page
    assert "2 undecided" not in olga.page("/admin/disputes").text
    assert "At risk $2.00 1 undecided" in olga.page("/admin/disputes").text
    assert second.amount == 200


def test_the_seller_and_the_shopper_see_their_side_of_it(
    paid: Order, dispute: Open, as_user: AsUser, cast: Cast
) -> None:
    opened = dispute(paid)
    alice = as_user("Alice")
    assert "need a response" in alice.page("/sell").text
    assert str(paid.number) in alice.page("/sell/disputes").text
    assert "The cardholder says they did not buy this" in (
        alice.page(f"/sell/disputes/{opened.id}").text
    )
    assert "$10.00" in alice.page(f"/sell/orders/{paid.id}").text
    shopper = as_user("Bob").page(f"/orders/{paid.token}").text
    assert "You asked your bank about this payment" in shopper
    assert "dispute" not in shopper.lower()
    cast.shop("Dora")
    assert as_user("Dora").get(f"/sell/disputes/{opened.id}").status_code == 404


def test_operators_and_the_seller_get_a_mail_at_each_turn_once(
    services: Services, paid: Order, dispute: Open, decide: Decide, olga: Browser
) -> None:
    opened = dispute(paid)
    with services.store.transaction() as tx:
        services.settlement.project(tx, paid.id)
    decide(opened, "lost")
    with services.store.read() as tx:
        rows = tx.all("SELECT subject_id, state FROM mails WHERE kind = 'dispute' ORDER BY id")
    told = {(row["subject_id"].split(":")[1], row["state"]) for row in rows}
    assert ("lost", "due") in told
    assert ("needs_response", "overtaken") in told
    assert len([row for row in rows if row["state"] == "due"]) == 2  # Olga and Alice


def test_a_deadline_counts_down() -> None:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        for left, said in (
            (timedelta(days=7, hours=1), "in 7 days"),
            (timedelta(hours=47), "in 47 hours"),
            (timedelta(minutes=90), "within two hours"),
            (timedelta(minutes=-1), "passed"),
        ):
            assert words.countdown(clock.timestamp(clock.now() + left)) == said


@pytest.mark.parametrize("code", [*REASONS, "moon_phase"])
def test_every_reason_has_words_and_an_unknown_one_is_shown_as_it_came(code: str) -> None:
    assert (words.reason(code) == code) == (code == "moon_phase")


def test_the_board_finds_by_what_people_have(paid: Order, dispute: Open, olga: Browser) -> None:
    opened = dispute(paid)
    for words_ in (str(paid.number), str(paid.email), opened.id, str(paid.stripe_charge_id)):
        assert opened.shop_name in olga.page(f"/admin/disputes?view=all&q={words_}").text
    assert "No dispute matches" in olga.page("/admin/disputes?view=all&q=absent").text
    assert "Nothing here" in olga.page("/admin/disputes?view=won&page=x").text
