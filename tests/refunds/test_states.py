"""What becomes of a refund afterwards: answers that get lost, banks that wait or say no."""

import threading
from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.errors import StorefrontError
from storefront.orders import service as orders
from storefront.orders.service import Order
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from storefront.stripe_calls import service as stripe_calls
from tests.cast import Cast
from tests.refunds.conftest import Books
from tests.support.stripe import Stripe

Make = Callable[..., Refund]
Enrich = Callable[[Order], None]
Now = Callable[[Order], Order]
Worker = Callable[[], None]

PENDING, FAILS_LATER = "4000000000007726", "4000000000005126"


@pytest.fixture
def latest(services: Services) -> Callable[[Order], Refund]:
    """An order's newest refund as it is in the database now."""

    def read(order: Order) -> Refund:
        with services.store.read() as tx:
            return refunds.of_order(tx, order.id)[0]

    return read


Latest = Callable[[Order], Refund]


def test_a_pending_refund_arrives_later(
    cast: Cast, refund: Make, latest: Latest, enrich: Enrich, served: str, sandbox: Stripe
) -> None:
    order = cast.order(cast.listing(cast.shop()), card=PENDING)
    enrich(order)
    made = refund(order, 1000)
    assert made.state == "pending"
    sandbox.control(f"refunds/{made.stripe_refund_id}/settle")
    sandbox.settle()
    assert latest(order).state == "succeeded"


def test_a_refund_without_money_on_the_platform_waits_and_says_so(
    paid: Order, refund: Make, latest: Latest, served: str, sandbox: Stripe
) -> None:
    made = refund(paid, 1000, reverse_transfer=False, return_fee=False)
    assert (made.state, "balance is too low" in made.failure) == ("pending", True)
    sandbox.control("topup", amount=5000, currency="usd")
    sandbox.settle()
    assert (latest(paid).state, latest(paid).failure) == ("succeeded", "")


def test_a_refund_that_fails_later_can_be_made_again(
    cast: Cast,
    refund: Make,
    latest: Latest,
    now: Now,
    enrich: Enrich,
    books: Books,
    served: str,
    sandbox: Stripe,
) -> None:
    order = cast.order(cast.listing(cast.shop()), card=FAILS_LATER)
    enrich(order)
    made = refund(order, 1000)
    assert (made.state, now(order).refundable_amount) == ("succeeded", 0)
    sandbox.control(f"refunds/{made.stripe_refund_id}/fail", reason="lost_or_stolen_card")
    sandbox.settle()
    assert (latest(order).state, "lost or stolen" in latest(order).failure) == ("failed", True)
    assert (now(order).refundable_amount, now(order).refunded_amount) == (1000, 0)
    assert books.ledger(order)["shopper"] == -1000
    with pytest.raises(StorefrontError, match="pulled back from the seller already"):
        refund(order, 1000)
    again = refund(order, 1000, reverse_transfer=False, return_fee=False)
    assert (again.state, now(order).refundable_amount) == ("succeeded", 0)


def test_a_refund_made_at_stripe_is_adopted(
    paid: Order,
    refund: Make,
    latest: Latest,
    now: Now,
    enrich: Enrich,
    served: str,
    sandbox: Stripe,
) -> None:
    enrich(paid)
    values = {"charge": paid.stripe_charge_id, "amount": 250, "reverse_transfer": "true"}
    sandbox.post("/v1/refunds", values)
    sandbox.settle()
    adopted = latest(paid)
    assert (adopted.origin, adopted.amount, adopted.state) == ("external", 250, "succeeded")
    assert (adopted.reverse_transfer, adopted.actor_id) == (True, None)
    assert now(paid).refundable_amount == 750
    assert refund(paid, 750).state == "succeeded"


