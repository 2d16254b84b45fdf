"""What pages ask of the copies. Everything here only reads."""

import json
from dataclasses import dataclass

from storefront.store import Row, Tx
from storefront.stored_data.service import KINDS


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is connected, or of which copies are still here."""

    stripe_account_id: str
    seller_id: str
    shop_name: str
    connected: bool
    disconnected_at: str | None
    objects: int
    walking: int
    kinds: int
    finished_at: str | None
    problem: str

    @property
    def in_part(self) -> bool:
        """Whether some kinds were never asked for."""
        return self.kinds < len(KINDS)

    @property
    def fetched(self) -> bool:
        """Whether anybody has ever asked for its data."""
        return bool(self.walking or self.finished_at or self.problem)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. `amount` is in minor units of `currency`."""

    id: str
    kind: str
    created_at: str
    amount: int | None
    currency: str
    status: str
    email: str
    name: str
    deleted: bool


_ACCOUNTS = (
    "SELECT a.stripe_account_id, a.seller_id, s.name AS shop_name, a.connected, a.disconnected_at,"
    " COALESCE(o.objects, 0) AS objects, COALESCE(f.walking, 0) AS walking,"
    " COALESCE(f.kinds, 0) AS kinds, f.finished_at,"
    " COALESCE(f.problem, '') AS problem FROM connected_accounts a"
    " JOIN sellers s ON s.id = a.seller_id"
    " LEFT JOIN (SELECT stripe_account_id, SUM(CASE WHEN state = 'walking' THEN 1 ELSE 0 END)"
    " AS walking, COUNT(*) AS kinds, MAX(finished_at) AS finished_at, MAX(problem) AS problem"
    " FROM stored_fetches GROUP BY stripe_account_id) f"
    " ON f.stripe_account_id = a.stripe_account_id"
    " LEFT JOIN (SELECT stripe_account_id, COUNT(*) AS objects FROM stored_objects"
    " WHERE deleted = 0 GROUP BY stripe_account_id) o"
    " ON o.stripe_account_id = a.stripe_account_id"
    " WHERE (a.connected = 1 OR f.stripe_account_id IS NOT NULL)"
)


def accounts(tx: Tx, limit: int, offset: int) -> list[Account]:
    """Accounts of which something is or could be stored, those that left last."""
    rows = tx.all(
        f"{_ACCOUNTS} ORDER BY a.connected DESC, s.name, a.stripe_account_id"
        " LIMIT :limit OFFSET :offset",
        limit=limit,
        offset=offset,
    )
    return [_account(row) for row in rows]


def account(tx: Tx, account_id: str) -> Account | None:
    """One of them."""
    row = tx.one(f"{_ACCOUNTS} AND a.stripe_account_id = :id", id=account_id)
    return _account(row) if row else None


def _account(row: Row) -> Account:
    numbers = {name: int(row[name]) for name in ("objects", "walking", "kinds")}
    return Account(**{**row, **numbers, "connected": row["connected"] == 1})


def counts(tx: Tx, account_id: str) -> dict[str, int]:
    """How many objects of each kind are stored."""
    rows = tx.all(
        "SELECT kind, COUNT(*) AS objects FROM stored_objects WHERE stripe_account_id = :id"
        " AND deleted = 0 GROUP BY kind",
        id=account_id,
    )
    return {row["kind"]: int(row["objects"]) for row in rows}


def statuses(tx: Tx, account_id: str, kind: str) -> list[str]:
    """The states that objects of a kind are in."""
    rows = tx.all(
        "SELECT DISTINCT status FROM stored_objects WHERE stripe_account_id = :id"
        " AND kind = :kind AND status <> '' ORDER BY status",
        id=account_id,
        kind=kind,
    )
    return [row["status"] for row in rows]


def listing(
    tx: Tx, account_id: str, kind: str, *, words: list[str], status: str, limit: int, offset: int
) -> list[Entry]:
    """Objects of a kind that have every word in them, the newest first."""
    sought = {f"word_{number}": f"%{_literally(word)}%" for number, word in enumerate(words)}
    conditions = "".join(f" AND words LIKE :{name} ESCAPE '!'" for name in sought)
    rows = tx.all(
        "SELECT id, kind, created_at, amount, currency, status, deleted, body FROM stored_objects"
        " WHERE stripe_account_id = :id AND kind = :kind AND (:status = '' OR status = :status)"
        f"{conditions} ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset",
        id=account_id,
        kind=kind,
        status=status,
        limit=limit,
        offset=offset,
        **sought,
    )
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    body = json.loads(row["body"])
    person = body.get("billing_details") or body
    return Entry(
        **{name: row[name] for name in ("id", "kind", "created_at", "amount", "currency")},
        status=row["status"],
        email=person.get("email") or "",
        name=person.get("name") or "",
        deleted=row["deleted"] == 1,
    )


def _literally(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def body(tx: Tx, account_id: str, object_id: str) -> Row | None:
    """One object: `kind`, `created_at`, `status`, `amount`, `currency`, `parent_id`, `body`."""
    return tx.one(
        "SELECT id, kind, created_at, status, amount, currency, parent_id, body, seen_until,"
        " reread_at, deleted FROM stored_objects WHERE stripe_account_id = :account AND id = :id",
        account=account_id,
        id=object_id,
    )


def among(tx: Tx, account_id: str, ids: list[str]) -> list[Row]:
    """Which of these ids are stored as well: `id` and `kind`."""
    names = {f"id_{number}": id_ for number, id_ in enumerate(ids)}
    if not names:
        return []
    return tx.all(
        "SELECT id, kind FROM stored_objects WHERE stripe_account_id = :account"
        f" AND id IN ({', '.join(f':{name}' for name in names)}) ORDER BY kind, id",
        account=account_id,
        **names,
    )


def parts(tx: Tx, account_id: str, parent_id: str, limit: int) -> list[Entry]:
    """What a payout consists of."""
    rows = tx.all(
        "SELECT id, kind, created_at, amount, currency, status, deleted, body FROM stored_objects"
        " WHERE stripe_account_id = :account AND parent_id = :parent"
        " ORDER BY created_at DESC, id DESC LIMIT :limit",
        account=account_id,
        parent=parent_id,
        limit=limit,
    )
    return [_entry(row) for row in rows]


def orders(tx: Tx, seller_id: str, ids: list[str]) -> list[Row]:
    """Orders of a seller that these objects of Stripe's belong to: `id` and `number`."""
    names = {f"id_{number}": id_ for number, id_ in enumerate(ids)}
    if not names:
        return []
    listed = ", ".join(f":{name}" for name in names)
    return tx.all(
        "SELECT id, number FROM orders WHERE seller_id = :seller_id"
        f" AND (stripe_transfer_id IN ({listed}) OR stripe_charge_id IN ({listed})"
        f" OR stripe_payment_intent_id IN ({listed})) ORDER BY number",
        seller_id=seller_id,
        **names,
    )
