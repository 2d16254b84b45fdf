"""The hosted pages, as a browser without JavaScript sees them."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import html5lib
import pytest
import requests

from tests.stripe_sandbox.shop import SUCCESS, Shop

CARD = {"method": "card", "card_number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
BUYER = {"email": "bob@example.com", "name": "Bob B", "action": "pay"}
ADDRESS = {
    "shipping_name": "Bob B",
    "shipping_line1": "1 High Street",
    "shipping_city": "Leeds",
    "shipping_postal_code": "LS1 1AA",
    "shipping_country": "GB",
}


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Keeps to the page it was sent to."""
    with requests.Session() as session:
        yield session


def _send(browser: requests.Session, url: str, **form: str) -> requests.Response:
    answer = browser.post(url, form, allow_redirects=False, timeout=10)
    if answer.status_code != 303:
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert "style=" not in answer.text
        assert "<script" not in answer.text
    return answer


def test_paying_leads_to_the_success_address(shop: Shop, browser: requests.Session) -> None:
    session = shop.session(1000, application_fee_amount=123)
    assert "$10.00" in browser.get(str(session.url), timeout=10).text
    answer = _send(browser, str(session.url), **CARD, **BUYER)
    assert answer.headers["Location"] == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    paid = shop.client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details is not None
    assert paid.customer_details.email == "bob@example.com"
    assert shop.balances == (64, 877)


def test_a_page_that_was_paid_says_so(shop: Shop, browser: requests.Session) -> None:
    session = shop.session()
    address = str(session.url)
    _send(browser, address, **CARD, **BUYER)
    again = _send(browser, address, **CARD, **BUYER)
    assert "You have paid already" in again.text
    assert len(shop.client.v1.charges.list().data) == 1


def test_an_expired_page_says_so(shop: Shop, browser: requests.Session) -> None:
    session = shop.session()
    shop.client.v1.checkout.sessions.expire(session.id)
    answer = _send(browser, str(session.url), **CARD, **BUYER)
    assert (answer.status_code, "This page has expired" in answer.text) == (410, True)


def test_mistakes_are_named_beside_their_fields(shop: Shop, browser: requests.Session) -> None:
    answer = _send(
        browser,
        str(shop.session().url),
        method="card",
        card_number="1234",
        expiry="01 / 20",
        cvc="x",
    )
    assert answer.status_code == 422
    for name in ("email", "card_number", "expiry", "cvc", "name"):
        assert f'id="{name}-problem"' in answer.text
    assert shop.client.v1.payment_intents.list().data == []


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card&#39;s security code is incorrect."),
    ],
)
def test_a_decline_keeps_the_page_open(
    shop: Shop, browser: requests.Session, number: str, message: str
) -> None:
    session = shop.session()
    answer = _send(browser, str(session.url), **{**CARD, "card_number": number}, **BUYER)
    assert (answer.status_code, message in answer.text) == (402, True)
    assert _send(browser, str(session.url), **CARD, **BUYER).status_code == 303
    (intent,) = shop.client.v1.payment_intents.list().data
    assert intent.status == "succeeded"
    assert [each.status for each in shop.client.v1.charges.list().data] == ["succeeded", "failed"]


@pytest.mark.parametrize(("decision", "paid"), [("complete", True), ("fail", False)])
def test_three_d_secure(shop: Shop, browser: requests.Session, decision: str, paid: bool) -> None:
    session = shop.session()
    answer = _send(
        browser, str(session.url), **{**CARD, "card_number": "4000002760003184"}, **BUYER
    )
    challenge = urljoin(str(session.url), answer.headers["Location"])
    assert "Is it you who is paying?" in browser.get(challenge, timeout=10).text
    answer = _send(browser, challenge, decision=decision)
    assert (answer.status_code == 303) == paid
    status = shop.client.v1.checkout.sessions.retrieve(session.id).payment_status
    assert status == ("paid" if paid else "unpaid")


def test_clicking_a_test_card_fills_the_form(shop: Shop, browser: requests.Session) -> None:
    answer = _send(
        browser, str(shop.session().url), email="bob@example.com", test_card="4000000000009995"
    )
    assert answer.status_code == 200
    for value in ("4000 0000 0000 9995", "12 / 34", "bob@example.com"):
        assert f'value="{value}"' in answer.text


def test_a_bank_debit_is_under_way(shop: Shop, browser: requests.Session) -> None:
    session = shop.session()
    answer = _send(browser, str(session.url), method="bank", bank_outcome="succeed", **BUYER)
    assert answer.status_code == 303
    assert "under way" in browser.get(str(session.url), timeout=10).text


def test_cards_only_offers_no_bank(shop: Shop, browser: requests.Session) -> None:
    params: Any = {**shop.session_params(), "allowed_payment_method_types": ["card"]}
    session = shop.client.v1.checkout.sessions.create(params)
    assert "Bank debit" not in browser.get(str(session.url), timeout=10).text
    assert (
        _send(browser, str(session.url), method="bank", bank_outcome="succeed", **BUYER).status_code
        == 422
    )


