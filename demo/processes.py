"""The demo's programs: started, watched, and stopped without leaving one behind."""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from demo.settings import ROOT, Problem

_PATIENCE = 60
_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 45
"""More than the web server takes until it kills a worker of its own that does not end."""


class Processes:
    """Child processes; leaving the block stops them all.

    Each has a process group of its own, so that Ctrl-C reaches the demo alone and every
    program is told once to stop, by SIGTERM. If the demo is killed, the kernel tells them.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *words: str, env: dict[str, str]) -> None:
        """Start `python -m …`; what it prints goes into a log."""
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=_end_with_parent,
            )

    def run(self, *words: str, env: dict[str, str], stdin: str = "") -> None:
        """Run `python -m …` to its end. Raises Problem with what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=env,
            input=stdin,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise Problem(f"{' '.join(words)} failed:\n{done.stdout}")

    def check(self) -> None:
        """Raise Problem if one of the programs has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                log = self._log(name)
                tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
                raise Problem(f"{name} has stopped. The end of {log}:\n{tail}")

    def wait_until(self, what: str, ready: Callable[[], bool]) -> None:
        """Wait for something that the programs bring about. Raises Problem."""
        deadline = time.monotonic() + _PATIENCE
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Problem(f"{what} did not happen within {_PATIENCE} s. See {self._logs}/*.log")
            time.sleep(0.1)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _end_with_parent() -> None:
    """Have the kernel send SIGTERM when the demo's process is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def check_port(port: int, setting: str, purpose: str) -> None:
    """Raise Problem if another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"Port {port} is in use, and {purpose} needs it. Stop the other program, or"
                f" choose another port: {setting}={port + 1} make demo"
            ) from error
