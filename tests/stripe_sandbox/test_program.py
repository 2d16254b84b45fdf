"""The program: started from the command line, killed, started again."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import running
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import KEY


class Program:
    """``python -m stripe_sandbox`` as a child process."""

    def __init__(self, database: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "stripe_sandbox",
            "--port",
            "0",
            "--database",
            str(database),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[2]
        self.client = stripe.StripeClient(KEY, base_addresses={"api": self.url})

    def end(self, signal_number: int) -> int:
        """Send a signal and wait for the end."""
        os.kill(self.process.pid, signal_number)
        code = self.process.wait(timeout=20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def _account(client: stripe.StripeClient) -> str:
    params: Any = {"type": "custom", "capabilities": {"transfers": {"requested": True}}}
    return client.v1.accounts.create(params).id


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told(tmp_path: Path, signal_number: int) -> None:
    assert Program(tmp_path / "sandbox.db").end(signal_number) == 0


def test_a_new_sandbox_needs_no_reset() -> None:
    with running() as sandbox:
        client = stripe.StripeClient(KEY, base_addresses={"connect": sandbox.url})
        code = sandbox.control("authorize", name="First")["code"]
        grant: Any = {"grant_type": "authorization_code", "code": code}
        assert client.oauth.token(grant).scope == "read_write"


def test_nothing_acknowledged_is_lost_when_it_is_killed(tmp_path: Path) -> None:
    first = Program(tmp_path / "sandbox.db")
    made = [_account(first.client) for _ in range(3)]
    first.end(signal.SIGKILL)
    second = Program(tmp_path / "sandbox.db")
    assert [each.id for each in second.client.v1.accounts.list().data] == made[::-1]
    second.end(signal.SIGTERM)


def _work(program: Program, account: str, acknowledged: list[tuple[str, int]]) -> None:
    """Pay and refund a part until the program is gone; note what was answered."""
    params: Any = {"amount": 1000, "currency": "usd", "confirm": True}
    params |= {"payment_method": "pm_card_visa", "transfer_data": {"destination": account}}
    with contextlib.suppress(stripe.APIConnectionError):
        while True:
            charge = str(program.client.v1.payment_intents.create(params).latest_charge)
            acknowledged.append((charge, 0))
            refund: Any = {"charge": charge, "amount": 1, "reverse_transfer": True}
            program.client.v1.refunds.create(refund)
            acknowledged.append((charge, 1))


def _problems(program: Program) -> Any:
    with urllib.request.urlopen(f"{program.url}/_sandbox/invariants", timeout=20) as answer:
        return json.load(answer)["problems"]


def test_a_kill_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    program, acknowledged = Program(tmp_path / "sandbox.db"), list[tuple[str, int]]()
    account = _account(program.client)
    for seed in range(8):
        arguments = (program, account, acknowledged)
        threads = [threading.Thread(target=_work, args=arguments) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(random.Random(seed).uniform(0.1, 0.4))  # noqa: S311 - when to kill it
        program.end(signal.SIGKILL)
        for thread in threads:
            thread.join()
        program = Program(tmp_path / "sandbox.db")
        assert _problems(program) == []
    found = program.client.v1.charges.list({"limit": 100}).auto_paging_iter()
    kept = {charge.id: charge.amount_refunded for charge in found}
    program.end(signal.SIGTERM)
    assert len(acknowledged) > 10
    assert [each for each in acknowledged if kept.get(each[0], -1) < each[1]] == []


def test_what_is_owed_is_delivered_after_a_kill(tmp_path: Path) -> None:
    """The listener does not answer before the sandbox is gone."""
    with Listener() as listener:
        listener.gate.clear()
        first = Program(tmp_path / "sandbox.db")
        endpoint: Any = {"url": listener.url, "enabled_events": ["*"]}
        secret = str(first.client.v1.webhook_endpoints.create(endpoint).secret)
        intent = first.client.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
        first.end(signal.SIGKILL)
        listener.gate.set()
        listener.received.clear()
        second = Program(tmp_path / "sandbox.db")
        while not listener.received:
            time.sleep(0.01)
        received = listener.received[0]
        event = second.client.construct_event(received.body, received.signature, secret)
        second.end(signal.SIGTERM)
    assert (event.type, event.data.object.id) == ("payment_intent.created", intent.id)


def test_it_listens_on_loopback_only() -> None:
    command = [sys.executable, "-m", "stripe_sandbox", "--host", "0.0.0.0"]  # noqa: S104 - refused
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "loopback" in ended.stderr


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with running() as taken:
        port = taken.url.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "stripe_sandbox", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "--port" in ended.stderr
