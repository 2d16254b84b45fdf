"""Sessions and rate limits in the database."""

from storefront.store import Row, Tx


def find_session(tx: Tx, id_hash: str, now: str) -> Row | None:
    """A session that is not over: its `data` (JSON) and `expires_at`."""
    return tx.one(
        "SELECT data, expires_at FROM sessions WHERE id_hash = :id_hash AND expires_at > :now",
        id_hash=id_hash,
        now=now,
    )


def insert_session(
    tx: Tx, id_hash: str, user_id: str | None, data: str, now: str, expires_at: str
) -> None:
    """Store a new session."""
    tx.run(
        "INSERT INTO sessions (id_hash, user_id, data, created_at, expires_at)"
        " VALUES (:id_hash, :user_id, :data, :now, :expires_at)",
        id_hash=id_hash,
        user_id=user_id,
        data=data,
        now=now,
        expires_at=expires_at,
    )


def update_session(tx: Tx, id_hash: str, user_id: str | None, data: str) -> None:
    """Store new data; does nothing if the session has ended meanwhile."""
    tx.run(
        "UPDATE sessions SET data = :data, user_id = :user_id WHERE id_hash = :id_hash",
        id_hash=id_hash,
        user_id=user_id,
        data=data,
    )


def delete_session(tx: Tx, id_hash: str) -> None:
    """End a session."""
    tx.run("DELETE FROM sessions WHERE id_hash = :id_hash", id_hash=id_hash)


def delete_expired_sessions(tx: Tx, now: str) -> int:
    """Delete what is over; how many."""
    return tx.run("DELETE FROM sessions WHERE expires_at <= :now", now=now)


def count_hit(tx: Tx, bucket: str, window_start: str) -> int:
    """Count one more try; how many it is in this window."""
    return int(
        tx.value(
            "INSERT INTO rate_limits (bucket, window_start, hits)"
            " VALUES (:bucket, :window_start, 1)"
            " ON CONFLICT (bucket, window_start) DO UPDATE SET hits = rate_limits.hits + 1"
            " RETURNING hits",
            bucket=bucket,
            window_start=window_start,
        )
    )


def forget_bucket(tx: Tx, bucket: str) -> None:
    """Start counting anew."""
    tx.run("DELETE FROM rate_limits WHERE bucket = :bucket", bucket=bucket)


def delete_old_windows(tx: Tx, before: str) -> int:
    """Delete counters of windows that began earlier; how many."""
    return tx.run("DELETE FROM rate_limits WHERE window_start < :before", before=before)
