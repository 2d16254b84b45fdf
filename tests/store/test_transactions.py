"""What a transaction promises, on both databases."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from storefront.errors import Busy
from storefront.store import Conflict, Store, Tx, open_store


def beat(tx: Tx, name: str) -> int:
    return tx.run("INSERT INTO heartbeats (name, beaten_at) VALUES (:name, 'now')", name=name)


def names(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["name"] for row in tx.all("SELECT name FROM heartbeats ORDER BY name")]


def test_what_is_committed_stays(store: Store) -> None:
    with store.transaction() as tx:
        assert beat(tx, "a") == 1
    assert names(store) == ["a"]


def test_an_exception_undoes_everything(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        beat(tx, "a")
        raise ZeroDivisionError
    assert names(store) == []
    assert not store.in_transaction


def test_a_savepoint_fails_alone(store: Store) -> None:
    with store.transaction() as tx:
        beat(tx, "a")
        with pytest.raises(Conflict), tx.savepoint():
            beat(tx, "b")
            beat(tx, "a")
        beat(tx, "c")
    assert names(store) == ["a", "c"]


def test_a_nested_transaction_is_part_of_the_outer_one(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        beat(tx, "a")
        with store.transaction() as inner:
            beat(inner, "b")
        with store.read() as seen:
            assert len(seen.all("SELECT name FROM heartbeats")) == 2
        raise ZeroDivisionError
    assert names(store) == []


def test_a_nested_transaction_can_fail_alone(store: Store) -> None:
    with store.transaction() as tx:
        beat(tx, "a")
        with pytest.raises(ZeroDivisionError), store.transaction() as inner:
            beat(inner, "b")
            raise ZeroDivisionError
    assert names(store) == ["a"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO heartbeats (name, beaten_at) VALUES ('a', 'again')",
        "INSERT INTO heartbeats (name, beaten_at) VALUES ('b', NULL)",
        "INSERT INTO cart_lines (cart_id, listing_id, quantity, added_at)"
        " VALUES ('none', 'none', 1, 'now')",
        "INSERT INTO installation (id, token, mode, created_at) VALUES (1, 't', 'maybe', 'now')",
    ],
)
def test_a_broken_constraint_is_a_conflict(store: Store, statement: str) -> None:
    with store.transaction() as tx:
        beat(tx, "a")
    with pytest.raises(Conflict), store.transaction() as tx:
        tx.run(statement)
    assert names(store) == ["a"]


def test_a_thread_knows_whether_it_is_in_a_transaction(store: Store) -> None:
    seen = []
    with store.transaction():
        assert store.in_transaction
        other = threading.Thread(target=lambda: seen.append(store.in_transaction))
        other.start()
        other.join()
    assert seen == [False]


def test_a_reader_sees_one_state_while_others_write(store: Store, database_url: str) -> None:
    def write() -> None:
        other = open_store(database_url)
        with other.transaction() as tx:
            beat(tx, "late")
        other.close()

    with store.read() as tx:
        before = tx.value("SELECT COUNT(*) FROM heartbeats")
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert tx.value("SELECT COUNT(*) FROM heartbeats") == before == 0
    assert names(store) == ["late"]


@pytest.mark.parametrize("text", ["100%", "a :name b", "'; --", "%s", "日本", "", "a\\b"])
def test_text_comes_back_as_it_went_in(store: Store, text: str) -> None:
    with store.transaction() as tx:
        beat(tx, text)
        found = tx.one("SELECT name FROM heartbeats WHERE name = :name", name=text)
    assert found == {"name": text}


def test_a_percent_sign_in_a_statement_is_only_a_percent_sign(store: Store) -> None:
    with store.transaction() as tx:
        beat(tx, "alpha")
        assert tx.value("SELECT 7 % 4") == 3
        assert tx.value("SELECT name FROM heartbeats WHERE name LIKE 'al%'") == "alpha"


def test_numbers_may_be_larger_than_32_bits(store: Store) -> None:
    with store.transaction() as tx:
        tx.run("UPDATE order_numbers SET last = :last", last=99_999_999_999)
        assert tx.value("SELECT last FROM order_numbers") == 99_999_999_999


def test_an_empty_answer_is_none(store: Store) -> None:
    with store.read() as tx:
        assert tx.one("SELECT name FROM heartbeats") is None
        assert tx.value("SELECT name FROM heartbeats") is None
        assert tx.has_table("heartbeats")
        assert not tx.has_table("nothing")


def test_statements_can_be_counted(store: Store) -> None:
    seen: list[str] = []
    store.observers.append(seen.append)
    with store.read() as tx:
        tx.all("SELECT name FROM heartbeats")
        tx.one("SELECT name FROM heartbeats")
    assert len(seen) == 2


@pytest.mark.parametrize("change", ["DELETE FROM audit_log", "UPDATE audit_log SET detail = ''"])
def test_the_audit_log_only_grows(store: Store, change: str) -> None:
    with store.transaction() as tx:
        tx.run(
            "INSERT INTO audit_log (id, at, action, subject_id, detail)"
            " VALUES ('1', 'now', 'refund', 'order', 'why')"
        )
    with pytest.raises(Conflict), store.transaction() as tx:
        tx.run(change)


def test_racing_buyers_never_take_more_than_there_is(store: Store, database_url: str) -> None:
    with store.transaction() as tx:
        tx.run("UPDATE order_numbers SET last = 5")
    taken: list[int] = []

    def buy() -> None:
        own = open_store(database_url)
        for _ in range(4):
            with own.transaction() as tx:
                taken.append(tx.run("UPDATE order_numbers SET last = last - 1 WHERE last > 0"))
        own.close()

    buyers = [threading.Thread(target=buy) for _ in range(8)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert sum(taken) == 5
    assert len(taken) == 32


_COUNT_UP = """
import sys
from storefront.store import open_store
store = open_store(sys.argv[1])
for _ in range(50):
    with store.transaction() as tx:
        last = tx.value("SELECT last FROM order_numbers")
        tx.run("UPDATE order_numbers SET last = :last WHERE last = :seen", last=last + 1, seen=last)
store.close()
"""


@pytest.mark.one_database
def test_writers_of_several_processes_take_turns(store: Store, database_url: str) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", _COUNT_UP, database_url]
    processes = [subprocess.Popen(command, cwd=root) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    with store.read() as tx:
        assert tx.value("SELECT last FROM order_numbers") == 1150


@pytest.mark.one_database
def test_a_database_that_stays_locked_is_busy(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.store.sqlite._BUSY_SECONDS", 0.05)
    intruder = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")  # a program that does not stand in the queue
    with pytest.raises(Busy), store.transaction():
        pass
    intruder.execute("ROLLBACK")
    intruder.close()
    with store.transaction() as tx:
        beat(tx, "afterwards")
