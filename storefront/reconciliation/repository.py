"""The rows of reconciliations: where each walk stands, and what it has found."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storefront import clock
from storefront.store import Row, Tx

RUNNING, FINISHED = "running", "finished"
NIGHTLY, OPERATOR, COMMAND = "nightly", "operator", "command"

REPAIRED = "repaired"
"""The kind of finding that is a mended order, not a difference."""


@dataclass(frozen=True, slots=True)
class Total:
    """What moved on the platform's balance, in minor units of `currency`.

    `stripes` is the net of Stripe's balance transactions; `ours` is the part that our ledger
    explains, `elsewhere` the part that belongs to no order (payouts, top-ups …). `balance` is
    what Stripe says the platform has, known only if everything was looked at.
    """

    currency: str
    stripes: int
    ours: int
    elsewhere: int
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison. `checked` counts Stripe's objects by kind."""

    id: str
    origin: str
    actor_id: str | None
    since: str | None
    state: str
    stage: str
    stripe_cursor: str | None
    checked: dict[str, int]
    totals: list[Total]
    differences: int
    repaired: int
    problem: str
    started_at: str
    finished_at: str | None

    @property
    def running(self) -> bool:
        """Whether it is still to come to an end."""
        return self.state == RUNNING


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that differs, or (`repaired`) an order that was mended.

    `ours` and `stripes` are minor units of `currency`; None where there is nothing.
    """

    kind: str
    subject: str
    order_id: str | None
    order_number: int | None
    ours: int | None
    stripes: int | None
    currency: str


_NAMES = tuple(Reconciliation.__dataclass_fields__)
_COLUMNS = ", ".join(_NAMES)


def _reconciliation(row: Row) -> Reconciliation:
    values = {name: row[name] for name in _NAMES}
    totals = [Total(**total) for total in json.loads(row["totals"])]
    return Reconciliation(**values | {"checked": json.loads(row["checked"]), "totals": totals})


def insert(tx: Tx, new: Reconciliation) -> None:
    """Begin a comparison. Raises Conflict while another one is running."""
    tx.run(
        "INSERT INTO reconciliations (id, origin, actor_id, since, state, stage, started_at)"
        " VALUES (:id, :origin, :actor_id, :since, :state, :stage, :started_at)",
        id=new.id,
        origin=new.origin,
        actor_id=new.actor_id,
        since=new.since,
        state=new.state,
        stage=new.stage,
        started_at=new.started_at,
    )


def by_id(tx: Tx, reconciliation_id: str) -> Reconciliation | None:
    """One comparison."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM reconciliations WHERE id = :id",
        id=reconciliation_id,
    )
    return _reconciliation(row) if row else None


def running(tx: Tx) -> Reconciliation | None:
    """The comparison that is under way."""
    row = tx.one(f"SELECT {_COLUMNS} FROM reconciliations WHERE state = 'running'")
    return _reconciliation(row) if row else None


def newest(tx: Tx, limit: int) -> list[Reconciliation]:
    """The newest comparisons."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM reconciliations ORDER BY started_at DESC LIMIT :limit",
        limit=limit,
    )
    return [_reconciliation(row) for row in rows]


def everything_was_compared(tx: Tx) -> bool:
    """Whether a comparison has ever looked at everything."""
    return (
        tx.one("SELECT 1 FROM reconciliations WHERE since IS NULL AND state = 'finished' LIMIT 1")
        is not None
    )


def claim(tx: Tx, reconciliation_id: str, until: str) -> bool:
    """Keep other processes from the same step; False if one of them is at it."""
    touched = tx.run(
        "UPDATE reconciliations SET lease_until = :until WHERE id = :id AND state = 'running'"
        " AND (lease_until IS NULL OR lease_until < :now)",
        id=reconciliation_id,
        until=until,
        now=clock.timestamp(),
    )
    return touched == 1


def update(tx: Tx, reconciliation_id: str, **columns: Any) -> None:
    """Set columns; what is counted or listed is written as JSON."""
    written = {
        name: json.dumps(value) if isinstance(value, (dict, list)) else value
        for name, value in columns.items()
    }
    changes = ", ".join(f"{name} = :{name}" for name in written)
    tx.run(
        f"UPDATE reconciliations SET {changes} WHERE id = :reconciliation_id",
        reconciliation_id=reconciliation_id,
        **written,
    )


def remember(tx: Tx, reconciliation_id: str, transactions: Iterable[dict[str, Any]]) -> None:
    """Keep Stripe's balance transactions until they are compared."""
    for found in transactions:
        tx.run(
            "INSERT INTO reconciliation_transactions (reconciliation_id, id, source, type, net,"
            " currency) VALUES (:run, :id, :source, :type, :net, :currency)"
            " ON CONFLICT (reconciliation_id, id) DO NOTHING",
            run=reconciliation_id,
            id=found["id"],
            source=found["source"] or found["id"],
            type=found["type"],
            net=found["net"],
            currency=found["currency"],
        )


