"""Early fraud warnings, one row for each of Stripe's."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Tx

TO_DO, REFUNDED, DISPUTED, OVER = "to_do", "refunded", "disputed", "over"


@dataclass(frozen=True, slots=True)
class FraudWarning:
    """An issuer's warning about a payment, with what names its order.

    Amounts are the order's, in minor units of `currency`.
    """

    id: str
    order_id: str
    seller_id: str
    fraud_type: str
    status: str
    warned_at: str
    order_number: int = 0
    shop_name: str = ""
    email: str = ""
    total_amount: int = 0
    refunded_amount: int = 0
    currency: str = ""


_OWN = ("id", "order_id", "seller_id", "fraud_type", "status", "warned_at")
_SELECT = (
    f"SELECT {', '.join(f'w.{name}' for name in _OWN)}, o.number AS order_number, o.shop_name,"
    " COALESCE(o.email, '') AS email, o.total_amount, o.refunded_amount, o.currency"
    " FROM fraud_warnings w JOIN orders o ON o.id = w.order_id"
)


def save(tx: Tx, warning: FraudWarning) -> None:
    """Write a warning as it is now."""
    tx.run(
        f"INSERT INTO fraud_warnings ({', '.join(_OWN)}, updated_at)"
        f" VALUES ({', '.join(f':{name}' for name in _OWN)}, :now) ON CONFLICT (id) DO UPDATE SET"
        " fraud_type = :fraud_type, status = :status, warned_at = :warned_at, updated_at = :now",
        now=timestamp(),
        **{name: getattr(warning, name) for name in _OWN},
    )


def of_order(tx: Tx, order_id: str) -> list[FraudWarning]:
    """An order's warnings, the oldest first."""
    rows = tx.all(f"{_SELECT} WHERE w.order_id = :id ORDER BY w.warned_at, w.id", id=order_id)
    return [FraudWarning(**row) for row in rows]


def page(tx: Tx, status: str, limit: int, offset: int) -> list[FraudWarning]:
    """Warnings of a status, or all if it is empty, the newest first."""
    rows = tx.all(
        f"{_SELECT} WHERE (:status = '' OR w.status = :status)"
        " ORDER BY w.warned_at DESC, w.id DESC LIMIT :limit OFFSET :offset",
        status=status,
        limit=limit,
        offset=offset,
    )
    return [FraudWarning(**row) for row in rows]


def counts(tx: Tx) -> dict[str, int]:
    """How many warnings there are of each status."""
    rows = tx.all("SELECT status, COUNT(*) AS found FROM fraud_warnings GROUP BY status")
    return {row["status"]: int(row["found"]) for row in rows}
