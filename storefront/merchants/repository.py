"""Who is the merchant of record, and what stands on statements, in the database."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class PlatformAccount:
    """The platform's own account at Stripe. Both are empty as long as nobody has asked."""

    country: str = ""
    statement_prefix: str = ""


def suffix(tx: Tx, seller_id: str) -> str:
    """What a shop adds on statements; empty for nothing."""
    found = tx.value("SELECT suffix FROM statement_suffixes WHERE seller_id = :id", id=seller_id)
    return str(found or "")


def set_suffix(tx: Tx, seller_id: str, suffix: str) -> None:
    """Change what a shop adds on statements."""
    tx.run(
        "INSERT INTO statement_suffixes (seller_id, suffix) VALUES (:id, :suffix)"
        " ON CONFLICT (seller_id) DO UPDATE SET suffix = :suffix",
        id=seller_id,
        suffix=suffix,
    )


def platform(tx: Tx) -> PlatformAccount:
    """The platform's account as Stripe told it last."""
    row = tx.one("SELECT country, statement_prefix FROM platform_account")
    return PlatformAccount(**row) if row else PlatformAccount()


def platform_read_since(tx: Tx, moment: str) -> bool:
    """Whether Stripe was asked about the platform's account after a moment."""
    return bool(tx.value("SELECT COUNT(*) FROM platform_account WHERE read_at > :at", at=moment))


def record_platform(tx: Tx, told: PlatformAccount) -> None:
    """Store what Stripe says of the platform's account."""
    tx.run(
        "INSERT INTO platform_account (only_one, country, statement_prefix, read_at)"
        " VALUES (1, :country, :prefix, :now) ON CONFLICT (only_one) DO UPDATE SET"
        " country = :country, statement_prefix = :prefix, read_at = :now",
        country=told.country,
        prefix=told.statement_prefix,
        now=timestamp(),
    )


def out_of_reach(tx: Tx) -> list[str]:
    """Shops whose accounts lie across a border that no transfer crosses, by name."""
    rows = tx.all(
        "SELECT s.name FROM account_terms t JOIN connected_accounts a"
        " ON a.stripe_account_id = t.stripe_account_id JOIN sellers s ON s.id = t.seller_id"
        " WHERE a.connected = 1 AND a.transfers_capability = 'active' AND t.payable = 0"
        " ORDER BY s.name LIMIT 100"
    )
    return [row["name"] for row in rows]
