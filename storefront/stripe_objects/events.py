"""Who folds which event. Filled in `assembly.py`; docs/ARCHITECTURE.md says what folding is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from storefront.store import Tx

Fold = Literal["done", "parked", "ignored"]
"""What became of an event: folded, waiting for the object it belongs to, not for us."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of Stripe's. `account` is empty on the platform's own; `created` is a Unix time."""

    id: str
    type: str
    account: str
    livemode: bool
    created: int
    object: dict[str, Any]


Handler = Callable[[Tx, Event], Fold]


class Handlers:
    """At most one handler for each endpoint and type; a type without one is ignored."""

    def __init__(self) -> None:
        self._handlers: dict[tuple[str, str], Handler] = {}

    def on(self, type_: str, handler: Handler, *, scope: str = "platform") -> None:
        """Register who folds a type of event that arrives at one of the two endpoints."""
        if (scope, type_) in self._handlers:
            raise RuntimeError(f"{type_} has a handler already")
        self._handlers[scope, type_] = handler

    def types(self, scope: str) -> list[str]:
        """The types to list as `enabled_events` of an endpoint."""
        return sorted(type_ for known, type_ in self._handlers if known == scope)

    def fold(self, tx: Tx, scope: str, event: Event) -> Fold:
        """Give an event to its handler."""
        handler = self._handlers.get((scope, event.type))
        return handler(tx, event) if handler else "ignored"
