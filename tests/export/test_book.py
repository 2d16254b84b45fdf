"""The book: what is in it, what never is, and that it is one state of the database."""

import csv
import json
import sqlite3
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from storefront.current import Services
from storefront.errors import Refused
from storefront.export import columns, service
from storefront.orders.service import Order
from tests.cast import PASSWORD
from tests.client import Browser


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    book = sqlite3.connect(path)
    book.row_factory = sqlite3.Row
    yield book
    book.close()


def all_of(book: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in book.execute(sql)]


def test_an_order_can_be_followed_through_the_book(
    services: Services, order: Order, tmp_path: Path
) -> None:
    path = tmp_path / "books" / "book.db"
    written = service.write(services.store, path)
    with opened(path) as book:
        (money,) = all_of(book, "SELECT * FROM order_money")
        (ledger,) = all_of(book, "SELECT * FROM ledger_by_order")
        (refund,) = all_of(book, "SELECT * FROM refund_money")
        (month,) = all_of(book, "SELECT * FROM seller_months")
        (line,) = all_of(book, "SELECT * FROM order_lines")
        found = all_of(book, "SELECT o.number FROM orders o JOIN orders_fts f ON f.rowid = o.rowid"
                             " WHERE orders_fts MATCH 'bob'")  # fmt: skip
        counted = sum(
            book.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in columns.TABLES
        )
    assert (money["number"], money["total_amount"]) == (order.number, 2000)
    assert (money["seller"], money["email"]) == ("alices-shop", "bob@example.com")
    assert (refund["number"], refund["amount"], refund["fee_amount"]) == (order.number, 1000, 100)
    assert (ledger["seller_amount"], ledger["shopper"]) == (900, -1000)
    accounts = ("shopper", "platform", "seller_amount", "stripe_fees", "dispute")
    assert sum(ledger[name] for name in accounts) == 0
    assert (month["orders"], month["refunded_amount"]) == (1, 1000)
    assert (line["title"], line["quantity"]) == ("=Mug, glazed in Zürich", 2)
    assert [row["number"] for row in found] == [order.number]
    assert counted == written
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == ["book.db"]


def test_the_book_has_the_keys_and_indexes_of_the_database(
    services: Services, order: Order, tmp_path: Path
) -> None:
    path = tmp_path / "book.db"
    service.write(services.store, path)
    with opened(path) as book:
        keys = {
            (table, row["from"]): (row["table"], row["to"])
            for table in columns.TABLES
            for row in book.execute(f"PRAGMA foreign_key_list({table})")
        }
        primary = {
            table: [row["name"] for row in book.execute(f"PRAGMA table_info({table})") if row["pk"]]
            for table in columns.TABLES
        }
        indexed = {
            (table, book.execute(f"PRAGMA index_info('{row['name']}')").fetchone()["name"])
            for table in columns.TABLES
            for row in book.execute(f"PRAGMA index_list({table})")
        }
    assert keys["ledger", "order_id"] == ("orders", "id")
    assert keys["order_lines", "listing_id"] == ("listings", "id")
    assert keys["orders", "destination"] == ("connected_accounts", "stripe_account_id")
    assert all(primary.values())
    assert primary["order_lines"] == ["order_id", "position"]
    assert primary["listings"] == ["id"]
    assert keys.keys() <= indexed
    assert ("orders", "stripe_charge_id") in indexed


def test_no_secret_leaves(
    services: Services, order: Order, as_user: Any, client: Browser, tmp_path: Path
) -> None:
    as_user("Alice")
    client.submit("/forgotten-password", "/forgotten-password", email="bob@example.com")
    with services.store.read() as tx:
        secrets = [
            str(value)
            for sql in (
                "SELECT password_hash FROM users",
                "SELECT id_hash FROM sessions",
                "SELECT token_hash FROM user_tokens",
                "SELECT token FROM orders",
                "SELECT token FROM installation",
                "SELECT idempotency_key FROM stripe_calls",
                "SELECT form_token FROM refunds",
                "SELECT checkout_url FROM orders",
            )
            for row in tx.all(sql)
            for value in row.values()
        ]
    assert len(secrets) >= 10
    config = services.config
    secrets += [config.secret_key, config.stripe_secret_key, PASSWORD]
    secrets += [*config.stripe_webhook_secrets, *config.stripe_connect_webhook_secrets]
    service.write(services.store, tmp_path / "book.db")
    service.write(services.store, tmp_path / "lines", "ndjson")
    written = (tmp_path / "book.db").read_bytes()
    written += b"".join(path.read_bytes() for path in (tmp_path / "lines").iterdir())
    assert [secret for secret in secrets if secret.encode() in written] == []


