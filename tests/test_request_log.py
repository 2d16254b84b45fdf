"""Logs: one line for each request, and never a key to anything in it."""

import json
import logging

import pytest

from storefront.request_log import JSONFormatter
from tests.client import Browser

pytestmark = pytest.mark.one_database


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    formatter = JSONFormatter()
    return [json.loads(formatter.format(record)) for record in caplog.records]


def test_a_request_is_one_line_with_its_id(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "storefront.request")
    answer = client.get("/sign-in?next=/orders")
    (line,) = [line for line in lines(caplog) if line["event"] == "request"]
    assert line["route"] == "/sign-in"
    assert line["endpoint"] == "users.sign_in"
    assert line["status"] == 200
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "path",
    [
        "/orders/token-of-an-order",
        "/orders/token-of-an-order/status",
        "/reset-password/token-of-an-order",
        "/sign-in?next=/orders/token-of-an-order",
        "/checkout/return?session_id=token-of-an-order",
        "/no/such/page/token-of-an-order",
    ],
)
def test_no_line_holds_what_opens_a_page(
    client: Browser, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(path)
    assert lines(caplog)
    assert "token-of-an-order" not in json.dumps(lines(caplog))


def test_what_looks_like_a_secret_is_masked() -> None:
    record = logging.makeLogRecord(
        {"msg": "failed", "key": "sk_test_abc123", "hook": "whsec_abc", "text": "rk_live_x1 used"}
    )
    text = JSONFormatter().format(record)
    assert "abc" not in text
    assert text.count("[secret]") == 3


def test_a_line_break_cannot_forge_a_line() -> None:
    record = logging.makeLogRecord({"msg": "failed", "who": 'x"}\n{"event": "forged"}'})
    assert "\n" not in JSONFormatter().format(record)


def test_a_traceback_is_part_of_the_line() -> None:
    try:
        raise ZeroDivisionError("why")
    except ZeroDivisionError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (type(error), error, None)})
    assert "ZeroDivisionError: why" in json.loads(JSONFormatter().format(record))["traceback"]
