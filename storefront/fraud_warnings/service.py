"""Early fraud warnings: an issuer suspects fraud, and nobody has disputed yet.

"An EFW is actionable if it has not received a dispute and has not been fully refunded. You may
wish to proactively refund a charge that receives an EFW, in order to avoid receiving a dispute
later" (https://docs.stripe.com/api/early_fraud_warnings/object).
"""

from typing import Final

from storefront.fraud_warnings import repository
from storefront.fraud_warnings.repository import TO_DO, FraudWarning
from storefront.store import Tx

__all__ = ["TO_DO", "VIEWS", "FraudWarning", "counted", "of_order", "page"]

VIEWS: Final = {"to_do": TO_DO, "all": ""}
"""The parts of the list, and the status in each."""

of_order = repository.of_order


def page(tx: Tx, view: str, limit: int, offset: int) -> list[FraudWarning]:
    """A part of the list, the newest first."""
    return repository.page(tx, VIEWS[view], limit, offset)


def counted(tx: Tx) -> dict[str, int]:
    """How many warnings there are in each part of the list."""
    found = repository.counts(tx)
    return {"to_do": found.get(TO_DO, 0), "all": sum(found.values())}
