"""People and their one-time tokens in the database."""

from dataclasses import dataclass

from storefront.store import Row, Tx

_USER = """
SELECT u.id, u.email, u.name, u.password_hash, u.email_verified_at, u.is_operator,
       u.session_version, s.id IS NOT NULL AS has_shop
  FROM users u LEFT JOIN sellers s ON s.user_id = u.id AND s.closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. `has_shop`: also sells."""

    id: str
    email: str
    name: str
    password_hash: str
    email_verified_at: str | None
    is_operator: bool
    session_version: int
    has_shop: bool

    @property
    def email_verified(self) -> bool:
        """Whether the address has been confirmed."""
        return self.email_verified_at is not None


def find(tx: Tx, user_id: str) -> User | None:
    """The person with this id."""
    return _user(tx.one(_USER + " WHERE u.id = :id", id=user_id))


def find_by_email(tx: Tx, email: str) -> User | None:
    """The person with this address (lower case)."""
    return _user(tx.one(_USER + " WHERE u.email = :email", email=email))


def operators(tx: Tx) -> list[User]:
    """Everybody who operates the marketplace, by name."""
    rows = tx.all(_USER + " WHERE u.is_operator = 1 ORDER BY u.name, u.id")
    return [user for user in map(_user, rows) if user is not None]


def _user(row: Row | None) -> User | None:
    if row is None:
        return None
    booleans = {"is_operator": bool(row["is_operator"]), "has_shop": bool(row["has_shop"])}
    return User(**{**row, **booleans})


def insert(tx: Tx, user_id: str, email: str, name: str, password_hash: str, now: str) -> None:
    """Store a new person. Raises Conflict if the address is taken."""
    tx.run(
        "INSERT INTO users (id, email, name, password_hash, created_at)"
        " VALUES (:id, :email, :name, :password_hash, :now)",
        id=user_id,
        email=email,
        name=name,
        password_hash=password_hash,
        now=now,
    )


def set_name(tx: Tx, user_id: str, name: str) -> None:
    """Change the name."""
    tx.run("UPDATE users SET name = :name WHERE id = :id", name=name, id=user_id)


def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    """Change the password; every session of the person ends."""
    tx.run(
        "UPDATE users SET password_hash = :password_hash, session_version = session_version + 1"
        " WHERE id = :id",
        password_hash=password_hash,
        id=user_id,
    )


def rehash_password(tx: Tx, user_id: str, old_hash: str, password_hash: str) -> None:
    """Store the same password at today's cost, unless it was changed meanwhile."""
    tx.run(
        "UPDATE users SET password_hash = :password_hash"
        " WHERE id = :id AND password_hash = :old_hash",
        password_hash=password_hash,
        id=user_id,
        old_hash=old_hash,
    )


def set_verified(tx: Tx, user_id: str, now: str) -> None:
    """The address is confirmed; the first time counts."""
    tx.run(
        "UPDATE users SET email_verified_at = COALESCE(email_verified_at, :now) WHERE id = :id",
        now=now,
        id=user_id,
    )


def set_operator(tx: Tx, user_id: str, is_operator: bool) -> None:
    """Give or take the operator's rights; they count from the next request on."""
    tx.run(
        "UPDATE users SET is_operator = :is_operator WHERE id = :id",
        is_operator=int(is_operator),
        id=user_id,
    )


def insert_token(
    tx: Tx, token_hash: str, user_id: str, purpose: str, now: str, expires_at: str
) -> None:
    """Store a one-time token's hash."""
    tx.run(
        "INSERT INTO user_tokens (token_hash, user_id, purpose, expires_at, created_at)"
        " VALUES (:token_hash, :user_id, :purpose, :expires_at, :now)",
        token_hash=token_hash,
        user_id=user_id,
        purpose=purpose,
        expires_at=expires_at,
        now=now,
    )


def user_of_token(tx: Tx, token_hash: str, purpose: str, now: str) -> str | None:
    """Whose token this is; None if it is unknown, used or expired."""
    found = tx.value(
        "SELECT user_id FROM user_tokens WHERE token_hash = :token_hash"
        " AND purpose = :purpose AND used_at IS NULL AND expires_at > :now",
        token_hash=token_hash,
        purpose=purpose,
        now=now,
    )
    return str(found) if found else None


def use_token(tx: Tx, token_hash: str, purpose: str, now: str) -> str | None:
    """Take a token out of use, and every other of its kind; whose it was, None if it is no good.

    One statement decides, so that of two requests with the same token one wins.
    """
    user_id = tx.value(
        "UPDATE user_tokens SET used_at = :now WHERE token_hash = :token_hash"
        " AND purpose = :purpose AND used_at IS NULL AND expires_at > :now RETURNING user_id",
        token_hash=token_hash,
        purpose=purpose,
        now=now,
    )
    tx.run(
        "UPDATE user_tokens SET used_at = :now"
        " WHERE user_id = :user_id AND purpose = :purpose AND used_at IS NULL",
        user_id=user_id,
        purpose=purpose,
        now=now,
    )
    return str(user_id) if user_id else None


def delete_old_tokens(tx: Tx, before: str) -> int:
    """Delete tokens that expired before a moment; how many."""
    return tx.run("DELETE FROM user_tokens WHERE expires_at < :before", before=before)
