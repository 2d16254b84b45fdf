"""A small load generator: connections that stay open and ask for one page again and again."""

import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

CONNECTIONS = 8

_LENGTH = re.compile(r"(?i)^content-length: *(\d+)", re.M)


class Unexpected(Exception):
    """The server answered something else than what was to be measured."""


@dataclass(frozen=True, slots=True)
class Target:
    """A request and the status that proves that it did what is measured."""

    name: str
    path: str
    status: int = 200
    form: str = ""
    headers: Mapping[str, str] | None = None
    undo: "Target | None" = None
    """Asked in turn with it, so that what is measured can go on for ever."""

    def request(self, host: str) -> bytes:
        """The bytes to send."""
        lines = [f"{'POST' if self.form else 'GET'} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in (self.headers or {}).items()]
        if self.form:
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(self.form)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.form).encode()


class Connection:
    """One open connection."""

    def __init__(self, host: str) -> None:
        name, _, port = host.partition(":")
        self._socket = socket.create_connection((name, int(port)), timeout=30)
        self._stream = self._socket.makefile("rb")

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        head = self.head(request)
        found = _LENGTH.search(head)
        return int(head.split()[1]), self._stream.read(int(found[1]) if found else 0)

    def head(self, request: bytes) -> str:
        """Status line and headers of the answer."""
        self._socket.sendall(request)
        lines = []
        while (line := self._stream.readline()) not in {b"\r\n", b""}:
            lines.append(line)
        return b"".join(lines).decode("latin-1")

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured. `cpu_ms` is None where the system does not tell."""

    per_second: float
    cpu_ms: float | None


def measure(host: str, target: Target, group: int, seconds: float) -> Result:
    """Ask for a page for some seconds. `group` is the process group of the server."""
    _run(host, target, min(0.5, seconds))  # what is loaded or compiled at the first use
    cpu_before, begun = cpu_seconds(group), time.monotonic()
    answered = _run(host, target, seconds)
    elapsed, cpu_after = time.monotonic() - begun, cpu_seconds(group)
    cpu = None
    if cpu_before is not None and cpu_after is not None:
        cpu = (cpu_after - cpu_before) * 1000 / answered
    return Result(answered / elapsed, cpu)


def _run(host: str, target: Target, seconds: float) -> int:
    counts = [0] * CONNECTIONS
    wrong: list[str] = []
    end = time.monotonic() + seconds

    def ask(number: int) -> None:
        connection, turns = Connection(host), cycle(filter(None, (target, target.undo)))
        while time.monotonic() < end and not wrong:
            status, body = connection.ask(next(turns).request(host))
            if status != target.status:
                wrong.append(f"{target.name}: {status} {body[:300]!r}")
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise Unexpected(wrong[0])
    return sum(counts)


def cpu_seconds(group: int) -> float | None:
    """Processor time that the processes of a group have used; None where nobody tells."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / 100 if ticks else None
