"""Debts of sellers and what has been settled of them: one row for each debt, one for each part."""

from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.store import Row, Tx

REQUESTED, DONE, REJECTED = "requested", "done", "rejected"


@dataclass(frozen=True, slots=True)
class Debt:
    """What a seller owes for an order, in minor units of `currency`.

    `stripe_object_id` names what caused it, and is None until that exists at Stripe.
    `canceled_amount` is not owed any more, `settled_amount` has been taken back, and
    `requested_amount` is being taken back.
    """

    id: str
    subject_id: str
    order_id: str
    seller_id: str
    destination: str
    amount: int
    currency: str
    stripe_object_id: str | None
    canceled_amount: int
    next_try_at: str | None
    created_at: str
    updated_at: str
    order_number: int
    shop_name: str
    settled_amount: int
    requested_amount: int

    @property
    def of_dispute(self) -> bool:
        """Whether it is for a dispute, which is Stripe's object itself; else for a refund."""
        return self.subject_id == self.stripe_object_id

    @property
    def owed_amount(self) -> int:
        """What is still owed; nothing of a debt that does not count yet."""
        return self.held_amount - self.settled_amount if self.stripe_object_id else 0

    @property
    def held_amount(self) -> int:
        """What it keeps of the order's transfer, so that nothing else takes that back."""
        return self.amount - self.canceled_amount


@dataclass(frozen=True, slots=True)
class Settlement:
    """A part of a debt that is taken back; `amount` in the debt's currency."""

    id: str
    debt_id: str
    amount: int
    state: str
    failure: str
    stripe_transfer_reversal_id: str | None
    created_at: str
    updated_at: str


_OWN = (
    "id", "subject_id", "order_id", "seller_id", "destination", "amount", "currency",
    "stripe_object_id", "canceled_amount", "next_try_at", "created_at", "updated_at",
)  # fmt: skip
_SETTLEMENT = ", ".join(Settlement.__dataclass_fields__)
_SUM = (
    "(SELECT COALESCE(SUM(s.amount), 0) FROM debt_settlements s"
    " WHERE s.debt_id = d.id AND s.state = '{}')"
)
_SETTLED = _SUM.format(DONE)
_SELECT = (
    f"SELECT {', '.join(f'd.{name}' for name in _OWN)}, o.number AS order_number, o.shop_name,"
    f" {_SETTLED} AS settled_amount, {_SUM.format(REQUESTED)} AS requested_amount"
    " FROM debts d JOIN orders o ON o.id = d.order_id"
)
_OPEN = f"d.stripe_object_id IS NOT NULL AND {_SETTLED} < d.amount - d.canceled_amount"


def _debt(row: Row) -> Debt:
    sums = {name: int(row[name]) for name in ("settled_amount", "requested_amount")}
    return Debt(**dict(row) | sums)


def insert(tx: Tx, new: Debt) -> None:
    """Write a new debt. Raises Conflict if its subject has one."""
    tx.run(
        f"INSERT INTO debts ({', '.join(_OWN)}) VALUES ({', '.join(f':{n}' for n in _OWN)})",
        **{name: getattr(new, name) for name in _OWN},
    )


def update(tx: Tx, debt_id: str, **columns: Any) -> None:
    """Set what has become of a debt."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(
        f"UPDATE debts SET {changes}, updated_at = :now WHERE id = :debt_id",
        debt_id=debt_id,
        now=timestamp(),
        **columns,
    )


def lock(tx: Tx, key: str) -> None:
    """Let nobody else decide about a debt, or the debt for a subject, until the end."""
    tx.run("UPDATE debts SET id = id WHERE id = :key OR subject_id = :key", key=key)


def by_id(tx: Tx, debt_id: str) -> Debt | None:
    """One debt."""
    row = tx.one(f"{_SELECT} WHERE d.id = :id", id=debt_id)
    return _debt(row) if row else None


def of_subject(tx: Tx, subject_id: str) -> Debt | None:
    """The debt for a refund."""
    row = tx.one(f"{_SELECT} WHERE d.subject_id = :id", id=subject_id)
    return _debt(row) if row else None


def of_order(tx: Tx, order_id: str) -> list[Debt]:
    """An order's debts, the oldest first."""
    rows = tx.all(f"{_SELECT} WHERE d.order_id = :id ORDER BY d.created_at, d.id", id=order_id)
    return [_debt(row) for row in rows]


