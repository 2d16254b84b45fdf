"""What the database says about itself and about the worker."""

from storefront.clock import timestamp
from storefront.store import Tx


def write_probe(tx: Tx) -> None:
    """Write something that the caller rolls back."""
    tx.run(
        "INSERT INTO heartbeats (name, beaten_at) VALUES ('probe', :at)"
        " ON CONFLICT (name) DO UPDATE SET beaten_at = excluded.beaten_at",
        at=timestamp(),
    )


def last_beat(tx: Tx) -> str | None:
    """When the worker last said that it runs."""
    beat: str | None = tx.value("SELECT beaten_at FROM heartbeats WHERE name = 'worker'")
    return beat
