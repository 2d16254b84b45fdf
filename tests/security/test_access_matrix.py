"""Every route, asked by everybody, about their own, other people's and absent objects."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.current import Services
from storefront.security import policies
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.security import world as worlds
from tests.security.routes import ROUTES, About, Route
from tests.security.world import ABSENT, Names, World

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("served")]

SELLERS = ("Alice", "Dora")
OWNED_BY_ALICE: tuple[About, ...] = (
    "listing", "import", "picture", "sold", "sold_request", "sold_dispute", "own_stored",
    "own_payout", "sold_subscription",
)  # fmt: skip
NOBODYS: tuple[About, ...] = ("confirm",)
"""Things whose owner is none of the five: all of them are strangers."""

WITHOUT_ABSENCE: tuple[About, ...] = ("", "*", "shop*", "line*", "file", "script", "confirmed")
WRITING_GETS = {"checkout.returned", "connect.callback", "connect.returned"}

_TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')


@pytest.fixture
def everybody(app: Flask, cast: Cast) -> dict[str, Browser]:
    """A signed-in browser for each part, and a guest's."""
    return worlds.browsers(app, cast)


@pytest.fixture
def world(
    services: Services, cast: Cast, everybody: dict[str, Browser], worker: Callable[[], None]
) -> World:
    """One of everything."""
    return worlds.make(services, cast, everybody["Alice"], worker)


def expected(route: Route, who: str) -> str:
    """What the policy says: `in`, `sign-in`, `open-shop`, `absent` or `unsigned`."""
    if route.policy == "stripe":
        return "unsigned"
    if route.policy in {"public", "link"}:
        return "in"
    if who == "guest":
        return "sign-in"
    if route.policy == "operator":
        return "in" if who == "Olga" else "absent"
    if route.policy == "seller" and who not in SELLERS:
        return "open-shop"
    if route.about in NOBODYS or (route.about in OWNED_BY_ALICE and who != "Alice"):
        return "absent"
    return "in"


def outcome(answer: TestResponse) -> str:
    """What happened, in the words of `expected`."""
    where = answer.location or ""
    if answer.status_code == 303 and where.startswith("/sign-in?"):
        return "sign-in"
    if answer.status_code == 303 and where == "/sell/open":
        return "open-shop"
    if answer.status_code == 404:
        return "absent"
    if answer.status_code == 400:
        return "unsigned"
    if answer.status_code < 400 or answer.status_code in {409, 422, 429}:
        return "in"
    return str(answer.status_code)


def address(app: Flask, route: Route, names: Names) -> str:
    """The path of a route."""
    with app.test_request_context(base_url=app.extensions["storefront"].config.public_url):
        return url_for(route.endpoint, _method=route.method, **names)


def ask(browser: FlaskClient, path: str, method: str, **how: object) -> TestResponse:
    """Send a request that carries nothing but a path."""
    return browser.open(path, method=method, **how)


def shape(answer: TestResponse, *ids: str) -> tuple[int, str, str]:
    """An answer without what differs between two of the same kind."""
    where, text = answer.location or "", _TOKEN.sub("", answer.text)
    for id_ in (*ids, answer.headers["X-Request-Id"]):
        where, text = where.replace(id_, "…"), text.replace(id_, "…")
    return answer.status_code, where, text


def app_routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and endpoint of everything that can be asked."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, rule.endpoint


def test_the_table_and_the_application_agree(app: Flask) -> None:
    table = {(route.method, route.endpoint): route.policy for route in ROUTES}
    assert len(table) == len(ROUTES)
    assert table == {
        (method, endpoint): policies.of_endpoint(app, endpoint)
        for method, endpoint in app_routes(app)
    }


@pytest.mark.parametrize("who", ["guest", *worlds.PEOPLE])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_everybody_gets_what_the_policy_says(
    app: Flask, everybody: dict[str, Browser], world: World, who: str, headers: dict[str, str]
) -> None:
    wrong = []
    for route in ROUTES:
        path = address(app, route, world.own.get(route.about, {}))
        answer = ask(everybody[who], path, route.method, headers=headers)
        if headers:
            answer = _as_plain(answer)
        found = outcome(answer)
        allowed = {expected(route, who)} | (
            {"unsigned", "absent", "503"} if "*" in route.about else set()
        )
        if found not in allowed:
            wrong.append((route.method, path, found, allowed))
    assert not wrong


