"""Refunds that fail after they were pulled back: the seller gets it back, to the cent."""

from collections.abc import Callable

import pytest

from storefront import clock
from storefront.admin import repository as admin
from storefront.current import Services
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.policies import RefundPolicy
from storefront.refunds.service import Refund
from storefront.repayments import service as repayments
from storefront.repayments.service import Repayment
from storefront.stripe_objects.events import Event
from tests.cast import Cast, both_fee_modes
from tests.client import HTMX, Browser
from tests.refunds.conftest import Books
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
Fail = Callable[[Order, Refund], Refund]

FAILS_LATER = "4000000000005126"


@pytest.fixture
def sold(cast: Cast, served: str) -> Order:
    """A paid order of 10.00 whose refunds the bank can return."""
    return cast.order(cast.listing(cast.shop()), card=FAILS_LATER)


@pytest.fixture
def fail(services: Services, sandbox: Stripe) -> Fail:
    """Let the bank return a refund."""

    def return_it(order: Order, refund: Refund) -> Refund:
        sandbox.control(f"refunds/{refund.stripe_refund_id}/fail", reason="lost_or_stolen_card")
        sandbox.settle()
        with services.store.read() as tx:
            return refunds.one_of(tx, order.id, refund.id).refund

    return return_it


@pytest.fixture
def olga(as_user: AsUser) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


def path(order: Order, refund: Refund) -> str:
    return f"/admin/refunds/{order.id}/{refund.id}/repayment"


def of(services: Services, refund: Refund) -> Repayment | None:
    with services.store.read() as tx:
        return repayments.of_subject(tx, refund.id)


def fees_earned(services: Services) -> list[tuple[str, int]]:
    with services.store.read() as tx:
        return admin.fees_earned(tx)


def decide(services: Services, cast: Cast, on_failure: str) -> None:
    with services.store.transaction() as tx:
        policies.decide(tx, RefundPolicy("", "return_fee", on_failure), cast.operator().id)


@both_fee_modes
@pytest.mark.parametrize(("amount", "return_fee"), [(1000, True), (400, True), (400, False)])
@pytest.mark.parametrize("by", ["hand", "hand with htmx", "policy"])
def test_everything_is_as_it_was_before_the_refund(
    services: Services,
    cast: Cast,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    books: Books,
    enrich: Callable[[Order], None],
    olga: Browser,
    worker: Callable[[], None],
    amount: int,
    return_fee: bool,
    by: str,
) -> None:
    enrich(sold)
    before = books.ledger(sold), books.stripe(sold.destination), books.stripe(None)
    kept = fees_earned(services)
    if by == "policy":
        decide(services, cast, policies.PAY_BACK)
    failed = fail(sold, refund(sold, amount, return_fee=return_fee))
    assert failed.state == "failed"
    if by == "policy":
        worker()
    else:
        page = olga.page(path(sold, failed))
        assert "To pay back" in page.text
        headers = HTMX if "htmx" in by else {}
        for _ in range(2):
            olga.post(path(sold, failed), headers=headers)
    repayment = of(services, failed)
    assert repayment is not None
    assert repayment.state == "done"
    assert (books.ledger(sold), books.stripe(sold.destination), books.stripe(None)) == before
    assert fees_earned(services) == kept == [("usd", 123)]
    assert "Paid back" in olga.page(path(sold, failed)).text
    assert "Paid back" in olga.page("/admin/refunds/failed").text


@pytest.mark.parametrize(
    ("fee_mode", "paid_by_us", "amount", "with_fee"),
    [
        ("application_fee", 0, 1000, True),
        ("application_fee", 0, 250, True),
        ("application_fee", 0, 250, False),
        ("application_fee", 400, 600, False),
        ("transfer_amount", 0, 1000, False),
        ("transfer_amount", 0, 250, False),
    ],
)
def test_so_it_is_after_a_refund_that_was_made_in_stripes_dashboard(
    services: Services,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    books: Books,
    enrich: Callable[[Order], None],
    olga: Browser,
    sandbox: Stripe,
    paid_by_us: int,
    amount: int,
    with_fee: bool,
) -> None:
    """Whatever Stripe has pulled back and returned, which may be more than its share."""
    enrich(sold)
    if paid_by_us:
        refund(sold, paid_by_us, reverse_transfer=False, return_fee=False)
    before = books.ledger(sold), books.stripe(sold.destination), books.stripe(None)
    values = {"charge": sold.stripe_charge_id, "amount": amount, "reverse_transfer": "true"}
    returned = {"refund_application_fee": "true"} if with_fee else {}
    made = sandbox.post("/v1/refunds", values | returned)
    sandbox.settle()
    with services.store.read() as tx:
        (adopted,) = [
            each for each in refunds.of_order(tx, sold.id) if each.stripe_refund_id == made["id"]
        ]
    failed = fail(sold, adopted)
    olga.post(path(sold, failed))
    assert (books.ledger(sold), books.stripe(sold.destination), books.stripe(None)) == before


