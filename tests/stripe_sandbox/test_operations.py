"""What holds for every operation of the API, whichever they are."""

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
import requests

from stripe_sandbox.api.operations import OPERATIONS, Operation
from stripe_sandbox.api.params import Field, fields_of, load
from stripe_sandbox.app import create_app
from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import KEY

create_app()  # declares all operations
_NAMED = [pytest.param(each, id=f"{each.method} {each.path}") for each in OPERATIONS]


def _fields(operation: Operation) -> dict[str, Field]:
    return fields_of(load(operation.params)) if operation.params else {}


def _form(operation: Operation, without: str = "") -> dict[str, Any]:
    """Something for every required parameter: enough to be asked about the others."""
    required = [name for name, (_, needed) in _fields(operation).items() if needed]
    return {name: "x" for name in required if name != without}


def _plain(hint: Any) -> Any:
    """The type of a parameter that may also be unset with an empty string."""
    choices = [each for each in get_args(hint) if get_args(each) != ("",)]
    return choices[0] if not _is_enum(hint) and len(choices) == 1 else hint


def _is_enum(hint: Any) -> bool:
    return (
        getattr(get_origin(hint), "_name", getattr(get_origin(hint), "__name__", "")) == "Literal"
    )


def _ask(sandbox: RunningSandbox, operation: Operation, form: dict[str, Any]) -> requests.Response:
    address = sandbox.url + re.sub(r"<[^>]+>", "none", operation.path)
    sent = "data" if operation.method == "POST" else "params"
    arguments: Any = {sent: form}
    return requests.request(operation.method, address, auth=(KEY, ""), timeout=10, **arguments)


def _refusal(answer: requests.Response) -> tuple[int, str, Any, Any]:
    error = answer.json()["error"]
    return answer.status_code, error["type"], error.get("code"), error.get("param")


@pytest.mark.parametrize("operation", _NAMED)
def test_an_unknown_parameter_is_refused(sandbox: RunningSandbox, operation: Operation) -> None:
    answer = _ask(sandbox, operation, {"colour": "red", **_form(operation)})
    expected = (400, "invalid_request_error", "parameter_unknown", "colour")
    assert _refusal(answer) == expected
    assert "Received unknown parameter: colour" in answer.text


def _wrong(operation: Operation) -> Iterator[tuple[str, str, str | None]]:
    for name, (hint, needed) in _fields(operation).items():
        if needed:
            yield name, "", "parameter_missing"
        if _plain(hint) is int:
            yield name, "many", "parameter_invalid_integer"
        elif _plain(hint) is bool:
            yield name, "perhaps", None
        elif _is_enum(_plain(hint)):
            yield name, "nonsense", None


@pytest.mark.parametrize("operation", [each for each in _NAMED if list(_wrong(each.values[0]))])
def test_a_missing_or_wrong_parameter_is_named(
    sandbox: RunningSandbox, operation: Operation
) -> None:
    for name, value, code in _wrong(operation):
        form = {**({name: value} if value else {}), **_form(operation, without=name)}
        expected = (400, "invalid_request_error", code, name)
        assert _refusal(_ask(sandbox, operation, form)) == expected


@pytest.mark.parametrize(
    "operation",
    [each for each in _NAMED if each.id.startswith("GET") and "<" in each.values[0].path],
)
def test_what_nobody_made_is_missing(sandbox: RunningSandbox, operation: Operation) -> None:
    status, kind, code, _ = _refusal(_ask(sandbox, operation, {}))
    assert (kind, code) in {
        ("invalid_request_error", "resource_missing"),
        ("invalid_request_error", "account_invalid"),
    }
    assert status in {403, 404}
