"""The page on which operators say what is done about disputes by itself."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from storefront.audit import service as audit
from storefront.current import Services
from storefront.evidence import rules
from storefront.orders.service import Order
from storefront.store import Tx
from tests.client import Browser

PATH = "/admin/disputes/answers"


def send(olga: Browser, *limits: tuple[str, str], **values: str) -> TestResponse:
    """Send a form with these rows of a currency and an amount."""
    rows = {"currency": [row[0] for row in limits], "amount": [row[1] for row in limits]}
    olga.page(PATH)
    return olga.post(PATH, data=rows | values)


def rule(tx: Tx, seller_id: str = "") -> tuple[bool, dict[str, int]]:
    found = rules.of_seller(tx, seller_id)
    return found.submits, dict(found.limits)


def test_nothing_is_done_by_itself_until_somebody_says_so(
    services: Services, paid: Order, olga: Browser
) -> None:
    with services.store.read() as tx:
        assert rule(tx, paid.seller_id) == (False, {})
    page = olga.get(PATH).text
    assert "Accepting is final" in page
    assert (" checked" in page, " selected" in page) == (False, False)


def test_a_seller_follows_the_platform_until_they_have_a_rule_of_their_own(
    services: Services, paid: Order, olga: Browser
) -> None:
    shop = "alices-shop"
    rows = (("usd", "5"), ("jpy", "300"), ("", ""), ("eur", ""), ("gbp", "0"))
    assert send(olga, *rows, submits="yes").status_code == 303
    with services.store.read() as tx:
        assert rule(tx, paid.seller_id) == (True, {"jpy": 300, "usd": 500})
    page = olga.get(PATH).text
    assert (page.count(" checked"), page.count(" selected")) == (1, 2)
    assert 'value="5.00"' in page

    assert send(olga, ("usd", "1,50"), shop=shop).status_code == 303
    with services.store.read() as tx:
        assert rule(tx, paid.seller_id) == (False, {"usd": 150})
        assert rule(tx) == (True, {"jpy": 300, "usd": 500})
    assert "Accept up to $1.50" in olga.page(PATH).text

    remove = f"{PATH}/{paid.seller_id}/remove"
    assert olga.submit(PATH, remove).status_code == 303
    assert olga.post(remove).status_code == 404
    with services.store.read() as tx:
        assert rule(tx, paid.seller_id) == (True, {"jpy": 300, "usd": 500})
        trail = audit.of_subject(tx, paid.seller_id) + audit.of_subject(tx, "platform")
    assert [(act.actor, act.action, act.detail) for act in trail] == [
        ("Olga", "answer_rule.removed", ""),
        ("Olga", "answer_rule.set", "accept up to $1.50"),
        ("Olga", "answer_rule.set",
         "accept up to ¥300, $5.00, submit the evidence a day before the deadline"),
    ]  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("values", [{}, {"shop": "alices-shop"}], ids=["platform", "seller"])
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("usd", "-5"), "USD: “-5” is not an amount. Write it like 12.50."),
        (("usd", "1.234"), "USD: USD has 2 decimals. Please round it."),
        (("jpy", "1.5"), "JPY: JPY has 0 decimals."),
        (("usd", "a lot"), "USD: “a lot” is not an amount."),
        (("usd", "1000000"), "USD: the largest possible amount is $999,999.99."),
        (("xyz", "7"), "Please choose the currency of “7” from the list."),
        (("", "7"), "Please choose the currency of “7” from the list."),
        (("eur", "8"), "EUR stands there twice."),
    ],
    ids=["negative", "decimals", "yen", "text", "huge", "unknown", "none", "twice"],
)
def test_what_makes_no_sense_is_refused_in_words_and_nothing_typed_is_lost(
    services: Services, paid: Order, olga: Browser, row: tuple[str, str], said: str,
    values: dict[str, Any],
) -> None:  # fmt: skip
    send(olga, ("gbp", "2"))
    answer = send(olga, ("eur", "9.00"), row, submits="yes", **values)
    assert answer.status_code == 422
    assert said in answer.text
    for typed in ("9.00", row[1], *values.values()):
        assert f'value="{typed}"' in answer.text
    assert answer.text.count(" checked") == 1
    with services.store.read() as tx:
        assert rule(tx) == rule(tx, paid.seller_id) == (False, {"gbp": 200})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("shop", "said"), [("", "Please say which shop this is for."), ("nowhere", "No shop has this")]
)
def test_a_rule_for_no_shop_is_none_for_the_platform(
    services: Services, olga: Browser, shop: str, said: str
) -> None:
    answer = send(olga, ("usd", "5"), shop=shop)
    assert (answer.status_code, said in answer.text) == (422, True)
    with services.store.read() as tx:
        assert rule(tx) == (False, {})
