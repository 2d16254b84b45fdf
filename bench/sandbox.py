"""`python -m bench.sandbox [seconds]`: mixed API calls by eight clients at once.

Beside them a bare Flask endpoint, served in the same way in the same run: the ratio is what
compares. The table in docs/SANDBOX.md is made by `python -m bench.sandbox --write`.
"""

import base64
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.load import CONNECTIONS, Connection, Target, Unexpected

ROOT = Path(__file__).parents[1]
MANUAL = ROOT / "docs" / "SANDBOX.md"
SECONDS = 4.0
_TABLE = re.compile(r"(<!-- measured: speed -->\n\n)(.*?)(\n\n<!-- end of measured -->)", re.DOTALL)
_KEY = base64.b64encode(b"sk_test_bench:").decode()
_SPLIT = "payment_intent_data"
_SESSION = {
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][product_data][name]": "T-shirt",
    "line_items[0][price_data][unit_amount]": "1000",
    "line_items[0][quantity]": "1",
    f"{_SPLIT}[application_fee_amount]": "123",
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/done",
}


class Client:
    """Sells, looks, and refunds, one call after the other over one connection."""

    def __init__(self, host: str, account: str = "") -> None:
        self._host, self._account = host, account
        self.calls: Counter[str] = Counter()

    def api(self, name: str, path: str, form: dict[str, str] | None = None) -> Any:
        """An API call: POST with a form, else GET."""
        headers = {"Authorization": f"Basic {_KEY}"}
        target = Target(name, path, form=urlencode(form or {}), headers=headers)
        return self._ask(name, target.request(self._host))

    def control(self, name: str, path: str, /, **values: Any) -> Any:
        """A call of the control interface."""
        body = json.dumps(values)
        head = f"POST /_sandbox/{path} HTTP/1.1\r\nHost: {self._host}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return self._ask(name, (head + body).encode())

    def _ask(self, name: str, request: bytes) -> Any:
        connection = Connection(self._host)  # the server closes it after each answer
        status, body = connection.ask(request)
        connection.close()
        if status != 200:
            raise Unexpected(f"{name}: {status} {body[:300]!r}")
        self.calls[name] += 1
        return json.loads(body)

    def look(self) -> None:
        """The bare endpoint."""
        self.api("bare", "/json")

    def sale(self) -> None:
        """One order, from its session to a refund of a part."""
        split = {f"{_SPLIT}[transfer_data][destination]": self._account}
        session = self.api("create a session", "/v1/checkout/sessions", _SESSION | split)["id"]
        paid = self.control("pay", f"sessions/{session}/pay")
        self.api("retrieve a session", f"/v1/checkout/sessions/{session}")
        self.api("retrieve a charge", f"/v1/charges/{paid['charge']}")
        self.api("list charges", "/v1/charges?limit=10")
        refund = {"charge": paid["charge"], "amount": "100", "reverse_transfer": "true"}
        self.api("refund a part", "/v1/refunds", refund)
        self.api("balance", "/v1/balance")


@contextmanager
def _serving(*arguments: str) -> Iterator[tuple[str, int]]:
    """Host and process group of a server that says its address in its first line."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, process_group=0
    ) as server:
        line = server.stdout.readline() if server.stdout else ""
        found = re.search(r"http://(\S+)", line)
        try:
            if found is None:
                raise SystemExit(f"The server did not start: {line}")
            yield found[1], server.pid
        finally:
            server.terminate()


def _rate(host: str, seconds: float) -> float:
    """Calls per second of all clients together."""
    first = Client(host)
    first.control("money", "topup", amount=10_000_000, currency="usd")
    code = first.control("consent", "authorize", name="Seller")["code"]
    grant = {"grant_type": "authorization_code", "code": code}
    account = first.api("connect", "/oauth/token", grant)["stripe_user_id"]
    clients = [Client(host, account) for _ in range(CONNECTIONS)]
    rate = _together([client.sale for client in clients], clients, seconds)
    _check_books(first, account, sum((client.calls for client in clients), Counter[str]()))
    return rate


def _together(turns: list[Callable[[], None]], clients: list[Client], seconds: float) -> float:
    """Calls per second while all clients take their turns again and again."""
    begun = time.monotonic()

    def repeat(turn: Callable[[], None]) -> None:
        while time.monotonic() < begun + seconds:
            turn()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(repeat, turns))
    elapsed = time.monotonic() - begun
    return sum(client.calls.total() for client in clients) / elapsed


def _bare_rate(host: str, seconds: float) -> float:
    clients = [Client(host) for _ in range(CONNECTIONS)]
    return _together([client.look for client in clients], clients, seconds)


def _check_books(client: Client, account: str, calls: Counter[str]) -> None:
    """What the seller has is what was sold less what was refunded, to the cent."""
    problems = client.api("books", "/_sandbox/invariants")["problems"]
    has = client.api("balances", "/_sandbox/balances")[account]["usd"]["available"]
    expected = 877 * calls["pay"] - 100 * calls["refund a part"]
    if has != expected or problems:
        raise Unexpected(f"the seller has {has}, not {expected}; {problems}")


def table(seconds: float = SECONDS) -> str:
    """The Markdown table of what was measured."""
    with _serving("bench.bare") as (host, _):
        bare = _bare_rate(host, seconds)
    rows = [("a bare Flask endpoint", bare)]
    with _serving("stripe_sandbox", "--port", "0") as (host, _):
        rows.append(("the sandbox in memory", _rate(host, seconds)))
    with tempfile.TemporaryDirectory(prefix="sandbox-bench-") as folder:
        file = ("--database", f"{folder}/sandbox.db")
        with _serving("stripe_sandbox", "--port", "0", *file) as (host, _):
            rows.append(("the sandbox with a file", _rate(host, seconds)))
    lines = [f"| {name} | {rate:,.0f} | {rate / bare:.0%} |" for name, rate in rows]
    return "\n".join(["| Served | Calls/s | Of the bare one |", "| --- | --: | --: |", *lines])


def main() -> None:
    """Measure, and with ``--write`` put the table into the manual."""
    arguments = [each for each in sys.argv[1:] if each != "--write"]
    made = table(float(arguments[0]) if arguments else SECONDS)
    print(made)
    if "--write" in sys.argv:
        manual = MANUAL.read_text(encoding="utf-8")
        filled = _TABLE.sub(lambda found: f"{found[1]}{made}{found[3]}", manual)
        MANUAL.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
