"""The manual names everything that there is."""

import ast
from pathlib import Path
from typing import get_args

from stripe_sandbox import create_app
from stripe_sandbox.api.params import fields_of, load
from stripe_sandbox.manual import documented, filled
from tests.stripe_sandbox.test_event_routing import TABLE

SOURCE = Path(__file__).parents[2] / "stripe_sandbox"
MANUAL = (Path(__file__).parents[2] / "docs" / "SANDBOX.md").read_text()


def test_its_tables_are_as_the_code_says() -> None:
    create_app()
    assert filled(MANUAL) == MANUAL, "run python -m stripe_sandbox.manual"


def test_every_control_call_is_described() -> None:
    rules = [
        rule for rule in create_app().url_map.iter_rules() if rule.rule.startswith("/_sandbox")
    ]
    calls = {
        f"`{method} {documented(rule.rule)}`"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert len(calls) > 30
    assert [call for call in sorted(calls) if call not in MANUAL] == []


def _types_of_events() -> set[str]:
    """The names of Stripe's events that the sandbox's source mentions."""
    (choices,) = get_args(fields_of(load("WebhookEndpointCreateParams"))["enabled_events"][0])
    texts = {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return texts & set(get_args(choices)) - {"*"}


def test_every_event_has_a_row_in_the_table_of_events() -> None:
    rows = {event for types, *_ in TABLE for event in types.split()}
    missing = sorted(_types_of_events() - rows)
    assert missing == [], "add rows to tests/stripe_sandbox/test_event_routing.py"
