"""The data layer: plain SQL with `:name` parameters, the same on SQLite and PostgreSQL.

`open_store(url)` is the only place that chooses. Repositories get a `Tx` and never commit;
services that also talk to Stripe get the `Store` and open short transactions themselves.
"""

from pathlib import Path

from storefront.store.base import Conflict, Row, Store, Tx

__all__ = ["Conflict", "Row", "Store", "Tx", "open_store"]


def open_store(url: str) -> Store:
    """The store behind a `DATABASE_URL`: `sqlite:///path/to/file.db` or `postgresql://…`.

    Nothing is opened until the first query, so a server may fork after this.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        from storefront.store.sqlite import SQLiteStore

        return SQLiteStore(Path(rest.removeprefix("/") if rest.startswith("//") else rest[1:]))
    if scheme in {"postgresql", "postgres"}:
        from storefront.store.postgresql import PostgreSQLStore

        return PostgreSQLStore(url)
    raise ValueError(f"DATABASE_URL must begin with sqlite:// or postgresql://, not {scheme}://")
