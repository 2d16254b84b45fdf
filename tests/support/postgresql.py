"""A PostgreSQL server of the test run's own: a temporary folder, a free port of 127.0.0.1."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg

from storefront.store import open_store
from storefront.store.migrate import migrate

HOW_TO_GET_IT = "PostgreSQL is not installed: apt-get install postgresql (tests need no set-up)"

_MIGRATED = "template_storefront"
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def binaries() -> Path | None:
    """The folder of the newest installed server, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return installed[-1].parent if installed else None


class Server:
    """A running server whose databases are emptied and used again: making one takes longer."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._empty: list[str] = []
        self._run(f"CREATE DATABASE {_MIGRATED} ENCODING 'UTF8' TEMPLATE template0")
        store = open_store(self.url(_MIGRATED))
        migrate(store)
        store.close()
        with self._connected(_MIGRATED) as connection:
            self._schema = _schema(connection)
            self._rows = {table: _rows(connection, table) for table in _filled(connection)}

    def url(self, name: str) -> str:
        """The DATABASE_URL of one of its databases."""
        return f"{self._address}/{name}"

    @contextmanager
    def database(self, *, template: str = _MIGRATED) -> Iterator[str]:
        """The address of a database of the test's own, as migrations leave it."""
        again = template == _MIGRATED
        name = self._empty.pop() if again and self._empty else self._new(template)
        try:
            yield self.url(name)
        finally:
            if again and self._emptied(name):
                self._empty.append(name)
            else:
                self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _new(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _emptied(self, name: str) -> bool:
        """Give a database the rows that migrations have left; False if its schema has changed."""
        with self._connected(name) as connection:
            connection.execute(_END_OTHERS)
            if _schema(connection) != self._schema:
                return False
            connection.execute("SET session_replication_role = replica")  # no triggers
            for table in _filled(connection):
                connection.execute(f"DELETE FROM {table}")
            connection.execute(_RESTART)
            for table, rows in self._rows.items():
                places = ", ".join(["%s"] * len(rows[0]))
                connection.cursor().executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        return True

    def _connected(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url(name), autocommit=True)

    def _run(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement)


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_RESTART = (
    "SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences"
)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SCHEMA = (
    "SELECT 'column', attrelid::regclass::text, attname, atttypid::text FROM pg_attribute"
    " WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    " UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
    " WHERE NOT tgisinternal"
)


def _schema(connection: psycopg.Connection[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    return set(connection.execute(_SCHEMA).fetchall())


def _filled(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    tables = [row[0] for row in connection.execute(_TABLES)]
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    return [row[0] for row in connection.execute(" UNION ALL ".join(asked))]


def _rows(connection: psycopg.Connection[tuple[Any, ...]], table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server in a temporary folder, stop it at the end."""
    found = binaries()
    if found is None:
        raise RuntimeError(HOW_TO_GET_IT)
    # Not below pytest's folder: that is closed to other users, and PostgreSQL refuses root.
    with TemporaryDirectory(prefix="storefront-postgresql-") as name:
        folder = Path(name)
        user = _give_away(folder)
        yield from _started(found, folder, user)


def _started(found: Path, folder: Path, user: str | None) -> Iterator[Server]:
    data, port = folder / "data", _free_port()
    _run(user, str(found / "initdb"), "-D", str(data), "-U", "storefront", "-A", "trust",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    options = f"-h 127.0.0.1 -p {port} -k {folder} {_FAST}"
    control = (str(found / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w")
    _run(user, *control, "-o", options, "start")
    try:
        yield Server(f"postgresql://storefront@127.0.0.1:{port}")
    finally:
        _run(user, *control, "-m", "immediate", "stop")


def _give_away(folder: Path) -> str | None:
    """Give the folder to `nobody`, who runs the server, if we are root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return "nobody"


def _run(user: str | None, *command: str) -> None:
    subprocess.run(
        command,
        user=user,
        extra_groups=[] if user else None,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
