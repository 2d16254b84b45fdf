"""Refunds: what we asked for and what Stripe reports about it, one row each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx

NEEDS_APPROVAL, REQUESTED, REJECTED = "needs_approval", "requested", "rejected"
PENDING, REQUIRES_ACTION, SUCCEEDED = "pending", "requires_action", "succeeded"
FAILED, CANCELED = "failed", "canceled"
STATES = (
    NEEDS_APPROVAL,
    REQUESTED,
    REJECTED,
    PENDING,
    REQUIRES_ACTION,
    SUCCEEDED,
    FAILED,
    CANCELED,
)

OPERATOR, SELLER, AUTOMATIC, EXTERNAL = "operator", "seller", "automatic", "external"

_RELEASED = {REJECTED, FAILED, CANCELED}


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund of an order.

    Amounts are minor units of `currency`. `return_fee` is what was chosen; `fee_amount` is the
    part of the application fee that goes back with it, which rounding may make 0. `owed` means
    that the money is not pulled back at once but owed by the seller (`debts`). `origin` says
    whether an operator, the seller, the storefront itself or Stripe's Dashboard made it.
    """

    id: str
    order_id: str
    amount: int
    currency: str
    reverse_transfer: bool
    return_fee: bool
    fee_amount: int
    includes_shipping: bool
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
    owed: bool = False

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
        return self.state in {NEEDS_APPROVAL, SUCCEEDED, *_RELEASED}


@dataclass(frozen=True, slots=True)
class RefundOfOrder:
    """A refund with what names its order in a list."""

    refund: Refund
    order_number: int
    shop_name: str
    email: str
    actor: str


@dataclass(frozen=True, slots=True)
class RefundLine:
    """So many pieces of a line of the order, and whether they go back on sale."""

    position: int
    quantity: int
    restock: bool


@dataclass(frozen=True, slots=True)
class FeeReturn:
    """A part of our fee that an operator returns; `amount` in minor units of `currency`."""

    id: str
    order_id: str
    amount: int
    currency: str
    note: str
    actor_id: str
    form_token: str
    state: str
    failure: str
    created_at: str
    updated_at: str
    actor: str = ""


_NAMES = tuple(Refund.__dataclass_fields__)
_COLUMNS = ", ".join(_NAMES)
_FLAGS = ("reverse_transfer", "return_fee", "owed", "includes_shipping")


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
        "ORDER BY CASE WHEN r.state IN ('needs_approval', 'rejected', 'failed', 'canceled')"
        " THEN 0 ELSE 1 END,"
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
    """Set what is known of a refund, with the moment at which it changed: now, unless given."""
    columns = {"updated_at": timestamp()} | columns
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(f"UPDATE refunds SET {changes} WHERE id = :refund_id", refund_id=refund_id, **columns)


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


def decline(tx: Tx, refund_id: str, failure: str) -> None:
    """A refund that waited for a second operator will not be made."""
    tx.run(
        "UPDATE refunds SET state = 'rejected', failure = :failure, updated_at = :now"
        " WHERE id = :id AND state = 'needs_approval'",
        id=refund_id,
        failure=failure,
        now=timestamp(),
    )


def made_since(tx: Tx, actor_id: str, currency: str, since: str) -> int:
    """What an operator has refunded since a moment, in minor units."""
    return int(
        tx.value(
            "SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE actor_id = :actor_id"
            " AND origin = 'operator' AND currency = :currency AND created_at >= :since"
            " AND state <> 'rejected'",
            actor_id=actor_id,
            currency=currency,
            since=since,
        )
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


_HOLDS = "r.order_id = :order_id AND r.state NOT IN ('rejected', 'failed', 'canceled')"


def insert_lines(tx: Tx, refund_id: str, lines: Iterable[RefundLine]) -> None:
    """Write down what a refund is for."""
    for line in lines:
        tx.run(
            "INSERT INTO refund_lines (refund_id, position, quantity, restock)"
            " VALUES (:refund_id, :position, :quantity, :restock)",
            refund_id=refund_id,
            position=line.position,
            quantity=line.quantity,
            restock=int(line.restock),
        )


def lines(tx: Tx, refund_id: str) -> list[RefundLine]:
    """What a refund is for; nothing if it is for an amount."""
    rows = tx.all(
        "SELECT position, quantity, restock FROM refund_lines WHERE refund_id = :id"
        " ORDER BY position",
        id=refund_id,
    )
    return [RefundLine(row["position"], row["quantity"], row["restock"] == 1) for row in rows]


def pieces(tx: Tx, order_id: str) -> dict[int, int]:
    """How many pieces of each line of an order are refunded, by refunds that still hold."""
    rows = tx.all(
        "SELECT l.position, SUM(l.quantity) AS quantity FROM refund_lines l"
        f" JOIN refunds r ON r.id = l.refund_id WHERE {_HOLDS} GROUP BY l.position",
        order_id=order_id,
    )
    return {row["position"]: int(row["quantity"]) for row in rows}


def shipping_included(tx: Tx, order_id: str) -> bool:
    """Whether a refund that still holds includes the shipping of an order."""
    sql = f"SELECT 1 FROM refunds r WHERE {_HOLDS} AND r.includes_shipping = 1"
    return tx.value(sql, order_id=order_id) is not None


_FEE_RETURN = tuple(name for name in FeeReturn.__dataclass_fields__ if name != "actor")
_FEE_RETURNS = (
    f"SELECT {', '.join(f'f.{name}' for name in _FEE_RETURN)}, u.name AS actor"
    " FROM fee_returns f JOIN users u ON u.id = f.actor_id"
)


def insert_fee_return(tx: Tx, new: FeeReturn) -> None:
    """Write a new one. Raises Conflict for a form token that is known."""
    places = ", ".join(f":{name}" for name in _FEE_RETURN)
    tx.run(
        f"INSERT INTO fee_returns ({', '.join(_FEE_RETURN)}) VALUES ({places})",
        **{name: getattr(new, name) for name in _FEE_RETURN},
    )


def fee_returns(tx: Tx, order_id: str) -> list[FeeReturn]:
    """An order's fees that went back without a refund, the newest first."""
    rows = tx.all(f"{_FEE_RETURNS} WHERE f.order_id = :id ORDER BY f.id DESC", id=order_id)
    return [FeeReturn(**row) for row in rows]


def fee_return_by_form_token(tx: Tx, form_token: str) -> FeeReturn | None:
    """The one that a form has made already."""
    row = tx.one(f"{_FEE_RETURNS} WHERE f.form_token = :token", token=form_token)
    return FeeReturn(**row) if row else None


def is_fee_return(tx: Tx, subject_id: str) -> bool:
    """Whether an id is one's."""
    return tx.value("SELECT 1 FROM fee_returns WHERE id = :id", id=subject_id) is not None


def returned_alone(tx: Tx, order_id: str) -> int:
    """What of an order's fee went back without a refund, or is on its way, in minor units."""
    sql = (
        "SELECT COALESCE(SUM(amount), 0) FROM fee_returns WHERE order_id = :id"
        " AND state <> 'rejected'"
    )
    return int(tx.value(sql, id=order_id))


def update_fee_return(tx: Tx, fee_return_id: str, state: str, failure: str) -> None:
    """What Stripe said about one."""
    tx.run(
        "UPDATE fee_returns SET state = :state, failure = :failure, updated_at = :now"
        " WHERE id = :id",
        id=fee_return_id,
        state=state,
        failure=failure,
        now=timestamp(),
    )
