"""Accepting: one refund, to the cent, whatever happens beside it."""

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.errors import StorefrontError
from storefront.ledger import service as ledger
from storefront.orders.service import Order
from storefront.refund_requests import accepting
from storefront.refund_requests import service as requests
from storefront.refund_requests.accepting import Acceptance
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, RefundLine, Wish
from tests.cast import Cast, both_fee_modes
from tests.client import HTMX, Browser
from tests.refund_requests.conftest import BOB, Letters, Made, Shopper, admin, sold, titles
from tests.support.stripe import Stripe


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_seller_accepts_and_the_money_goes_back_once(
    paid: Order,
    shopper: Shopper,
    alice: Browser,
    made: Made,
    letters: Letters,
    headers: dict[str, str],
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"}, message="One is cracked.")
    assert alice.page("/sell/requests").links()[str(paid.number)] == sold(asked)
    assert sold(asked) in alice.page(f"/sell/orders/{paid.id}").links().values()
    assert "Refund requests1decide within 48 hours" in alice.page("/sell").text.replace(" 1 ", "1")
    assert "One is cracked." in alice.page(sold(asked)).text
    confirm = alice.page(sold(asked, "accept"))
    assert "Taken from your Stripe balance$10.00" in confirm.text
    assert "Our fee comes back to you$1.00" in confirm.text
    assert "In all this costs you$9.00" in confirm.text
    fields = confirm.form(sold(asked, "accept")) | {"message": "So sorry."}
    for _ in range(2):
        answer = alice.post(sold(asked, "accept"), data=fields, headers=headers)
        assert (answer.location or answer.headers["HX-Redirect"]) == sold(asked)
    [refund] = made(paid)
    assert (refund.amount, refund.fee_amount, refund.reverse_transfer) == (1000, 100, True)
    assert (refund.reason, refund.state) == ("requested_by_customer", "succeeded")
    assert refund.origin == "seller"
    after = shopper.newest(paid)
    assert (after.request.state, after.request.refund_id) == ("accepted", refund.id)
    text = shopper.reads(paid)
    assert "Alice's shop accepted" in text
    assert "So sorry." in text
    assert titles(letters("alice@example.com")) == ["The shopper asked for a refund"]
    assert titles(letters(BOB)) == ["You asked for a refund", "Alice's shop accepted"]
    assert "So sorry." in letters(BOB)[-1].text
    assert shopper.asks(paid, what="amount", amount="1").request.state == "open"


@pytest.mark.one_database
def test_a_policy_that_keeps_the_fee_keeps_it(
    paid: Order, shopper: Shopper, alice: Browser, cast: Cast, services: Services, made: Made
) -> None:
    with services.store.transaction() as tx:
        policy = policies.RefundPolicy(paid.seller_id, "keep_fee", "ask")
        policies.decide(tx, policy, cast.operator().id)
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    assert "In all this costs you$10.00" in alice.page(sold(asked, "accept")).text
    alice.submit(sold(asked, "accept"), sold(asked, "accept"))
    [refund] = made(paid)
    assert (refund.reverse_transfer, refund.fee_amount) == (True, 0)


@both_fee_modes
@pytest.mark.parametrize("share", ["return_fee", "keep_fee", "platform"])
@pytest.mark.one_database
def test_what_was_shown_is_what_the_ledger_says(
    paid: Order,
    shopper: Shopper,
    olga: Browser,
    services: Services,
    worker: Callable[[], None],
    sandbox: Stripe,
    share: str,
) -> None:
    sandbox.control("topup", amount=10_000, currency="usd")
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    with services.store.read() as tx:
        order, before = refunds.order_of(tx, paid.id), ledger.of_order(tx, paid.id)
        shown = accepting.shares(tx, order, asked)[share].preview
    assert shown is not None
    olga.submit(admin(asked, "accept"), admin(asked, "accept"), share=share)
    worker()
    with services.store.read() as tx:
        after = ledger.balances(ledger.of_order(tx, paid.id))
    had = ledger.balances(before)
    for party in ("shopper", "seller", "platform"):
        moved = after[party, "usd"] - had[party, "usd"]
        assert moved == getattr(shown.effect, party)


def test_pieces_that_were_never_sent_go_back_on_sale(
    cast: Cast, shopper: Shopper, as_user: Callable[[str], Browser], services: Services
) -> None:
    listing = cast.listing(cast.shop(), stock=5)
    order, alice = cast.order(listing, quantity=2), as_user("Alice")
    asked = shopper.asks(order, **{"quantity-1": "1"})
    alice.submit(sold(asked, "accept"), sold(asked, "accept"))
    with services.store.read() as tx:
        assert tx.value("SELECT stock FROM listings WHERE id = :id", id=listing.id) == 4
    assert shopper.fields(order)["quantity-1"] == "1"


@pytest.mark.one_database
def test_what_stripe_refuses_stays_open_with_the_reason(
    paid: Order, shopper: Shopper, alice: Browser, olga: Browser, made: Made, sandbox: Stripe
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    sandbox.control("payout", account=paid.destination, currency="usd")
    fields = alice.page(sold(asked, "accept")).form(sold(asked, "accept"))
    assert alice.post(sold(asked, "accept"), data=fields).status_code == 303
    page = alice.page(sold(asked))
    assert "Nothing was refunded. If your Stripe balance is too low" in page.text
    assert shopper.newest(paid).request.state == "open"
    assert alice.post(sold(asked, "accept"), data=fields).status_code == 303
    assert len(made(paid)) == 1
    text = shopper.reads(paid)
    assert "The refund was not made yet" in text
    assert "balance" not in text
    alice.post(sold(asked, "pass-on"))
    assert "The seller's balance at Stripe is too low" in olga.page(admin(asked)).text
    accept = olga.page(admin(asked, "accept")).form(admin(asked, "accept"))
    olga.post(admin(asked, "accept"), data=accept | {"share": "platform"})
    assert [refund.state for refund in made(paid)] == ["pending", "rejected"]
    assert shopper.newest(paid).request.state == "accepted"


def test_an_unanswered_refund_counts_as_accepted_until_stripe_refuses_it(
    paid: Order,
    shopper: Shopper,
    alice: Browser,
    made: Made,
    letters: Letters,
    services: Services,
    sandbox: Stripe,
    worker: Callable[[], None],
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    fields = alice.page(sold(asked, "accept")).form(sold(asked, "accept"))
    sandbox.control("faults", kind="drop_request", method="POST", path="/v1/refunds")
    alice.post(sold(asked, "accept"), data=fields)
    assert shopper.newest(paid).request.state == "accepted"
    assert "the refund is on its way to Stripe" in shopper.reads(paid)
    assert titles(letters(BOB)) == ["You asked for a refund"]
    assert shopper.browser.get(shopper.path(paid)).status_code == 409
    sandbox.control("payout", account=paid.destination, currency="usd")
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        worker()
    assert [refund.state for refund in made(paid)] == ["rejected"]
    after = shopper.newest(paid)
    assert after.request.state == "open"
    assert after.steps[-1].kind == "not_refunded"
    assert titles(letters("alice@example.com"))[-1] == "The refund was not made yet"
    assert titles(letters(BOB)) == ["You asked for a refund"]


@pytest.mark.one_database
def test_a_request_is_settled_when_the_order_is_refunded_elsewhere(
    paid: Order, shopper: Shopper, services: Services
) -> None:
    shopper.asks(paid, **{"quantity-1": "1"})
    refunds.request(services, paid.id, Wish(500, True, True), Author("part"))
    assert shopper.newest(paid).request.state == "open"
    refunds.request(services, paid.id, Wish(2000, True, True), Author("rest"))
    assert shopper.newest(paid).request.state == "settled"
    assert "The order was refunded in another way" in shopper.reads(paid)
    shopper.does(paid, "escalate", status=409)


@pytest.mark.one_database
def test_more_than_is_left_is_not_accepted(
    paid: Order, shopper: Shopper, olga: Browser, services: Services
) -> None:
    asked = shopper.asks(paid)
    refunds.request(services, paid.id, Wish(500, True, True), Author("part"))
    assert "Only $20.00 of this order is left" in olga.page(admin(asked)).text
    answer = olga.get(admin(asked, "accept"))
    assert (answer.status_code, "Only $20.00" in answer.text) == (409, True)


def test_pieces_that_are_refunded_meanwhile_are_not_accepted(
    paid: Order, shopper: Shopper, alice: Browser, services: Services
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    both = (RefundLine(1, 2, restock=False),)
    refunds.request(services, paid.id, Wish(1000, True, True, lines=both), Author("both"))
    words = "Every “Mug” of this order has been refunded already."
    assert words in alice.page(sold(asked)).text
    answer = alice.get(sold(asked, "accept"))
    assert (answer.status_code, words in answer.text) == (409, True)


@pytest.mark.one_database
def test_a_dispute_stops_what_was_asked(
    paid: Order, shopper: Shopper, alice: Browser, served: str, sandbox: Stripe, made: Made
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    fields = alice.page(sold(asked, "accept")).form(sold(asked, "accept"))
    sandbox.control(f"charges/{paid.stripe_charge_id}/dispute")
    sandbox.settle()
    answer = alice.post(sold(asked, "accept"), data=fields)
    assert (answer.status_code, "bank disputes this payment" in answer.text) == (409, True)
    assert "bank disputes this payment" in alice.page(sold(asked)).text
    assert not made(paid)


@pytest.mark.parametrize("wrong", ["99", "x", "²", "-1", ""])
@pytest.mark.one_database
def test_a_confirmation_that_is_not_true_is_refused(
    paid: Order, shopper: Shopper, alice: Browser, made: Made, wrong: str
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    data = {"fee_amount": wrong, "form_token": "a"}
    answer = alice.post(sold(asked, "accept"), data=data)
    assert answer.status_code == (409 if wrong == "99" else 422)
    assert not made(paid)
    assert shopper.newest(paid).request.state == "open"


def test_two_who_accept_at_once_make_one_refund(
    paid: Order, shopper: Shopper, alice: Browser, services: Services, cast: Cast, made: Made
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    seller, operator = cast.user("Alice"), cast.operator()
    ways = [
        Acceptance("seller", seller.id, "a", "", 100),
        Acceptance("operator", operator.id, "b", "", 0, "platform"),
        Acceptance("seller", seller.id, "a", "", 100),
    ]
    together([partial(accepting.accept, services, asked.request.id, how) for how in ways])
    assert len(made(paid)) == 1
    assert [step.kind for step in shopper.newest(paid).steps] == ["asked", "accepted"]


def test_what_is_withdrawn_at_the_same_moment_is_either_withdrawn_or_refunded(
    paid: Order, shopper: Shopper, alice: Browser, services: Services, cast: Cast, made: Made
) -> None:
    asked = shopper.asks(paid, **{"quantity-1": "1"})
    how = Acceptance("seller", cast.user("Alice").id, "a", "", 100)

    def withdraw() -> None:
        with services.store.transaction() as tx:
            requests.act(tx, asked.request.id, "shopper", "withdraw")

    together([partial(accepting.accept, services, asked.request.id, how), withdraw])
    state = shopper.newest(paid).request.state
    assert (state, len(made(paid))) in {("accepted", 1), ("withdrawn", 0)}
    assert len(shopper.newest(paid).steps) == 2


def together(tasks: Sequence[Callable[[], object]]) -> None:
    """Run all at once; being refused in words is an answer as well."""

    def run(task: Callable[[], object]) -> None:
        with contextlib.suppress(StorefrontError):
            task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        list(pool.map(run, tasks))