def test_the_book_is_one_state_of_the_database(
    services: Services, order: Order, tmp_path: Path
) -> None:
    store, renamed = services.store, []

    def rename_all() -> None:
        with store.transaction() as tx:
            renamed.append(tx.run("UPDATE sellers SET name = 'Another shop'"))

    def once_the_first_table_is_read(sql: str) -> None:
        if "FROM sellers ORDER BY" in sql:
            thread = threading.Thread(target=rename_all)
            thread.start()
            thread.join()

    store.observers.append(once_the_first_table_is_read)
    service.write(store, tmp_path / "book.db")
    store.observers.clear()
    with opened(tmp_path / "book.db") as book:
        assert all_of(book, "SELECT name FROM sellers") == [{"name": "Alice's shop"}]
    assert renamed == [1]


def test_a_large_table_never_stands_in_memory(services: Services, tmp_path: Path) -> None:
    with services.store.transaction() as tx:
        for number in range(1000):
            tx.run(
                "INSERT INTO stripe_objects (id, object, facts, updated_at)"
                " VALUES (:id, 'charge', :facts, 'now')",
                id=f"ch_{number}",
                facts=f"{number}" * 10_000,
            )
    for format_ in service.FORMATS:
        tracemalloc.start()
        assert service.write(services.store, tmp_path / f"all.{format_}", format_) == 1000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 15_000_000  # of 29 MB


def test_nothing_is_overwritten_without_being_asked(
    services: Services, order: Order, tmp_path: Path
) -> None:
    for name, format_ in (("book.db", "sqlite"), ("lines", "ndjson"), ("cells", "csv")):
        target = tmp_path / name
        written = service.write(services.store, target, format_)
        with pytest.raises(Refused, match="add --force"):
            service.write(services.store, target, format_)
        assert service.write(services.store, target, format_, force=True) == written
    (tmp_path / "lines" / "letter.txt").touch()
    other = sqlite3.connect(tmp_path / "shop.db")
    other.execute("CREATE TABLE precious (it)")
    other.close()
    (tmp_path / "empty").mkdir()
    for name, format_ in (
        ("lines", "ndjson"), ("cells", "ndjson"), ("shop.db", "sqlite"), ("cells", "sqlite"),
        ("book.db", "csv"), ("cells/orders.csv", "sqlite"),
    ):  # fmt: skip
        with pytest.raises(Refused, match="is not an earlier"):
            service.write(services.store, tmp_path / name, format_, force=True)
    assert (tmp_path / "lines" / "letter.txt").exists()


def test_an_export_that_fails_leaves_nothing(
    services: Services, order: Order, tmp_path: Path
) -> None:
    def stop(sql: str) -> None:
        if "FROM ledger ORDER BY" in sql:
            raise KeyboardInterrupt

    services.store.observers.append(stop)
    folder = tmp_path / "here"
    for format_ in service.FORMATS:
        with pytest.raises(KeyboardInterrupt):
            service.write(services.store, folder / "there", format_)
        assert list(folder.iterdir()) == []


def test_files_say_the_same_as_the_database(
    services: Services, order: Order, tmp_path: Path
) -> None:
    service.write(services.store, tmp_path / "cells", "csv")
    service.write(services.store, tmp_path / "lines", "ndjson")
    for table in columns.TABLES:
        names = ", ".join(columns.of(table))
        with services.store.read() as tx:
            rows = sorted(map(repr, map(dict, tx.all(f"SELECT {names} FROM {table}"))))
        lines = (tmp_path / "lines" / f"{table}.ndjson").read_text("utf-8").splitlines()
        assert sorted(repr(json.loads(line)) for line in lines) == rows
        with (tmp_path / "cells" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(rows)


def test_a_spreadsheet_takes_no_text_for_a_formula(
    services: Services, order: Order, tmp_path: Path
) -> None:
    service.write(services.store, tmp_path / "cells", "csv")
    with (tmp_path / "cells" / "order_lines.csv").open(encoding="utf-8", newline="") as file:
        (line,) = csv.DictReader(file)
    assert line["title"] == "'=Mug, glazed in Zürich"
    assert line["unit_amount"] == "1000"
