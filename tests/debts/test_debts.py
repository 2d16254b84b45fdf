"""The platform pays for a seller whose balance is too low, and takes it back later, to the cent."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storefront import clock
from storefront.current import Services
from storefront.debts import service as debts
from storefront.debts.service import Debt
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds import approvals
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Refund, Wish
from storefront.repayments import service as repayments
from storefront.sellers import accounts
from storefront.stripe_objects.events import Event
from tests.cast import Cast, both_fee_modes
from tests.client import HTMX, Browser
from tests.refunds.conftest import Books
from tests.support.beside import beside
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
FAILS_LATER = "4000000000005126"
NET, FEE = 877, 123


@pytest.fixture
def broke(cast: Cast, sandbox: Stripe, served: str) -> Order:
    """A paid order of 10.00 whose seller has been paid out, at a platform with money."""
    order = cast.order(cast.listing(cast.shop()), card=FAILS_LATER)
    sandbox.control("topup", amount=100_000, currency="usd")
    sandbox.control("payout", account=order.destination, amount=NET, currency="usd")
    return order


@pytest.fixture
def olga(as_user: AsUser) -> Browser:
    """The operator's browser."""
    return as_user("Olga")


def debt_of(services: Services, refund: Refund) -> Debt:
    with services.store.read() as tx:
        found = debts.of_subject(tx, refund.id)
    assert found is not None
    return found


def earn(sandbox: Stripe, order: Order, amount: int) -> None:
    """Money arrives at the seller, as from a later sale."""
    sandbox.control("topup", account=order.destination, amount=amount, currency="usd")


def in_an_hour(services: Services, worker: Callable[[], None]) -> None:
    with services.store.transaction() as tx:
        tx.run(
            "UPDATE debts SET next_try_at = :now WHERE next_try_at IS NOT NULL",
            now=clock.timestamp(),
        )
    worker()


def differences(services: Services) -> int | None:
    """How many rows differ from Stripe's."""
    run = reconciling.start(services, reconciling.COMMAND)
    return reconciling.run_to_end(services, run, lambda _: None).differences


@both_fee_modes
@pytest.mark.parametrize("amount", [1000, 400])
def test_what_the_platform_paid_is_taken_back_from_later_sales(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    books: Books,
    sandbox: Stripe,
    worker: Callable[[], None],
    fee_mode: str,
    amount: int,
) -> None:
    fee = amount * 123 // 1000
    debt = amount if fee_mode == "application_fee" else amount - fee
    returned = debt - (amount - fee)
    start = books.stripe(broke.destination)
    made = refund(broke, amount, owed=True)
    assert made.state == "succeeded"
    assert books.ledger(broke) == {
        "shopper": amount - 1000,
        "seller": NET + returned,
        "platform": 64 - amount - returned,
        "stripe_fees": 59,
    }
    assert books.claims(broke) == (-debt, debt)
    assert books.stripe(broke.destination) == start + returned
    earn(sandbox, broke, 50)
    worker()
    part = debt_of(services, made)
    assert part.settled_amount == 50 + returned
    assert books.claims(broke) == (-part.owed_amount, part.owed_amount)
    earn(sandbox, broke, 2000)
    in_an_hour(services, worker)
    assert books.claims(broke) == (0, 0)
    assert books.ledger(broke) == {
        "shopper": amount - 1000,
        "seller": NET - (amount - fee),
        "platform": 64 - fee,
        "stripe_fees": 59,
    }
    assert books.stripe(broke.destination) == start + 2050 - (amount - fee)
    assert differences(services) == 0


def test_money_that_arrives_at_the_seller_is_taken_at_once(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    sandbox: Stripe,
    worker: Callable[[], None],
) -> None:
    made = refund(broke, 1000, owed=True)
    worker()
    before = debt_of(services, made)
    earn(sandbox, broke, 2000)
    worker()
    assert debt_of(services, made).owed_amount == before.owed_amount > 0
    event = Event("", "balance.available", broke.destination, False, 0, {})
    with services.store.transaction() as tx:
        services.handlers.fold(tx, "connect", event)
    worker()
    assert debt_of(services, made).owed_amount == 0


