"""Our books beside Stripe's: what matches, what was missed, and what somebody has changed."""

import time
from collections.abc import Callable

import pytest

from storefront import clock
from storefront.current import Services
from storefront.fraud_warnings import service as fraud_warnings
from storefront.ids import new_token
from storefront.orders.service import Order
from storefront.reconciliation import service as reconciling
from storefront.reconciliation import words
from storefront.reconciliation.service import Finding, Reconciliation
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.stripe_gateway.failures import StripeFailure
from tests.cast import Cast, Shop
from tests.reconciliation.conftest import Reconcile
from tests.support.stripe import Stripe

Differing = Callable[[Reconciliation], list[Finding]]

BOTH = {"reverse_transfer": "true", "refund_application_fee": "true"}


def lived(cast: Cast, shop: Shop, sandbox: Stripe) -> list[Order]:
    """Orders to which everything happens that Stripe can do, without a single webhook."""
    sandbox.control("topup", amount=100_000, currency="usd")
    sandbox.control("topup", account=shop.account, amount=100_000, currency="usd")
    listing = cast.listing(shop, stock=50)
    made = [cast.order(listing, pay=False) for _ in range(8)]
    for order in made[1:]:
        sandbox.control(f"sessions/{order.stripe_checkout_session_id}/pay")
    charges = [charge["id"] for charge in sandbox.get("/v1/charges?limit=100")["data"]]
    sandbox.post("/v1/refunds", {"charge": charges[0], **BOTH})
    sandbox.post("/v1/refunds", {"charge": charges[1], "amount": 333, **BOTH})
    sandbox.post("/v1/refunds", {"charge": charges[1], "amount": 334})
    failed = sandbox.post("/v1/refunds", {"charge": charges[2], "reverse_transfer": "true"})
    sandbox.control(f"refunds/{failed['id']}/fail", reason="lost_or_stolen_card")
    for charge, outcome in ((charges[3], "won"), (charges[4], "lost")):
        dispute = sandbox.control(f"charges/{charge}/dispute", amount=500, reason="fraudulent")
        sandbox.control(f"disputes/{dispute['id']}/decide", outcome=outcome)
    sandbox.control(f"charges/{charges[5]}/warn")
    fee = sandbox.get("/v1/application_fees?limit=100")["data"][-1]["id"]
    sandbox.post(f"/v1/application_fees/{fee}/refunds", {"amount": 7})
    sandbox.control("payout", amount=1000, currency="usd")
    return made


def refund(services: Services, order: Order, amount: int) -> None:
    wish = Wish(amount, reverse_transfer=True, return_fee=True)
    refunds.request(services, order.id, wish, Author(new_token()))


def tamper(services: Services, sql: str) -> None:
    """What a person with a database client could do."""
    with services.store.transaction() as tx:
        if "UPDATE ledger" in sql and services.store.dialect == "sqlite":
            tx.run("DROP TRIGGER ledger_update")
        elif "UPDATE ledger" in sql:
            tx.run("ALTER TABLE ledger DISABLE TRIGGER USER")
        tx.run(sql)


def test_what_no_webhook_told_is_repaired_and_matches(
    services: Services,
    cast: Cast,
    shop: Shop,
    sandbox: Stripe,
    reconcile: Reconcile,
    differing: Differing,
) -> None:
    made = lived(cast, shop, sandbox)
    first = reconcile()
    assert [words.sentence(found) for found in differing(first)] == []
    assert first.repaired == len(made) - 1  # nobody has paid the first
    assert {cast.reread(order).status for order in made[1:]} == {"paid"}
    with services.store.read() as tx:
        assert fraud_warnings.counted(tx) == {"to_do": 1, "all": 1}
    (total,) = first.totals
    assert (total.balance, total.stripes) == (total.ours + total.elsewhere,) * 2
    second = reconcile()
    assert (second.repaired, second.differences) == (0, 0)
    assert second.checked == first.checked
    assert words.verdict(second) == "Our books match Stripe to the cent."


@pytest.mark.one_database
def test_a_window_asks_again_about_what_is_older(
    cast: Cast, shop: Shop, sandbox: Stripe, reconcile: Reconcile
) -> None:
    """What was booked in the window for a payment before it is asked for before it is blamed."""
    lived(cast, shop, sandbox)
    time.sleep(1.1)  # Stripe's timestamps are whole seconds
    since = clock.timestamp()
    assert reconcile().repaired  # books now what happened before
    run = reconcile(since=since)
    assert run.checked["charges"] == 0
    assert run.differences == 0


