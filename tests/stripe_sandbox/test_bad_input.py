"""Whatever arrives, the sandbox answers in Stripe's shape, and nothing is half-written."""

import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import KEY, Shop

FORM = "application/x-www-form-urlencoded"
PATHS = ("/v1/payment_intents", "/v1/checkout/sessions", "/v1/customers", "/v1/accounts")
NAMES = ("amount", "currency", "mode", "metadata[a]", "expand[]", "line_items[0][quantity]", "type")


def _post(sandbox: RunningSandbox, path: str, body: bytes, kind: str = FORM) -> requests.Response:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {KEY}"}
    return requests.post(sandbox.url + path, body, headers=headers, timeout=30)


def _shaped(answer: requests.Response) -> bool:
    """A success, or an error as Stripe shapes it that blames the request."""
    if answer.status_code == 200:
        return "object" in answer.json()
    blamed: bool = answer.json()["error"]["type"] in ("invalid_request_error", "card_error")
    return blamed and answer.status_code in (400, 402, 404, 413)


_PAIRS = st.lists(
    st.tuples(st.sampled_from([each.encode() for each in NAMES]), st.binary(max_size=20)),
    max_size=6,
)
_BODIES = st.binary(max_size=200) | _PAIRS.map(lambda pairs: b"&".join(map(b"=".join, pairs)))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=st.sampled_from(PATHS), body=_BODIES)
def test_any_bytes_are_answered(sandbox: RunningSandbox, path: str, body: bytes) -> None:
    assert _shaped(_post(sandbox, path, body))


@pytest.mark.parametrize(
    "body",
    [
        b"description=" + b"x" * 10_000_000,
        b"description=" + b"x" * 13_000_000,
        b"k" * 1_000_000 + b"=1",
        b"amount=1000&currency=usd&" + b"&".join(b"metadata[%d]=x" % each for each in range(99)),
        b"a" + b"[b]" * 100_000 + b"=1",
        b"amount=100000000&currency=usd",
        b"amount=-1&currency=usd",
        b"amount=1e3&currency=usd",
        b"amount=1000&currency=xyz",
        b"amount=1000&currency=usd%00",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_absurd_bodies_are_refused(sandbox: RunningSandbox, body: bytes) -> None:
    answer = _post(sandbox, "/v1/payment_intents", body)
    assert _shaped(answer)
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
        ("multipart/form-data; boundary=x", b"\xff" * 100),
        ("text/plain", b"amount=1000"),
        ("", b"amount"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/files", "/v1/payment_intents"])
def test_broken_parts_are_refused(
    sandbox: RunningSandbox, path: str, kind: str, body: bytes
) -> None:
    answer = _post(sandbox, path, body, kind)
    assert (answer.status_code, _shaped(answer)) == (400, True)


def test_refunds_at_once_never_exceed_the_charge(shop: Shop) -> None:
    shop.topup(5000)
    charge = shop.sell(1000, fee=123)

    def refund(_: int) -> int:
        try:
            return shop.refund(charge, amount=70).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(32) as threads:
        given_back = list(threads.map(refund, range(32)))
    assert sum(given_back) == 980
    assert shop.client.v1.charges.retrieve(charge.id).amount_refunded == 980


def _raw(sandbox: RunningSandbox, length: int, body: bytes) -> socket.socket:
    address = urlsplit(sandbox.url)
    head = f"POST /v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
    head += f"Content-Type: {FORM}\r\nContent-Length: {length}\r\n\r\n"
    connection = socket.create_connection((address.hostname, address.port or 80), timeout=20)
    connection.sendall(head.encode() + body)
    return connection


def test_who_hangs_up_in_the_middle_has_asked_nothing(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    for _ in range(5):
        _raw(sandbox, 100, b"name=Ada").close()
    client.v1.customers.create({"name": "Grace"})
    assert [each.name for each in client.v1.customers.list().data] == ["Grace"]


def test_who_does_not_wait_for_the_answer_is_served_all_the_same(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    _raw(sandbox, 8, b"name=Ada").close()
    while not (found := client.v1.customers.list().data):
        pass
    assert [each.name for each in found] == ["Ada"]


def test_a_slow_body_keeps_nobody_waiting(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    with _raw(sandbox, 8, b"name") as slow:
        client.v1.customers.create({"name": "Grace"})
        slow.sendall(b"=Ada")
        assert b" 200 " in slow.recv(1000).splitlines()[0]
    assert [each.name for each in client.v1.customers.list().data] == ["Ada", "Grace"]