def test_nothing_else_takes_what_is_owed_off_the_transfer(
    services: Services, broke: Order, refund: Callable[..., Refund], sandbox: Stripe
) -> None:
    refund(broke, 400, owed=True)
    with services.store.read() as tx:
        at = refunds.position_of(tx, refunds.order_of(tx, broke.id))
    assert (at.reversible_amount, at.refundable_amount) == (600, 600)
    refund(broke, 600, owed=True)
    with services.store.read() as tx:
        assert refunds.position_of(tx, refunds.order_of(tx, broke.id)).reversible_amount == 0


@both_fee_modes
def test_the_refund_of_the_rest_leaves_on_the_transfer_what_is_still_owed(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    books: Books,
    sandbox: Stripe,
    worker: Callable[[], None],
) -> None:
    """Stripe would reverse all that is left of it, since that refund completes the charge."""
    made = refund(broke, 400, owed=True)
    owed = debt_of(services, made).owed_amount
    earn(sandbox, broke, 2000)
    before = books.ledger(broke)["seller"]
    assert refund(broke, 600).state == "succeeded"
    assert books.ledger(broke)["seller"] - before == -600 + (FEE - 49)
    assert debt_of(services, made).owed_amount == owed
    worker()
    assert debt_of(services, made).owed_amount == 0
    assert books.ledger(broke)["seller"] == 0
    assert differences(services) == 0


@both_fee_modes
@pytest.mark.parametrize("settles", ["nothing", "a part", "everything"])
def test_a_refund_that_fails_is_not_owed_and_what_was_taken_goes_back(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    books: Books,
    olga: Browser,
    sandbox: Stripe,
    worker: Callable[[], None],
    settles: str,
) -> None:
    start = books.ledger(broke), books.stripe(broke.destination), books.stripe(None)
    earned = {"nothing": 0, "a part": 300, "everything": 5000}[settles]
    made = refund(broke, 1000, owed=True)
    if earned:
        earn(sandbox, broke, earned)
    worker()
    sandbox.control(f"refunds/{made.stripe_refund_id}/fail", reason="lost_or_stolen_card")
    sandbox.settle()
    in_an_hour(services, worker)
    olga.post(f"/admin/refunds/{broke.id}/{made.id}/repayment")
    in_an_hour(services, worker)
    assert books.claims(broke) == (0, 0)
    assert (books.ledger(broke), books.stripe(broke.destination) - earned, books.stripe(None)) == (
        start
    )
    with services.store.read() as tx:
        failed = refunds.one_of(tx, broke.id, made.id).refund
        repayment = repayments.of_subject(tx, made.id)
    assert failed.state == "failed"
    assert (repayment is not None) == (settles != "nothing")
    assert differences(services) == 0


def test_a_refund_that_stripe_refuses_is_not_owed(
    services: Services, broke: Order, refund: Callable[..., Refund], books: Books, sandbox: Stripe
) -> None:
    sandbox.post("/v1/refunds", {"charge": broke.stripe_charge_id, "amount": 700})
    made = refund(broke, 1000, owed=True)
    assert made.state == "rejected"
    assert debt_of(services, made).held_amount == 0
    assert books.claims(broke) == (0, 0)


def test_a_debt_that_waits_for_approval_counts_once_it_is_approved(
    services: Services, cast: Cast, broke: Order
) -> None:
    olga, oscar = cast.operator(), cast.user("Oscar", operator=True)
    config = replace(services.config, refund_approval_above=(("usd", 500),))
    services = replace(services, config=config)
    wish = Wish(1000, reverse_transfer=True, return_fee=True, owed=True)
    declined = refunds.request(services, broke.id, wish, Author(new_token(), olga.id))
    assert declined.state == "needs_approval"
    assert debt_of(services, declined).owed_amount == 0
    approvals.decline(services, broke.id, declined.id, olga.id, "Olga")
    assert debt_of(services, declined).held_amount == 0
    waiting = refunds.request(services, broke.id, wish, Author(new_token(), olga.id))
    assert approvals.approve(services, broke.id, waiting.id, oscar.id).state == "succeeded"
    assert debt_of(services, waiting).owed_amount == 1000


