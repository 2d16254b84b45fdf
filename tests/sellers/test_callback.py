"""The way back from Stripe, and every way it can go wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from storefront import clock, create_app
from storefront.current import Services
from storefront.sellers import connecting
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from tests.cast import PASSWORD, Cast
from tests.client import Browser
from tests.sellers.consent import agree, choose, parameters, refuse, set_out
from tests.support.pages import Page
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]


def account_of(services: Services, cast: Cast, owner: str = "Alice") -> ConnectedAccount | None:
    """The account that a person's shop has now."""
    with services.store.read() as tx:
        seller = sellers.seller_of_user(tx, cast.user(owner).id)
        return sellers.account_of(tx, seller.id) if seller else None


def exchanges(sandbox: Stripe) -> int:
    """How often a code was sent to Stripe."""
    return len(sandbox.control("requests?path=/oauth/token", "GET")["requests"])


def title(answer: TestResponse) -> str:
    """The heading of a page."""
    return Page(answer.text).h1


@pytest.fixture
def alice(as_user: AsUser, cast: Cast) -> Browser:
    """Alice, whose shop is not connected yet."""
    cast.shop(ready=False)
    return as_user("Alice")


def test_who_agrees_is_connected(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    answer = alice.get(agree(set_out(alice)))
    assert (answer.status_code, answer.location) == (303, "/sell/connect")
    page = alice.page("/sell/connect")
    assert "Your Stripe account is connected." in page.text
    assert "Your shop can be paid" in page.text
    account = account_of(services, cast)
    assert account is not None
    assert sellers.ready_to_sell(account)
    assert account.display_name == "Otter & Oak"
    assert (account.country, account.default_currency) == ("US", "usd")
    assert account.stale_at is None
    assert exchanges(sandbox) == 1


def test_nothing_but_the_accounts_id_is_kept(alice: Browser, services: Services) -> None:
    back = agree(set_out(alice))
    alice.get(back)
    tables = ("connected_accounts", "oauth_states", "sessions", "sellers", "users")
    with services.store.read() as tx:
        kept = str([[dict(row) for row in tx.all(f"SELECT * FROM {name}")] for name in tables])
    for secret in (
        "sk_test",
        "rt_",
        "pk_test",
        parameters(back)["code"],
        parameters(back)["state"],
    ):
        assert secret not in kept, secret


def test_the_session_goes_on_under_a_new_id(alice: Browser) -> None:
    before = alice.get_cookie("storefront_session", domain="127.0.0.1")
    alice.get(agree(set_out(alice)))
    after = alice.get_cookie("storefront_session", domain="127.0.0.1")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert alice.get("/account").status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize("with_state", [True, False])
def test_who_says_no_is_told_that_this_is_fine(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe, with_state: bool
) -> None:
    sandbox.control("switches", deny_keeps_state=with_state)
    back = refuse(set_out(alice))
    assert ("state" in parameters(back)) is with_state
    answer = alice.get(back)
    assert answer.status_code == 200
    assert title(answer) == "You said no, and that is fine"
    assert account_of(services, cast) is None


def test_a_state_that_came_back_with_a_no_is_used_up(alice: Browser, cast: Cast) -> None:
    there = set_out(alice)
    alice.get(refuse(there))
    answer = alice.get(agree(there))
    assert answer.status_code == 400
    assert title(answer) == "This way back from Stripe was used before"


@pytest.mark.one_database
def test_any_other_error_is_told_in_stripes_words(alice: Browser) -> None:
    said = "<b>No</b> such application"
    answer = alice.get(
        "/oauth/callback", query_string={"error": "invalid_scope", "error_description": said}
    )
    assert answer.status_code == 400
    assert f"Stripe says: {said}" in Page(answer.text).text


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": ""},
        {"code": "ac_123"},
        {"code": "ac_123", "state": ""},
        {"code": "ac_123", "state": "made-up"},
        {"state": "made-up"},
    ],
)
def test_what_did_not_begin_here_never_reaches_stripe(
    alice: Browser, sandbox: Stripe, query: dict[str, str]
) -> None:
    set_out(alice)
    answer = alice.get("/oauth/callback", query_string=query)
    assert answer.status_code == 400
    assert title(answer) == "This way back from Stripe is not valid"
    assert exchanges(sandbox) == 0


