"""A shopper's bank takes money back: what Olga and Alice do about it, and what becomes of it."""

from collections.abc import Callable

import pytest

from storefront.disputes import policies
from storefront.disputes.policies import AT_ONCE, GIVE_UP, DisputePolicy
from storefront.orders.service import Order
from tests.cast import Cast
from tests.journeys.visitor import Visitor
from tests.refunds.conftest import Books
from tests.support.stripe import Stripe

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SignIn = Callable[..., Visitor]


@pytest.fixture
def books(cast: Cast) -> Books:
    """Read balances from both sides."""
    return Books(cast.services, cast.sandbox)


@pytest.fixture
def order(cast: Cast) -> Order:
    """Bob has bought a print for 10.00; a disputed sale is the seller's loss from the start."""
    operator = cast.operator()
    with cast.services.store.transaction() as tx:
        policies.decide(tx, DisputePolicy("", AT_ONCE, GIVE_UP), operator.id)
    order = cast.order(cast.listing(cast.shop(), title="Harbor print"))
    cast.sandbox.control("topup", amount=100_000, currency="usd")
    cast.sandbox.control("topup", account=order.destination, amount=5_000, currency="usd")
    return order


def bank_does(person: Visitor, sandbox: Stripe, deed: str, section: str) -> None:
    """Have the bank do something, as anybody can in the sandbox's control room."""
    person.opens(sandbox.url)
    person.presses(deed, within=f"Table: {section}")
    person.page.get_by_role("status").wait_for()
    sandbox.settle()


def answer(olga: Visitor, alice: Visitor) -> None:
    """Alice adds what she has; Olga reads it, and submits it for good."""
    alice.opens("/sell/disputes")
    alice.follows("1001")
    alice.follows("Edit the evidence")
    alice.types("Tracking number", "TERN-1001")
    alice.presses("Save")
    alice.sees_heading("Dispute of order 1001")
    olga.opens("/admin/disputes")
    olga.follows("1001")
    olga.follows("Submit it")
    olga.sees("This is final")
    olga.sees("TERN-1001")
    olga.presses("Submit it for good")
    olga.sees_heading("Dispute of order 1001")
    olga.sees("Under review")


def test_a_dispute_is_answered_and_won(
    signed_in: SignIn, sandbox: Stripe, order: Order, books: Books, worker: Callable[[], None]
) -> None:
    olga, alice, bank = signed_in("Olga"), signed_in("Alice"), signed_in("Bob")
    before = books.stripe(order.destination)
    bank_does(bank, sandbox, "Not received", "Payments")
    worker()
    assert books.stripe(order.destination) == before - 900
    answer(olga, alice)
    bank_does(bank, sandbox, "Win", "Disputes")
    worker()
    worker()
    olga.opens("/admin/disputes?view=won")
    olga.follows("1001")
    olga.sees("Given back")
    alice.opens("/sell/disputes?view=all")
    alice.follows("1001")
    alice.sees("$9.00 came back to you")
    assert books.stripe(order.destination) == before
    assert books.ledger(order)["seller"] == 900


def test_a_dispute_is_answered_and_lost(
    signed_in: SignIn, sandbox: Stripe, order: Order, books: Books, worker: Callable[[], None]
) -> None:
    olga, alice, bank = signed_in("Olga"), signed_in("Alice"), signed_in("Bob")
    before = books.stripe(order.destination)
    bank_does(bank, sandbox, "Chargeback", "Payments")
    worker()
    answer(olga, alice)
    bank_does(bank, sandbox, "Lose", "Disputes")
    worker()
    olga.opens("/admin/disputes?view=lost")
    olga.follows("1001")
    olga.sees("Taken back so far")
    olga.follows("Flow of funds")
    olga.sees("For a dispute, money was pulled back")
    alice.opens("/sell/disputes?view=all")
    alice.follows("1001")
    alice.sees("$9.00 has been taken back")
    assert books.stripe(order.destination) == before - 900
    assert books.ledger(order)["seller"] == 0
