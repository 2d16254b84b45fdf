"""The manual names everything that there is."""

from pathlib import Path

import pytest

from stripe_sandbox import create_app
from stripe_sandbox.api import OPERATIONS, Operation
from stripe_sandbox.cards import CARDS
from stripe_sandbox.switches import Switches

MANUAL = (Path(__file__).parents[2] / "docs" / "SANDBOX.md").read_text()


def _documented(rule: str) -> str:
    return rule.replace("<identifier>", "{id}").replace("<", "{").replace(">", "}")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
def test_every_operation_is_in_the_table(operation: Operation) -> None:
    assert f"| `{operation.method} {_documented(operation.path)}` |" in MANUAL


def test_every_control_call_is_described() -> None:
    rules = [
        rule for rule in create_app().url_map.iter_rules() if rule.rule.startswith("/_sandbox")
    ]
    calls = {
        f"`{method} {_documented(rule.rule)}`"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert len(calls) > 30
    assert [call for call in sorted(calls) if call not in MANUAL] == []


def test_every_switch_and_card_is_described() -> None:
    assert [name for name in Switches().as_dict() if f"| `{name}` |" not in MANUAL] == []
    assert [card.token for card in CARDS if f"`{card.token}`" not in MANUAL] == []
