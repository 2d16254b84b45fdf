"""Requests that Stripe refuses, with its type, code, parameter and wording."""

from typing import Any

import pytest
import requests
import stripe

from stripe_sandbox.api.operations import OPERATIONS, Operation
from stripe_sandbox.api.params import fields_of, load
from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import KEY, Shop

SPLIT = "payment_intent_data"


def _refusal(shop: Shop, **changes: Any) -> stripe.InvalidRequestError:
    params = shop.session_params()
    for name, value in changes.items():
        params[name] = {**params[SPLIT], **value} if name == SPLIT else value
    given: Any = {name: value for name, value in params.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.checkout.sessions.create(given)
    return refused.value


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({SPLIT: {"colour": "red"}}, "parameter_unknown", f"{SPLIT}[colour]"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"mode": "gift"}, None, "mode"),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"allow_promotion_codes": "maybe"}, None, "allow_promotion_codes"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"idempotency_key": "x"}, "parameter_unknown", "idempotency_key"),
        (
            {SPLIT: {"application_fee_amount": 1001}},
            "amount_too_large",
            f"{SPLIT}[application_fee_amount]",
        ),
        (
            {SPLIT: {"transfer_data": {"destination": "acct_none"}}},
            "resource_missing",
            f"{SPLIT}[transfer_data][destination]",
        ),
        (
            {SPLIT: {"application_fee_amount": ""}},
            "parameter_invalid_empty",
            f"{SPLIT}[application_fee_amount]",
        ),
    ],
)
def test_a_session_is_refused(
    shop: Shop, changes: dict[str, Any], code: str | None, param: str
) -> None:
    refusal = _refusal(shop, **changes)
    assert (refusal.http_status, refusal.code, refusal.param) == (400, code, param)


@pytest.mark.parametrize("minutes", [25, 25 * 60])
def test_a_session_lasts_from_half_an_hour_to_a_day(shop: Shop, minutes: int) -> None:
    now = shop.sandbox.read("clock")["now"]
    assert _refusal(shop, expires_at=now + minutes * 60).param == "expires_at"


def test_the_wording(shop: Shop) -> None:
    assert "Received unknown parameter: colour" in str(_refusal(shop, colour="red"))
    assert "Received unknown parameters: colour, size" in str(
        _refusal(shop, colour="red", size="s")
    )
    assert "Invalid mode: must be one of payment, setup, or subscription" in str(
        _refusal(shop, mode="gift")
    )
    assert "Missing required param: mode." in str(_refusal(shop, mode=None))


def test_a_fee_and_a_transfer_amount_exclude_each_other(shop: Shop) -> None:
    both = {
        "application_fee_amount": 1,
        "transfer_data": {"destination": shop.account, "amount": 900},
    }
    assert _refusal(shop, **{SPLIT: both}).code == "parameters_exclusive"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (1001, "amount_too_large"),
        (0, "parameter_invalid_integer"),
        (-1, "parameter_invalid_integer"),
    ],
)
def test_a_part_is_transferred_not_more_than_all_and_not_nothing(
    shop: Shop, amount: int, code: str
) -> None:
    part = {"transfer_data": {"destination": shop.account, "amount": amount}}
    refusal = _refusal(shop, **{SPLIT: part})
    assert (refusal.code, refusal.param) == (code, f"{SPLIT}[transfer_data][amount]")
    intent: Any = {"amount": 1000, "currency": "usd", **part}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.client.v1.payment_intents.create(intent)
    assert (refused.value.code, refused.value.param) == (code, "transfer_data[amount]")


