"""Repayments to sellers, one row each, and the refunds that may need one."""

from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx

REQUESTED, SHORT, DONE, REJECTED = "requested", "short", "done", "rejected"


@dataclass(frozen=True, slots=True)
class Repayment:
    """What a seller gets back after a refund that failed or a dispute that was won.

    In the state `short` it waits: for money on the platform's balance, or, if `parked`, for the
    account to be connected again, whatever the shop is connected with.

    In minor units of `currency`. `subject_id` names the refund or the dispute; `reversed_amount`
    had been pulled back, `fee_amount` of our fee had been returned with it. `missing_amount` is
    what the platform's balance lacked when it was last looked at.
    """

    id: str
    subject_id: str
    order_id: str
    reversed_amount: int
    fee_amount: int
    currency: str
    destination: str
    actor_id: str | None
    state: str
    failure: str
    missing_amount: int
    next_try_at: str | None
    stripe_transfer_id: str | None
    created_at: str
    updated_at: str
    connected: int = 1

    @property
    def parked(self) -> bool:
        """Whether it waits for an account that has left."""
        return self.state == SHORT and not self.connected

    @property
    def amount(self) -> int:
        """What the transfer sends: everything is then as it was before the refund."""
        return self.reversed_amount - self.fee_amount


@dataclass(frozen=True, slots=True)
class FailedRefund:
    """A refund that failed after money was pulled back, and what became of it."""

    refund_id: str
    order_id: str
    order_number: int
    shop_name: str
    amount: int
    currency: str
    updated_at: str
    state: str
    missing_amount: int
    connected: int

    @property
    def parked(self) -> bool:
        """Whether the seller's money waits for an account that has left."""
        return self.state == SHORT and not self.connected


_NAMES = tuple(name for name in Repayment.__dataclass_fields__ if name != "connected")
_CONNECTED = (
    "(SELECT COUNT(*) FROM connected_accounts a WHERE a.connected = 1"
    " AND a.stripe_account_id = {}.destination) AS connected"
)
_SELECT = f"SELECT {', '.join(_NAMES)}, {_CONNECTED.format('repayments')} FROM repayments"


def _repayment(row: Row) -> Repayment:
    return Repayment(**row)


def insert(tx: Tx, new: Repayment) -> None:
    """Write a new one. Raises Conflict if its subject has one."""
    places = ", ".join(f":{name}" for name in _NAMES)
    tx.run(
        f"INSERT INTO repayments ({', '.join(_NAMES)}) VALUES ({places})",
        **{name: getattr(new, name) for name in _NAMES},
    )


def of_subject(tx: Tx, subject_id: str) -> Repayment | None:
    """The repayment for a refund or a dispute."""
    row = tx.one(f"{_SELECT} WHERE subject_id = :id", id=subject_id)
    return _repayment(row) if row else None


def by_id(tx: Tx, repayment_id: str) -> Repayment | None:
    """One repayment."""
    row = tx.one(f"{_SELECT} WHERE id = :id", id=repayment_id)
    return _repayment(row) if row else None


def update(tx: Tx, repayment_id: str, **columns: Any) -> None:
    """Set what Stripe has said."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(
        f"UPDATE repayments SET {changes}, updated_at = :now WHERE id = :repayment_id",
        repayment_id=repayment_id,
        now=timestamp(),
        **columns,
    )


def still_short(tx: Tx, repayment_id: str) -> bool:
    """Whether one still waits for money; nobody else changes it until the end."""
    return (
        tx.run("UPDATE repayments SET id = id WHERE id = :id AND state = 'short'", id=repayment_id)
        == 1
    )


def due(tx: Tx, limit: int) -> list[Repayment]:
    """Those that waited long enough for money on the platform's balance, and can be paid."""
    rows = tx.all(
        f"{_SELECT} WHERE state = 'short' AND next_try_at <= :now AND destination IN"
        " (SELECT stripe_account_id FROM connected_accounts WHERE connected = 1)"
        " ORDER BY next_try_at, id LIMIT :limit",
        now=timestamp(),
        limit=limit,
    )
    return [_repayment(row) for row in rows]


def hurry(tx: Tx) -> int:
    """Look again at those that wait, since money has arrived; how many wait."""
    return tx.run("UPDATE repayments SET next_try_at = :now WHERE state = 'short'", now=timestamp())


def queue(tx: Tx, limit: int, offset: int) -> list[FailedRefund]:
    """Refunds that failed after they were pulled back; those that nobody has dealt with first."""
    rows = tx.all(
        "SELECT r.id AS refund_id, r.order_id, o.number AS order_number, o.shop_name, r.amount,"
        " r.currency, r.updated_at, COALESCE(p.state, '') AS state,"
        f" COALESCE(p.missing_amount, 0) AS missing_amount, {_CONNECTED.format('o')}"
        " FROM refunds r JOIN orders o ON o.id = r.order_id"
        " LEFT JOIN repayments p ON p.subject_id = r.id"
        " WHERE r.state IN ('failed', 'canceled') AND r.reverse_transfer = 1"
        " ORDER BY CASE COALESCE(p.state, '') WHEN 'done' THEN 1 ELSE 0 END, r.updated_at DESC,"
        " r.id LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
    )
    return [FailedRefund(**row) for row in rows]
