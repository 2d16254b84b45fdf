"""The documents' commands (Connect extensions, destination charges), sent with ``curl`` itself.

Only host and key are the sandbox's, the ids are those that earlier commands answered.
"""

import json
import subprocess
from typing import Any

import pytest
import requests

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import Shop
from tests.stripe_sandbox.test_objects import _picture

SESSION = """curl {host}/v1/checkout/sessions -u "{key}:" \
 -d "line_items[0][price_data][currency]"=usd \
 -d "line_items[0][price_data][product_data][name]"=T-shirt \
 -d "line_items[0][price_data][unit_amount]"=1000 \
 -d "line_items[0][quantity]"=1 \
 -d "payment_intent_data[application_fee_amount]"=123 \
 -d "payment_intent_data[transfer_data][destination]"={account} \
 -d mode=payment \
 --data-urlencode success_url="{host}/success?session_id={{CHECKOUT_SESSION_ID}}&shop=a%20b&x=1"
"""
UPLOAD = """curl {host}/v1/files -u "{key}:" -F purpose={purpose} -F "file=@{path}" """
BRANDING = """curl {host}/v1/accounts/{account} -u "{key}:" \
 -d "settings[branding][icon]"={icon} \
 -d "settings[branding][logo]"={logo} \
 --data-urlencode "settings[branding][primary_color]"="#663399" \
 --data-urlencode "settings[branding][secondary_color]"="#4BB543" """
REFUND = """curl {host}/v1/refunds -u {key}: -d charge="{charge}" {flags}"""
INTENTS = """curl -G {host}/v1/payment_intents -u {key}: \
 -d "created[lte]"=4102444800 -d "limit"=50 -H "Stripe-Account: {account}" """
TRANSFER = """curl {host}/v1/transfers -u "{key}:" -d amount={amount} -d currency=usd \
 -d destination={account}"""
REVERSAL = """curl {host}/v1/transfers/{transfer}/reversals -u "{key}:" -d amount={amount}"""


class Curl:
    """A shell that knows where the sandbox is."""

    def __init__(self, shop: Shop) -> None:
        self._known = {"host": shop.sandbox.url, "key": "sk_test_curl", "account": shop.account}

    def __call__(self, command: str, **values: Any) -> Any:
        """The document that the command answers."""
        filled = command.format(**self._known, **values).strip()
        ended = subprocess.run(
            ["bash", "-c", filled + " -sS --noproxy '*'"],
            capture_output=True,
            check=True,
            timeout=30,
        )
        return json.loads(ended.stdout)


@pytest.fixture
def curl(shop: Shop) -> Curl:
    """Sends a document's commands to the sandbox."""
    return Curl(shop)


def _paid(shop: Shop, curl: Curl, **how: Any) -> Any:
    return shop.sandbox.control(f"sessions/{curl(SESSION)['id']}/pay", **how)


def test_the_session_brings_the_documented_fee(shop: Shop, curl: Curl) -> None:
    session = curl(SESSION)
    assert session["url"].startswith(f"{shop.sandbox.url}/c/pay/cs_test_")
    paid = shop.sandbox.control(f"sessions/{session['id']}/pay")
    assert shop.balances == (64, 877)
    assert paid["return_url"].endswith(f"/success?session_id={session['id']}&shop=a%20b&x=1")
    (fee,) = curl('curl {host}/v1/application_fees -u "{key}:"')["data"]
    assert (fee["amount"], fee["account"], fee["currency"]) == (123, shop.account, "usd")


def test_the_account_gets_its_branding(shop: Shop, curl: Curl, tmp_path: Any) -> None:
    picture = tmp_path / "mark.png"
    picture.write_bytes(_picture().getvalue())
    icon, logo = (
        curl(UPLOAD, purpose=f"business_{each}", path=picture)["id"] for each in ("icon", "logo")
    )
    branding = curl(BRANDING, icon=icon, logo=logo)["settings"]["branding"]
    expected = {"icon": icon, "logo": logo}
    expected |= {"primary_color": "#663399", "secondary_color": "#4BB543"}
    assert branding == expected


