"""Request parameters, checked against the types that the ``stripe`` package publishes.

The SDK describes every operation's parameters as a ``TypedDict`` in ``stripe.params``. Those
classes also inherit the SDK's request options, which are not form parameters and are left out.
"""

import sys
import types
import typing
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from typing import Any, Literal, NotRequired, Union, get_args, get_origin
from typing import Literal as ExtendedLiteral

from stripe import _request_options
from typing_extensions import is_typeddict

from stripe_sandbox.api.errors import ApiError, invalid, missing_param

_OPTIONS = frozenset(_request_options.RequestOptions.__annotations__)
_UNIONS = (Union, types.UnionType)
_LITERALS = (Literal, ExtendedLiteral)
_MAX_STRING = 5000
_LONG_STRING = 20_000
_LONG_EVIDENCE = (
    "access_activity_log cancellation_policy_disclosure cancellation_rebuttal "
    "duplicate_charge_explanation product_description refund_policy_disclosure "
    "refund_refusal_explanation uncategorized_text"
)
_LONG = frozenset(f"evidence[{name}]" for name in _LONG_EVIDENCE.split())
_MAX_INTEGER = 2**63 - 1

Field = tuple[Any, bool]


@cache
def fields_of(params_type: type) -> dict[str, Field]:
    """Name → (type, required) of a ``TypedDict`` of the SDK."""
    namespace = {
        **vars(_request_options),
        "StripeContext": object,
        **vars(sys.modules[params_type.__module__]),
    }
    hints = typing.get_type_hints(params_type, globalns=namespace, include_extras=True)
    return {
        name: _field(hint)
        for name, hint in hints.items()
        if name not in _OPTIONS or name in _own(params_type)
    }


def _own(params_type: type) -> frozenset[str]:
    """Nested classes have no options: what they name is theirs."""
    annotations = params_type.__annotations__
    return frozenset() if annotations.keys() >= _OPTIONS else frozenset(annotations)


def _field(hint: Any) -> Field:
    if get_origin(hint) is NotRequired or get_origin(hint) is typing.NotRequired:
        return get_args(hint)[0], False
    return hint, True


@cache
def load(name: str) -> type:
    """The class ``checkout.SessionCreateParams`` of ``stripe.params``."""
    module, _, class_name = name.rpartition(".")
    found: type = getattr(import_module(f"stripe.params.{module}".rstrip(".")), class_name)
    return found