def forget(tx: Tx, reconciliation_id: str) -> None:
    """The balance transactions are compared."""
    tx.run(
        "DELETE FROM reconciliation_transactions WHERE reconciliation_id = :id",
        id=reconciliation_id,
    )


def note(tx: Tx, reconciliation_id: str, found: Finding) -> None:
    """Write a finding down; the same one again changes nothing."""
    tx.run(
        "INSERT INTO reconciliation_findings (reconciliation_id, kind, subject, order_id, ours,"
        " stripes, currency) VALUES (:run, :kind, :subject, :order_id, :ours, :stripes, :currency)"
        " ON CONFLICT (reconciliation_id, kind, subject) DO NOTHING",
        run=reconciliation_id,
        kind=found.kind,
        subject=found.subject,
        order_id=found.order_id,
        ours=found.ours,
        stripes=found.stripes,
        currency=found.currency,
    )


def findings(
    tx: Tx, reconciliation_id: str, *, repaired: bool, limit: int, offset: int = 0
) -> list[Finding]:
    """What a comparison found: orders that were repaired, or rows that differ."""
    rows = tx.all(
        "SELECT f.kind, f.subject, f.order_id, o.number AS order_number, f.ours, f.stripes,"
        " f.currency FROM reconciliation_findings f LEFT JOIN orders o ON o.id = f.order_id"
        " WHERE f.reconciliation_id = :run AND (f.kind = 'repaired') = (:repaired = 1)"
        " ORDER BY o.number, f.kind, f.subject LIMIT :limit OFFSET :offset",
        run=reconciliation_id,
        repaired=int(repaired),
        limit=limit,
        offset=offset,
    )
    return [Finding(**row) for row in rows]


def count(tx: Tx, reconciliation_id: str, *, repaired: bool) -> int:
    """How many findings of either sort there are."""
    return int(
        tx.value(
            "SELECT COUNT(*) AS n FROM reconciliation_findings"
            " WHERE reconciliation_id = :run AND (kind = 'repaired') = (:repaired = 1)",
            run=reconciliation_id,
            repaired=int(repaired),
        )
    )


def paid_before(tx: Tx, moment: str) -> bool:
    """Whether there was anything to compare at a moment."""
    return tx.one("SELECT 1 FROM orders WHERE paid_at < :moment LIMIT 1", moment=moment) is not None


# Comparing -------------------------------------------------------------------------------

_ON_PLATFORM = (
    "SUM(CASE WHEN l.credit_account = 'platform' THEN l.amount"
    " WHEN l.debit_account = 'platform' THEN -l.amount ELSE 0 END)"
)

_SOURCES = (
    "WITH stripes AS (SELECT source, currency, SUM(net) AS net FROM reconciliation_transactions"
    " WHERE reconciliation_id = :run GROUP BY source, currency),"
    " objects AS (SELECT source, source AS object FROM reconciliation_transactions"
    " WHERE reconciliation_id = :run UNION SELECT source, id FROM reconciliation_transactions"
    " WHERE reconciliation_id = :run),"
    f" ours AS (SELECT b.source, l.currency, {_ON_PLATFORM} AS net, MAX(l.order_id) AS order_id"
    " FROM objects b JOIN ledger l ON l.stripe_object_id = b.object"
    " GROUP BY b.source, l.currency)"
)


@dataclass(frozen=True, slots=True)
class Source:
    """One object of Stripe's that moved the platform's balance, and what we booked for it.

    `ours` is None if nothing is booked in this currency; `elsewhere` says whether something is
    booked in another one, as where Stripe has converted.
    """

    id: str
    currency: str
    stripes: int
    ours: int | None
    order_id: str | None
    elsewhere: bool


def differing_sources(tx: Tx, reconciliation_id: str) -> list[Source]:
    """Objects whose balance transactions do not add up to what our ledger says of them."""
    rows = tx.all(
        f"{_SOURCES} SELECT s.source AS id, s.currency, s.net AS stripes, o.net AS ours,"
        " o.order_id, EXISTS (SELECT 1 FROM ours x WHERE x.source = s.source"
        " AND x.currency <> s.currency) AS elsewhere"
        " FROM stripes s LEFT JOIN ours o ON o.source = s.source AND o.currency = s.currency"
        " WHERE s.net <> COALESCE(o.net, 0) ORDER BY s.source",
        run=reconciliation_id,
    )
    return [
        Source(**dict(row) | {"stripes": int(row["stripes"]), "elsewhere": bool(row["elsewhere"])})
        for row in rows
    ]