def test_a_charge_has_a_smallest_amount(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.session(49)
    assert refused.value.code == "amount_too_small"
    with pytest.raises(stripe.InvalidRequestError):
        shop.session(49, "jpy")


def test_a_destination_needs_the_transfers_capability(shop: Shop) -> None:
    shop.sandbox.control(f"accounts/{shop.account}/capabilities", transfers="inactive")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.session()
    assert refused.value.code == "insufficient_capabilities_for_transfer"


def test_logo_and_icon_exclude_each_other(shop: Shop) -> None:
    picture = {"type": "url", "url": "http://127.0.0.1:9/a.png"}
    refusal = _refusal(shop, branding_settings={"logo": picture, "icon": picture})
    assert refusal.param == "branding_settings"


def test_refunds_that_cannot_be(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(1000, fee=123)
    wrong: list[tuple[Any, str | None]] = [
        ({"charge": "ch_none"}, "resource_missing"),
        ({}, "parameter_missing"),
        ({"charge": charge.id, "amount": 1001}, None),
        ({"charge": charge.id, "refund_application_fee": True}, None),
    ]
    for params, code in wrong:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            shop.client.v1.refunds.create(params)
        assert refused.value.code == code
    shop.refund(charge)
    with pytest.raises(stripe.InvalidRequestError) as again:
        shop.refund(charge)
    assert again.value.code == "charge_already_refunded"


def test_what_is_not_there_is_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.payment_intents.retrieve("pi_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert "No such payment_intent: 'pi_none'" in str(missing.value)


@pytest.mark.parametrize("key", [None, "", "sk_live_x", "pk_test_x", "sk_test_"])
def test_a_key_is_needed(sandbox: RunningSandbox, key: str | None) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = requests.get(f"{sandbox.url}/v1/balance", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_foreign_account_is_out_of_reach(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.balance.retrieve({}, {"stripe_account": "acct_foreign"})
    assert refused.value.error is not None
    assert refused.value.error.code == "account_invalid"


BROKEN = [
    b"a[=1",
    b"amount[x]=1&amount=2",
    b"\xff\xfe=1",
    b"=1",
    b"line_items[0][price_data]=x",
    b"line_items[x]=1",
    b"amount=99999999999999999999999999",
    b"a" + b"[b]" * 500 + b"=1",
    b"metadata[k]=" + b"x" * 600,
    b"expand[]=nothing.here.at.all.now.really",
]


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize(
    "path", ["/v1/payment_intents", "/v1/checkout/sessions", "/v1/refunds", "/v1/files"]
)
def test_broken_bodies_are_refused_in_stripes_shape(
    sandbox: RunningSandbox, path: str, body: bytes
) -> None:
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = requests.post(sandbox.url + path, body, headers=headers, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_unknown_addresses_are_refused_in_stripes_shape(sandbox: RunningSandbox) -> None:
    answer = requests.get(
        f"{sandbox.url}/v1/unicorns", headers={"Authorization": f"Bearer {KEY}"}, timeout=10
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")


def test_brackets_may_be_unescaped_and_the_key_a_user_name(shop: Shop) -> None:
    """The way in which the documentation's curl commands send them."""
    body = (
        "line_items[0][price_data][currency]=usd&line_items[0][price_data][product_data][name]=T-shirt"
        "&line_items[0][price_data][unit_amount]=1000&line_items[0][quantity]=1"
        "&payment_intent_data[application_fee_amount]=123"
        f"&payment_intent_data[transfer_data][destination]={shop.account}&mode=payment"
        "&success_url=https%3A%2F%2Fexample.com%2Fsuccess%3Fsession_id%3D%7BCHECKOUT_SESSION_ID%7D"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(
        f"{shop.sandbox.url}/v1/checkout/sessions",
        body,
        headers=headers,
        auth=(KEY, ""),
        timeout=10,
    )
    assert answer.status_code == 200
    assert answer.json()["url"].startswith(f"{shop.sandbox.url}/c/pay/cs_test_")


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if each.params],
    ids=lambda each: f"{each.method} {each.path}",
)
def test_the_types_of_all_parameters_exist(operation: Operation) -> None:
    assert fields_of(load(str(operation.params)))


@pytest.mark.parametrize(
    ("version", "status"),
    [(None, 200), ("2026-05-27.dahlia", 200), ("2026-10-28.endive", 400)],
)
def test_older_versions_name_the_payment_method_types(
    sandbox: RunningSandbox, version: str | None, status: int
) -> None:
    answer = requests.post(
        f"{sandbox.url}/v1/payment_intents",
        {"amount": 1000, "currency": "usd", "payment_method_types[]": "card"},
        headers={"Stripe-Version": version} if version else {},
        auth=(KEY, ""),
        timeout=10,
    )
    assert answer.status_code == status