def _as_plain(answer: TestResponse) -> TestResponse:
    """An answer to htmx as the redirect that it stands for."""
    if there := answer.headers.get("HX-Redirect"):
        answer.status_code = 303
        answer.headers["Location"] = there
    return answer


@pytest.mark.parametrize("who", ["guest", *worlds.PEOPLE])
def test_what_is_anothers_looks_like_what_is_not_there(
    app: Flask, everybody: dict[str, Browser], world: World, who: str
) -> None:
    browser = everybody[who]
    different = []
    for route in ROUTES:
        if route.about in WITHOUT_ABSENCE:
            continue
        names = world.own[route.about]
        nothing = worlds.absent(route.about, names)
        missing = ask(browser, address(app, route, nothing), route.method)
        if expected(route, who) == "in":
            if missing.status_code != 404:
                different.append((route, missing.status_code))
            continue
        there = ask(browser, address(app, route, names), route.method)
        ids = [*names.values(), *nothing.values()]
        if shape(there, *ids) != shape(missing, *ids):
            different.append((route, there.status_code, missing.status_code))
    assert not different


def test_a_childs_id_is_not_a_key_to_another_parent(
    app: Flask, everybody: dict[str, Browser], world: World, services: Services
) -> None:
    before = worlds.rows(services)
    for route in ROUTES:
        if names := world.foreign.get(route.about):
            answer = ask(everybody["Dora"], address(app, route, names), route.method)
            assert answer.status_code == 404, route
    mixed = {**world.own["refund"], "order_id": ABSENT}
    for route in (route for route in ROUTES if route.about == "refund"):
        assert ask(everybody["Olga"], address(app, route, mixed), route.method).status_code == 404
    assert worlds.rows(services) == before


def test_who_may_not_changes_nothing(
    app: Flask, everybody: dict[str, Browser], world: World, services: Services
) -> None:
    before = worlds.rows(services)
    for who, browser in everybody.items():
        for route in ROUTES:
            if route.method == "POST" and expected(route, who) != "in":
                ask(browser, address(app, route, world.own.get(route.about, {})), "POST")
        assert worlds.rows(services) == before, who


def test_looking_changes_nothing(
    app: Flask, everybody: dict[str, Browser], world: World, services: Services
) -> None:
    before = worlds.rows(services)
    for who, browser in everybody.items():
        for route in ROUTES:
            if route.method == "GET" and route.endpoint not in WRITING_GETS:
                path = address(app, route, world.own.get(route.about, {}))
                ask(browser, path, "GET")
                ask(browser, path, "HEAD")
        assert worlds.rows(services) == before, who


def test_no_form_of_somebody_signed_in_works_without_our_token(
    app: Flask, everybody: dict[str, Browser], world: World, services: Services
) -> None:
    before = worlds.rows(services)
    headers = {"Sec-Fetch-Site": "same-origin"}
    for who in worlds.PEOPLE:
        bare = FlaskClient(app, TestResponse)
        bare._cookies = everybody[who]._cookies
        for route in ROUTES:
            if route.method == "POST" and route.policy != "stripe":
                path = address(app, route, world.own.get(route.about, {}))
                answer = bare.post(path, headers=headers, base_url=services.config.public_url)
                let_in = expected(Route(*route[:3]), who) == "in"
                assert (answer.status_code == 403) is let_in, (who, route)
    assert worlds.rows(services) == before


def test_every_form_of_another_site_is_refused(
    app: Flask, everybody: dict[str, Browser], world: World, services: Services
) -> None:
    before = worlds.rows(services)
    for who, browser in everybody.items():
        for route in ROUTES:
            if route.method == "POST" and route.policy != "stripe":
                path = address(app, route, world.own.get(route.about, {}))
                answer = ask(browser, path, "POST", headers={"Sec-Fetch-Site": "cross-site"})
                assert answer.status_code == 403, (who, route)
    assert worlds.rows(services) == before