@pytest.mark.parametrize("later", ["event", "hour"])
def test_a_platform_that_is_short_waits_says_what_is_missing_and_pays_when_money_arrives(
    services: Services,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    books: Books,
    olga: Browser,
    worker: Callable[[], None],
    sandbox: Stripe,
    later: str,
) -> None:
    sandbox.control("topup", amount=5000, currency="usd")
    failed = fail(sold, refund(sold, 1000))
    sandbox.control("payout", amount=books.stripe(None) - 200, currency="usd")
    olga.page(path(sold, failed))
    olga.post(path(sold, failed))
    worker()
    assert "$6.77 is missing" in olga.page(path(sold, failed)).text
    assert "Waits for money" in olga.page("/admin/refunds/failed").text
    sandbox.control("topup", amount=1000, currency="usd")
    worker()
    assert "$6.77 is missing" in olga.page(path(sold, failed)).text
    with services.store.transaction() as tx:
        if later == "event":
            services.handlers.fold(tx, "platform", Event("", "balance.available", "", False, 0, {}))
        else:
            tx.run("UPDATE repayments SET next_try_at = :now", now=clock.timestamp())
    worker()
    worker()
    repayment = of(services, failed)
    assert repayment is not None
    assert (repayment.state, books.ledger(sold)["seller"]) == ("done", 877)


def test_a_refund_that_has_not_failed_is_not_paid_back(
    sold: Order,
    refund: Callable[..., Refund],
    olga: Browser,
    enrich: Callable[[Order], None],
    services: Services,
) -> None:
    enrich(sold)
    made = refund(sold, 1000)
    assert "has not failed" in olga.page(path(sold, made)).text
    answer = olga.post(path(sold, made))
    assert (answer.status_code, "has not failed" in Page(answer.text).text) == (409, True)
    assert of(services, made) is None


def test_what_was_not_pulled_back_is_not_paid_back(
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    olga: Browser,
    enrich: Callable[[Order], None],
    services: Services,
    cast: Cast,
) -> None:
    enrich(sold)
    decide(services, cast, policies.PAY_BACK)
    failed = fail(sold, refund(sold, 1000, reverse_transfer=False, return_fee=False))
    assert "Nothing was pulled back" in olga.page(path(sold, failed)).text
    assert olga.post(path(sold, failed)).status_code == 409


def test_a_seller_who_cannot_be_paid_is_named_and_tried_again(
    services: Services,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    olga: Browser,
    enrich: Callable[[Order], None],
    sandbox: Stripe,
) -> None:
    enrich(sold)
    failed = fail(sold, refund(sold, 1000))
    sandbox.control("faults", kind="status", status=400, method="POST", path="/v1/transfers")
    olga.page(path(sold, failed))
    olga.post(path(sold, failed))
    refused = of(services, failed)
    assert refused is not None
    assert refused.state == "rejected"
    assert "Stripe refused" in olga.page(path(sold, failed)).text
    olga.post(path(sold, failed))
    again = of(services, failed)
    assert again is not None
    assert again.state == "done"


def test_the_books_still_match_stripe(
    services: Services,
    cast: Cast,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    enrich: Callable[[Order], None],
    worker: Callable[[], None],
) -> None:
    enrich(sold)
    decide(services, cast, policies.PAY_BACK)
    fail(sold, refund(sold, 1000))
    worker()
    run = reconciling.start(services, reconciling.COMMAND)
    run = reconciling.run_to_end(services, run, lambda _: None)
    assert (run.differences, clock.parse(run.started_at) is not None) == (0, True)


def test_the_flow_of_funds_says_why(
    services: Services,
    cast: Cast,
    sold: Order,
    refund: Callable[..., Refund],
    fail: Fail,
    enrich: Callable[[Order], None],
    worker: Callable[[], None],
    olga: Browser,
) -> None:
    enrich(sold)
    decide(services, cast, policies.PAY_BACK)
    fail(sold, refund(sold, 1000))
    worker()
    text = olga.page(f"/admin/orders/{sold.id}/funds").text
    assert "got back what had been pulled back" in text
    assert "took its fee again" in text


def test_no_failed_refund_is_said(olga: Browser) -> None:
    assert "No refund has failed" in olga.page("/admin/refunds/failed").text
