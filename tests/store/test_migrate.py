"""Bringing a database to the newest schema."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront.store import migrate, open_store
from tests.support.postgresql import Server

_MIGRATE = """
import sys
from storefront.store import open_store
from storefront.store.migrate import migrate
store = open_store(sys.argv[1])
print(len(migrate(store)))
store.close()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        with server.database(template="template0") as url:
            yield url


def test_every_step_is_applied_once(empty_url: str) -> None:
    store = open_store(empty_url)
    missing = migrate.pending(store)
    assert missing == [path.name.partition(".")[0] for path in migrate.steps(store.dialect)]
    assert migrate.migrate(store) == missing
    assert migrate.migrate(store) == []
    assert migrate.pending(store) == []
    store.close()


def test_three_processes_may_migrate_at_once(empty_url: str) -> None:
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", _MIGRATE, empty_url], cwd=root, stdout=-1)
        for _ in range(3)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    store = open_store(empty_url)
    assert sorted(map(int, outputs)) == [0, 0, len(migrate.steps(store.dialect))]
    store.close()


def test_a_step_that_fails_leaves_nothing_behind(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (id INTEGER PRIMARY KEY) STRICT;\n")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE good (id INTEGER PRIMARY KEY) STRICT;\n")
    monkeypatch.setattr(migrate, "MIGRATIONS", tmp_path)
    store = open_store(empty_url)
    with pytest.raises(Exception, match="already exists"):
        migrate.migrate(store)
    assert migrate.pending(store) == ["0001_good", "0002_bad"]
    with store.read() as tx:
        assert not tx.has_table("good")
    store.close()
