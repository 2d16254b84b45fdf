"""The table of a kind of policy: a row for the platform, with an empty subject, and for sellers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from storefront.clock import timestamp
from storefront.store import Row, Tx


@dataclass(frozen=True, slots=True)
class SellerPolicy:
    """What holds for one seller, or for all of them if `seller_id` is empty.

    `since` and `shop_name` are known of a policy that is in force.
    """

    seller_id: str
    since: str = field(default="", kw_only=True)
    shop_name: str = field(default="", kw_only=True)


P = TypeVar("P", bound=SellerPolicy)


class Table(Generic[P]):
    """Policies of one kind. The columns have the names of the fields that the kind adds.

    Each is read by one statement, so that nobody sees a part of what is being decided.
    """

    _more, _joined = "", ""
    """What a kind with details in another table reads besides; `_policies` puts it together."""

    def __init__(self, name: str, kind: type[P], columns: tuple[str, ...]) -> None:
        self._name, self._kind, self._columns = name, kind, columns
        self._select = (
            f"SELECT p.subject AS seller_id, {', '.join(f'p.{column}' for column in columns)},"
            f" p.updated_at AS since, COALESCE(s.name, '') AS shop_name{self._more}"
            f" FROM {name} p LEFT JOIN sellers s ON s.id = p.subject{self._joined}"
        )

    def of_seller(self, tx: Tx, seller_id: str) -> P | None:
        """A seller's policy, else the platform's, else None."""
        rows = tx.all(
            f"{self._select} WHERE p.subject ="
            f" (SELECT MAX(subject) FROM {self._name} WHERE subject IN ('', :id))",
            id=seller_id,
        )
        return next(self._policies(rows), None)

    def of_sellers(self, tx: Tx) -> list[P]:
        """The policies of those sellers who have one of their own, by the names of their shops."""
        rows = tx.all(f"{self._select} WHERE p.subject <> '' ORDER BY s.name, p.subject")
        return list(self._policies(rows))

    def write(self, tx: Tx, decided: P, actor_id: str) -> None:
        """Write a policy, or change it."""
        values = {**self._values(decided), "actor_id": actor_id, "updated_at": timestamp()}
        tx.run(
            f"INSERT INTO {self._name} (subject, {', '.join(values)})"
            f" VALUES (:subject, {', '.join(f':{column}' for column in values)})"
            " ON CONFLICT (subject) DO UPDATE SET"
            f" {', '.join(f'{column} = :{column}' for column in values)}",
            subject=decided.seller_id,
            **values,
        )

    def remove(self, tx: Tx, seller_id: str) -> bool:
        """Forget a seller's policy; False if there was none."""
        return tx.run(f"DELETE FROM {self._name} WHERE subject = :id", id=seller_id) == 1

    def _policies(self, rows: list[Row]) -> Iterator[P]:
        return (self._kind(**row) for row in rows)

    def _values(self, decided: P) -> dict[str, Any]:
        return {column: getattr(decided, column) for column in self._columns}
