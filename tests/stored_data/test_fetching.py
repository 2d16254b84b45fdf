"""Fetching: everything, once, whatever stops it and however many do it at once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from storefront import clock
from storefront.current import Services
from storefront.stored_data import service, words
from storefront.stored_data.repository import Fetch
from storefront.stripe_gateway import copies
from tests.cast import Cast, Shop
from tests.stored_data.conftest import at_stripe, lived
from tests.support.stripe import Stripe

Ids = Callable[[str, str], list[str]]
Begin = Callable[..., None]
Run = Callable[..., dict[str, Fetch]]
OWN = [kind for kind in service.KINDS if kind != "balance_transactions"]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two objects a page, so that there is something to stop between."""
    monkeypatch.setattr(copies, "PAGE", 2)


def test_everything_that_an_account_has_is_copied(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run, ids: Ids
) -> None:
    other = cast.shop("Dora")
    lived(cast, shop, sandbox)
    ended = fetch(shop)
    assert {each.state for each in ended.values()} == {"finished"}
    for kind in OWN:
        assert ids(shop.account, kind) == at_stripe(sandbox, shop.account, kind)
        assert ended[kind].seen == len(ids(shop.account, kind))
        assert ids(other.account, kind) == []
    assert [len(ids(shop.account, kind)) for kind in ("charges", "customers", "payouts")] == [
        3, 3, 2,
    ]  # fmt: skip


@pytest.mark.one_database
def test_an_automatic_payout_can_be_explained(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run, services: Services
) -> None:
    lived(cast, shop, sandbox)
    fetch(shop)
    listed = sandbox.get("/v1/payouts?limit=10", account=shop.account)["data"]
    (payout,) = [each["id"] for each in listed if each["automatic"]]
    parts = sandbox.get(f"/v1/balance_transactions?payout={payout}&limit=100", account=shop.account)
    with services.store.read() as tx:
        stored = tx.all(
            "SELECT id FROM stored_objects WHERE parent_id = :payout ORDER BY id", payout=payout
        )
    assert [row["id"] for row in stored] == sorted(part["id"] for part in parts["data"])
    assert len(stored) >= 3


class Stopped(BaseException):
    """A process ends."""


@pytest.mark.parametrize("moment", ["before a page is stored", "after it"])
def test_a_fetch_that_is_stopped_anywhere_goes_on_there(
    moment: str, cast: Cast, shop: Shop, sandbox: Stripe, begin: Begin, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    begin(shop)
    stops = ("INSERT INTO stored_objects", "stripe_cursor = :stripe_cursor")
    wanted, steps = stops[moment == "after it"], 0

    def stop(sql: str) -> None:
        if wanted in sql:
            raise Stopped

    for _ in range(60):
        services.store.observers[:] = [stop]
        try:
            going = service.advance(services, [shop.account])
        except Stopped:
            going, steps = True, steps + 1
        services.store.observers.clear()
        going = service.advance(services, [shop.account]) or going
        if not going:
            break
    assert steps > 5
    for kind in OWN:
        assert ids(shop.account, kind) == at_stripe(sandbox, shop.account, kind)


@pytest.mark.one_database
def test_what_a_killed_process_held_is_taken_over(
    cast: Cast, shop: Shop, sandbox: Stripe, begin: Begin, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    begin(shop, kinds=("customers",))
    assert service._claimed(services, [shop.account]) is not None  # and never heard of again
    assert not service.advance(services, [shop.account])
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        service.run_to_end(services, [shop.account], lambda _: None)
    assert ids(shop.account, "customers") == at_stripe(sandbox, shop.account, "customers")


def test_two_at_once_share_the_work(
    cast: Cast, shop: Shop, sandbox: Stripe, begin: Begin, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    begin(shop)
    asked: list[str] = []

    def run() -> None:
        service.run_to_end(services, [shop.account], lambda found: asked.append(found.kind))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for kind in OWN:
        assert ids(shop.account, kind) == at_stripe(sandbox, shop.account, kind)
    assert asked.count("customers") == 2  # three of them are two pages, read once


@pytest.mark.one_database
def test_the_next_fetch_brings_what_came_since(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run, ids: Ids
) -> None:
    lived(cast, shop, sandbox)
    first = fetch(shop)["customers"]
    assert (first.since, first.complete_until is None) == (None, False)
    sandbox.post("/v1/customers", {"email": "late@example.com"}, account=shop.account)
    later = fetch(shop)["customers"]
    assert later.since == (first.complete_until or 0) - service.OVERLAP
    assert ids(shop.account, "customers") == at_stripe(sandbox, shop.account, "customers")


def test_a_walk_that_looks_at_a_window_leaves_the_rest_for_later(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run, ids: Ids
) -> None:
    lived(cast, shop, sandbox)
    ahead = int(clock.now().timestamp()) + 3600
    window = fetch(shop, since=ahead)["customers"]
    assert (window.seen, window.complete_until) == (0, None)
    assert fetch(shop)["customers"].since is None
    assert len(ids(shop.account, "customers")) == 3


def test_a_running_walk_is_widened(shop: Shop, begin: Begin, services: Services) -> None:
    for since, expected in ((2000, 2000), (3000, 2000), (1000, 1000), (None, 1000)):
        begin(shop, kinds=("customers",), since=since)
        with services.store.read() as tx:
            assert service.fetches(tx, shop.account)["customers"].since == expected


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "status", "status": 429}, "Stripe has asked to go slower."),
        ({"kind": "status", "status": 500, "times": 3}, "Stripe did not answer."),
    ],
)
def test_when_stripe_wants_to_wait_it_waits_and_goes_on(
    fault: dict[str, object],
    said: str,
    cast: Cast,
    shop: Shop,
    sandbox: Stripe,
    begin: Begin,
    ids: Ids,
    services: Services,
) -> None:
    lived(cast, shop, sandbox)
    begin(shop, kinds=("customers",))
    kind = str(fault["kind"])
    sandbox.fault(kind, "/v1/customers", **{n: v for n, v in fault.items() if n != "kind"})
    seen: list[str] = []
    service.run_to_end(services, [shop.account], lambda found: seen.append(found.problem))
    assert [said in problem for problem in seen] == [True, False, False]
    assert ids(shop.account, "customers") == at_stripe(sandbox, shop.account, "customers")


