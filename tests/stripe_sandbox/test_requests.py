"""How a request may look: forms, headers, methods, versions, and how often it may come."""

import re
from typing import Any

import pytest
import requests
import stripe

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import KEY, Shop

INTENTS = "/v1/payment_intents"


def _post(sandbox: RunningSandbox, body: bytes | str, **headers: str) -> requests.Response:
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    return requests.post(sandbox.url + INTENTS, body, headers=headers, auth=(KEY, ""), timeout=10)


@pytest.mark.parametrize(
    "body",
    [
        "amount=1000&currency=usd&payment_method_types[]=card&metadata[a]=b",
        "amount=1000&currency=usd&payment_method_types[0]=card&metadata[a]=b",
        "amount=1000&currency=usd&payment_method_types%5B%5D=card&metadata%5Ba%5D=b",
        "amount=1&amount=1000&currency=usd&payment_method_types%5b0%5D=card&metadata[a]=b",
        "amount=1000&currency=usd&payment_method_types[7]=card&metadata[a]=b&metadata[c]=",
    ],
)
def test_a_form_may_be_written_in_several_ways(sandbox: RunningSandbox, body: str) -> None:
    made = _post(sandbox, body).json()
    seen = (made["amount"], made["payment_method_types"], made["metadata"], made["livemode"])
    assert seen == (1000, ["card"], {"a": "b"}, False)


def test_parameters_may_stand_in_the_address_and_in_several_parts(sandbox: RunningSandbox) -> None:
    address = f"{sandbox.url}{INTENTS}?amount=1000"
    parts: Any = {"currency": (None, "usd")}
    answer = requests.post(address, files=parts, auth=(KEY, ""), timeout=10)
    assert (answer.status_code, answer.json()["amount"]) == (200, 1000)


def test_an_empty_string_unsets(client: stripe.StripeClient) -> None:
    made = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "receipt_email": "a@example.com",
            "metadata": {"a": "b"},
        }
    )
    changes: Any = {"receipt_email": "", "metadata": ""}
    changed = client.v1.payment_intents.update(made.id, changes)
    assert (changed.receipt_email, changed.metadata.to_dict()) == (None, {})


def test_json_is_refused_in_words(sandbox: RunningSandbox) -> None:
    answer = _post(sandbox, b'{"amount": 1000}', **{"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


@pytest.mark.parametrize("version", ["2015-10-16", "2026-10-28.endive", "2024-06-20; a_beta=v1"])
def test_every_version_is_taken_and_named(sandbox: RunningSandbox, version: str) -> None:
    answer = _post(sandbox, "amount=1000&currency=usd", **{"Stripe-Version": version})
    assert (answer.status_code, answer.headers["Stripe-Version"]) == (200, version)


@pytest.mark.parametrize("version", ["newest", "2024-13-01", "2024-06-20;", "2024-06-20.Ä"])
def test_what_is_no_version_is_refused(sandbox: RunningSandbox, version: str) -> None:
    sent = version.encode("latin-1").decode("latin-1")
    answer = _post(sandbox, "amount=1000&currency=usd", **{"Stripe-Version": sent})
    assert answer.status_code == 400
    assert "Invalid Stripe API version" in answer.json()["error"]["message"]


def test_every_answer_has_a_request_id(sandbox: RunningSandbox) -> None:
    answers = [_post(sandbox, body) for body in ("amount=1000&currency=usd", "amount=x")]
    assert [each.status_code for each in answers] == [200, 400]
    for each in answers:
        assert re.fullmatch(r"req_\w{14}", each.headers["Request-Id"])


@pytest.mark.parametrize(
    ("identifier", "pattern"),
    [
        ("id", r"pi_\w{24}"),
        ("client_secret", r"pi_\w{24}_secret_\w{25}"),
    ],
)
def test_ids_have_stripes_length(sandbox: RunningSandbox, identifier: str, pattern: str) -> None:
    assert re.fullmatch(pattern, _post(sandbox, "amount=1000&currency=usd").json()[identifier])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_that_there_is_not_is_an_unknown_address(
    sandbox: RunningSandbox, method: str
) -> None:
    answer = requests.request(method, sandbox.url + INTENTS, auth=(KEY, ""), timeout=10)
    assert answer.status_code == 404
    assert f"Unrecognized request URL ({method}: {INTENTS})" in answer.json()["error"]["message"]


def test_head_is_get_without_a_body(shop: Shop) -> None:
    address = f"{shop.sandbox.url}{INTENTS}?limit="
    good, bad = (requests.head(address + each, auth=(KEY, ""), timeout=10) for each in ("1", "x"))
    assert (good.status_code, good.content, bad.status_code) == (200, b"", 400)


def test_more_requests_than_allowed_are_refused(sandbox: RunningSandbox) -> None:
    sandbox.control("switches", rate_limit="1")
    first, second = (
        _post(sandbox, "amount=1000&currency=usd", **{"Idempotency-Key": "k"}) for _ in range(2)
    )
    sandbox.control("switches", rate_limit="off")
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json()["error"]["code"] == "rate_limit"
    assert second.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    again = _post(sandbox, "amount=1000&currency=usd", **{"Idempotency-Key": "k"})
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("path", ["a.b.c.d.e", "latest_charge.a.b.c.d", "amount", "nothing", ""])
def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient, path: str) -> None:
    made = client.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.retrieve(made.id, {"expand": [path]})


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_between_one_and_a_hundred(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.list({"limit": limit})
    assert refused.value.param == "limit"


@pytest.mark.parametrize(
    ("comparison", "shift", "found"),
    [("gt", 0, 0), ("gte", 0, 1), ("lt", 0, 0), ("lte", 0, 1), ("gt", -1, 1), ("lt", 1, 1)],
)
def test_created_is_compared(
    client: stripe.StripeClient, comparison: str, shift: int, found: int
) -> None:
    made = client.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    created: Any = {comparison: made.created + shift}
    assert len(client.v1.payment_intents.list({"created": created}).data) == found
