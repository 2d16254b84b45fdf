"""The examples of the manual, run as they stand there but for the port and the ids."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.stripe_sandbox.hooks import Hooks
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop
from tests.support import clients

MANUAL = (Path(__file__).parents[2] / "docs" / "SANDBOX.md").read_text()
ADDRESS = "http://127.0.0.1:12111"


def _examples(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", MANUAL, re.DOTALL)
    assert found
    return [str(each) for each in found]


def _commands(program: str) -> list[str]:
    lines = [line for each in _examples("sh") for line in each.splitlines()]
    return [line for line in lines if line.startswith(f"{program} ")]


@pytest.mark.parametrize("example", _examples("python"))
def test_what_the_manual_says_in_python_runs(shop: Shop, example: str) -> None:
    known: dict[str, Any] = {"stripe": stripe, "client": shop.client}
    exec(example.replace(ADDRESS, shop.sandbox.url), known)  # noqa: S102 - our own text
    assert known["client"].v1.balance.retrieve().object == "balance"


@pytest.mark.node
@pytest.mark.parametrize("example", _examples("js"))
def test_what_the_manual_says_in_javascript_runs(shop: Shop, example: str) -> None:
    port = shop.sandbox.url.rsplit(":", 1)[1]
    script = example.replace("port: 12111", f"port: {port}")
    script += "process.stdout.write((await stripe.balance.retrieve()).object);"
    ended = clients.run_module(f'import Stripe from "stripe";\n{script}')
    assert (ended.stdout, ended.stderr) == ("balance", "")


@pytest.mark.node
@pytest.mark.parametrize("command", _commands("stripe"))
def test_what_the_manual_says_to_the_command_line_works(
    shop: Shop, tmp_path: Path, command: str
) -> None:
    words = command.replace(ADDRESS, shop.sandbox.url).split()[1:]
    if words[0] == "listen":
        with clients.listening(tmp_path, *words[1:]):
            return
    ended = clients.run_command(tmp_path, *words)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.node
@pytest.mark.parametrize("command", _commands("curl"))
def test_what_the_manual_says_with_curl_works(shop: Shop, listener: Listener, command: str) -> None:
    hooks = Hooks(shop, listener)
    shop.topup(1000)
    command = command.replace("ch_…", shop.sell(fee=None).id).replace("we_…", hooks.platform.id)
    command = command.replace(ADDRESS, shop.sandbox.url).replace("curl ", "curl --fail -s ", 1)
    ended = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=30)
    assert ended.returncode == 0, ended.stderr
