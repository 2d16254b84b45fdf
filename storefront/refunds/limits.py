"""What an operator may refund alone: so much a day, and up to an amount each."""

from dataclasses import replace

from storefront import clock
from storefront.config import Config
from storefront.errors import Refused
from storefront.money import display
from storefront.refunds import repository
from storefront.refunds.repository import NEEDS_APPROVAL, OPERATOR, Refund
from storefront.store import Tx


def judged(tx: Tx, config: Config, refund: Refund) -> Refund:
    """A refund that is about to be written, waiting for a second operator if it must.

    Raises Refused when it goes beyond what its operator may refund today.
    """
    if refund.origin != OPERATOR or refund.actor_id is None:
        return refund
    limit = dict(config.refund_daily_limit).get(refund.currency)
    if limit is not None:
        _check_today(tx, refund, limit)
    alone = dict(config.refund_approval_above).get(refund.currency)
    waits = alone is not None and refund.amount > alone
    return replace(refund, state=NEEDS_APPROVAL) if waits else refund


def _check_today(tx: Tx, refund: Refund, limit: int) -> None:
    today = clock.timestamp(clock.now().replace(hour=0, minute=0, second=0, microsecond=0))
    left = limit - repository.made_since(tx, str(refund.actor_id), refund.currency, today)
    if refund.amount > left:
        raise Refused(
            f"You may refund {display(limit, refund.currency)} a day, of which"
            f" {display(max(0, left), refund.currency)} is left until midnight UTC."
            " Ask a colleague, or raise REFUND_DAILY_LIMIT."
        )
