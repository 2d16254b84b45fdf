"""Calendar arithmetic of billing periods (Unix seconds, UTC)."""

import calendar
from datetime import UTC, datetime, timedelta

from stripe_sandbox.store import JSON

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def end_of(start: int, recurring: JSON, anchor: int) -> int:
    """Where a period that begins at ``start`` ends.

    Months keep the day of ``anchor`` where they have it: the 31st is followed by the 28th of
    February and then by the 31st of March (docs.stripe.com/billing/subscriptions/billing-cycle).
    """
    interval, count = recurring["interval"], recurring["interval_count"]
    begins = datetime.fromtimestamp(start, UTC)
    if interval in _DAYS:
        return int((begins + timedelta(days=_DAYS[interval] * count)).timestamp())
    months = begins.month - 1 + _MONTHS[interval] * count
    year, month = begins.year + months // 12, months % 12 + 1
    day = min(datetime.fromtimestamp(anchor, UTC).day, calendar.monthrange(year, month)[1])
    return int(begins.replace(year=year, month=month, day=day).timestamp())
