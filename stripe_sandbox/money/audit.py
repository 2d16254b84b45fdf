"""What must be true of the books at every moment, beyond their own arithmetic.

Sums that objects show (``amount_refunded``, ``amount_reversed``, an automatic payout's amount)
agree with the objects and transactions that they count.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stripe_sandbox.store import JSON, Store

if TYPE_CHECKING:
    from sqlite_utils import Database

_COUNTED = {
    "transfer": ("amount_reversed", "transfer_reversal", "transfer"),
    "application_fee": ("amount_refunded", "fee_refund", "fee"),
}
"""Kind → member that counts, the kind of what it counts, and how that refers to it."""
_SUMS = """
SELECT json_extract(body, ?), SUM(json_extract(body, '$.amount')) FROM objects
WHERE kind = ? GROUP BY 1
"""
_WITHDRAWN = ("needs_response", "under_review", "lost", "prevented")


def problems(store: Store) -> list[str]:
    """Every disagreement, in words."""
    transactions = store.select("balance_transaction")
    checks = (
        _transactions(store, transactions),
        _counts(store),
        _charges(store),
        _refunds(store),
        _payouts(store, transactions),
        _disputes(store, transactions),
    )
    return [problem for check in checks for problem in check]


def _transactions(store: Store, transactions: list[JSON]) -> Iterator[str]:
    moved = _entries(store.db)
    for each in transactions:
        fees = sum(detail["amount"] for detail in each["fee_details"])
        if each["fee"] != fees or each["net"] != each["amount"] - fees:
            yield f"{each['id']}: amount, fee and net do not agree"
        if moved.get((each["id"], each["_account"])) != each["net"]:
            yield f"{each['id']} moved {moved.get((each['id'], each['_account']))}"
        if store.find(each["source"]) is None:
            yield f"{each['id']} comes from {each['source']}, which does not exist"


def _entries(db: "Database") -> dict[tuple[str, str], int]:
    sql = "SELECT txn, party, SUM(amount) FROM entries GROUP BY txn, party"
    return {(txn, party): amount for txn, party, amount in db.execute(sql).fetchall()}


def _counts(store: Store) -> Iterator[str]:
    for kind, (member, counted, reference) in _COUNTED.items():
        sums = dict(store.db.execute(_SUMS, (f"$.{reference}", counted)).fetchall())
        for each in store.select(kind):
            if each[member] != sums.get(each["id"], 0) or each[member] > each["amount"]:
                yield f"{each['id']} says {each[member]}, there are {sums.get(each['id'], 0)}"


def _charges(store: Store) -> Iterator[str]:
    """Refunds that failed may count or not: the switch ``failed_refund_reopens_charge``."""
    everything: dict[str, int] = defaultdict(int)
    standing: dict[str, int] = defaultdict(int)
    for refund in store.select("refund"):
        everything[refund["charge"]] += refund["amount"]
        if refund["status"] not in ("failed", "canceled"):
            standing[refund["charge"]] += refund["amount"]
    for charge in store.select("charge", matching={"captured": True}):
        refunded = charge["amount_refunded"] - (charge["amount"] - charge["amount_captured"])
        if not standing[charge["id"]] <= refunded <= everything[charge["id"]]:
            yield f"{charge['id']} says {refunded} refunded, there are {standing[charge['id']]}"
        if charge["amount_refunded"] > charge["amount"]:
            yield f"{charge['id']} is refunded by more than its amount"


def _refunds(store: Store) -> Iterator[str]:
    for refund in store.select("refund"):
        ended = refund["status"] in ("failed", "canceled")
        returned = refund["failure_balance_transaction"] is not None
        if returned != (ended and refund["balance_transaction"] is not None):
            yield f"{refund['id']} is {refund['status']}, but its money is elsewhere"


def _payouts(store: Store, transactions: list[JSON]) -> Iterator[str]:
    settled: dict[str, int] = defaultdict(int)
    for each in transactions:
        if "_payout" in each and each["source"] != each["_payout"]:
            settled[each["_payout"]] += each["net"]
    for payout in store.select("payout"):
        if payout["automatic"] and payout["amount"] != settled[payout["id"]]:
            yield f"{payout['id']} pays {payout['amount']}, it settles {settled[payout['id']]}"


def _disputes(store: Store, transactions: list[JSON]) -> Iterator[str]:
    amounts = {each["id"]: each["amount"] for each in transactions}
    for dispute in store.select("dispute"):
        moved = sum(amounts[identifier] for identifier in dispute["_transactions"])
        withdrawn = dispute["status"] in _WITHDRAWN or dispute["status"].startswith("appeal")
        if moved != (-dispute["amount"] if withdrawn else 0):
            yield f"{dispute['id']} is {dispute['status']}, but has moved {moved}"
