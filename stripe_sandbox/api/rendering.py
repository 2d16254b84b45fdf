"""From stored objects to what a client sees: private members out, expansions in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from stripe_sandbox.api.errors import invalid
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

Computed = Callable[["Sandbox", JSON], Any]

_ALWAYS: dict[str, dict[str, Computed]] = {}
_ON_REQUEST: dict[str, dict[str, Computed]] = {}
_MAX_EXPAND_DEPTH = 4


def computed(kind: str, member: str, *, on_request: bool = False) -> Callable[[Computed], Computed]:
    """Declare a member that is worked out when shown; ``on_request`` ones need ``expand``."""

    def register(function: Computed) -> Computed:
        (_ON_REQUEST if on_request else _ALWAYS).setdefault(kind, {})[member] = function
        return function

    return register


def render(sandbox: "Sandbox", stored: JSON) -> JSON:
    """The object as the API shows it, nothing expanded."""
    shown = {name: value for name, value in stored.items() if not name.startswith("_")}
    if not stored.get("deleted"):
        for member, function in _ALWAYS.get(stored.get("object", ""), {}).items():
            shown[member] = function(sandbox, stored)
    return shown


def expand(sandbox: "Sandbox", shown: JSON, paths: list[str]) -> JSON:
    """Replace ids by objects along ``paths`` such as ``data.charge.balance_transaction``."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > _MAX_EXPAND_DEPTH + (parts[0] == "data"):
            raise invalid(
                f"You cannot expand more than {_MAX_EXPAND_DEPTH} levels of a property: {path}",
                "expand",
            )
        _expand_path(sandbox, shown, parts, path)
    return shown


def _expand_path(sandbox: "Sandbox", shown: Any, parts: list[str], path: str) -> None:
    if not parts or shown is None:
        return
    if isinstance(shown, list):
        for item in shown:
            _expand_path(sandbox, item, parts, path)
        return
    name = parts[0]
    known = isinstance(shown, dict) and (
        name in shown or name in _ON_REQUEST.get(shown.get("object", ""), {})
    )
    if not known:
        raise invalid(f"This property cannot be expanded ({path}).", "expand[0]")
    shown[name] = _resolved(sandbox, shown, name, path)
    _expand_path(sandbox, shown[name], parts[1:], path)


def _resolved(sandbox: "Sandbox", shown: JSON, name: str, path: str) -> Any:
    function = _ON_REQUEST.get(shown.get("object", ""), {}).get(name)
    if function is not None:
        return function(sandbox, sandbox.store.get(shown["id"]))
    value = shown[name]
    if value is None or isinstance(value, (dict, list)):
        return value
    found = sandbox.store.find(str(value))
    if found is None:
        raise invalid(f"This property cannot be expanded ({path}).", "expand[0]")
    return render(sandbox, found)


def list_of(
    sandbox: "Sandbox", url: str, stored: list[JSON], *, has_more: bool = False, **extra: Any
) -> JSON:
    """A list object."""
    data = [render(sandbox, item) for item in stored]
    return {"object": "list", "data": data, "has_more": has_more, "url": url, **extra}
