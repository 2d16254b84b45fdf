"""Paying a session through the API, as the command-line client does."""

from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.shop import Shop

SEPA = {"type": "sepa_debit", "sepa_debit": {"iban": "AT321904300235473204"}}
SEPA_FAILS = {"type": "sepa_debit", "sepa_debit": {"iban": "AT861904300235473202"}}
DETAILS = {"email": "bob@example.com", "name": "Bob", "address": {"country": "AT"}}


def _method(shop: Shop, **values: Any) -> str:
    given: Any = {"type": "card", "billing_details": DETAILS, **values}
    return shop.client.v1.payment_methods.create(given).id


def _confirm(shop: Shop, session: str, method: str, **values: Any) -> Any:
    path = f"/v1/payment_pages/{session}/confirm"
    return shop.client.raw_request("post", path, payment_method=method, **values).data


@pytest.mark.parametrize(
    "card",
    [{"token": "tok_visa"}, {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040}],
)
def test_a_card_pays(shop: Shop, card: Any) -> None:
    session = shop.session(1000, application_fee_amount=123)
    shop.client.raw_request("get", f"/v1/payment_pages/{session.id}")
    _confirm(shop, session.id, _method(shop, card=card), expected_amount=1000)
    paid = shop.client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details is not None
    assert paid.customer_details.email == "bob@example.com"
    assert shop.balances == (64, 877)


@pytest.mark.parametrize(
    ("bank", "event"),
    [(SEPA, "async_payment_succeeded"), (SEPA_FAILS, "async_payment_failed")],
)
def test_a_bank_account_pays_later(shop: Shop, bank: Any, event: str) -> None:
    session = shop.session(1000, "eur")
    _confirm(shop, session.id, _method(shop, **bank))
    assert shop.event_types()[-1] == "checkout.session.completed"
    shop.sandbox.control("clock/advance", seconds=180)
    assert shop.event_types()[-1] == f"checkout.session.{event}"


@pytest.mark.parametrize(
    ("method", "values", "param"),
    [
        ({"card": {"token": "tok_visa"}}, {"expected_amount": 1}, "expected_amount"),
        (SEPA, {}, "payment_method"),
    ],
)
def test_what_does_not_fit_the_session_is_refused(
    shop: Shop, method: Any, values: Any, param: str
) -> None:
    session = shop.session(1000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _confirm(shop, session.id, _method(shop, **method), **values)
    assert refused.value.param == param
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_declined_card_leaves_the_session_open(shop: Shop) -> None:
    session = shop.session(1000)
    with pytest.raises(stripe.CardError) as declined:
        _confirm(shop, session.id, _method(shop, card={"token": "tok_visa_chargeDeclined"}))
    assert declined.value.code == "card_declined"
    paid = _confirm(shop, session.id, _method(shop, card={"token": "tok_mastercard"}))
    assert paid["status"] == "complete"
    with pytest.raises(stripe.InvalidRequestError, match="complete"):
        _confirm(shop, session.id, _method(shop, card={"token": "tok_visa"}))


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"type": "paypal", "paypal": {}}, "type"),
        ({"type": "card"}, "card"),
        ({"type": "sepa_debit"}, "sepa_debit"),
        ({"card": {"token": "tok_unknown"}}, "card[token]"),
        ({"card": {"number": "1234", "exp_month": 1, "exp_year": 2040}}, "number"),
    ],
)
def test_payment_methods_that_cannot_be(shop: Shop, values: Any, param: str) -> None:
    with pytest.raises((stripe.InvalidRequestError, stripe.CardError)) as refused:
        _method(shop, **values)
    assert refused.value.param == param