def test_the_same_way_back_works_once(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    back = agree(set_out(alice))
    alice.get(back)
    again = alice.get(back)
    assert again.status_code == 400
    assert exchanges(sandbox) == 1
    assert account_of(services, cast) is not None, "a second use would have disconnected it"


def test_a_code_is_sent_once_under_whatever_state(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    code = parameters(back := agree(set_out(alice)))["code"]
    alice.get(back)
    fresh = parameters(set_out(alice))["state"]
    answer = alice.get("/oauth/callback", query_string={"code": code, "state": fresh})
    assert answer.status_code == 400
    assert title(answer) == "This way back from Stripe was used before"
    assert exchanges(sandbox) == 1
    assert account_of(services, cast) is not None


def test_an_attackers_account_is_not_connected_to_somebody_elses_shop(
    alice: Browser, as_user: AsUser, cast: Cast, services: Services, sandbox: Stripe
) -> None:
    cast.shop("Mallory", ready=False)
    mallory = as_user("Mallory")
    trap = agree(set_out(mallory), "Mallory's pocket", "mallory@example.com")
    answer = alice.get(trap)
    assert answer.status_code == 400
    assert title(answer) == "This way back from Stripe is not valid"
    mixed = parameters(trap)["code"], parameters(set_out(alice))["state"]
    alice.get("/oauth/callback", query_string={"code": mixed[0], "state": "of " + mixed[1]})
    assert account_of(services, cast) is None
    assert exchanges(sandbox) == 0


def test_another_browser_of_the_same_person_is_another_browser(
    alice: Browser, as_user: AsUser, sandbox: Stripe
) -> None:
    answer = as_user("Alice").get(agree(set_out(alice)))
    assert answer.status_code == 400
    assert exchanges(sandbox) == 0


def test_who_signed_out_meanwhile_starts_again(
    alice: Browser, sandbox: Stripe, client: Browser
) -> None:
    back = agree(set_out(alice))
    alice.post("/sign-out")
    for browser in (alice, client):
        answer = browser.get(back)
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers
    alice.submit("/sign-in", "/sign-in", email="alice@example.com", password=PASSWORD)
    assert alice.get(back).status_code == 400
    assert exchanges(sandbox) == 0


def test_the_way_is_open_for_ten_minutes(alice: Browser, sandbox: Stripe) -> None:
    back = agree(set_out(alice))
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        answer = alice.get(back)
    assert answer.status_code == 400
    assert title(answer) == "That took too long"
    assert exchanges(sandbox) == 0


def test_a_code_that_stripe_no_longer_accepts(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    back = agree(set_out(alice))
    sandbox.control("clock/advance", seconds=301)
    answer = alice.get(back)
    assert answer.status_code == 400
    assert "Stripe did not accept its code" in answer.text
    assert account_of(services, cast) is None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_request"},
        {"kind": "drop_response"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 401},
    ],
)
def test_when_stripe_does_not_answer_one_starts_again(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe, fault: dict[str, Any]
) -> None:
    back = agree(set_out(alice))
    sandbox.fault(path="/oauth/token", **fault)
    answer = alice.get(back)
    assert answer.status_code in {400, 502}
    assert "start again" in answer.text
    assert account_of(services, cast) is None
    assert alice.get(back).status_code == 400, "the code is spent"
    assert exchanges(sandbox) <= 1
    assert alice.get(agree(set_out(alice))).location == "/sell/connect"
    assert account_of(services, cast) is not None


def test_an_account_that_cannot_be_read_yet_is_connected_and_read_later(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe, worker: Callable[[], None]
) -> None:
    back = agree(set_out(alice))
    sandbox.fault("status", "/v1/accounts", status=500, times=3)
    assert alice.get(back).location == "/sell/connect"
    account = account_of(services, cast)
    assert account is not None
    assert not sellers.ready_to_sell(account)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        worker()
    assert sellers.ready_to_sell(account_of(services, cast))


def test_one_account_pays_one_shop(
    alice: Browser, as_user: AsUser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    alice.get(agree(set_out(alice)))
    account = account_of(services, cast)
    assert account is not None
    cast.shop("Mallory", ready=False)
    mallory = as_user("Mallory")
    answer = mallory.get(choose(set_out(mallory), account.stripe_account_id))
    assert answer.status_code == 409
    assert title(answer) == "This account belongs to another shop here"
    assert account_of(services, cast, "Mallory") is None
    assert account_of(services, cast) == account
    assert sandbox.get("/v1/accounts/" + account.stripe_account_id)["id"], "still connected"


def test_one_shop_has_one_account(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    alice.get(agree(set_out(alice)))
    first = account_of(services, cast)
    answer = alice.get(agree(set_out(alice), "Another account"))
    assert answer.status_code == 409
    assert title(answer) == "Your shop has another account already"
    assert account_of(services, cast) == first
    let_go = sandbox.control("requests?path=/oauth/deauthorize", "GET")["requests"]
    assert len(let_go) == 1


def test_the_same_account_may_be_connected_again(
    alice: Browser, services: Services, cast: Cast
) -> None:
    alice.get(agree(set_out(alice)))
    first = account_of(services, cast)
    assert first is not None
    assert alice.get(choose(set_out(alice), first.stripe_account_id)).location == "/sell/connect"
    again = account_of(services, cast)
    assert again is not None
    assert again.stripe_account_id == first.stripe_account_id
    assert sellers.ready_to_sell(again)


def test_less_than_read_and_write_is_not_enough(
    alice: Browser, services: Services, cast: Cast, sandbox: Stripe
) -> None:
    state = parameters(set_out(alice))["state"]
    code = sandbox.control("authorize", scope="read_only")["code"]
    answer = alice.get("/oauth/callback", query_string={"code": code, "state": state})
    assert answer.status_code == 400
    assert "less than what is needed" in answer.text
    assert account_of(services, cast) is None


@pytest.mark.one_database
def test_an_account_of_the_other_mode_is_refused(
    alice: Browser, services: Services, cast: Cast
) -> None:
    back = agree(set_out(alice))
    live = replace(services.config, stripe_secret_key="sk_live_x")
    app = create_app(services=replace(services, config=live))
    browser = app.test_client()
    browser._cookies = alice._cookies
    answer = browser.get(back, base_url=services.config.public_url)
    assert answer.status_code == 400
    assert "not in live mode" in answer.text
    assert account_of(services, cast) is None


def test_somebody_without_a_shop_connects_nothing(
    as_user: AsUser, cast: Cast, sandbox: Stripe
) -> None:
    answer = as_user("Bob").get("/oauth/callback?code=ac_123&state=made-up")
    assert answer.status_code == 400
    assert exchanges(sandbox) == 0


def test_states_without_a_code_are_deleted_and_codes_are_kept(
    alice: Browser, services: Services
) -> None:
    alice.get(agree(set_out(alice)))
    set_out(alice)
    assert connecting.clean_up(services) == 0
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert connecting.clean_up(services) == 1