def page(tx: Tx, seller_id: str | None, limit: int, offset: int) -> list[Debt]:
    """Debts that count, of one seller or of all; those that are still owed first."""
    rows = tx.all(
        f"{_SELECT} WHERE d.stripe_object_id IS NOT NULL"
        " AND (:seller_id IS NULL OR d.seller_id = :seller_id)"
        f" ORDER BY CASE WHEN {_OPEN} THEN 0 ELSE 1 END, d.created_at DESC, d.id"
        " LIMIT :limit OFFSET :offset",
        seller_id=seller_id,
        limit=limit,
        offset=offset,
    )
    return [_debt(row) for row in rows]


def owed(tx: Tx, seller_id: str | None) -> dict[str, int]:
    """What is owed by a seller, or by all, by currency in minor units."""
    rows = tx.all(
        f"SELECT d.currency, SUM(d.amount - d.canceled_amount - {_SETTLED}) AS amount FROM debts d"
        f" WHERE {_OPEN} AND (:seller_id IS NULL OR d.seller_id = :seller_id)"
        " GROUP BY d.currency ORDER BY d.currency",
        seller_id=seller_id,
    )
    return {row["currency"]: int(row["amount"]) for row in rows}


def due(tx: Tx, limit: int) -> list[Debt]:
    """Debts to look at again of which nothing is being taken back, the longest waiting first.

    Those of an account that has left wait until it is connected again.
    """
    rows = tx.all(
        f"{_SELECT} WHERE {_OPEN} AND d.next_try_at <= :now AND {_SUM.format(REQUESTED)} = 0"
        " AND d.destination IN"
        " (SELECT stripe_account_id FROM connected_accounts WHERE connected = 1)"
        " ORDER BY d.next_try_at, d.id LIMIT :limit",
        now=timestamp(),
        limit=limit,
    )
    return [_debt(row) for row in rows]


def hurry(tx: Tx, destination: str) -> int:
    """Look again at what an account owes, since money has arrived there; how many wait."""
    return tx.run(
        "UPDATE debts SET next_try_at = :now WHERE destination = :destination"
        " AND next_try_at IS NOT NULL",
        destination=destination,
        now=timestamp(),
    )


def insert_settlement(tx: Tx, new: Settlement) -> None:
    """Write a part that is to be taken back."""
    names = tuple(Settlement.__dataclass_fields__)
    tx.run(
        f"INSERT INTO debt_settlements ({_SETTLEMENT}) VALUES"
        f" ({', '.join(f':{name}' for name in names)})",
        **{name: getattr(new, name) for name in names},
    )


def settlement(tx: Tx, settlement_id: str) -> Settlement | None:
    """One part of a debt."""
    row = tx.one(f"SELECT {_SETTLEMENT} FROM debt_settlements WHERE id = :id", id=settlement_id)
    return Settlement(**row) if row else None


def settlements(tx: Tx, debt_id: str) -> list[Settlement]:
    """The parts of a debt, the oldest first."""
    rows = tx.all(
        f"SELECT {_SETTLEMENT} FROM debt_settlements WHERE debt_id = :id ORDER BY created_at, id",
        id=debt_id,
    )
    return [Settlement(**row) for row in rows]


def answered(
    tx: Tx, settlement_id: str, state: str, *, failure: str = "", reversal_id: str | None = None
) -> None:
    """Set what Stripe has said about a part."""
    tx.run(
        "UPDATE debt_settlements SET state = :state, failure = :failure,"
        " stripe_transfer_reversal_id = :reversal_id, updated_at = :now WHERE id = :id",
        id=settlement_id,
        state=state,
        failure=failure,
        reversal_id=reversal_id,
        now=timestamp(),
    )
