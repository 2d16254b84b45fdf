"""The manual names everything that there is."""

from pathlib import Path

from stripe_sandbox import create_app
from stripe_sandbox.manual import documented, filled

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
