"""Connected accounts in the database, and shops by what is known of theirs."""

import json
from dataclasses import dataclass
from typing import Any

from storefront.store import Row, Tx

_ACCOUNT = (
    "SELECT a.stripe_account_id, a.seller_id, connected, charges_enabled, payouts_enabled,"
    " details_submitted, transfers_capability, card_payments_capability, requirements,"
    " display_name, country, default_currency, statement_prefix,"
    " debits_negative_balances, payout_interval, read_at, stale_at, connected_at,"
    " disconnected_at, told_state, told_before, on_behalf_of, cross_border, payable"
    " FROM connected_accounts a JOIN account_terms t ON t.stripe_account_id = a.stripe_account_id"
)
_FLAGS = ("connected", "charges_enabled", "payouts_enabled", "details_submitted")
_TERMS = ("on_behalf_of", "cross_border", "payable")
_TEXTS = (
    "transfers_capability", "card_payments_capability", "display_name", "country",
    "default_currency", "statement_prefix", "payout_interval",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """A Stripe account and what Stripe said of it at `read_at`. The id is all that connects us.

    `told_state` is what the newest mail said of it, empty before the first read after connecting;
    `told_before` is what the seller knew before that mail. `payout_interval` is how often Stripe
    pays out (`daily`, `weekly`, `monthly`, `manual`), empty before that was read.

    The last three follow from it and from the operator's rules: whether a sale now would be made
    in the seller's name (`on_behalf_of`), whether the platform is in another country, and
    whether a destination charge can pay the account at all.
    """

    stripe_account_id: str
    seller_id: str
    connected: bool
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    transfers_capability: str
    card_payments_capability: str
    requirements: dict[str, Any]
    display_name: str
    country: str
    default_currency: str
    statement_prefix: str
    debits_negative_balances: int | None
    payout_interval: str
    read_at: str
    stale_at: str | None
    connected_at: str
    disconnected_at: str | None
    told_state: str
    told_before: str
    on_behalf_of: bool
    cross_border: bool
    payable: bool


def find_account(tx: Tx, stripe_account_id: str) -> ConnectedAccount | None:
    """An account that is or was connected."""
    return _account(tx.one(f"{_ACCOUNT} WHERE a.stripe_account_id = :id", id=stripe_account_id))


def connected_account(tx: Tx, seller_id: str) -> ConnectedAccount | None:
    """The account that is connected to a shop now."""
    sql = f"{_ACCOUNT} WHERE a.seller_id = :id AND connected = 1"
    return _account(tx.one(sql, id=seller_id))


def accounts_of(tx: Tx, seller_id: str) -> list[ConnectedAccount]:
    """Every account that a shop ever had, the newest first."""
    sql = f"{_ACCOUNT} WHERE a.seller_id = :id ORDER BY connected_at DESC"
    return [account for row in tx.all(sql, id=seller_id) if (account := _account(row))]


def connect_account(tx: Tx, stripe_account_id: str, seller_id: str, now: str) -> bool:
    """Connect an account, or connect it again; False if it is another shop's.

    Raises Conflict if the shop has another account connected.
    """
    return bool(
        tx.run(
            "INSERT INTO connected_accounts"
            " (stripe_account_id, seller_id, connected, read_at, stale_at, connected_at)"
            " VALUES (:id, :seller_id, 1, :now, :now, :now)"
            " ON CONFLICT (stripe_account_id) DO UPDATE SET connected = 1,"
            " disconnected_at = NULL, stale_at = excluded.stale_at, told_state = '',"
            " connected_at = excluded.connected_at"
            " WHERE connected_accounts.seller_id = excluded.seller_id",
            id=stripe_account_id,
            seller_id=seller_id,
            now=now,
        )
    )


def disconnect_account(tx: Tx, stripe_account_id: str, now: str) -> bool:
    """The connection has ended; False if it had ended before."""
    return bool(
        tx.run(
            "UPDATE connected_accounts SET connected = 0, disconnected_at = :now, stale_at = NULL"
            " WHERE stripe_account_id = :id AND connected = 1",
            id=stripe_account_id,
            now=now,
        )
    )


def close_account(tx: Tx, stripe_account_id: str, disabled_reason: str, since: str) -> None:
    """Nothing can be paid to the account until it is read again. What is closed stays as it is."""
    tx.run(
        "UPDATE connected_accounts SET transfers_capability = 'inactive',"
        " requirements = :requirements WHERE stripe_account_id = :id AND connected = 1"
        " AND requirements NOT LIKE :closed",
        id=stripe_account_id,
        requirements=json.dumps({"disabled_reason": disabled_reason, "since": since}),
        closed=_closed(disabled_reason),
    )


def closed_accounts(tx: Tx, disabled_reason: str) -> list[ConnectedAccount]:
    """The connected accounts that were closed here for this reason."""
    sql = f"{_ACCOUNT} WHERE connected = 1 AND requirements LIKE :closed ORDER BY a.seller_id"
    rows = tx.all(sql, closed=_closed(disabled_reason))
    return [account for row in rows if (account := _account(row))]


def _closed(disabled_reason: str) -> str:
    return json.dumps({"disabled_reason": disabled_reason}).replace("}", ", %")


def lock_account(tx: Tx, stripe_account_id: str) -> None:
    """Let nobody else change the account until the transaction ends."""
    tx.run(
        "UPDATE connected_accounts SET connected = connected WHERE stripe_account_id = :id",
        id=stripe_account_id,
    )


def note_told(tx: Tx, stripe_account_id: str, state: str, before: str) -> None:
    """What the seller is told of the account now, and what they knew before."""
    tx.run(
        "UPDATE connected_accounts SET told_state = :state, told_before = :before"
        " WHERE stripe_account_id = :id",
        id=stripe_account_id,
        state=state,
        before=before,
    )


def mark_stale(tx: Tx, stripe_account_id: str, at: str) -> None:
    """Something changed at Stripe; or: try again at a time ahead."""
    tx.run(
        "UPDATE connected_accounts SET stale_at = :at"
        " WHERE stripe_account_id = :id AND connected = 1",
        id=stripe_account_id,
        at=at,
    )


def stale_accounts(tx: Tx, now: str, read_before: str, limit: int) -> list[str]:
    """Accounts to be read anew: something changed, or nobody has looked for long."""
    rows = tx.all(
        "SELECT stripe_account_id FROM connected_accounts WHERE connected = 1"
        " AND (stale_at <= :now OR (stale_at IS NULL AND read_at < :read_before))"
        " ORDER BY stale_at LIMIT :limit",
        now=now,
        read_before=read_before,
        limit=limit,
    )
    return [row["stripe_account_id"] for row in rows]


def record_account(tx: Tx, stripe_account_id: str, facts: dict[str, Any], read_at: str) -> bool:
    """Store what Stripe said to a question asked at `read_at`; False if we know newer.

    The account stays stale if something changed after the question was asked.
    """
    return bool(
        tx.run(
            "UPDATE connected_accounts SET charges_enabled = :charges_enabled,"
            " payouts_enabled = :payouts_enabled, details_submitted = :details_submitted,"
            " transfers_capability = :transfers_capability,"
            " card_payments_capability = :card_payments_capability,"
            " requirements = :requirements, display_name = :display_name, country = :country,"
            " default_currency = :default_currency, statement_prefix = :statement_prefix,"
            " debits_negative_balances = :debits_negative_balances,"
            " payout_interval = :payout_interval, read_at = :read_at,"
            " stale_at = CASE WHEN stale_at > :read_at THEN stale_at END"
            " WHERE stripe_account_id = :id AND read_at <= :read_at",
            id=stripe_account_id,
            read_at=read_at,
            **{name: int(facts[name]) for name in _FLAGS[1:]},
            **{name: facts[name] for name in (*_TEXTS, "debits_negative_balances")},
            requirements=json.dumps(facts["requirements"]),
        )
    )


def _account(row: Row | None) -> ConnectedAccount | None:
    if row is None:
        return None
    flags = {name: bool(row[name]) for name in (*_FLAGS, *_TERMS)}
    return ConnectedAccount(**{**row, **flags, "requirements": json.loads(row["requirements"])})


def search(tx: Tx, words: str, before: str, limit: int) -> list[Row]:
    """Shops by part of name, address or e-mail, or by whole account id; the newest first.

    Columns: `shop_id`, `shop_name`, `slug`, `opened_at`, `email`, and those of the connected
    account, all NULL if there is none.
    """
    return tx.all(
        "SELECT s.id AS shop_id, s.name AS shop_name, s.slug, s.created_at AS opened_at,"
        " u.email, a.*, t.on_behalf_of, t.cross_border, t.payable"
        " FROM sellers s JOIN users u ON u.id = s.user_id"
        " LEFT JOIN connected_accounts a ON a.seller_id = s.id AND a.connected = 1"
        " LEFT JOIN account_terms t ON t.stripe_account_id = a.stripe_account_id"
        " WHERE (:before = '' OR s.id < :before) AND (:words = ''"
        " OR lower(s.name) LIKE :part ESCAPE '!' OR s.slug LIKE :part ESCAPE '!'"
        " OR u.email LIKE :part ESCAPE '!' OR EXISTS (SELECT 1 FROM connected_accounts any_one"
        " WHERE any_one.seller_id = s.id AND any_one.stripe_account_id = :words))"
        " ORDER BY s.id DESC LIMIT :limit",
        before=before,
        words=words,
        part=f"%{_literally(words.lower())}%",
        limit=limit,
    )


def account_in(row: Row) -> ConnectedAccount | None:
    """The account in a row of `search`."""
    if row["stripe_account_id"] is None:
        return None
    return _account({name: row[name] for name in ConnectedAccount.__dataclass_fields__})


def _literally(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
