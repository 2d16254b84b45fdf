"""What is exported, read row by row."""

from collections.abc import Iterator

from storefront.export import columns
from storefront.store import Row, Tx


def rows(tx: Tx, table: str, order: list[str]) -> Iterator[Row]:
    """Every row of a table with the columns that may leave, in a fixed order."""
    names = ", ".join(columns.of(table))
    return tx.each(f"SELECT {names} FROM {table} ORDER BY {', '.join(order)}")
