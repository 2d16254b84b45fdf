"""What pages about payouts ask of the copies of Stripe's objects. Everything here only reads."""

import json
from dataclasses import dataclass

from storefront import clock
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that Stripe sent from an account to its bank, in minor units; negative if debited.

    `automatic` ones are made of certain balance transactions, which are here once it is
    `explained`. `reversed_by` is the payout that took it back.
    """

    id: str
    stripe_account_id: str
    created_at: str
    amount: int
    currency: str
    status: str
    arrives_at: str | None
    automatic: bool
    explained: bool
    reversed_by: str | None
    original: str | None
    failure: str
    method: str
    bank: str


@dataclass(frozen=True, slots=True)
class Part:
    """A balance transaction; amounts in minor units, `net` is what is left after its fees.

    `kind` is the ledger's word for what moved it, empty if it was no sale of the marketplace.
    `dispute_id` is set where it was pulled back for a dispute.
    """

    id: str
    at: str
    type: str
    amount: int
    net: int
    currency: str
    origin_id: str
    description: str
    kind: str
    order_id: str
    order_number: int
    dispute_id: str
    settles_debt: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """What the marketplace's transactions of an account come to, as far as they stand alike.

    `booked` is the currency of the ledger; it differs from `currency` where Stripe converted.
    Without `payout_id` they are in no payout yet, and those that `wait` are available at
    `available_at` at the earliest.
    """

    currency: str
    booked: str
    payout_id: str | None
    waits: bool
    available_at: str | None
    amount: int


_PAYOUT = "id, stripe_account_id, created_at, amount, currency, status, available_at, body"


def accounts(tx: Tx, seller_id: str) -> list[str]:
    """Accounts that a shop has or had and of which copies are here, the newest first."""
    rows = tx.all(
        "SELECT stripe_account_id FROM connected_accounts a WHERE seller_id = :id AND EXISTS"
        " (SELECT 1 FROM stored_fetches f WHERE f.stripe_account_id = a.stripe_account_id"
        " AND f.kind = 'balance_transactions') ORDER BY connected_at DESC",
        id=seller_id,
    )
    return [row["stripe_account_id"] for row in rows]


def payouts(tx: Tx, account_id: str) -> list[Payout]:
    """All payouts of an account, the newest first."""
    rows = tx.all(
        f"SELECT {_PAYOUT}, explained_at FROM stored_objects WHERE stripe_account_id = :id"
        " AND kind = 'payouts' AND deleted = 0 ORDER BY created_at DESC, id DESC",
        id=account_id,
    )
    return [_payout(row) for row in rows]


def _payout(row: Row) -> Payout:
    body = json.loads(row["body"])
    bank = body.get("destination")
    return Payout(
        **{name: row[name] for name in ("id", "stripe_account_id", "created_at", "currency")},
        amount=int(row["amount"]),
        status=row["status"],
        arrives_at=row["available_at"],
        automatic=bool(body.get("automatic")),
        explained=row["explained_at"] is not None,
        reversed_by=body.get("reversed_by"),
        original=body.get("original_payout"),
        failure=body.get("failure_message") or "",
        method=body.get("method") or "",
        bank=(bank.get("last4") or "") if isinstance(bank, dict) else "",
    )


def came_back(tx: Tx, account_id: str) -> dict[str, str | None]:
    """By payout that failed, was canceled or reversed: the payout its money went with since."""
    rows = tx.all(
        "SELECT origin_id, parent_id FROM stored_objects WHERE stripe_account_id = :id"
        " AND kind = 'balance_transactions' AND deleted = 0"
        " AND (status IN ('payout_failure', 'payout_cancel')"
        " OR (status IN ('payout', 'payout_reversal') AND amount > 0)) AND origin_id IS NOT NULL"
        " ORDER BY CASE WHEN status IN ('payout', 'payout_reversal') THEN 0 ELSE 1 END",
        id=account_id,
    )
    return {row["origin_id"]: row["parent_id"] for row in rows}


_MOVES = "('transfer', 'transfer_reversal', 'application_fee', 'fee_refund', 'repayment')"
"""Kinds of the ledger by which money reaches or leaves an account, at most one of an object."""


def sums(tx: Tx, account_id: str) -> list[Sum]:
    """What an account's transactions of the marketplace come to, by where they are."""
    waits = "CASE WHEN t.parent_id IS NULL AND t.available_at > :now THEN 1 ELSE 0 END"
    rows = tx.all(
        f"SELECT t.currency, l.currency AS booked, t.parent_id AS payout_id, {waits} AS waits,"
        " MIN(t.available_at) AS available_at, SUM(t.net_amount) AS amount FROM stored_objects t"
        f" JOIN ledger l ON l.stripe_object_id = t.origin_id AND l.kind IN {_MOVES}"
        " WHERE t.stripe_account_id = :account AND t.kind = 'balance_transactions'"
        f" AND t.deleted = 0 GROUP BY t.currency, l.currency, t.parent_id, {waits}",
        account=account_id,
        now=clock.timestamp(),
    )
    return [
        Sum(**{**row, "waits": row["waits"] == 1, "amount": int(row["amount"])}) for row in rows
    ]


