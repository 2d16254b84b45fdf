"""`/readyz` says in words what is wrong."""

import pytest
import time_machine

from storefront.current import Services
from storefront.errors import Busy
from storefront.worker import _beat
from tests.cast import Cast
from tests.client import Browser


def test_it_is_ready_when_the_worker_runs(client: Browser, services: Services) -> None:
    _beat(services)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_it_misses_a_worker_that_never_ran(client: Browser) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "python -m storefront worker" in answer.text


def test_it_misses_a_worker_that_stopped(client: Browser, services: Services) -> None:
    with time_machine.travel("2030-01-01 12:00:00Z", tick=False):
        _beat(services)
    with time_machine.travel("2030-01-01 12:00:31Z", tick=False):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "silent for 31 s" in answer.text


def test_it_misses_migrations(client: Browser, services: Services) -> None:
    with services.store.transaction() as tx:
        tx.run("DELETE FROM migrations")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "python -m storefront migrate" in answer.text


def test_its_probe_leaves_nothing_behind(client: Browser, services: Services) -> None:
    client.get("/readyz")
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM heartbeats") == 0


@pytest.mark.one_database
def test_a_database_that_takes_no_writes_is_said_to(client: Browser, services: Services) -> None:
    with services.store.transaction() as tx:
        tx.run("DROP TABLE heartbeats")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "does not accept writes" in answer.text


@pytest.mark.one_database
def test_healthz_needs_nothing(client: Browser, services: Services) -> None:
    with services.store.transaction() as tx:
        tx.run("DROP TABLE heartbeats")
    assert client.get("/healthz").text == "ok\n"


@pytest.mark.one_database
def test_it_says_that_stripe_refuses_the_key(
    client: Browser, services: Services, cast: Cast
) -> None:
    _beat(services)
    shop = cast.shop()
    cast.sandbox.fault("status", "/v1/checkout/sessions", status=401)
    with pytest.raises(Busy):
        cast.order(cast.listing(shop), pay=False)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "correct STRIPE_SECRET_KEY" in answer.text
