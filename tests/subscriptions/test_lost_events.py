"""Without any webhook: reconciliation and the worker find what Stripe has collected."""

from collections.abc import Callable

from storefront.orders import service as orders
from storefront.reconciliation import service as reconciling
from tests.cast import both_fee_modes
from tests.subscriptions.club import Club


@both_fee_modes
def test_reconciliation_finds_a_renewal(club: Club) -> None:
    first = club.join()
    club.pass_time()
    begun = reconciling.start(club.services, reconciling.COMMAND)
    run = reconciling.run_to_end(club.services, begun, lambda _: None)
    newest, _ = club.orders(first)
    assert (newest.status, newest.is_renewal) == (orders.PAID, True)
    assert (run.differences, run.repaired) == (0, 1)


def test_reconciliation_finds_a_whole_subscription(club: Club) -> None:
    begun = club.begin()
    club.sandbox.control(f"sessions/{begun.stripe_checkout_session_id}/pay")
    club.pass_time()
    started = reconciling.start(club.services, reconciling.COMMAND)
    run = reconciling.run_to_end(club.services, started, lambda _: None)
    assert run.differences == 0
    assert [order.status for order in club.orders(begun)] == [orders.PAID, orders.PAID]


def test_events_in_the_wrong_order_wait_for_their_order(
    club: Club, served: str, worker: Callable[[], None]
) -> None:
    first = club.join()
    club.sandbox.control("deliveries/mode", mode="reverse")
    club.pass_time()
    club.sandbox.control("deliveries/flush", order="reverse")
    worker()
    newest, _ = club.orders(first)
    assert (newest.status, newest.is_renewal) == (orders.PAID, True)
    with club.services.store.read() as tx:
        assert not tx.all("SELECT type FROM webhook_events WHERE state NOT IN ('done', 'ignored')")
        sql = "SELECT COUNT(*) FROM webhook_events WHERE type = 'charge.succeeded'"
        assert tx.value(sql) == 2


def test_reading_the_same_invoices_again_makes_no_order(club: Club) -> None:
    first = club.join()
    club.renew(first)
    for _ in range(2):
        club.read(first)
    assert len(club.orders(first)) == 2