def _shipped(shop: Shop) -> Any:
    rates = [
        {
            "shipping_rate_data": {
                "display_name": name,
                "type": "fixed_amount",
                "fixed_amount": {"amount": amount, "currency": "usd"},
            }
        }
        for name, amount in (("Post", 500), ("Courier", 1500))
    ]
    params: Any = {
        **shop.session_params(),
        "shipping_address_collection": {"allowed_countries": ["GB", "IE"]},
        "shipping_options": rates,
    }
    return shop.client.v1.checkout.sessions.create(params)


def test_shipping_is_collected_and_charged(shop: Shop, browser: requests.Session) -> None:
    session = _shipped(shop)
    assert (session.amount_subtotal, session.amount_total) == (1000, 1500)
    courier = session.shipping_options[1].shipping_rate
    assert _send(browser, session.url, **CARD, **BUYER).status_code == 422
    elsewhere = {**ADDRESS, "shipping_country": "US"}
    assert _send(browser, session.url, **CARD, **BUYER, **elsewhere).status_code == 422
    assert (
        _send(browser, session.url, **CARD, **BUYER, **ADDRESS, shipping_rate=courier).status_code
        == 303
    )
    paid: Any = shop.client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent"]}
    )
    assert paid.collected_information.shipping_details.address.city == "Leeds"
    assert (paid.amount_total, paid.shipping_cost.amount_total) == (2500, 1500)
    assert paid.payment_intent.amount == 2500


def test_the_page_wears_the_sessions_brand(shop: Shop, browser: requests.Session) -> None:
    look = {
        "display_name": "Fern",
        "background_color": "#102030",
        "button_color": "#ffdd00",
        "border_style": "pill",
    }
    params: Any = {**shop.session_params(), "branding_settings": look}
    session = shop.client.v1.checkout.sessions.create(params)
    page = browser.get(str(session.url), timeout=10).text
    assert "Pay Fern" in page
    (styles,) = re.findall(r'href="([^"]*brand\.css)"', page)
    css = browser.get(urljoin(str(session.url), styles), timeout=10).text
    assert "--brand-background: #102030" in css
    assert "--brand-text: #ffffff" in css
    assert "--brand-button-text: #101418" in css


def test_every_page_forbids_scripts(shop: Shop, browser: requests.Session) -> None:
    for address in (
        str(shop.session().url),
        f"{shop.sandbox.url}/",
        f"{shop.sandbox.url}/c/pay/none",
    ):
        policy = browser.get(address, timeout=10).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy


def test_the_control_room_shows_and_acts(shop: Shop, browser: requests.Session) -> None:
    charge = shop.sell()
    room = browser.get(f"{shop.sandbox.url}/", timeout=10)
    html5lib.HTMLParser(strict=True).parse(room.text)
    assert charge.id in room.text
    answer = browser.post(f"{shop.sandbox.url}/room/dispute", {"id": charge.id}, timeout=10)
    assert "is open." in answer.text
    assert len(shop.client.v1.disputes.list().data) == 1
    refused = browser.post(
        f"{shop.sandbox.url}/room/decide", {"id": "dp_none", "outcome": "won"}, timeout=10
    )
    assert "Not possible" in refused.text


def test_an_account_link_completes_an_account(shop: Shop, browser: requests.Session) -> None:
    account = shop.client.v1.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    assert not account.payouts_enabled
    link = shop.client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "https://example.com/again",
            "return_url": "https://example.com/done",
        }
    )
    page = browser.get(link.url, timeout=10).text
    assert "A bank account for payouts" in page
    [session] = re.findall(r'name="session" value="(\w+)"', page)
    for _ in range(2):
        opened_before = browser.get(link.url, timeout=10, allow_redirects=False)
        assert opened_before.headers["Location"] == "https://example.com/again"
    waiting = shop.client.v1.accounts.retrieve(account.id)
    assert waiting.capabilities is not None
    assert waiting.capabilities.transfers == "inactive"
    assert (
        _send(browser, link.url, session=session).headers["Location"] == "https://example.com/done"
    )
    done = shop.client.v1.accounts.retrieve(account.id)
    assert done.capabilities is not None
    assert (done.payouts_enabled, done.capabilities.transfers) == (True, "active")
    again = _send(browser, link.url, session=session)
    assert again.headers["Location"] == "https://example.com/again"
    assert _send(browser, link.url, session="made-up").status_code == 410


@pytest.mark.parametrize(("decision", "status"), [("leave", "inactive"), ("wait", "pending")])
def test_onboarding_may_end_unfinished(
    shop: Shop, browser: requests.Session, decision: str, status: str
) -> None:
    made: Any = {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    account = shop.client.v1.accounts.create(made)
    asked: Any = {"account": account.id, "type": "account_onboarding"}
    link = shop.client.v1.account_links.create(
        asked | {"refresh_url": SUCCESS, "return_url": SUCCESS}
    )
    page = browser.get(link.url, timeout=10).text
    [session] = re.findall(r'name="session" value="(\w+)"', page)
    assert _send(browser, link.url, session=session, decision=decision).status_code == 303
    after = shop.client.v1.accounts.retrieve(account.id)
    assert after.capabilities is not None
    assert after.capabilities.transfers == status
    assert after.details_submitted == (decision == "wait")
