"""Connecting accounts: the consent page, codes, tokens, disconnecting."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import stripe

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import REDIRECT, Shop

NEW_ACCOUNT = {
    "decision": "create",
    "business_name": "Fern & Co",
    "email": "fern@example.com",
    "country": "DE",
    "currency": "",
}


def _address(client: stripe.StripeClient, **changes: Any) -> str:
    asked: Any = {"scope": "read_write", "state": "s1", "redirect_uri": REDIRECT, **changes}
    return client.oauth.authorize_url(asked)


def _decide(address: str, form: dict[str, str]) -> dict[str, str]:
    answer = requests.post(address, form, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(REDIRECT)
    return {
        name: values[0]
        for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
    }


def _exchange(client: stripe.StripeClient, code: str) -> Any:
    return client.oauth.token({"grant_type": "authorization_code", "code": code})


def test_a_new_account_is_connected(client: stripe.StripeClient) -> None:
    address = _address(client)
    assert "Market would like to connect" in requests.get(address, timeout=10).text
    returned = _decide(address, NEW_ACCOUNT)
    assert (returned["state"], returned["scope"]) == ("s1", "read_write")
    token = _exchange(client, returned["code"])
    assert (token.scope, token.livemode, token.token_type) == ("read_write", False, "bearer")
    account = client.v1.accounts.retrieve(token.stripe_user_id)
    assert (account.type, account.country, account.default_currency) == ("standard", "DE", "eur")
    assert account.capabilities is not None
    assert account.capabilities.transfers == "active"


def test_an_account_that_exists_can_be_chosen(shop: Shop) -> None:
    returned = _decide(_address(shop.client), {"decision": "existing", "account": shop.account})
    assert _exchange(shop.client, returned["code"]).stripe_user_id == shop.account


def test_an_account_needs_a_name_and_an_address(client: stripe.StripeClient) -> None:
    answer = requests.post(
        _address(client), {**NEW_ACCOUNT, "business_name": " ", "email": "x"}, timeout=10
    )
    assert answer.status_code == 422
    assert "Enter a name for the business." in answer.text


def test_refusing_comes_back_with_the_state(
    client: stripe.StripeClient, sandbox: RunningSandbox
) -> None:
    returned = _decide(_address(client), {"decision": "deny"})
    assert (returned["error"], returned["state"]) == ("access_denied", "s1")
    assert returned["error_description"] == "The user denied your request"
    sandbox.control("switches", deny_keeps_state=False)
    assert "state" not in _decide(_address(client), {"decision": "deny"})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "ca_other"}, "invalid_client"),
        ({"redirect_uri": "http://127.0.0.1:9/elsewhere"}, "invalid_redirect_uri"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_wrong_requests_are_shown_not_redirected(
    client: stripe.StripeClient, changes: dict[str, str], error: str
) -> None:
    answer = requests.get(_address(client, **changes), allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_code_used_twice_revokes_the_connection(shop: Shop) -> None:
    code = shop.sandbox.control("authorize", name="Twice")["code"]
    account = _exchange(shop.client, code).stripe_user_id
    shop.client.v1.accounts.retrieve(account)
    with pytest.raises(stripe.oauth_error.InvalidGrantError):
        _exchange(shop.client, code)
    with pytest.raises(stripe.PermissionError):
        shop.client.v1.accounts.retrieve(account)


def test_a_code_expires_after_five_minutes(shop: Shop) -> None:
    code = shop.sandbox.control("authorize", name="Late")["code"]
    shop.sandbox.control("clock/advance", seconds=301)
    with pytest.raises(stripe.oauth_error.InvalidGrantError):
        _exchange(shop.client, code)


def test_the_exchange_ignores_idempotency_keys(shop: Shop) -> None:
    code = shop.sandbox.control("authorize", name="Twice")["code"]
    params: Any = {"grant_type": "authorization_code", "code": code}
    shop.client.oauth.token(params, {"idempotency_key": "same"})
    with pytest.raises(stripe.oauth_error.InvalidGrantError):
        shop.client.oauth.token(params, {"idempotency_key": "same"})


@pytest.mark.parametrize(
    ("params", "error"),
    [
        (
            {"grant_type": "authorization_code", "code": "ac_none"},
            stripe.oauth_error.InvalidGrantError,
        ),
        ({"grant_type": "authorization_code"}, stripe.oauth_error.InvalidRequestError),
        ({"grant_type": "password"}, stripe.oauth_error.UnsupportedGrantTypeError),
    ],
)
def test_wrong_exchanges(client: stripe.StripeClient, params: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        client.oauth.token(params)


def test_disconnecting_ends_access_and_tells_the_platform(shop: Shop) -> None:
    shop.client.oauth.deauthorize({"stripe_user_id": shop.account})
    with pytest.raises(stripe.PermissionError):
        shop.balance(shop.account)
    with pytest.raises(stripe.oauth_error.InvalidClientError):
        shop.client.oauth.deauthorize({"stripe_user_id": shop.account})
    events = shop.sandbox.read("events")["events"]
    assert events[-1]["type"] == "account.application.deauthorized"
    assert events[-1]["account"] == shop.account
    assert events[-1]["data"]["object"]["object"] == "application"


def test_a_token_of_a_seller_acts_for_the_seller(shop: Shop) -> None:
    code = shop.sandbox.control("authorize", account=shop.account)["code"]
    token = _exchange(shop.client, code)
    seller = stripe.StripeClient(token.access_token, base_addresses={"api": shop.sandbox.url})
    assert seller.v1.accounts.retrieve_current().id == shop.account
    renewed = shop.client.oauth.token(
        {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
    )
    assert renewed.stripe_user_id == shop.account
