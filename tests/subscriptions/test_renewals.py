"""Each paid invoice of a later period is an order, once, whatever tells of it."""

from collections.abc import Callable

from storefront.ledger import service as ledger
from storefront.orders import service as orders
from tests.subscriptions.club import Club
from tests.support import mailbox


def test_a_subscription_is_paid_and_renewed(
    club: Club, served: str, worker: Callable[[], None]
) -> None:
    begun = club.begin()
    club.sandbox.control(f"sessions/{begun.stripe_checkout_session_id}/pay", email="b@example.com")
    worker()
    first = club.cast.reread(begun)
    assert (first.status, first.problem) == (orders.PAID, "")
    assert (first.total_amount, first.application_fee_amount) == (900, 90)
    club.pass_time()
    worker()
    newest, oldest = club.orders(first)
    assert oldest == club.cast.reread(first)
    assert (newest.status, newest.problem, newest.is_renewal) == (orders.PAID, "", True)
    assert (newest.total_amount, newest.application_fee_amount) == (900, 90)
    assert newest.email == "b@example.com"
    assert newest.stripe_fee_amount
    with club.services.store.read() as tx:
        booked = ledger.balances(ledger.of_order(tx, newest.id))
        assert orders.lines(tx, newest.id)[0].title.startswith("Clay club, ")
    assert booked["seller", "usd"] == 810
    subjects = [message.subject for message in mailbox.collect(club.services)]
    assert any("your subscription is paid for" in subject for subject in subjects)
    assert any(subject.startswith("A subscription is paid again") for subject in subjects)
    worker()
    assert len(club.orders(first)) == 2
