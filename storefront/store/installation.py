"""What a database remembers about itself: whether its money is real, and a name of its own."""

from storefront.clock import timestamp
from storefront.ids import new_token
from storefront.store.base import Tx


def remember(tx: Tx, mode: str) -> str:
    """Fix the mode (`test` or `live`) at the first start; the mode that this database has."""
    tx.run(
        "INSERT INTO installation (id, token, mode, created_at) VALUES (1, :token, :mode, :at)"
        " ON CONFLICT (id) DO NOTHING",
        token=new_token(64),
        mode=mode,
        at=timestamp(),
    )
    return str(tx.value("SELECT mode FROM installation WHERE id = 1"))


def token(tx: Tx) -> str:
    """The name of this installation: the first part of every idempotency key."""
    found = tx.value("SELECT token FROM installation WHERE id = 1")
    if found is None:
        raise RuntimeError("this database has no installation row; run `storefront migrate`")
    return str(found)
