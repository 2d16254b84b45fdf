"""Who is told when a call has ended. Filled in `assembly.py`, so that this imports nobody."""

from collections.abc import Callable
from typing import Any

from storefront.store import Tx
from storefront.stripe_calls.repository import StripeCall

Answer = dict[str, Any]
Listener = Callable[[Tx, StripeCall, Answer | None], None]


class Outcomes:
    """One listener for each operation, run in the transaction that records the outcome."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def on(self, operation: str, listener: Listener) -> None:
        """Register who is told about an operation. Twice is a mistake."""
        if operation in self._listeners:
            raise RuntimeError(f"{operation} has a listener already")
        self._listeners[operation] = listener

    def tell(self, tx: Tx, call: StripeCall, answer: Answer | None) -> None:
        """`call.state` is confirmed (with Stripe's answer), rejected or abandoned."""
        listener = self._listeners.get(call.operation)
        if listener is not None:
            listener(tx, call, answer)