@pytest.mark.one_database
def test_a_seller_who_leaves_in_the_middle_stops_nobody_else(
    cast: Cast, shop: Shop, sandbox: Stripe, begin: Begin, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    other = cast.shop("Dora")
    sandbox.post("/v1/customers", {"email": "d@example.com"}, account=other.account)
    begin(shop)
    begin(other)
    sandbox.control(f"accounts/{shop.account}/disconnect")
    accounts = [shop.account, other.account]
    ended = service.run_to_end(services, accounts, lambda _: None)
    left = {each.problem for each in ended if each.stripe_account_id == shop.account}
    assert left == {words.DISCONNECTED}
    assert {each.state for each in ended if each.stripe_account_id == other.account} == {"finished"}
    assert ids(other.account, "customers") == at_stripe(sandbox, other.account, "customers")


@pytest.mark.one_database
def test_a_refusal_is_said_and_the_other_kinds_go_on(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run
) -> None:
    lived(cast, shop, sandbox)
    sandbox.fault("status", "/v1/payouts", status=401, times=1)
    ended = fetch(shop)
    assert ended["payouts"].state == "stopped"
    assert ended["payouts"].problem.startswith("Stripe refused: ")
    assert {ended[kind].state for kind in ("charges", "customers")} == {"finished"}


@pytest.mark.one_database
def test_a_cursor_that_was_deleted_begins_anew(
    cast: Cast, shop: Shop, sandbox: Stripe, begin: Begin, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    begin(shop, kinds=("customers",))
    service.advance(services, [shop.account])
    with services.store.read() as tx:
        cursor = service.fetches(tx, shop.account)["customers"].stripe_cursor
    sandbox._call("DELETE", f"/v1/customers/{cursor}", None, shop.account)
    service.run_to_end(services, [shop.account], lambda _: None)
    there = at_stripe(sandbox, shop.account, "customers")
    assert set(there) <= set(ids(shop.account, "customers"))


def test_the_worker_goes_on_and_looks_again_later(
    cast: Cast,
    shop: Shop,
    sandbox: Stripe,
    begin: Begin,
    ids: Ids,
    worker: Callable[[], None],
    services: Services,
) -> None:
    lived(cast, shop, sandbox)
    begin(shop)
    worker()
    assert ids(shop.account, "charges") == at_stripe(sandbox, shop.account, "charges")
    cast.order(cast.listing(shop))
    worker()
    assert ids(shop.account, "charges") != at_stripe(sandbox, shop.account, "charges")
    with time_machine.travel(clock.now() + timedelta(hours=service.REFRESH_HOURS, minutes=1)):
        while service.run_due(services):
            pass
    assert ids(shop.account, "charges") == at_stripe(sandbox, shop.account, "charges")


def test_what_is_stored_goes_when_a_seller_has_left(
    cast: Cast, shop: Shop, sandbox: Stripe, fetch: Run, ids: Ids, services: Services
) -> None:
    lived(cast, shop, sandbox)
    fetch(shop)
    with services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET connected = 0, disconnected_at = :now",
               now=clock.timestamp())  # fmt: skip
    assert service.forget_left(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=service.KEEP_DAYS, minutes=1)):
        assert service.forget_left(services) > 10
    assert [ids(shop.account, kind) for kind in service.KINDS] == [[]] * len(service.KINDS)