@pytest.mark.parametrize(
    ("flags", "amount", "balances"),
    [
        ("", 1000, (5064 - 1000, 877)),
        ("-d reverse_transfer=true", 1000, (5064, 877 - 1000)),
        ("-d reverse_transfer=true -d refund_application_fee=true", 1000, (5064 - 123, 0)),
        ("-d reverse_transfer=true -d amount=500", 500, (5064, 877 - 500)),
        ("-d reverse_transfer=true -d refund_application_fee=false", 1000, (5064, 877 - 1000)),
    ],
)
def test_refunds_with_each_flag(
    shop: Shop, curl: Curl, flags: str, amount: int, balances: tuple[int, int]
) -> None:
    shop.topup(5000)
    shop.sandbox.control("switches", seller_shortfall="negative")
    refund = curl(REFUND, charge=_paid(shop, curl)["charge"], flags=flags)
    assert (refund["amount"], refund["status"]) == (amount, "succeeded")
    assert bool(refund["transfer_reversal"]) == ("reverse_transfer" in flags)
    assert shop.balances == balances


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"card": "4242424242424242"}, ("complete", "paid")),
        ({"card": "4000002500003155"}, ("complete", "paid")),
        ({"card": "4000000000009995"}, ("open", "unpaid")),
        ({"card": "6205500000000000004"}, ("complete", "paid")),
    ],
)
def test_the_four_test_cards(
    shop: Shop, curl: Curl, how: dict[str, Any], status: tuple[str, str]
) -> None:
    paid = _paid(shop, curl, **how)
    assert (paid["status"], paid["payment_status"]) == status


def test_what_a_failed_refund_returns_is_transferred(shop: Shop, curl: Curl) -> None:
    shop.topup(5000)
    charge = _paid(shop, curl, card="4000000000005126")["charge"]
    flags = "-d reverse_transfer=true -d refund_application_fee=true"
    refund = curl(REFUND, charge=charge, flags=flags)
    assert shop.balance(shop.account) == 0
    shop.sandbox.control("clock/advance", seconds=120)
    failed = curl('curl {host}/v1/refunds/{refund} -u "{key}:"', refund=refund["id"])
    assert failed["status"] == "failed"
    assert curl(TRANSFER, amount=877)["destination"] == shop.account
    assert shop.balances == (5064, 877)


def test_a_dispute_is_recovered_and_given_back(shop: Shop, curl: Curl) -> None:
    shop.topup(5000)
    charge = _paid(shop, curl)["charge"]
    dispute = shop.sandbox.control(f"charges/{charge}/dispute")["id"]
    (transfer,) = curl('curl {host}/v1/transfers -u "{key}:"')["data"]
    curl(REVERSAL, transfer=transfer["id"], amount=877)
    assert shop.balance(shop.account) == 0
    shop.sandbox.control(f"disputes/{dispute}/decide", outcome="won")
    curl(TRANSFER, amount=877)
    assert shop.balances == (5064 - 1500, 877)


def test_an_account_s_payments_are_listed(shop: Shop, curl: Curl) -> None:
    on_seller = 'curl {host}/v1/payment_intents -u {key}: -H "Stripe-Account: {account}"'
    made = curl(f"{on_seller} -d amount=1000 -d currency=usd")
    assert [each["id"] for each in curl(INTENTS)["data"]] == [made["id"]]


def test_without_g_curl_posts_the_list_s_filter(shop: Shop, curl: Curl) -> None:
    """As one document prints the command: ``-d`` alone makes it a request to create."""
    error = curl(INTENTS.replace("curl -G", "curl"))["error"]
    assert error["code"] == "parameter_unknown"
    assert "created, limit" in error["message"]


def test_the_seller_s_new_customer_is_announced_with_the_account(shop: Shop, curl: Curl) -> None:
    on_seller = '-u {key}: -H "Stripe-Account: {account}"'
    customer = curl(f"curl {{host}}/v1/customers {on_seller} -d name=Ada")
    events = curl(f"curl -G {{host}}/v1/events {on_seller} -d type=customer.created")["data"]
    (event,) = events
    assert (event["account"], event["data"]["object"]["id"]) == (shop.account, customer["id"])


def test_the_key_may_come_as_a_bearer_s(sandbox: RunningSandbox) -> None:
    headers = {"Authorization": "Bearer sk_test_curl"}
    answer = requests.get(f"{sandbox.url}/v1/balance", headers=headers, timeout=10)
    assert answer.json()["object"] == "balance"
