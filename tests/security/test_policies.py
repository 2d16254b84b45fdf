"""Every route has a policy, and the policy is kept."""

from collections.abc import Callable

import pytest
from flask import Flask

from storefront.current import Services
from storefront.security import policies
from storefront.security.policies import policy
from tests.cast import Cast
from tests.client import HTMX, Browser

AsUser = Callable[[str], Browser]


@pytest.mark.one_database
def test_a_route_without_a_policy_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "anybody may see this")
    with pytest.raises(RuntimeError, match=r"/forgotten"):
        policies.check(app)


@pytest.mark.one_database
def test_only_webhooks_may_do_without_our_checks(app: Flask) -> None:
    @policy("stripe")
    def exempt() -> str:
        return "posted from anywhere"

    app.add_url_rule("/pay", "exempt", exempt, methods=["POST"])
    with pytest.raises(RuntimeError, match=r"/pay"):
        policies.check(app)


def test_a_guest_is_sent_to_sign_in_and_comes_back(client: Browser, cast: Cast) -> None:
    bob = cast.user("Bob")
    asked = client.get("/account?from=here")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/account?from%3Dhere"
    answer = client.submit(
        asked.location, "/sign-in", email=bob.email, password="correct horse battery"
    )
    assert answer.location == "/account?from=here"


@pytest.mark.one_database
def test_htmx_is_told_to_leave_for_sign_in(client: Browser) -> None:
    there = {"HX-Current-URL": f"{client.config.public_url}/sell/connect"}
    answer = client.post("/sell/account/refresh", headers=HTMX | there)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/sell/connect"
    elsewhere = {"HX-Current-URL": "https://evil.example/sell"}
    answer = client.post("/sell/account/refresh", headers=HTMX | elsewhere)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/"


@pytest.mark.one_database
def test_the_page_behind_a_refused_post_is_where_one_comes_back(client: Browser) -> None:
    here = f"{client.config.public_url}/sell/shop"
    answer = client.post("/sell/shop", headers={"Referer": here})
    assert answer.location == "/sign-in?next=/sell/shop"


def test_somebody_without_a_shop_is_asked_to_open_one(as_user: AsUser) -> None:
    assert as_user("Bob").get("/sell").location == "/sell/open"


def test_operators_pages_do_not_exist_for_others(as_user: AsUser, client: Browser) -> None:
    assert client.get("/admin/sellers").location == "/sign-in?next=/admin/sellers"
    bob = as_user("Bob")
    refused, absent = bob.get("/admin/sellers"), bob.get("/admin/nothing-of-the-kind")
    assert refused.status_code == absent.status_code == 404
    assert as_user("Olga").get("/admin/sellers").status_code == 200


def test_a_right_that_is_taken_is_gone_at_once(as_user: AsUser, services: Services) -> None:
    olga = as_user("Olga")
    assert olga.get("/admin/sellers").status_code == 200
    with services.store.transaction() as tx:
        tx.run("UPDATE users SET is_operator = 0")
    assert olga.get("/admin/sellers").status_code == 404


@pytest.mark.one_database
def test_other_methods_than_the_declared_ones_are_refused(as_user: AsUser) -> None:
    bob = as_user("Bob")
    assert bob.delete("/account").status_code == 405
    assert bob.get("/sign-out").status_code == 405
    headers = {"X-HTTP-Method-Override": "POST"}
    assert bob.get("/sign-out?_method=POST", headers=headers).status_code == 405
    assert bob.get("/account").status_code == 200
