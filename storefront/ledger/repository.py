"""The ledger's rows. There is no update and no delete; the database refuses both."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.ids import new_id
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Entry:
    """Money that left `debit_account` and reached `credit_account`.

    `amount` is positive, in minor units. `kind` says why; `stripe_object_id` names the object
    of Stripe's that caused it, at most once for each kind.
    """

    kind: str
    debit_account: str
    credit_account: str
    amount: int
    currency: str
    stripe_object_id: str


def append(tx: Tx, order_id: str, entry: Entry) -> bool:
    """Book an entry unless its cause is booked already; whether it was new."""
    return (
        tx.run(
            "INSERT INTO ledger (id, order_id, seller_id, kind, debit_account, credit_account,"
            " amount, currency, stripe_object_id, booked_at) VALUES (:id, :order_id,"
            " (SELECT seller_id FROM orders WHERE id = :order_id), :kind, :debit, :credit, :amount,"
            " :currency, :stripe_object_id, :now)"
            " ON CONFLICT (stripe_object_id, kind) DO NOTHING",
            id=new_id(),
            order_id=order_id,
            kind=entry.kind,
            debit=entry.debit_account,
            credit=entry.credit_account,
            amount=entry.amount,
            currency=entry.currency,
            stripe_object_id=entry.stripe_object_id,
            now=timestamp(),
        )
        == 1
    )


def _entry(row: Row) -> Entry:
    return Entry(**row)


def of_order(tx: Tx, order_id: str) -> list[Entry]:
    """An order's entries in the order in which they were booked."""
    rows = tx.all(
        "SELECT kind, debit_account, credit_account, amount, currency, stripe_object_id"
        " FROM ledger WHERE order_id = :order_id ORDER BY id",
        order_id=order_id,
    )
    return [_entry(row) for row in rows]


def of_seller(tx: Tx, seller_id: str) -> dict[str, int]:
    """What a shop's sales have left it with, by currency, in minor units."""
    rows = tx.all(
        "SELECT currency, SUM(CASE WHEN credit_account = 'seller' THEN amount ELSE -amount END)"
        " AS amount FROM ledger WHERE seller_id = :id"
        " AND 'seller' IN (credit_account, debit_account) GROUP BY currency ORDER BY currency",
        id=seller_id,
    )
    return {row["currency"]: int(row["amount"]) for row in rows}
