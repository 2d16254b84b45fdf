"""Form bodies with nested and indexed keys: ``a[b][0][c]=1``, ``expand[]=x``."""

import re
from typing import Any

from stripe_sandbox.api.errors import invalid

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")
_MAX_DEPTH = 12


def _path(key: str) -> list[str]:
    match = _KEY.match(key)
    if match is None:
        raise invalid(f"Invalid request parameter name: {key[:200]}", key[:200])
    parts = [match[1], *_PART.findall(match[2])]
    if len(parts) > _MAX_DEPTH:
        raise invalid(f"Parameter nested too deeply: {key[:200]}", key[:200])
    return parts


def _place(target: dict[str, Any], parts: list[str], value: Any) -> None:
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        name = str(len(target)) if part == "" else part
        if following is None:
            target[name] = value
            return
        child = target.setdefault(name, {})
        if not isinstance(child, dict):
            raise invalid(
                f"Invalid request: {name} is given both as a value and as a hash", parts[0]
            )
        target = child


def parse(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Nested dictionaries from decoded (key, value) pairs.

    Lists stay dictionaries with numeric keys; only the schema knows which is meant.
    Raises ``ApiError`` for keys that cannot be read.
    """
    parsed: dict[str, Any] = {}
    for key, value in pairs:
        _place(parsed, _path(key), value)
    return parsed