@pytest.mark.parametrize("kind", ["drop_response", "drop_request"])
def test_a_lost_answer_is_unknown_until_it_is_certain(
    paid: Order,
    refund: Make,
    latest: Latest,
    now: Now,
    books: Books,
    enrich: Enrich,
    services: Services,
    sandbox: Stripe,
    kind: str,
) -> None:
    enrich(paid)
    sandbox.control("faults", kind=kind, method="POST", path="/v1/refunds")
    made = refund(paid, 400)
    assert (made.state, now(paid).refundable_amount) == ("requested", 600)
    with services.store.read() as tx:
        call = refunds.call_of(tx, refunds.CREATE, made.id)
    assert call is not None
    assert call.state == "unknown"
    finish(services, made)
    assert latest(paid).state == "succeeded"
    assert [item["amount"] for item in sandbox.get("/v1/refunds")["data"]] == [400]
    assert books.ledger(paid)["seller"] == 877 - 400 + 49


def finish(services: Services, made: Refund) -> None:
    """What the worker does when the pause of an unknown call is over."""
    for operation in (refunds.CREATE, refunds.RETURN_FEE):
        with services.store.read() as tx:
            call = refunds.call_of(tx, operation, made.id)
        assert call is not None
        stripe_calls.execute(services, call.id)


def test_a_fee_that_could_not_be_returned_at_once_follows(
    paid: Order, refund: Make, now: Now, enrich: Enrich, services: Services, sandbox: Stripe
) -> None:
    enrich(paid)
    sandbox.control("faults", kind="drop_request", method="POST", path="/v1/application_fees")
    made = refund(paid, 400)
    assert (made.state, now(paid).fee_refunded_amount) == ("succeeded", 0)
    finish(services, made)
    assert now(paid).fee_refunded_amount == 49


def test_two_refunds_at_once_never_exceed_the_payment(
    paid: Order, services: Services, now: Now, enrich: Enrich, sandbox: Stripe
) -> None:
    enrich(paid)
    start, refused = threading.Barrier(6), []

    def refund(number: int) -> None:
        wish = Wish(300, reverse_transfer=True, return_fee=True)
        start.wait()
        try:
            refunds.request(services, paid.id, wish, Author(f"form {number}"))
        except StorefrontError as error:
            refused.append(error.message)

    threads = [threading.Thread(target=refund, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert now(paid).refund_committed == 900
    assert sum(item["amount"] for item in sandbox.get("/v1/refunds")["data"]) == 900
    assert refused == ["Only $1.00 of this order is left to refund."] * 3
    assert now(paid).fee_refunded_amount == 123 * 900 // 1000


def test_a_double_click_makes_one_refund(paid: Order, services: Services, sandbox: Stripe) -> None:
    start, found = threading.Barrier(4), set()

    def refund() -> None:
        wish = Wish(400, reverse_transfer=True, return_fee=True)
        start.wait()
        found.add(refunds.request(services, paid.id, wish, Author("the same form")).id)

    threads = [threading.Thread(target=refund) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert len(sandbox.get("/v1/refunds")["data"]) == 1


def test_what_sold_out_before_the_payment_arrived_is_refunded_by_itself(
    cast: Cast, services: Services, latest: Latest, worker: Worker, enrich: Enrich
) -> None:
    mug = cast.listing(cast.shop(), stock=1)
    late = cast.order(mug, pay=False)
    with services.store.transaction() as tx:  # an expiry that is overtaken by the payment
        session = {"object": "checkout.session", "id": late.stripe_checkout_session_id}
        services.settlement.fold(tx, {**session, "status": "expired"})
    cast.order(mug)
    late = cast.pay(late)
    assert (late.status, late.problem) == ("paid", "out_of_stock")
    enrich(late)
    worker()
    made = latest(late)
    assert (made.origin, made.amount, made.state) == ("automatic", 1000, "succeeded")
    worker()
    with services.store.read() as tx:
        assert len(refunds.of_order(tx, late.id)) == 1
        after = orders.by_id(tx, late.id)
    assert after is not None
    assert (after.refundable_amount, after.fee_refunded_amount) == (0, 123)