def validate(
    name: str | None, given: dict[str, Any], extra: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Typed parameters of the operation, or ``ApiError``.

    ``extra`` names parameters that the types do not know but Stripe accepts.
    """
    if name is None:
        _refuse_unknown(given, extra | {"expand"}, "")
        return given
    return _structure(load(name), given, "", extra)


def _nested(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def _refuse_unknown(given: dict[str, Any], known: typing.Collection[str], prefix: str) -> None:
    unknown = [_nested(prefix, name) for name in given if name not in known]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise invalid(
            f"Received unknown parameter{plural}: {', '.join(unknown)}",
            unknown[0],
            "parameter_unknown",
        )


def _structure(
    params_type: type, given: Any, prefix: str, extra: frozenset[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise invalid("Invalid object", prefix)
    known = fields_of(params_type)
    _refuse_unknown(given, known.keys() | extra, prefix)
    for name, (_, required) in known.items():
        if required and name not in given:
            raise missing_param(_nested(prefix, name))
    return {
        name: convert(known[name][0], value, _nested(prefix, name)) if name in known else value
        for name, value in given.items()
    }


def convert(hint: Any, value: Any, param: str) -> Any:
    """A decoded form value as the type says, or ``ApiError``."""
    origin = get_origin(hint)
    if origin in _UNIONS:
        return _union(get_args(hint), value, param)
    if origin in _LITERALS:
        return _enum(get_args(hint), value, param)
    if origin is list:
        return _list(get_args(hint)[0], value, param)
    if is_typeddict(hint):
        return _structure(hint, value, param)
    if origin is not None or hint is dict:
        return _hash(hint, value, param)
    return _scalar(hint, value, param)


def _enum(choices: tuple[Any, ...], value: Any, param: str) -> Any:
    if value in choices:
        return value
    if value == "":
        raise _empty(param)
    raise invalid(f"Invalid {param}: must be one of {_one_of(choices)}", param)


def _one_of(choices: tuple[Any, ...]) -> str:
    names = [str(choice) for choice in choices if choice != ""]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}, or {names[-1]}"


def _union(options: tuple[Any, ...], value: Any, param: str) -> Any:
    literals = tuple(
        c for option in options if get_origin(option) in _LITERALS for c in get_args(option)
    )
    if value == "" and "" in literals:
        return ""
    if bool in options and value in ("true", "false"):
        return value == "true"
    if any(literals) and str in options and isinstance(value, str):
        # "Literal[...] | str" is the SDK's way to write an enum that may grow.
        return _enum(literals, value, param)
    return _first_that_fits(_ordered(options, value), value, param)


def _ordered(options: tuple[Any, ...], value: Any) -> list[Any]:
    """The alternatives that a value of this form can mean, most specific first."""
    options = tuple(option for option in options if get_args(option) != ("",))
    structured = [
        option for option in options if is_typeddict(option) or get_origin(option) in (list, dict)
    ]
    if isinstance(value, dict):
        return structured or list(options)
    plain = [option for option in options if option not in structured and option is not str]
    return [*plain, *(option for option in options if option is str)] or list(options)


def _first_that_fits(options: list[Any], value: Any, param: str) -> Any:
    first: ApiError | None = None
    for option in options:
        try:
            return convert(option, value, param)
        except ApiError as error:
            first = first or error
    raise first or invalid("Invalid value", param)


def _list(item: Any, value: Any, param: str) -> list[Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid array", param)
    if not all(key.isdigit() for key in value):
        raise invalid("Invalid array", param)
    ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
    return [
        convert(item, each, f"{param}[{position}]") for position, (_, each) in enumerate(ordered)
    ]


def _hash(hint: Any, value: Any, param: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid object", param)
    arguments = get_args(hint)
    inner = arguments[-1] if arguments else Any
    return {key: convert(inner, each, f"{param}[{key}]") for key, each in value.items()}


def _empty(param: str) -> ApiError:
    message = (
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
        f"unset a parameter; "
        f"however '{param}' cannot be unset. You should remove '{param}' from your request or "
        f"supply a "
        "non-empty value."
    )
    return invalid(message, param, "parameter_invalid_empty")


def _scalar(hint: Any, value: Any, param: str) -> Any:
    if hint is Any or hint is object or not isinstance(hint, type):
        return value
    if not isinstance(value, str):
        raise invalid(f"Invalid {_NAMES.get(hint, 'string')}: {value!r}", param)
    if value == "" and "metadata" not in param:
        raise _empty(param)
    return _SCALARS.get(hint, _string)(value, param)


def _string(value: str, param: str) -> str:
    longest = _LONG_STRING if param in _LONG else _MAX_STRING
    if len(value) > longest:
        message = f"Invalid string: {value[:10]}...; must be at most {longest} characters"
        raise invalid(message, param, "parameter_invalid_string_too_long")
    return value


def _integer(value: str, param: str) -> int:
    digits = value.removeprefix("-")
    if (
        not (digits.isascii() and digits.isdigit())
        or len(digits) > 19
        or abs(int(value)) > _MAX_INTEGER
    ):
        raise invalid(f"Invalid integer: {value[:40]}", param, "parameter_invalid_integer")
    return int(value)


def _boolean(value: str, param: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value[:40]}", param)
    return value == "true"


def _decimal(value: str, param: str) -> str:
    """Decimals stay text, which is how the API shows them."""
    try:
        finite = Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    if not finite or len(value) > 40:
        raise invalid(
            f"Invalid decimal: {value[:40]}; must contain at maximum 12 decimal places.", param
        )
    return value


_SCALARS: dict[Any, typing.Callable[[str, str], Any]] = {
    str: _string,
    int: _integer,
    bool: _boolean,
    float: _decimal,
    Decimal: _decimal,
}
_NAMES = {int: "integer", bool: "boolean", float: "decimal", Decimal: "decimal", str: "string"}
