"""The one-time states of OAuth in the database: who set out for Stripe, in which browser."""

from storefront.store import Row, Tx


def insert_state(
    tx: Tx, state_hash: str, user_id: str, session_hash: str, now: str, expires_at: str
) -> None:
    """Remember that this person set out for Stripe in this browser."""
    tx.run(
        "INSERT INTO oauth_states (state_hash, user_id, session_hash, expires_at, created_at)"
        " VALUES (:state_hash, :user_id, :session_hash, :expires_at, :now)",
        state_hash=state_hash,
        user_id=user_id,
        session_hash=session_hash,
        expires_at=expires_at,
        now=now,
    )


def find_state(tx: Tx, state_hash: str) -> Row | None:
    """A state's `user_id`, `session_hash`, `expires_at` and `used_at`."""
    return tx.one(
        "SELECT user_id, session_hash, expires_at, used_at FROM oauth_states"
        " WHERE state_hash = :state_hash",
        state_hash=state_hash,
    )


def claim_state(tx: Tx, state_hash: str, code_hash: str | None, now: str) -> bool:
    """Use a state, and a code with it; False if it was used before.

    Raises Conflict if the code came before, under whatever state.
    """
    return bool(
        tx.run(
            "UPDATE oauth_states SET used_at = :now, code_hash = :code_hash"
            " WHERE state_hash = :state_hash AND used_at IS NULL",
            now=now,
            code_hash=code_hash,
            state_hash=state_hash,
        )
    )


def delete_unused_states(tx: Tx, before: str) -> int:
    """Delete expired states that met no code; the others are kept, since codes must not recur."""
    return tx.run(
        "DELETE FROM oauth_states WHERE expires_at < :before AND code_hash IS NULL",
        before=before,
    )
