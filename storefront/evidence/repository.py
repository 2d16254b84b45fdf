"""Evidence that people wrote or uploaded, by field, and the rules that answer by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Item:
    """A field: its text or its file's id at Stripe, and who filled it; nobody for the draft's."""

    name: str
    value: str
    filename: str = ""
    author: str = ""
    updated_at: str = ""


def of_dispute(tx: Tx, dispute_id: str) -> list[Item]:
    """What people have filled in for a dispute."""
    rows = tx.all(
        "SELECT name, value, filename, author, updated_at FROM dispute_evidence"
        " WHERE dispute_id = :id",
        id=dispute_id,
    )
    return [Item(**row) for row in rows]


def save(tx: Tx, dispute_id: str, item: Item, actor_id: str) -> None:
    """Write a field, or change it."""
    tx.run(
        "INSERT INTO dispute_evidence (dispute_id, name, value, filename, author, actor_id,"
        " updated_at) VALUES (:dispute_id, :name, :value, :filename, :author, :actor_id, :now)"
        " ON CONFLICT (dispute_id, name) DO UPDATE SET value = :value, filename = :filename,"
        " author = :author, actor_id = :actor_id, updated_at = :now",
        dispute_id=dispute_id,
        name=item.name,
        value=item.value,
        filename=item.filename,
        author=item.author,
        actor_id=actor_id,
        now=timestamp(),
    )


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """What is done about a seller's disputes by itself, or about all if `seller_id` is empty.

    `submits`: whether the evidence goes out a day before the deadline. `limits`: up to which amount
    they are accepted, in minor units by currency; never in others.
    """

    seller_id: str
    submits: bool
    limits: Mapping[str, int]
    since: str = ""
    shop_name: str = ""


_RULES = (
    "SELECT r.subject, r.submits, r.updated_at, COALESCE(s.name, '') AS shop_name, l.currency,"
    " l.amount FROM answer_rules r LEFT JOIN sellers s ON s.id = r.subject"
    " LEFT JOIN answer_limits l ON l.subject = r.subject"
)


def rule(tx: Tx, seller_id: str) -> AnswerRule | None:
    """A seller's rule, else the platform's, else None."""
    rows = tx.all(
        f"{_RULES} WHERE r.subject = (SELECT MAX(subject) FROM answer_rules"
        " WHERE subject IN (:id, '')) ORDER BY l.currency",
        id=seller_id,
    )
    return next(iter(_rules(rows)), None)


def rules_of_sellers(tx: Tx) -> list[AnswerRule]:
    """The rules of those sellers who have one of their own."""
    return _rules(tx.all(f"{_RULES} WHERE r.subject <> '' ORDER BY s.name, l.currency"))


def _rules(rows: list[Row]) -> list[AnswerRule]:
    limits: dict[str, dict[str, int]] = {row["subject"]: {} for row in rows}
    for row in rows:
        if row["currency"]:
            limits[row["subject"]][row["currency"]] = row["amount"]
    heads = {row["subject"]: row for row in rows}
    return [
        AnswerRule(
            subject, bool(head["submits"]), limits[subject], head["updated_at"], head["shop_name"]
        )
        for subject, head in heads.items()
    ]


def set_rule(tx: Tx, decided: AnswerRule, actor_id: str) -> None:
    """Write a rule, or change it."""
    tx.run(
        "INSERT INTO answer_rules (subject, submits, actor_id, updated_at)"
        " VALUES (:subject, :submits, :actor_id, :now) ON CONFLICT (subject) DO UPDATE SET"
        " submits = :submits, actor_id = :actor_id, updated_at = :now",
        subject=decided.seller_id,
        submits=int(decided.submits),
        actor_id=actor_id,
        now=timestamp(),
    )
    tx.run("DELETE FROM answer_limits WHERE subject = :subject", subject=decided.seller_id)
    for currency, amount in decided.limits.items():
        tx.run(
            "INSERT INTO answer_limits (subject, currency, amount)"
            " VALUES (:subject, :currency, :amount)",
            subject=decided.seller_id,
            currency=currency,
            amount=amount,
        )


def remove_rule(tx: Tx, seller_id: str) -> bool:
    """Forget a seller's rule; False if there was none."""
    tx.run("DELETE FROM answer_limits WHERE subject = :id", id=seller_id)
    return tx.run("DELETE FROM answer_rules WHERE subject = :id", id=seller_id) == 1
