"""Counting payments, disputes and early fraud warnings, by month, by shop and by reason."""

from collections.abc import Collection
from dataclasses import dataclass

from storefront.dispute_numbers.period import Period
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened in a month, or to a shop: paid charges, and what banks said about any."""

    charges: int = 0
    disputes: int = 0
    inquiries: int = 0
    prevented: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class ShopCounts(Counts):
    """The same of one shop."""

    seller_id: str = ""
    shop_name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many disputes of a reason, in a currency, ended in a way, and for how much."""

    reason: str
    currency: str
    outcome: str
    count: int
    amount: int


_OF = "({at} >= :since AND {at} < :until AND (:seller_id = '' OR seller_id = :seller_id))"


def _charges(by: str) -> str:
    return (
        f"SELECT {by} AS name, COUNT(*) AS charges FROM orders"
        f" WHERE {_OF.format(at='paid_at')} GROUP BY {by}"
    )


def _warnings(by: str) -> str:
    return (
        f"SELECT {by} AS name, COUNT(*) AS warnings FROM fraud_warnings"
        f" WHERE {_OF.format(at='warned_at')} GROUP BY {by}"
    )


def _disputes(by: str, inquiries: Collection[str]) -> str:
    asked = f"status IN ({', '.join(f':inquiry_{n}' for n in range(len(inquiries)))})"
    return (
        f"SELECT {by} AS name, COUNT(*) FILTER (WHERE {asked}) AS inquiries,"
        " COUNT(*) FILTER (WHERE status = 'prevented') AS prevented,"
        f" COUNT(*) FILTER (WHERE status <> 'prevented' AND NOT {asked}) AS disputes"
        f" FROM disputes WHERE {_OF.format(at='opened_at')} GROUP BY {by}"
    )


def _inquiries(statuses: Collection[str]) -> dict[str, str]:
    return {f"inquiry_{number}": status for number, status in enumerate(statuses)}


def by_month(
    tx: Tx, period: Period, seller_id: str, inquiries: Collection[str]
) -> dict[str, Counts]:
    """What happened in each month in which anything did, of a seller or of all.

    `inquiries` are the statuses of what is no dispute.
    """
    asked = {"since": period.since, "until": period.until, "seller_id": seller_id}
    found: dict[str, dict[str, int]] = {}
    for sql, values in (
        (_charges("SUBSTR(paid_at, 1, 7)"), {}),
        (_disputes("SUBSTR(opened_at, 1, 7)", inquiries), _inquiries(inquiries)),
        (_warnings("SUBSTR(warned_at, 1, 7)"), {}),
    ):
        for row in tx.all(sql, **asked, **values):
            counted = {key: int(value) for key, value in row.items() if key != "name"}
            found.setdefault(row["name"], {}).update(counted)
    return {month: Counts(**counted) for month, counted in found.items()}


def by_shop(
    tx: Tx, period: Period, inquiries: Collection[str], limit: int, offset: int
) -> list[ShopCounts]:
    """What happened to each shop with a payment or a dispute, the most disputed first."""
    rows = tx.all(
        "SELECT s.id AS seller_id, s.name AS shop_name, COALESCE(c.charges, 0) AS charges,"
        " COALESCE(d.disputes, 0) AS disputes, COALESCE(d.inquiries, 0) AS inquiries,"
        " COALESCE(d.prevented, 0) AS prevented, COALESCE(w.warnings, 0) AS warnings"
        f" FROM sellers s LEFT JOIN ({_charges('seller_id')}) c ON c.name = s.id"
        f" LEFT JOIN ({_disputes('seller_id', inquiries)}) d ON d.name = s.id"
        f" LEFT JOIN ({_warnings('seller_id')}) w ON w.name = s.id"
        " WHERE c.name IS NOT NULL OR d.name IS NOT NULL OR w.name IS NOT NULL"
        " ORDER BY COALESCE(d.disputes, 0) DESC, COALESCE(w.warnings, 0) DESC,"
        " COALESCE(c.charges, 0) DESC, s.id LIMIT :limit OFFSET :offset",
        since=period.since,
        until=period.until,
        seller_id="",
        limit=limit,
        offset=offset,
        **_inquiries(inquiries),
    )
    return [ShopCounts(**row) for row in rows]


def outcomes(
    tx: Tx, period: Period, seller_id: str, inquiries: Collection[str], accepted_by: str
) -> list[Outcome]:
    """How the disputes that were opened in a period have ended, if they have.

    Lost and accepted look alike to Stripe; the call `accepted_by` of ours tells them apart.
    """
    asked = ", ".join(f":{name}" for name in _inquiries(inquiries))
    rows = tx.all(
        "SELECT reason, currency, outcome, COUNT(*) AS count, SUM(amount) AS amount"
        " FROM (SELECT d.reason, d.currency, d.amount, CASE WHEN d.status = 'won' THEN 'won'"
        " WHEN d.status = 'lost' AND EXISTS (SELECT 1 FROM stripe_calls c WHERE c.subject_id = d.id"
        " AND c.operation = :accepted_by AND c.state = 'confirmed') THEN 'accepted'"
        " WHEN d.status = 'lost' THEN 'lost' ELSE 'open' END AS outcome FROM disputes d"
        f" WHERE {_OF.format(at='d.opened_at')} AND d.status <> 'prevented'"
        f" AND d.status NOT IN ({asked})) ended"
        " GROUP BY reason, currency, outcome ORDER BY reason, currency, outcome",
        since=period.since,
        until=period.until,
        seller_id=seller_id,
        accepted_by=accepted_by,
        **_inquiries(inquiries),
    )
    return [
        Outcome(**{**row, "count": int(row["count"]), "amount": int(row["amount"])}) for row in rows
    ]