def unknown_at_stripe(tx: Tx, reconciliation_id: str, since: str, before: str) -> list[Finding]:
    """What we booked between two moments although Stripe has no balance transaction for it."""
    there = "SELECT 1 FROM reconciliation_transactions t WHERE t.reconciliation_id = :run AND"
    rows = tx.all(
        f"SELECT l.stripe_object_id AS subject, l.order_id, l.currency, {_ON_PLATFORM} AS ours"
        " FROM ledger l WHERE l.booked_at >= :since AND l.booked_at < :before"
        " AND 'platform' IN (l.debit_account, l.credit_account)"
        f" AND NOT EXISTS ({there} t.source = l.stripe_object_id)"
        f" AND NOT EXISTS ({there} t.id = l.stripe_object_id)"
        " GROUP BY l.stripe_object_id, l.order_id, l.currency ORDER BY l.stripe_object_id",
        run=reconciliation_id,
        since=since,
        before=before,
    )
    return [
        Finding("unknown_at_stripe", row["subject"], row["order_id"], None, int(row["ours"]), None,
                row["currency"])
        for row in rows
    ]  # fmt: skip


_BOOKED = (
    "COALESCE((SELECT SUM(l.amount) FROM ledger l WHERE l.order_id = o.id AND l.kind = '{}'), 0)"
)

_GIVEN_UP = (
    "COALESCE((SELECT SUM(r.fee_amount) FROM refunds r WHERE r.order_id = o.id"
    " AND r.stripe_refund_id IS NOT NULL), 0)"
)
"""Of a fee that was kept by transferring less nothing is booked; refunds say what they give up."""


def _by_mode(transfer_amount: str, application_fee: str) -> str:
    return (
        f"CASE o.fee_mode WHEN 'transfer_amount' THEN {transfer_amount} ELSE {application_fee} END"
    )


_COMPARED = {
    "order_total": ("o.total_amount", _BOOKED.format("charge")),
    "order_fee": (
        "o.application_fee_amount",
        _by_mode(
            f"{_BOOKED.format('charge')} - {_BOOKED.format('transfer')}",
            _BOOKED.format("application_fee"),
        ),
    ),
    "order_fee_refunded": (
        "o.fee_refunded_amount",
        _by_mode(_GIVEN_UP, _BOOKED.format("fee_refund")),
    ),
}


def differing_orders(tx: Tx) -> list[Finding]:
    """Paid orders whose columns say something else than their ledger."""
    found = []
    for kind, (ours, booked) in _COMPARED.items():
        rows = tx.all(
            f"SELECT id, currency, ours, booked FROM (SELECT o.id, o.currency, {ours} AS ours,"
            f" {booked} AS booked FROM orders o WHERE o.status = 'paid') AS compared"
            " WHERE ours <> booked ORDER BY id"
        )
        found += [
            Finding(kind, row["id"], row["id"], None, row["ours"], int(row["booked"]),
                    row["currency"])
            for row in rows
        ]  # fmt: skip
    return found


def differing_refunds(tx: Tx) -> list[Finding]:
    """Refunds that have succeeded and are not booked with their amount."""
    rows = tx.all(
        "SELECT r.stripe_refund_id AS subject, r.order_id, r.currency, r.amount AS ours,"
        " l.amount AS stripes FROM refunds r LEFT JOIN ledger l"
        " ON l.stripe_object_id = r.stripe_refund_id AND l.kind = 'refund'"
        " WHERE r.state = 'succeeded' AND (l.amount IS NULL OR l.amount <> r.amount)"
        " ORDER BY r.id"
    )
    return [Finding(kind="refund_amount", order_number=None, **row) for row in rows]


def totals(tx: Tx, reconciliation_id: str) -> list[Total]:
    """What moved, by currency: in all, explained by our ledger, and of no order of ours."""
    rows = tx.all(
        f"{_SOURCES} SELECT s.currency, SUM(s.net) AS stripes, SUM(COALESCE(o.net, 0)) AS ours,"
        " SUM(CASE WHEN o.net IS NULL THEN s.net ELSE 0 END) AS elsewhere"
        " FROM stripes s LEFT JOIN ours o ON o.source = s.source AND o.currency = s.currency"
        " GROUP BY s.currency ORDER BY s.currency",
        run=reconciliation_id,
    )
    return [
        Total(row["currency"], int(row["stripes"]), int(row["ours"]), int(row["elsewhere"]))
        for row in rows
    ]
