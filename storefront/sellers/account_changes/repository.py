"""Who has agreed to be paid into another account than before."""

from storefront.store import Tx


def agree(tx: Tx, seller_id: str, from_account: str, now: str) -> None:
    """A seller agrees to leave an account behind."""
    tx.run(
        "INSERT INTO account_changes (seller_id, from_account, agreed_at)"
        " VALUES (:seller_id, :from_account, :now) ON CONFLICT (seller_id) DO UPDATE SET"
        " from_account = excluded.from_account, agreed_at = excluded.agreed_at",
        seller_id=seller_id,
        from_account=from_account,
        now=now,
    )


def has_agreed(tx: Tx, seller_id: str, from_account: str, since: str) -> bool:
    """Whether a seller has agreed to leave this account behind, lately."""
    found = tx.value(
        "SELECT 1 FROM account_changes WHERE seller_id = :seller_id"
        " AND from_account = :from_account AND agreed_at >= :since",
        seller_id=seller_id,
        from_account=from_account,
        since=since,
    )
    return found is not None
