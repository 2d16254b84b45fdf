"""``python -m stripe_sandbox.manual``: write the tables of ``docs/SANDBOX.md`` from the code."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from stripe_sandbox.api.operations import OPERATIONS
from stripe_sandbox.payments.cards import CARDS
from stripe_sandbox.switches import Switches, meaning_of

MANUAL = Path(__file__).parents[1] / "docs" / "SANDBOX.md"
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n\n)(.*?)(\n\n<!-- end of table -->)", re.DOTALL)


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _operations() -> str:
    rows = [
        (f"`{each.method} {documented(each.path)}`", _summary(each.handler))
        for each in sorted(OPERATIONS, key=lambda each: (each.path, each.method))
    ]
    table = _rows([("Operation", "Does"), ("---", "---"), *rows])
    return f"{len(rows)} operations.\n\n{table}"


def documented(path: str) -> str:
    """An address as the manual writes it: ``/v1/charges/{id}``."""
    return path.replace("<identifier>", "{id}").replace("<", "{").replace(">", "}")


def _summary(handler: Callable[..., object]) -> str:
    paragraph = (handler.__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "`")


def _cards() -> str:
    rows = [(card.grouped, f"`{card.token}`", card.says) for card in CARDS]
    return _rows([("Number", "Payment method", "What happens"), ("---",) * 3, *rows])


def _switches() -> str:
    rows = [
        (f"`{name}`", f"`{str(value).lower()}`", meaning_of(name))
        for name, value in Switches().as_dict().items()
    ]
    return _rows([("Switch", "Default", "Meaning"), ("---",) * 3, *rows])


TABLES = {"operations": _operations, "cards": _cards, "switches": _switches}


def filled(manual: str) -> str:
    """The manual with every marked table as the code has it now."""
    return _TABLE.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}{found[4]}", manual)


def main() -> None:
    """Write the manual anew."""
    from stripe_sandbox.app import create_app  # importing it declares all operations

    create_app()
    MANUAL.write_text(filled(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
