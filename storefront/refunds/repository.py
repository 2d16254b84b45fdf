"""Refunds: what we asked for and what Stripe reports about it, one row each."""

from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx

REQUESTED, REJECTED = "requested", "rejected"
PENDING, REQUIRES_ACTION, SUCCEEDED = "pending", "requires_action", "succeeded"
FAILED, CANCELED = "failed", "canceled"
STATES = (REQUESTED, REJECTED, PENDING, REQUIRES_ACTION, SUCCEEDED, FAILED, CANCELED)

OPERATOR, AUTOMATIC, EXTERNAL = "operator", "automatic", "external"

_RELEASED = {REJECTED, FAILED, CANCELED}


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of an order.

    Amounts are minor units of `currency`. `return_fee` is what was chosen; `fee_amount` is the
    part of the application fee that goes back with it, which rounding may make 0. `origin`
    says whether an operator, the storefront itself or Stripe's Dashboard made it.
    """

    id: str
    order_id: str
    amount: int
    currency: str
    reverse_transfer: bool
    return_fee: bool
    fee_amount: int
    reason: str
    message: str
    origin: str
    actor_id: str | None
    form_token: str | None
    state: str
    failure: str
    stripe_refund_id: str | None
    created_at: str
    updated_at: str

    @property
    def holds(self) -> bool:
        """Whether its amount counts against what can still be refunded."""
        return self.state not in _RELEASED

    @property
    def moved(self) -> bool:
        """Whether reversal and fee count. They stay as they are when a refund fails later."""
        return self.state != REJECTED

    @property
    def settled(self) -> bool:
        """Whether its page has nothing more to wait for soon."""
        return self.state in {SUCCEEDED, *_RELEASED}


@dataclass(frozen=True, slots=True)
class RefundOfOrder:
    """A refund with what names its order in a list."""

    refund: Refund
    order_number: int
    shop_name: str
    email: str
    actor: str


_NAMES = tuple(Refund.__dataclass_fields__)
_COLUMNS = ", ".join(_NAMES)
_FLAGS = ("reverse_transfer", "return_fee")


def _refund(row: Row) -> Refund:
    values = {name: row[name] for name in _NAMES}
    return Refund(**values | {name: row[name] == 1 for name in _FLAGS})


def insert(tx: Tx, refund: Refund) -> None:
    """Write a new refund. Raises Conflict for a form token or Stripe id that is known."""
    values: dict[str, Any] = {name: getattr(refund, name) for name in _NAMES}
    places = ", ".join(f":{name}" for name in _NAMES)
    tx.run(
        f"INSERT INTO refunds ({_COLUMNS}) VALUES ({places})",
        **values | {name: int(values[name]) for name in _FLAGS},
    )


def by_id(tx: Tx, refund_id: str) -> Refund | None:
    """One refund."""
    row = tx.one(f"SELECT {_COLUMNS} FROM refunds WHERE id = :id", id=refund_id)
    return _refund(row) if row else None


def by_form_token(tx: Tx, form_token: str) -> Refund | None:
    """The refund that a form has made already."""
    row = tx.one(f"SELECT {_COLUMNS} FROM refunds WHERE form_token = :token", token=form_token)
    return _refund(row) if row else None


def of_order(tx: Tx, order_id: str) -> list[Refund]:
    """An order's refunds, the newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM refunds WHERE order_id = :id ORDER BY created_at DESC, id DESC",
        id=order_id,
    )
    return [_refund(row) for row in rows]


def newest(tx: Tx, limit: int, offset: int) -> list[RefundOfOrder]:
    """Refunds for the operator: those that went wrong on top, then the newest."""
    return _with_orders(
        tx,
        "ORDER BY CASE WHEN r.state IN ('rejected', 'failed', 'canceled') THEN 0 ELSE 1 END,"
        " r.created_at DESC, r.id DESC LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
    )


def history(tx: Tx, order_id: str) -> list[RefundOfOrder]:
    """An order's refunds with who made them, the newest first."""
    return _with_orders(
        tx, "WHERE r.order_id = :order_id ORDER BY r.created_at DESC, r.id DESC", order_id=order_id
    )


def _with_orders(tx: Tx, rest: str, **values: Any) -> list[RefundOfOrder]:
    columns = ", ".join(f"r.{name}" for name in _NAMES)
    rows = tx.all(
        f"SELECT {columns}, o.number AS order_number, o.shop_name, COALESCE(o.email, '') AS email,"
        " COALESCE(u.name, '') AS actor FROM refunds r JOIN orders o ON o.id = r.order_id"
        f" LEFT JOIN users u ON u.id = r.actor_id {rest}",
        **values,
    )
    return [
        RefundOfOrder(
            _refund(row), row["order_number"], row["shop_name"], row["email"], row["actor"]
        )
        for row in rows
    ]


def update(tx: Tx, refund_id: str, **columns: Any) -> None:
    """Set what Stripe reports about a refund."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(
        f"UPDATE refunds SET {changes}, updated_at = :now WHERE id = :refund_id",
        refund_id=refund_id,
        now=timestamp(),
        **columns,
    )


def reject(tx: Tx, refund_id: str, failure: str) -> bool:
    """Stripe made no refund; False if it is known to have made one after all."""
    return (
        tx.run(
            "UPDATE refunds SET state = 'rejected', failure = :failure, updated_at = :now"
            " WHERE id = :id AND state = 'requested' AND stripe_refund_id IS NULL",
            id=refund_id,
            failure=failure,
            now=timestamp(),
        )
        == 1
    )


def unfulfillable(tx: Tx, limit: int) -> list[str]:
    """Ids of paid orders that nothing is left to send for and that were not refunded yet."""
    rows = tx.all(
        "SELECT id FROM orders WHERE status = 'paid' AND problem = 'out_of_stock'"
        " AND disputed = 0 AND refund_committed = 0 AND stripe_charge_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = orders.id"
        " AND r.origin = 'automatic') ORDER BY id LIMIT :limit",
        limit=limit,
    )
    return [row["id"] for row in rows]
