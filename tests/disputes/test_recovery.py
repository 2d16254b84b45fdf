"""Disputed money comes from the seller, by policy, and goes back when the dispute is won."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.debts import service as debts
from storefront.disputes import policies
from storefront.disputes.policies import ASK, AT_ONCE, GIVE_UP, KEEP, WHEN_LOST
from storefront.disputes.service import Dispute
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.refunds.service import Refund
from tests.cast import Cast, both_fee_modes
from tests.client import HTMX, Browser
from tests.disputes.conftest import Decide, Open, Rule, Worker
from tests.refunds.conftest import Books
from tests.support.stripe import Stripe


def differences(services: Services) -> int | None:
    """How many rows differ from Stripe's."""
    run = reconciling.start(services, reconciling.COMMAND)
    return reconciling.run_to_end(services, run, lambda _: None).differences


@both_fee_modes
@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("recovery", [AT_ONCE, WHEN_LOST, ASK])
@pytest.mark.parametrize("refunded", [0, 400])
@pytest.mark.one_database
def test_each_path_leaves_what_it_should(
    services: Services,
    sandbox: Stripe,
    paid: Order,
    rule: Rule,
    refund: Callable[..., Refund],
    dispute: Open,
    decide: Decide,
    answer: Callable[[Dispute], Dispute],
    books: Books,
    enrich: Callable[[Order], None],
    in_an_hour: Worker,
    outcome: str,
    recovery: str,
    refunded: int,
) -> None:
    enrich(paid)
    rule(recovery)
    if refunded:
        refund(paid, refunded)
    start = books.ledger(paid), books.stripe(paid.destination)
    disputed = 1000 - refunded
    opened = dispute(paid, amount=disputed)
    in_an_hour()
    share = {1000: 877, 600: 526}[disputed]
    taken = share if recovery == AT_ONCE else 0
    assert books.stripe(paid.destination) == start[1] - taken
    decide(answer(opened), outcome)
    in_an_hour()
    in_an_hour()
    kept = share if outcome == "lost" and recovery != ASK else 0
    assert books.stripe(paid.destination) == start[1] - kept
    assert books.ledger(paid)["seller"] == start[0]["seller"] - kept
    assert books.claims(paid) == (0, 0)
    assert differences(services) == 0
    assert sandbox.control("invariants", "GET")["ok"]


def test_an_operator_recovers_it_once_where_the_policy_is_to_ask(
    services: Services, paid: Order, dispute: Open, olga: Browser, worker: Worker,
    enrich: Callable[[Order], None], books: Books,
) -> None:  # fmt: skip
    enrich(paid)
    before = books.stripe(paid.destination)
    opened = dispute(paid)
    page = olga.page(f"/admin/disputes/{opened.id}")
    assert "$8.77 would be taken back" in page.text
    olga.post(f"/admin/disputes/{opened.id}/recover", headers=HTMX)
    again = olga.post(f"/admin/disputes/{opened.id}/recover")
    assert (again.status_code, "being recovered already" in again.text) == (409, True)
    worker()
    assert books.stripe(paid.destination) == before - 877
    assert "Taken back so far$8.77" in olga.page(f"/admin/disputes/{opened.id}").text
    assert "For a dispute, money was pulled back" in (
        olga.page(f"/admin/orders/{paid.id}/funds").text
    )


def test_a_seller_with_too_little_owes_the_rest_until_there_is_money(
    services: Services, sandbox: Stripe, paid: Order, rule: Rule, dispute: Open, decide: Decide,
    books: Books, in_an_hour: Worker, as_user: Callable[[str], Browser],
) -> None:  # fmt: skip
    rule(AT_ONCE, KEEP)
    sandbox.control("payout", account=paid.destination, amount=800, currency="usd")
    opened = dispute(paid)
    in_an_hour()
    with services.store.read() as tx:
        debt = debts.of_subject(tx, opened.id)
    assert debt is not None
    assert (debt.amount, debt.settled_amount, debt.owed_amount) == (1000, 77, 923)
    alice = as_user("Alice")
    assert "You owe $9.23 for it" in alice.page(f"/sell/disputes/{opened.id}").text
    sandbox.control("topup", amount=50_000, currency="usd")
    decide(opened, "lost")
    sandbox.control("topup", account=paid.destination, amount=5000, currency="usd")
    in_an_hour()
    assert books.claims(paid) == (0, 0)
    assert books.stripe(paid.destination) == 877 - 800 + 5000 - 1000
    assert differences(services) == 0