@pytest.mark.parametrize(("allowed", "words"), [(True, "is on"), (False, "is off")])
def test_the_page_says_whether_stripe_collects_from_the_sellers_bank(
    services: Services, broke: Order, refund: Callable[..., Refund], olga: Browser,
    sandbox: Stripe, worker: Callable[[], None], allowed: bool, words: str,
) -> None:  # fmt: skip
    debt = debt_of(services, refund(broke, 1000, owed=True))
    name = "settings[payouts][debit_negative_balances]"
    sandbox.post(f"/v1/accounts/{broke.destination}", {name: str(allowed).lower()})
    with services.store.transaction() as tx:
        accounts.changed(tx, broke.destination)
    worker()
    assert f"debit_negative_balances {words}" in olga.page(f"/admin/debts/{debt.id}").text


def test_the_operator_forgives_what_is_left_once_and_says_why(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    olga: Browser,
    books: Books,
    sandbox: Stripe,
    worker: Callable[[], None],
) -> None:
    made = refund(broke, 1000, owed=True)
    worker()
    debt = debt_of(services, made)
    assert "$8.77" in olga.page("/admin/debts").text
    page = olga.page(f"/admin/debts/{debt.id}")
    assert "Forgive $8.77" in page.text
    unsaid = olga.post(f"/admin/debts/{debt.id}/write-off", data={"note": " "})
    assert (unsaid.status_code, "Please say why" in unsaid.text) == (422, True)
    olga.post(f"/admin/debts/{debt.id}/write-off", data={"note": "Shop has closed"}, headers=HTMX)
    again = olga.post(f"/admin/debts/{debt.id}/write-off", data={"note": "Shop has closed"})
    assert (again.status_code, "Nothing is owed any more" in again.text) == (409, True)
    assert books.claims(broke) == (0, 0)
    earn(sandbox, broke, 5000)
    in_an_hour(services, worker)
    assert debt_of(services, made).settled_amount == FEE
    assert "Shop has closed" in olga.page(f"/admin/refunds/{broke.id}").text


def test_the_seller_sees_what_is_owed_and_gets_a_mail(
    services: Services, broke: Order, refund: Callable[..., Refund], as_user: AsUser
) -> None:
    alice = as_user("Alice")
    assert "You owe nothing" in alice.page("/sell/debts").text
    assert "You owe" not in alice.page("/sell").text
    refund(broke, 400, owed=True)
    assert "$4.00" in alice.page("/sell/debts").text
    assert "You owe" in alice.page("/sell").text
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM mails WHERE kind = 'seller_owes'") == 1


def test_the_refund_page_offers_it_and_says_what_is_owed(
    services: Services, broke: Order, olga: Browser
) -> None:
    page = olga.page(f"/admin/refunds/{broke.id}")
    assert "The platform pays now, the seller owes it" in page.text
    assert "$10.00 is owed" in page.text
    sent = {"scope": "amount", "amount": "4.00", "share": "owed", "reason": "duplicate"}
    confirm = olga.post(f"/admin/refunds/{broke.id}/confirm", data=sent)
    assert "owes $4.00, $0.49 of our fee returned" in confirm.text
    assert "is owed $4.00" in confirm.text


def test_an_account_that_stripe_tells_nothing_about_is_asked_again_later(
    services: Services, broke: Order, refund: Callable[..., Refund], sandbox: Stripe
) -> None:
    made = refund(broke, 400, owed=True)
    sandbox.fault("status", "/v1/balance", status=500)
    assert debts.settle_due(services) == 1
    assert debts.settle_due(services) == 0
    assert debt_of(services, made).owed_amount == 400


def test_what_is_forgiven_is_not_taken_back_at_the_same_moment(
    services: Services,
    broke: Order,
    refund: Callable[..., Refund],
    sandbox: Stripe,
    cast: Cast,
) -> None:
    owed = debt_of(services, refund(broke, 1000, owed=True))
    earn(sandbox, broke, 5000)
    with services.store.transaction() as tx:
        tx.run("UPDATE debts SET next_try_at = :now", now=clock.timestamp())
    with beside() as begin, services.store.transaction() as tx:
        debts.lock(tx, owed.id)
        begin(lambda: debts.settle_due(services))
        debts.write_off(tx, owed.id, "", cast.operator().id)
    with services.store.read() as tx:
        after = debts.by_id(tx, owed.id)
    assert (after.owed_amount, after.requested_amount) == (0, 0)
