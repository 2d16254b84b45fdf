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
from uuid import uuid4

import psycopg

from storefront.store import open_store
from storefront.store.migrate import migrate

HOW_TO_GET_IT = "PostgreSQL is not installed: apt-get install postgresql (tests need no set-up)"

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
    """A running server that makes migrated databases by copying a template."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._run("CREATE DATABASE template_storefront ENCODING 'UTF8' TEMPLATE template0")
        store = open_store(self.url("template_storefront"))
        migrate(store)
        store.close()

    def url(self, name: str) -> str:
        """The DATABASE_URL of one of its databases."""
        return f"{self._address}/{name}"

    @contextmanager
    def database(self, *, template: str = "template_storefront") -> Iterator[str]:
        """The address of a database that exists as long as the test."""
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


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
