"""Balances and balance transactions: money is neither made nor lost.

Every balance transaction moves its ``amount`` between an account and a counterparty outside it,
and its ``fee`` to whoever earns it; the three entries add up to zero. ``transfers`` and
``application_fees`` are clearing parties: what one account sends another receives, so they are
at zero whenever nothing is under way.
"""

from typing import TYPE_CHECKING, Any

from stripe_sandbox import ids
from stripe_sandbox.money import audit
from stripe_sandbox.store import JSON

if TYPE_CHECKING:
    from stripe_sandbox.sandbox import Sandbox

CLEARING = ("transfers", "application_fees")
PENDING_DAYS = 2
DAY = 86400

_ENTER_BALANCE = """
INSERT INTO balances VALUES (?, ?, ?, ?) ON CONFLICT (account, currency) DO UPDATE
SET available = available + excluded.available, pending = pending + excluded.pending
"""


class Ledger:
    """The books of all accounts."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._db = sandbox.store.db

    def enter(
        self,
        account: str,
        kind: str,
        amount: int,
        currency: str,
        source: str,
        *,
        category: str,
        counterparty: str,
        fee: int = 0,
        fee_details: list[JSON] | None = None,
        description: str | None = None,
        pending: bool = False,
    ) -> JSON:
        """Write a balance transaction and move the account's balance by its net (minor units)."""
        now = self._sandbox.clock.now()
        transaction: JSON = {
            "id": ids.new("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now + PENDING_DAYS * DAY if pending else now,
            "balance_type": "payments",
            "created": now,
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": fee_details or [],
            "net": amount - fee,
            "reporting_category": category,
            "source": source,
            "status": "pending" if pending else "available",
            "type": kind,
        }
        self._sandbox.store.add(transaction, account)
        self._write_entries(transaction, account, counterparty)
        self._move(account, currency, transaction["net"], pending)
        if pending:
            self._sandbox.timers.start("funds_available", transaction["id"], PENDING_DAYS * DAY)
        return transaction

    def _write_entries(self, transaction: JSON, account: str, counterparty: str) -> None:
        parties = [
            (account, transaction["net"]),
            (f"external:{counterparty}", -transaction["amount"]),
        ]
        earners = {"application_fee": "external:application_fees"}
        parties += [
            (earners.get(detail["type"], "external:stripe"), detail["amount"])
            for detail in transaction["fee_details"]
        ]
        for party, amount in parties:
            row = (transaction["id"], party, transaction["currency"], amount)
            self._db.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", row)

    def _move(self, account: str, currency: str, net: int, pending: bool) -> None:
        self._db.execute(
            _ENTER_BALANCE, (account, currency, 0 if pending else net, net if pending else 0)
        )

    def settle(self, transaction: JSON) -> None:
        """Pending funds become available."""
        if transaction["status"] == "available":
            return
        transaction["status"] = "available"
        self._sandbox.store.save(transaction)
        account, currency, net = (
            transaction["_account"],
            transaction["currency"],
            transaction["net"],
        )
        self._db.execute(_ENTER_BALANCE, (account, currency, net, -net))

    def balances(self, account: str) -> dict[str, dict[str, int]]:
        """Currency → ``{"available", "pending"}`` in minor units."""
        rows = self._db.execute(
            "SELECT currency, available, pending FROM balances WHERE account = ? ORDER BY currency",
            (account,),
        ).fetchall()
        return {
            currency: {"available": available, "pending": pending}
            for currency, available, pending in rows
        }

    def available(self, account: str, currency: str) -> int:
        """What the account can spend."""
        return self.balances(account).get(currency, {}).get("available", 0)

    def problems(self) -> list[str]:
        """Every violation of the invariants, in words; empty when the books are right."""
        found = [*self._unbalanced(), *self._wrong_balances(), *self._uncleared()]
        return found + audit.problems(self._sandbox.store)

    def _unbalanced(self) -> list[str]:
        rows = self._db.execute(
            "SELECT txn, SUM(amount) FROM entries GROUP BY txn HAVING SUM(amount) <> 0"
        )
        return [f"{txn} makes or loses {amount}" for txn, amount in rows.fetchall()]

    def _wrong_balances(self) -> list[str]:
        booked: dict[tuple[str, str], list[int]] = {}
        for item in self._sandbox.store.select("balance_transaction"):
            sums = booked.setdefault((item["_account"], item["currency"]), [0, 0])
            sums[item["status"] == "pending"] += item["net"]
        kept = self._db.execute(
            "SELECT account, currency, available, pending FROM balances"
        ).fetchall()
        shown = {(row[0], row[1]): [row[2], row[3]] for row in kept}
        return [
            f"the balance of {key} is {shown.get(key)}, its transactions say {booked.get(key)}"
            for key in shown.keys() | booked.keys()
            if shown.get(key) != booked.get(key)
        ]

    def _uncleared(self) -> list[str]:
        rows = self._db.execute(
            "SELECT party, currency, SUM(amount) FROM entries WHERE party LIKE 'external:%' "
            "GROUP BY party, currency"
        ).fetchall()
        return [
            f"{amount} {currency} are stuck in {party}"
            for party, currency, amount in rows
            if amount and party.removeprefix("external:") in CLEARING
        ]

    def totals(self) -> dict[str, dict[str, int]]:
        """Party → currency → sum: what each party in- and outside the sandbox has gained."""
        found: dict[str, dict[str, int]] = {}
        rows: list[Any] = self._db.execute(
            "SELECT party, currency, SUM(amount) FROM entries GROUP BY party, currency ORDER BY "
            "party"
        ).fetchall()
        for party, currency, amount in rows:
            found.setdefault(party, {})[currency] = amount
        return found
