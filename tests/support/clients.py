"""Clients of Stripe that are not Python's: Node's and the command line's, from `tests/clients`."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOW_TO_GET_IT = (
    "The clients in tests/clients are not installed: "
    "apt-get install nodejs npm curl, then make clients"
)

_FOLDER = Path(__file__).parents[1] / "clients"
_COMMAND_LINE = _FOLDER / "node_modules" / ".bin" / "stripe"


def executable() -> str | None:
    """The path of Node.js if the clients are installed beside it and curl is there, or None."""
    return shutil.which("node") if _COMMAND_LINE.exists() and shutil.which("curl") else None


def run_script(name: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script of `tests/clients` with Node.js."""
    return _run(["node", str(_FOLDER / name)], environment)


def run_module(text: str) -> subprocess.CompletedProcess[str]:
    """Run JavaScript that imports what is installed in `tests/clients`."""
    return _run(["node", "--input-type=module", "-e", text], {})


def run_command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `stripe …` with a home directory of its own; it reaches nothing but loopback."""
    return _run([str(_COMMAND_LINE), "--color", "off", *words], at_home(home))


@contextmanager
def listening(home: Path, *words: str) -> Iterator[None]:
    """`stripe listen …` from the moment it is ready until the end of the block."""
    process = subprocess.Popen(
        [str(_COMMAND_LINE), "--color", "off", "listen", *words],
        env={"PATH": os.environ["PATH"], **at_home(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # the command is a script that starts the program
    )
    assert process.stderr is not None
    try:
        said = iter(process.stderr.readline, "")
        assert any("Ready!" in line for line in said), "stripe listen has ended"
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)


def at_home(home: Path) -> dict[str, str]:
    """Settings without telemetry, and without a look for newer versions: no proxy is there."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }


def _run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=_FOLDER,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