DRIFT = (
    ("UPDATE ledger SET amount = amount + 1 WHERE kind = 'charge'", "booked_amount"),
    ("UPDATE ledger SET amount = amount - 1 WHERE kind = 'transfer_reversal'", "booked_amount"),
    ("UPDATE ledger SET amount = amount + 1 WHERE kind = 'stripe_fee'", "booked_amount"),
    ("UPDATE orders SET application_fee_amount = application_fee_amount + 1", "order_fee"),
    ("UPDATE refunds SET amount = amount + 1", "refund_amount"),
    (
        "UPDATE stripe_objects SET facts = replace(facts, '\"amount\": 400', '\"amount\": 401')"
        " WHERE object = 'refund'",
        "fact",
    ),
)


@pytest.mark.parametrize(("sql", "kind"), DRIFT, ids=[f"{kind}-{sql[7:45]}" for sql, kind in DRIFT])
def test_one_cent_put_in_by_hand_is_found_and_named(
    services: Services,
    cast: Cast,
    shop: Shop,
    reconcile: Reconcile,
    differing: Differing,
    sql: str,
    kind: str,
) -> None:
    order = cast.order(cast.listing(shop))
    cast.order(cast.listing(shop, price_amount=7777))  # one that nobody touches
    refund(services, order, 400)
    assert reconcile().differences == 0
    tamper(services, sql if "orders" not in sql else f"{sql} WHERE id = '{order.id}'")
    found = differing(reconcile())
    assert kind in {each.kind for each in found}
    assert order.id in {each.order_id for each in found}
    for each in found:
        assert each.ours is not None
        assert each.stripes is not None
        assert abs(abs(each.ours) - abs(each.stripes)) == 1
        assert words.sentence(each)
        assert words.advice(each)


def test_what_is_booked_without_stripe_is_named(
    services: Services, cast: Cast, shop: Shop, reconcile: Reconcile, differing: Differing
) -> None:
    order = cast.order(cast.listing(shop))
    tamper(
        services,
        "INSERT INTO ledger (id, order_id, kind, debit_account, credit_account, amount, currency,"
        f" stripe_object_id, booked_at) VALUES ('x', '{order.id}', 'refund', 'platform', 'shopper',"
        f" 5, 'usd', 're_never', '{clock.timestamp()}')",
    )
    (found,) = differing(reconcile())
    assert (found.kind, found.subject, found.ours, found.stripes) == (
        "unknown_at_stripe",
        "re_never",
        -5,
        None,
    )


def test_what_stripe_moved_and_nobody_booked_is_named(
    services: Services, cast: Cast, shop: Shop, reconcile: Reconcile, differing: Differing
) -> None:
    order = cast.order(cast.listing(shop))
    with services.store.transaction() as tx:
        drop = "DROP TRIGGER ledger_delete"
        if services.store.dialect != "sqlite":
            drop = "ALTER TABLE ledger DISABLE TRIGGER USER"
        tx.run(drop)
        tx.run("DELETE FROM ledger WHERE kind = 'transfer'")
    found = {each.kind: each for each in differing(reconcile())}
    assert found["not_booked"].order_id == order.id
    assert (found["not_booked"].ours, found["not_booked"].stripes) == (None, -1000)


def test_a_walk_goes_on_where_it_was_stopped(
    services: Services, cast: Cast, shop: Shop, sandbox: Stripe
) -> None:
    lived(cast, shop, sandbox)
    run = reconciling.start(services, reconciling.COMMAND)
    assert reconciling.advance(services, run.id)
    assert reconciling.advance(services, run.id)
    sandbox.fault("drop_response", path="/v1/charges", times=3)
    with pytest.raises(StripeFailure):
        reconciling.advance(services, run.id, patient=False)
    with services.store.read() as tx:
        stopped = reconciling.running(tx)
    assert stopped is not None
    assert (stopped.stage, list(stopped.checked)) == (
        "charges",
        ["checkout_sessions", "invoices"],
    )
    assert stopped.problem
    ended = reconciling.run_to_end(services, stopped, lambda _: None)
    assert (ended.differences, ended.problem) == (0, "")


def test_two_processes_do_not_take_the_same_step(services: Services) -> None:
    run = reconciling.start(services, reconciling.COMMAND)
    with services.store.transaction() as tx:
        tx.run("UPDATE reconciliations SET lease_until = :soon", soon=clock.in_future(seconds=60))
    assert not reconciling.advance(services, run.id)


def test_the_night_begins_one_when_there_is_something_to_compare(
    services: Services, cast: Cast, shop: Shop, worker: Callable[[], None]
) -> None:
    order = cast.order(cast.listing(shop))
    assert reconciling.run_due(services) == 0
    with services.store.transaction() as tx:
        tx.run("UPDATE orders SET paid_at = :then WHERE id = :id", then=clock.ago(days=3),
               id=order.id)  # fmt: skip
    if clock.now().hour < reconciling.NIGHTLY_HOUR:
        return
    while reconciling.run_due(services):
        pass
    with services.store.read() as tx:
        (run,) = reconciling.newest(tx, 10)
    assert (run.origin, run.running, run.since) == ("nightly", False, None)
