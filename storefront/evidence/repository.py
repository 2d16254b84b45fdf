"""Evidence that people wrote or uploaded, by field, and the rules that answer by themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from storefront.clock import timestamp
from storefront.seller_policies.service import SellerPolicy, Table
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
class AnswerRule(SellerPolicy):
    """What is done about disputes by itself.

    `submits`: whether the evidence goes out a day before the deadline. `limits`: up to which amount
    they are accepted, in minor units by currency; never in others.
    """

    submits: bool
    limits: Mapping[str, int]


class AnswerRules(Table[AnswerRule]):
    """Rules, whose limits have a table of their own."""

    _more = ", l.currency, l.amount"
    _joined = " LEFT JOIN answer_limits l ON l.subject = p.subject"

    def write(self, tx: Tx, decided: AnswerRule, actor_id: str) -> None:
        """Write a rule, or change it."""
        super().write(tx, decided, actor_id)
        _forget_limits(tx, decided.seller_id)
        for currency, amount in decided.limits.items():
            tx.run(
                "INSERT INTO answer_limits (subject, currency, amount)"
                " VALUES (:subject, :currency, :amount)",
                subject=decided.seller_id,
                currency=currency,
                amount=amount,
            )

    def remove(self, tx: Tx, seller_id: str) -> bool:
        """Forget a seller's rule; False if there was none."""
        _forget_limits(tx, seller_id)
        return super().remove(tx, seller_id)

    def _policies(self, rows: list[Row]) -> Iterator[AnswerRule]:
        for seller_id, lines in groupby(rows, itemgetter("seller_id")):
            first, *more = lines
            limits = {row["currency"]: row["amount"] for row in (first, *more) if row["currency"]}
            yield AnswerRule(
                seller_id,
                bool(first["submits"]),
                dict(sorted(limits.items())),
                since=first["since"],
                shop_name=first["shop_name"],
            )

    def _values(self, decided: AnswerRule) -> dict[str, Any]:
        return {"submits": int(decided.submits)}


def _forget_limits(tx: Tx, subject: str) -> None:
    tx.run("DELETE FROM answer_limits WHERE subject = :subject", subject=subject)
