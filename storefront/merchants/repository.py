"""Who is the merchant of record, and what stands on statements, in the database."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Tx


@dataclass(frozen=True, slots=True)
class MerchantRule:
    """Who is the merchant of record: of a seller's sales, or without one of everybody's."""

    seller_id: str
    merchant: str
    shop_name: str = ""


@dataclass(frozen=True, slots=True)
class PlatformAccount:
    """The platform's own account at Stripe. Both are empty as long as nobody has asked."""

    country: str = ""
    statement_prefix: str = ""


def rule(tx: Tx, seller_id: str) -> MerchantRule | None:
    """A seller's rule, else the platform's, else None."""
    row = tx.one(
        "SELECT subject AS seller_id, merchant FROM merchant_rules"
        " WHERE subject IN (:id, '') ORDER BY subject DESC LIMIT 1",
        id=seller_id,
    )
    return MerchantRule(**row) if row else None


def rules_of_sellers(tx: Tx) -> list[MerchantRule]:
    """The rules of those sellers who have one of their own."""
    rows = tx.all(
        "SELECT r.subject AS seller_id, r.merchant, s.name AS shop_name"
        " FROM merchant_rules r JOIN sellers s ON s.id = r.subject ORDER BY s.name"
    )
    return [MerchantRule(**row) for row in rows]


def set_rule(tx: Tx, decided: MerchantRule, actor_id: str) -> None:
    """Write a rule, or change it."""
    tx.run(
        "INSERT INTO merchant_rules (subject, merchant, actor_id, updated_at)"
        " VALUES (:subject, :merchant, :actor_id, :now) ON CONFLICT (subject) DO UPDATE SET"
        " merchant = :merchant, actor_id = :actor_id, updated_at = :now",
        subject=decided.seller_id,
        merchant=decided.merchant,
        actor_id=actor_id,
        now=timestamp(),
    )


def remove_rule(tx: Tx, seller_id: str) -> bool:
    """Forget a seller's rule; False if there was none."""
    return tx.run("DELETE FROM merchant_rules WHERE subject = :id", id=seller_id) == 1


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