def test_a_platform_short_of_money_gives_back_when_it_has_some(
    services: Services, sandbox: Stripe, paid: Order, rule: Rule, dispute: Open, decide: Decide,
    books: Books, olga: Browser, in_an_hour: Worker, enrich: Callable[[Order], None],
) -> None:  # fmt: skip
    enrich(paid)
    rule(AT_ONCE)
    seller = books.stripe(paid.destination)
    opened = dispute(paid)
    in_an_hour()
    decide(opened, "won")
    sandbox.control("payout", amount=books.stripe(None) - 100, currency="usd")
    in_an_hour()
    in_an_hour()
    assert "is missing on the platform's balance" in olga.page(f"/admin/disputes/{opened.id}").text
    sandbox.control("topup", amount=5000, currency="usd")
    in_an_hour()
    in_an_hour()
    assert books.stripe(paid.destination) == seller
    assert "Given back$8.77" in olga.page(f"/admin/disputes/{opened.id}").text


def test_nothing_is_recovered_that_is_not_on_the_transfer_any_more(
    paid: Order, rule: Rule, refund: Callable[..., Refund], dispute: Open, olga: Browser,
    enrich: Callable[[Order], None], worker: Worker, books: Books,
) -> None:  # fmt: skip
    enrich(paid)
    refund(paid, 1000, return_fee=False)
    before = books.stripe(paid.destination)
    opened = dispute(paid, amount=1000)
    worker()
    assert "Nothing is left of the transfer" in olga.page(f"/admin/disputes/{opened.id}").text
    refused = olga.post(f"/admin/disputes/{opened.id}/recover")
    assert refused.status_code == 409
    assert books.stripe(paid.destination) == before


def test_an_inquiry_recovers_nothing(paid: Order, rule: Rule, dispute: Open, olga: Browser) -> None:
    rule(AT_ONCE)
    opened = dispute(paid, inquiry=True)
    assert "The bank holds nothing of it" in olga.page(f"/admin/disputes/{opened.id}").text


def test_policies_are_set_for_the_platform_and_for_a_seller(
    services: Services, cast: Cast, paid: Order, olga: Browser
) -> None:
    address = "/admin/disputes/policies"
    wrong = olga.post(address, data={"recovery": "never", "fee": KEEP})
    assert (wrong.status_code, "when disputed money is recovered" in wrong.text) == (422, True)
    olga.post(address, data={"recovery": AT_ONCE, "fee": KEEP})
    absent = olga.post(address, data={"shop": "absent", "recovery": ASK, "fee": KEEP})
    assert absent.status_code in {404, 422}
    with services.store.read() as tx:
        slug = tx.value("SELECT slug FROM sellers WHERE id = :id", id=paid.seller_id)
    olga.post(address, data={"shop": slug, "recovery": ASK, "fee": GIVE_UP}, headers=HTMX)
    with services.store.read() as tx:
        assert policies.of_platform(tx).recovery == AT_ONCE
        assert policies.of_seller(tx, paid.seller_id).recovery == ASK
    assert paid.shop_name in olga.page(address).text
    olga.post(f"{address}/{paid.seller_id}/remove")
    with services.store.read() as tx:
        assert policies.of_seller(tx, paid.seller_id).recovery == AT_ONCE
    assert olga.post(f"{address}/{paid.seller_id}/remove").status_code == 404
