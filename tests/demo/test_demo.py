"""`make demo`: from nothing to a marketplace with a story, and away again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from demo.people import PASSWORD, Person
from demo.settings import Demo

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C stops everything"


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """A demo of the test's own."""
    return Demo(*free_ports(), tmp_path)


class Running:
    """The demo as a child process."""

    def __init__(self, demo: Demo) -> None:
        settings = {
            "PORT": str(demo.port),
            "SANDBOX_PORT": str(demo.sandbox_port),
            "DEMO_FOLDER": str(demo.place),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> Iterator[str]:
        """What it prints until it has started, or until it ends."""
        assert self.process.stdout
        for line in self.process.stdout:
            yield line
            if LAST_LINE in line:
                return

    def stop(self, number: signal.Signals) -> int:
        """Send a signal to the demo alone; its exit status."""
        self.process.send_signal(number)
        assert self.process.stdout
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(timeout=60)


def programs_of(demo: Demo) -> list[int]:
    """The processes that belong to a demo, by the folder in their environment or arguments."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(demo.folder).encode() in told:
            found.append(int(process.name))
    return found


@pytest.mark.timeout(600)
def test_a_first_start_tells_a_story_and_a_second_one_keeps_it(demo: Demo) -> None:
    first = Running(demo)
    told = "".join(first.lines())
    assert LAST_LINE in told, told
    assert demo.shop_url in told
    assert PASSWORD in told
    assert programs_of(demo)
    _check_story(demo)
    assert first.stop(signal.SIGTERM) == 0
    assert programs_of(demo) == []
    assert demo.env_file.stat().st_mode & 0o077 == 0

    second = Running(demo)
    assert "open their shops" not in "".join(second.lines())
    _check_story(demo)
    os.killpg(second.process.pid, signal.SIGINT)  # as a terminal does with Ctrl-C
    assert second.process.wait(timeout=60) == 0
    assert second.process.stdout
    second.process.stdout.close()
    assert programs_of(demo) == []

    third = Running(demo)
    assert LAST_LINE in "".join(third.lines())
    third.process.kill()
    third.process.wait(timeout=60)
    assert third.process.stdout
    third.process.stdout.close()
    for _ in range(600):
        if not programs_of(demo):
            break
        time.sleep(0.1)
    assert programs_of(demo) == []


def _check_story(demo: Demo) -> None:
    olga = Person(demo, "Olga", "olga@example.com")
    olga.sign_in()
    orders = olga.browser.get("/admin/orders").text
    for word in ("Paid", "Payment failed", "Payment processing", "efunded"):
        assert word in orders
    assert "I ordered twice" in olga.browser.get("/admin/requests").text
    with urlopen(f"{demo.shop_url}/", timeout=30) as page:
        assert page.read().decode().count("<img") >= 20


def test_a_port_in_use_is_named_with_its_setting(demo: Demo) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        running = Running(demo)
        told = "".join(running.lines())
        assert running.process.wait(timeout=60) == 1
        assert running.process.stdout
        running.process.stdout.close()
    assert f"Port {demo.port} is in use" in told
    assert f"PORT={demo.port + 1} make demo" in told
    assert "Traceback" not in told
