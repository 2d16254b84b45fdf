"""Bring a database to the newest schema: ordered steps, each applied once, under a lock.

A step is a file in `storefront/migrations`, written in SQLite's words: `0001_initial.sql` for
both databases, or a pair such as `0002_search.sqlite.sql` and `0002_search.postgresql.sql`.
"""

from pathlib import Path

from storefront.clock import timestamp
from storefront.store.base import Store, Tx

MIGRATIONS = Path(__file__).parents[1] / "migrations"

_CREATE = """
CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT;
"""


def steps(dialect: str) -> list[Path]:
    """The migration files for one kind of database, in order."""
    found = sorted(MIGRATIONS.glob("*.sql"))
    return [path for path in found if path.name.count(".") == 1 or f".{dialect}." in path.name]


def migrate(store: Store) -> list[str]:
    """Apply what is missing, all of it or nothing; the names of the applied steps."""
    with store.transaction() as tx:
        tx.lock_migrations()
        store.run_script(tx, _CREATE)
        missing = [path for path in steps(store.dialect) if not _is_applied(tx, path)]
        for path in missing:
            _apply(store, tx, path)
    return [_name(path) for path in missing]


def pending(store: Store) -> list[str]:
    """The steps that this database still lacks; all of them if it is empty."""
    with store.read() as tx:
        rows = tx.all("SELECT name FROM migrations") if tx.has_table("migrations") else []
    applied = {row["name"] for row in rows}
    return [_name(path) for path in steps(store.dialect) if _name(path) not in applied]


def _name(path: Path) -> str:
    return path.name.partition(".")[0]


def _is_applied(tx: Tx, path: Path) -> bool:
    found = tx.value("SELECT 1 FROM migrations WHERE name = :name", name=_name(path))
    return found is not None


def _apply(store: Store, tx: Tx, path: Path) -> None:
    store.run_script(tx, path.read_text(encoding="utf-8"))
    tx.run(
        "INSERT INTO migrations (name, applied_at) VALUES (:name, :at)",
        name=_name(path),
        at=timestamp(),
    )
