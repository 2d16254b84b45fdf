"""The pages about copies: an operator's, and each seller's own."""

from collections.abc import Callable

import pytest

from storefront import clock
from storefront.current import Services
from storefront.stored_data import service as stored_data
from storefront.webhooks import service as webhooks
from tests.cast import Cast, Shop
from tests.client import HTMX, Browser
from tests.sellers.test_account_events import deliver
from tests.stored_data.conftest import lived
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
PAGE = "/admin/stored"


@pytest.fixture
def shop(cast: Cast, sandbox: Stripe) -> Shop:
    """Alice's shop, whose account has something of each kind."""
    shop = cast.shop()
    lived(cast, shop, sandbox)
    return shop


def fetch(services: Services, shop: Shop) -> None:
    with services.store.transaction() as tx:
        stored_data.start(tx, shop.account, list(stored_data.KINDS))
    while stored_data.run_due(services):
        pass


def newest(sandbox: Stripe, shop: Shop, kind: str) -> str:
    return str(sandbox.get(f"/v1/{kind}?limit=1", account=shop.account)["data"][0]["id"])


def test_before_anything_is_connected_there_is_nothing_to_fetch(as_user: AsUser) -> None:
    assert "No seller is connected" in as_user("Olga").page(PAGE).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_operator_starts_a_fetch_and_watches_it(
    as_user: AsUser, services: Services, shop: Shop, headers: dict[str, str]
) -> None:
    olga, one = as_user("Olga"), f"{PAGE}/{shop.account}"
    assert "Not fetched" in olga.page(PAGE).text
    assert "Nothing is stored yet" in olga.page(one).text
    answer = olga.post(f"{one}/fetch", headers=headers)
    assert (answer.location or answer.headers["HX-Redirect"]) == one
    assert "hx-get" in olga.get(f"{one}/progress", headers=HTMX).text
    assert "Fetching" in olga.page(PAGE).text
    while stored_data.run_due(services):
        pass
    assert "hx-get" not in olga.get(f"{one}/progress", headers=HTMX).text
    assert "Complete" in olga.page(PAGE).text
    with services.store.read() as tx:
        assert tx.value("SELECT action FROM audit_log") == "stored_data.fetched"


def test_one_button_fetches_from_everybody(
    as_user: AsUser, services: Services, cast: Cast, shop: Shop
) -> None:
    cast.shop("Dora")
    olga = as_user("Olga")
    olga.page(PAGE)
    assert olga.post(PAGE).location == PAGE
    assert "fetches 2 accounts" in olga.page(PAGE).text
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(DISTINCT stripe_account_id) FROM stored_fetches") == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=customers", ["c0@example.com", "c1@example.com", "c2@example.com"]),
        ("kind=customers&q=C1@", ["c1@example.com"]),
        ("kind=customers&q=c1+example", ["c1@example.com"]),
        ("kind=customers&q=%25", []),
        ("kind=customers&q=c_@", []),
        ("kind=customers&status=deleted", []),
        ("kind=payouts&status=pending&q=usd", ["po_", "po_"]),
    ],
)
def test_objects_are_found_by_words_and_state(
    query: str, found: list[str], as_user: AsUser, services: Services, shop: Shop
) -> None:
    fetch(services, shop)
    for name, path in (("Olga", f"{PAGE}/{shop.account}"), ("Alice", "/sell/stripe-data")):
        text = as_user(name).page(f"{path}?{query}").text
        assert [word in text for word in found] == [True] * len(found)
        assert ("c2@example.com" in text) == ("c2@example.com" in found)
        assert ("Nothing matches" in text) == (not found)


def test_a_payout_leads_to_its_parts_and_a_payment_to_its_order(
    as_user: AsUser, services: Services, sandbox: Stripe, shop: Shop
) -> None:
    fetch(services, shop)
    payouts = sandbox.get("/v1/payouts?limit=5", account=shop.account)["data"]
    payout = next(each["id"] for each in payouts if each["automatic"])
    with services.store.read() as tx:
        payment = tx.value("SELECT id FROM stored_objects WHERE kind = 'charges'"
                           " AND body LIKE '%source_transfer\": \"tr_%' LIMIT 1")  # fmt: skip
        part = tx.value("SELECT id FROM stored_objects WHERE parent_id = :id", id=payout)
    pages = (("Olga", f"{PAGE}/{shop.account}", "/admin/orders/"),
             ("Alice", "/sell/stripe-data", "/sell/orders/"))  # fmt: skip
    for name, path, order in pages:
        browser = as_user(name)
        text = browser.page(f"{path}/{payout}").text
        assert "What this payout consists of" in text
        assert part in text
        page = browser.page(f"{path}/{payment}")
        assert "&#34;object&#34;: &#34;charge&#34;" in browser.get(f"{path}/{payment}").text
        (link,) = [
            each.get("href") for each in page.all("a") if (each.get("href") or "").startswith(order)
        ]
        assert browser.get(str(link)).status_code == 200


