"""The commands, as an operator types them."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.support.stripe import Stripe

ROOT = Path(__file__).parents[1]
PASSWORD = "correct horse battery\n"


class Shell:
    """Runs `python -m storefront` with settings of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.settings = {
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "x" * 40,
            "STRIPE_SECRET_KEY": "sk_test_made_up",
            "STRIPE_CLIENT_ID": "ca_made_up",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_the_platform",
            "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_of_accounts",
            "STRIPE_API_BASE": "http://127.0.0.1:1",
            "DATABASE_URL": f"sqlite:///{folder}/shop.db",
            "MEDIA_ROOT": str(folder / "media"),
            "MAIL_FOLDER": str(folder / "mail"),
            "PORT": str(port),
        }

    def run(self, *words: str, stdin: str = "", **settings: str) -> tuple[int, str]:
        """The exit status of a command and everything that it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "storefront", *words],
            cwd=ROOT,
            env=self.settings | settings,
            input=stdin,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.returncode, done.stdout

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """A command that goes on."""
        return subprocess.Popen(
            [sys.executable, "-m", "storefront", *words],
            cwd=ROOT,
            env=self.settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def status(self, path: str) -> int | None:
        """What the server answers; None while it does not."""
        try:
            with urlopen(self.url + path, timeout=10) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            return None

    def wait_for(self, path: str, status: int | None) -> None:
        """Wait until the server answers so, a minute at most."""
        for _ in range(600):
            if self.status(path) == status:
                return
            time.sleep(0.1)
        raise AssertionError(f"{path} never answered {status}: {self.status(path)}")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A place for commands, with a port that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Shell(tmp_path, port)


def test_help_names_every_command(shell: Shell) -> None:
    _, text = shell.run("--help")
    for command in (
        "serve", "worker", "migrate", "seed", "create-operator", "check-config", "backup", "export",
    ):  # fmt: skip
        assert f"  {command} " in text


def test_wrong_settings_stop_every_command_without_a_traceback(shell: Shell) -> None:
    for command in ("serve", "worker", "migrate", "check-config"):
        status, text = shell.run(command, SECRET_KEY="", PORT="none")
        assert status == 1
        assert "SECRET_KEY: " in text
        assert "PORT: " in text
        assert "Traceback" not in text


def test_nothing_starts_before_migrations(shell: Shell) -> None:
    for command in ("serve", "worker"):
        status, text = shell.run(command)
        assert status == 1
        assert "python -m storefront migrate" in text


def test_an_export_is_not_overwritten_by_accident(shell: Shell) -> None:
    shell.run("migrate")
    shell.run("create-operator", "olga@example.com", "--password-stdin", stdin=PASSWORD)
    book = str(shell.folder / "book.db")
    assert shell.run("export", book) == (
        0, f"{book}: 1 rows. It names people: keep it as you keep a backup.\n",
    )  # fmt: skip
    status, text = shell.run("export", book)
    assert status == 1
    assert text == f"Error: {book} exists already. Choose another name, or add --force.\n"
    assert shell.run("export", book, "--force")[0] == 0
    database = str(shell.folder / "shop.db")
    status, text = shell.run("export", database, "--force")
    assert status == 1
    assert "is not an earlier sqlite export" in text
    assert shell.run("check-config")[0] == 0


def test_serve_and_worker_run_until_they_are_told_to_stop(shell: Shell) -> None:
    assert shell.run("migrate")[0] == 0
    server, worker = shell.start("serve"), shell.start("worker")
    try:
        shell.wait_for("/readyz", 200)
        assert shell.status("/") == 200
        status, text = shell.run("serve")
        assert status == 1
        assert "cannot be used" in text
        assert "PORT" in text
    finally:
        for process in (server, worker):
            process.send_signal(signal.SIGTERM)
        exits = [process.wait(timeout=30) for process in (server, worker)]
    assert exits == [0, 0]
    assert shell.status("/healthz") is None


def test_an_operator_is_made_once(shell: Shell) -> None:
    shell.run("migrate")
    made = shell.run("create-operator", "olga@example.com", "--password-stdin", stdin=PASSWORD)
    again = shell.run("create-operator", "olga@example.com", "--password-stdin", stdin=PASSWORD)
    assert made[0] == 0
    assert again == (1, "Error: olga@example.com has an account already.\n")


def test_a_seed_is_planted_once_and_never_beside_real_money(shell: Shell) -> None:
    shell.run("migrate")
    assert "alice@example.com" in shell.run("seed", "--password-stdin", stdin=PASSWORD)[1]
    assert "already" in shell.run("seed", "--password-stdin", stdin=PASSWORD)[1]
    with sqlite3.connect(shell.folder / "shop.db") as database:
        assert database.execute("SELECT COUNT(*) FROM sellers").fetchone()[0] >= 3
        assert database.execute("SELECT COUNT(*) FROM listings").fetchone()[0] >= 30
    database.close()
    live = {
        "STRIPE_SECRET_KEY": "sk_live_made_up",
        "PUBLIC_URL": "https://shop.example",
        "STRIPE_API_BASE": "",
        "DATABASE_URL": f"sqlite:///{shell.folder}/live.db",
    }
    shell.run("migrate", **live)
    status, text = shell.run("seed", "--password-stdin", stdin=PASSWORD, **live)
    assert status == 1
    assert "test mode" in text


def test_check_config_shows_no_secret(shell: Shell) -> None:
    shell.run("migrate")
    status, text = shell.run("check-config")
    assert status == 0
    assert "test mode" in text
    for secret in ("sk_test_made_up", "whsec_", "x" * 40):
        assert secret not in text


def test_a_backup_is_a_whole_database(shell: Shell) -> None:
    shell.run("migrate")
    shell.run("seed", "--password-stdin", stdin=PASSWORD)
    copy = shell.folder / "copy.db"
    assert shell.run("backup", str(copy))[0] == 0
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT COUNT(*) FROM listings").fetchone()[0] >= 30
    database.close()
    status, text = shell.run("backup", str(copy))
    assert status == 1
    assert "exists already" in text


def test_reconcile_says_whether_the_books_match(shell: Shell, sandbox: Stripe) -> None:
    shell.run("migrate")
    there = {"STRIPE_API_BASE": sandbox.url, "STRIPE_CLIENT_ID": "ca_storefront"}
    status, text = shell.run("reconcile", "--since", "2026-01-01", **there)
    assert status == 0, text
    assert text.endswith("Our books match Stripe to the cent.\n")
    sandbox.fault("drop_request", path="/v1/charges", times=3)
    status, text = shell.run("reconcile", **there)
    assert status == 1
    assert "Error: " in text
    assert "Traceback" not in text
    status, text = shell.run("reconcile", **there)  # goes on where it stopped
    assert status == 0
    assert "Checkout Sessions" not in text
