"""Reading what a connected account has at Stripe, and between which moments it looked so.

https://docs.stripe.com/connect/authentication#stripe-account-header: with that header the same
lists show the account's own objects instead of the platform's.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from storefront import clock
from storefront.stripe_gateway.walks import PAGE

Answer = dict[str, Any]

KINDS: dict[str, str] = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "transfers": "transfer",
    "application_fees": "application_fee",
    "payouts": "payout",
    "customers": "customer",
    "balance_transactions": "balance_transaction",
}
"""The lists that can be read, and what Stripe calls an object of each."""

_WITHOUT_DATE = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """Two of Stripe's Unix times, between which an object looked as it was told."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Objects, when they looked so, and the cursor behind which there are more."""

    objects: list[Answer]
    seen: Seen
    cursor: str | None = None


def timed(ask: Callable[[], Any]) -> tuple[Any, Seen]:
    """An answer, and when it was true by Stripe's own clock, which stamps events too."""
    began = time.monotonic()
    answer = ask()
    took = math.ceil(time.monotonic() - began) + 1
    response = getattr(answer, "last_response", None)
    date = response.headers.get("Date") if response is not None else None
    if date is None:
        took += _WITHOUT_DATE
    moment = int((parsedate_to_datetime(date) if date else clock.now()).timestamp())
    return answer, Seen(moment - took, moment + took)


def parameters(kind: str, since: int | None, cursor: str | None, **filters: str) -> Answer:
    """What to ask of a list. `since` is a Unix time.

    A balance transaction's source tells from which transfer of the platform's it came.
    """
    asked: Answer = {"limit": PAGE, **filters}
    if kind == "balance_transactions":
        asked["expand"] = ["data.source"]
    if since is not None:
        asked["created"] = {"gte": since}
    if cursor is not None:
        asked["starting_after"] = cursor
    return asked