def test_a_seller_sees_nobody_elses(
    as_user: AsUser, services: Services, sandbox: Stripe, cast: Cast, shop: Shop
) -> None:
    fetch(services, shop)
    cast.shop("Dora")
    cast.shop("Eve", ready=False)
    customer = newest(sandbox, shop, "customers")
    assert as_user("Alice").get(f"/sell/stripe-data/{customer}").status_code == 200
    for name, said in (("Dora", "Nothing is stored"), ("Eve", "is not connected")):
        browser = as_user(name)
        assert said in browser.page("/sell/stripe-data").text
        assert "c2@example.com" not in browser.get("/sell/stripe-data?kind=customers").text
        assert browser.get(f"/sell/stripe-data/{customer}").status_code == 404
        assert browser.get(f"{PAGE}/{shop.account}").status_code == 404


def test_the_copies_of_a_seller_who_has_left_can_be_deleted(
    as_user: AsUser, services: Services, sandbox: Stripe, shop: Shop
) -> None:
    fetch(services, shop)
    olga, one = as_user("Olga"), f"{PAGE}/{shop.account}"
    olga.page(one)
    assert olga.post(f"{one}/delete").status_code == 409
    secret = {"object": "customer", "id": "cus_9", "created": 9, "email": "secret@example.com"}
    deliver(olga, "customer.created", shop.account, secret, int(clock.now().timestamp()))
    with services.store.transaction() as tx:
        tx.run("UPDATE connected_accounts SET connected = 0, disconnected_at = :now",
               now=clock.timestamp())  # fmt: skip
    assert "This seller has disconnected" in olga.page(one).text
    assert olga.post(f"{one}/fetch").status_code == 409
    assert olga.post(f"{one}/delete").location == PAGE
    assert olga.get(one).status_code == 404
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM stored_objects") == 0
        assert tx.value("SELECT COUNT(*) FROM stored_fetches") == 0
        event = tx.one("SELECT id, body FROM webhook_events WHERE type = 'customer.created'")
    assert event is not None
    assert "secret@example.com" not in event["body"]
    assert webhooks.replay(services, event["id"]) == "ignored"
    assert olga.get(f"/admin/events/{event['id']}").status_code == 200


@pytest.mark.one_database
def test_what_is_not_there_is_not_found(as_user: AsUser, services: Services, shop: Shop) -> None:
    olga, one = as_user("Olga"), f"{PAGE}/{shop.account}"
    assert olga.get(f"{one}?kind=secrets").status_code == 404
    assert olga.get(f"{one}?page=x&kind=customers").status_code == 200
    assert olga.get(f"{one}?page=-3&kind=customers").status_code == 200
    assert olga.get(f"{one}/cus_absent").status_code == 404
    assert olga.get(f"{PAGE}/acct_absent").status_code == 404


@pytest.mark.one_database
def test_long_lists_have_pages(
    as_user: AsUser, services: Services, sandbox: Stripe, shop: Shop
) -> None:
    for number in range(25):
        sandbox.post("/v1/customers", {"email": f"n{number}@example.com"}, account=shop.account)
    fetch(services, shop)
    olga = as_user("Olga")
    first = olga.page(f"{PAGE}/{shop.account}?kind=customers&q=example.com")
    (older,) = [each.get("href") for each in first.all("a", rel="next")]
    second = olga.page(str(older))
    seen = [
        {
            str(link.get("href"))
            for link in page.all("a")
            if (link.get("href") or "").startswith(f"{PAGE}/{shop.account}/cus_")
        }
        for page in (first, second)
    ]
    assert [len(links) for links in seen] == [25, 3]
    assert not seen[0] & seen[1]
    assert not second.all("a", rel="next")
