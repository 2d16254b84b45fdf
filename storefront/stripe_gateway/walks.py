"""Walking through everything that Stripe has, page by page, the newest first.

https://docs.stripe.com/api/pagination: `limit` 100, a cursor that is the last object's id.
"""

from dataclasses import dataclass
from typing import Any

Answer = dict[str, Any]

PAGE = 100

EXPAND: dict[str, tuple[str, ...]] = {
    "checkout_sessions": ("data.payment_intent",),
    "invoices": ("data.payments",),
    "charges": ("data.balance_transaction", "data.transfer", "data.application_fee"),
    "refunds": ("data.transfer_reversal",),
    "transfers": (),
    "application_fees": (),
    "disputes": (),
    "early_fraud_warnings": (),
    "balance_transactions": (),
}
"""What can be walked through, and what Stripe is to tell of each object besides."""

_INSIDE = {"transfers": "reversals", "application_fees": "refunds"}
"""Lists inside an object, of which Stripe shows the ten newest unasked."""


@dataclass(frozen=True, slots=True)
class Page:
    """Objects, and the cursor behind which there are more; None at the end."""

    objects: list[Answer]
    cursor: str | None


def parameters(kind: str, since: int | None, cursor: str | None, **filters: str) -> Answer:
    """What to ask for. `since` is a Unix time."""
    asked: Answer = {"limit": PAGE, "expand": list(EXPAND[kind]), **filters}
    if since is not None:
        asked["created"] = {"gte": since}
    if cursor is not None:
        asked["starting_after"] = cursor
    return asked


def service(v1: Any, kind: str) -> Any:
    """The part of the SDK that lists a kind."""
    if kind == "checkout_sessions":
        return v1.checkout.sessions
    return getattr(v1.radar if kind == "early_fraud_warnings" else v1, kind)


def completed(v1: Any, kind: str, found: Any) -> Any:
    """An object with the whole of the list inside it."""
    inside = getattr(found, _INSIDE[kind], None) if kind in _INSIDE else None
    if inside is not None and inside.has_more:
        whole = getattr(service(v1, kind), _INSIDE[kind]).list(found.id, {"limit": PAGE})
        inside.data = list(whole.auto_paging_iter())
        inside.has_more = False
    return found