def converted(tx: Tx, seller_id: str, account_id: str) -> dict[str, int]:
    """What the ledger has of an account's transactions that stand in another currency there.

    By the ledger's currency, in minor units. Fees and what came back of them count with their sale:
    Stripe keeps them in its transaction, not in one of their own.
    """
    told = (
        "SELECT t.origin_id FROM stored_objects t JOIN ledger b ON b.stripe_object_id = t.origin_id"
        f" AND b.kind IN {_MOVES} WHERE t.stripe_account_id = :account AND t.deleted = 0"
        " AND t.kind = 'balance_transactions' AND t.currency <> b.currency"
    )
    rows = tx.all(
        "SELECT l.currency, SUM(CASE WHEN l.credit_account = 'seller' THEN l.amount"
        " ELSE -l.amount END) AS amount FROM ledger l WHERE l.seller_id = :seller"
        f" AND 'seller' IN (l.credit_account, l.debit_account) AND (l.stripe_object_id IN ({told})"
        " OR (l.kind IN ('application_fee', 'fee_refund') AND l.order_id IN (SELECT s.order_id"
        f" FROM ledger s WHERE s.kind = 'transfer' AND s.stripe_object_id IN ({told}))))"
        " GROUP BY l.currency",
        seller=seller_id,
        account=account_id,
    )
    return {row["currency"]: int(row["amount"]) for row in rows}


def parts(tx: Tx, account_id: str, payout_id: str) -> list[Part]:
    """What a payout consists of, the oldest first."""
    rows = tx.all(
        "SELECT t.id, t.created_at AS at, t.status AS type, t.amount, t.net_amount AS net,"
        " t.currency, COALESCE(t.origin_id, '') AS origin_id, t.body,"
        " COALESCE(l.kind, '') AS kind, COALESCE(o.id, '') AS order_id,"
        " COALESCE(o.number, 0) AS order_number, x.facts, CASE WHEN EXISTS"
        " (SELECT 1 FROM ledger d WHERE d.stripe_object_id = t.origin_id"
        " AND d.kind = 'debt_settled') THEN 1 ELSE 0 END AS settles_debt FROM stored_objects t"
        f" LEFT JOIN ledger l ON l.stripe_object_id = t.origin_id AND l.kind IN {_MOVES}"
        " LEFT JOIN orders o ON o.id = l.order_id"
        " LEFT JOIN stripe_objects x ON x.id = l.stripe_object_id"
        " WHERE t.stripe_account_id = :account AND t.kind = 'balance_transactions'"
        " AND t.parent_id = :payout ORDER BY t.created_at, t.id",
        account=account_id,
        payout=payout_id,
    )
    return [_part(row) for row in rows]


def _part(row: Row) -> Part:
    facts = json.loads(row["facts"] or "{}")
    names = ("id", "at", "type", "currency", "origin_id", "kind", "order_id", "order_number")
    return Part(
        **{name: row[name] for name in names},
        amount=int(row["amount"]),
        net=int(row["net"] if row["net"] is not None else row["amount"]),
        description=json.loads(row["body"]).get("description") or "",
        dispute_id=facts.get("dispute_id") or "",
        settles_debt=row["settles_debt"] == 1,
    )
