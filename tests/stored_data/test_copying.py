"""Which copy stays, whatever the order in which events and reads arrive."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.stored_data import copying, events, repository, service
from storefront.stored_data.repository import Copy
from storefront.stripe_gateway.copies import Seen
from storefront.webhooks import service as webhooks
from tests.cast import Cast, Shop
from tests.client import Browser
from tests.sellers.test_account_events import deliver
from tests.support.stripe import Stripe

CopyOf = Callable[[Shop, str], Copy]
AN_EVENT = {"object": "customer", "id": "cus_1", "created": 50}


def customer(name: str) -> dict[str, Any]:
    return AN_EVENT | {"name": name, "email": f"{name}@example.com"}


def test_the_latest_copy_stays_in_any_order(
    services: Services, shop: Shop, copy_of: CopyOf
) -> None:
    told = [(customer("a"), Seen(100, 100)), (customer("b"), Seen(101, 101)),
            (customer("c"), Seen(103, 106)), (customer("c"), Seen(103, 106))]  # fmt: skip
    for order in permutations(told):
        with services.store.transaction() as tx:
            tx.run("DELETE FROM stored_objects")
            for snapshot, seen in order:
                copying.keep(tx, shop.account, [snapshot], seen)
        kept = copy_of(shop, "cus_1")
        assert (kept.body["name"], kept.reread_at) == ("c", None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Seen(100, 100), Seen(100, 100)),
        (Seen(98, 103), Seen(101, 101)),
        (Seen(9, 12), Seen(11, 14)),
    ],
)
def test_copies_of_the_same_moment_are_doubtful_until_stripe_is_asked(
    first: Seen, second: Seen, services: Services, shop: Shop, copy_of: CopyOf
) -> None:
    for order in permutations([(customer("a"), first), (customer("b"), second)]):
        with services.store.transaction() as tx:
            tx.run("DELETE FROM stored_objects")
            for snapshot, seen in order:
                copying.keep(tx, shop.account, [snapshot], seen)
        assert copy_of(shop, "cus_1").reread_at is not None
        with services.store.transaction() as tx:
            copying.keep(tx, shop.account, [customer("c")], Seen(200, 202))
        assert copy_of(shop, "cus_1").body["name"] == "c"
        assert copy_of(shop, "cus_1").reread_at is None


def test_a_doubt_is_settled_by_reading(
    services: Services, shop: Shop, sandbox: Stripe, copy_of: CopyOf, begin: Callable[..., None]
) -> None:
    made = sandbox.post("/v1/customers", {"email": "now@example.com"}, account=shop.account)
    begin(shop, kinds=("customers",))
    service.run_to_end(services, [shop.account], lambda _: None)
    now = int(clock.now().timestamp())
    with services.store.transaction() as tx:
        other = made | {"email": "other@example.com"}
        copying.keep(tx, shop.account, [other], Seen(now, now))
    assert copy_of(shop, made["id"]).reread_at is not None
    assert service.run_due(services) == 0  # too early to tell
    with time_machine.travel(clock.now() + timedelta(seconds=20)):
        assert service.run_due(services) == 1
        assert service.run_due(services) == 0
    kept = copy_of(shop, made["id"])
    assert (kept.body["email"], kept.reread_at) == ("now@example.com", None)


def test_a_doubt_about_what_is_gone_ends(services: Services, shop: Shop, copy_of: CopyOf) -> None:
    with services.store.transaction() as tx:
        copying.keep(tx, shop.account, [customer("a")], Seen(1, 1))
        copying.keep(tx, shop.account, [customer("b")], Seen(1, 1))
    with time_machine.travel(clock.now() + timedelta(seconds=20)):
        assert service.run_due(services) == 1
        assert service.run_due(services) == 0
    assert copy_of(shop, "cus_1").reread_at is None


def test_a_deleted_customer_leaves_nothing_and_does_not_return(
    services: Services, shop: Shop, copy_of: CopyOf
) -> None:
    gone = {"id": "cus_1", "object": "customer", "deleted": True, "name": "a"}
    for order in permutations([(customer("a"), Seen(9, 9)), (gone, Seen(10, 10)),
                               (customer("a"), Seen(10, 12))]):  # fmt: skip
        with services.store.transaction() as tx:
            tx.run("DELETE FROM stored_objects")
            for snapshot, seen in order:
                copying.keep(tx, shop.account, [snapshot], seen)
        kept = copy_of(shop, "cus_1")
        assert (kept.deleted, kept.words, kept.status) == (True, "cus_1", "deleted")
        assert kept.body == {"id": "cus_1", "object": "customer", "deleted": True}


def test_events_keep_the_copies_of_an_account_fresh(
    services: Services, cast: Cast, shop: Shop, sandbox: Stripe, copy_of: CopyOf, served: str,
    begin: Callable[..., None],
) -> None:  # fmt: skip
    other = cast.shop("Dora")
    begin(shop)
    service.run_to_end(services, [shop.account], lambda _: None)
    with time_machine.travel(clock.now() + timedelta(seconds=30)):
        for account in (shop.account, other.account):
            sandbox.post("/v1/customers", {"email": "new@example.com"}, account=account)
        sandbox.control("topup", account=shop.account, amount=900, currency="usd")
        payout = sandbox.control("payout", account=shop.account, amount=500, currency="usd")
        sandbox.settle()
    with services.store.read() as tx:
        kept = tx.all("SELECT stripe_account_id AS account, words FROM stored_objects"
                      " WHERE kind = 'customers'")  # fmt: skip
    assert [(row["account"], "new@example.com" in row["words"]) for row in kept] == [
        (shop.account, True)
    ]
    assert copy_of(shop, payout["id"]).body["amount"] == 500


def test_an_event_about_a_deleted_customer_deletes(
    client: Browser, services: Services, shop: Shop, begin: Callable[..., None], copy_of: CopyOf
) -> None:
    begin(shop)
    now = int(clock.now().timestamp())
    deliver(client, "customer.created", shop.account, customer("a"), now)
    assert copy_of(shop, "cus_1").body["name"] == "a"
    deliver(client, "customer.deleted", shop.account, customer("a"), now)
    assert "a@example.com" not in json.dumps(copy_of(shop, "cus_1").body)


def test_what_events_said_is_erased_after_a_month(
    client: Browser, services: Services, shop: Shop
) -> None:
    now = int(clock.now().timestamp())
    deliver(client, "customer.created", shop.account, customer("a"), now)  # nobody has fetched
    deliver(client, "account.updated", shop.account, {"object": "account", "id": "acct_1"}, now)
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert webhooks.forget_old(services, events.TYPES) == 0
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert webhooks.forget_old(services, events.TYPES) == 1
        assert webhooks.forget_old(services, events.TYPES) == 0
    with services.store.read() as tx:
        bodies = " ".join(row["body"] for row in tx.all("SELECT body FROM webhook_events"))
    assert "a@example.com" not in bodies
    assert "acct_1" in bodies


def test_what_was_deleted_meanwhile_does_not_return(
    services: Services, shop: Shop, sandbox: Stripe, begin: Callable[..., None]
) -> None:
    sandbox.post("/v1/customers", {"email": "a@example.com"}, account=shop.account)
    begin(shop, kinds=("customers",))

    def delete(sql: str) -> None:
        if "SET seen = :seen" in sql:
            services.store.observers.clear()
            with services.store.transaction() as tx:
                repository.delete_all(tx, shop.account)

    services.store.observers.append(delete)
    service.run_to_end(services, [shop.account], lambda _: None)
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM stored_objects") == 0


def test_every_type_is_one_that_an_endpoint_can_ask_for(
    services: Services, sandbox: Stripe
) -> None:
    subscribed = services.handlers.types("connect")
    assert set(events.TYPES) <= set(subscribed)
    wanted = {f"enabled_events[{number}]": type_ for number, type_ in enumerate(subscribed)}
    sandbox.post(
        "/v1/webhook_endpoints", {"url": "http://127.0.0.1:9/", "connect": "true"} | wanted
    )


@pytest.mark.one_database
def test_a_transaction_keeps_what_it_came_from(
    services: Services, shop: Shop, copy_of: CopyOf
) -> None:
    arrived = {"id": "py_1", "object": "charge", "source_transfer": "tr_1"}
    taken = {"id": "pyr_1", "object": "refund", "source_transfer_reversal": "trr_1"}
    own = {"id": "ch_1", "object": "charge", "source_transfer": None}
    for number, source in enumerate((arrived, taken, own)):
        listed = {"id": f"txn_{number}", "object": "balance_transaction", "net": 7,
                  "source": source, "available_on": 1_796_000_000, "status": "pending"}  # fmt: skip
        read = listed | {"source": source["id"], "status": "available"}
        for snapshot, seen in ((listed, Seen(9, 9)), (read, Seen(20, 20))):
            with services.store.transaction() as tx:
                copying.keep(tx, shop.account, [snapshot], seen)
    kept = [copy_of(shop, f"txn_{number}") for number in range(3)]
    assert [each.origin_id for each in kept] == ["tr_1", "trr_1", "ch_1"]
    assert [each.body["source"] for each in kept] == ["py_1", "pyr_1", "ch_1"]
    assert {each.body["status"] for each in kept} == {"available"}
    assert {(each.net_amount, each.available_at) for each in kept} == {
        (7, "2026-11-30T00:53:20.000000Z")
    }


@pytest.mark.one_database
def test_a_payout_that_stripe_still_works_on_is_explained_later(
    services: Services, shop: Shop, copy_of: CopyOf, begin: Callable[..., None]
) -> None:
    payout = {"id": "po_1", "object": "payout", "amount": 7, "automatic": True, "status": "pending"}
    for status, seen in (("in_progress", Seen(9, 9)), ("not_applicable", Seen(20, 20))):
        with services.store.transaction() as tx:
            snapshot = payout | {"reconciliation_status": status, "automatic": seen.since < 20}
            copying.keep(tx, shop.account, [snapshot], seen)
        begin(shop, kinds=("balance_transactions",))
        service.run_to_end(services, [shop.account], lambda _: None)
        assert (copy_of(shop, "po_1").explained_at is None) == (status == "in_progress")
